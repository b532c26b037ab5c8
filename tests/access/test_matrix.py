"""Every address and method, by everybody, at their own office, another's, a government's, the platform's, or
nowhere: the answer is the declared one, tells nobody what is not theirs, and changes nothing where it is a
refusal.
"""

from __future__ import annotations

import pytest
from django.test import override_settings

from tests.access.asking import QUIET, Asker
from tests.access.conftest import Everybody
from tests.access.judging import Judge
from tests.access.tables import read
from tests.inventory import DEMO, World, endpoints
from tests.plugins.figures import Keep
from tests.proof import FULL, Subject, scaled

pytestmark = pytest.mark.slow

SITES = ("office", "government", "platform")
SAYS_NO = {
    "account_not_at_home": "the page that says that an account does not work here",
    "api/^.*$": "every address of the API that does not exist",
}
"""Addresses whose purpose is a refusal."""

ANY_METHOD = {"account_reset_password_from_key": "says that the link is no good, however it is asked"}

ELSEWHERE = {
    ("platform invitation", "POST"): "the form stands on the host where the person will work",
    (
        "office api-case-questions",
        "POST",
    ): "the SOP of this office asks nobody (test_api_questions)",
}
"""Where it works at another host than the one of the table."""


@pytest.mark.parametrize("site", SITES)
def test_every_address_and_method_has_a_row_with_everybody_in_it(site: str, everybody: Everybody) -> None:
    rows = read(site)
    there_are = {
        (found.key, method)
        for found in endpoints(site)
        for method in ("GET", "POST")
        if method in found.methods
    }
    assert {row.key for row in rows} == there_are
    assert len(rows) == len(there_are)
    names = [actor.name for actor in everybody[site]]
    for row in rows:
        assert sorted(row.expected) == sorted(names), row.key


@pytest.mark.parametrize("site", SITES)
def test_every_row_has_somebody_for_whom_it_works(site: str) -> None:
    for row in read(site):
        if row.route not in SAYS_NO and row.key not in ELSEWHERE:
            assert "ok" in row.expected.values(), row.key


def test_what_is_declared_quiet_is_posted_somewhere() -> None:
    posted = {f"{row.route} {row.method}" for site in SITES for row in read(site)}
    assert set(QUIET) <= posted


@pytest.mark.parametrize("site", SITES)
def test_everybody_gets_what_the_table_says(
    site: str, world: World, everybody: Everybody, asker: Asker, figure: Keep
) -> None:
    rows = read(site)
    with override_settings(DEMO=True):
        verdict = Judge(world, asker).hear(rows, everybody[site], everybody=FULL)
    figure(Subject.ACCESS, "addresses and methods", len(rows))
    figure(Subject.ACCESS, "people", len(everybody[site]))
    figure(Subject.ACCESS, "requests made", asker.requests)
    figure(Subject.ACCESS, "answers other than declared", len(verdict.wrong))
    figure(Subject.ACCESS, "leaks", len(verdict.leaks))
    figure(Subject.ACCESS, "changes by who was refused", len(verdict.changes))
    assert verdict.wrong == []
    assert verdict.leaks == []
    assert verdict.changes == []


def test_the_demos_pages_exist_in_a_demo_only(everybody: Everybody, asker: Asker, figure: Keep) -> None:
    found = {}
    with override_settings(DEMO=False):
        for asked in endpoints("platform"):
            if asked.name in DEMO:
                for actor in everybody["platform"]:
                    answer = asker.ask("GET", actor.place.host, actor.path(asked), **actor.asks(asked, "GET"))
                    found[asked.name, actor.name] = answer.status
    figure(Subject.ACCESS, "requests made", asker.requests)
    assert set(found.values()) == {404}


OTHERS = scaled(("HEAD", "POST", "DELETE"), ("HEAD", "POST", "PUT", "PATCH", "DELETE"))


@pytest.mark.parametrize("site", SITES)
def test_no_other_method_does_anything(
    site: str, world: World, everybody: Everybody, asker: Asker, figure: Keep
) -> None:
    """HEAD is GET without a body; what an address does not answer is refused, whoever asks."""
    judge, wrong = Judge(world, asker), []
    rows = {row.key: row for row in read(site)}
    askers = [actor for actor in everybody[site] if FULL or actor.name in ("anonymous", "admin")]
    with override_settings(DEMO=True):
        for asked in endpoints(site):
            for actor in askers:
                for method in OTHERS:
                    if method == "POST" and "POST" in asked.methods:
                        continue
                    path = actor.path(asked)
                    answer = asker.ask(method, actor.place.host, path, **actor.asks(asked, method))
                    where = f"{asked.key} {method} by {actor.name}"
                    judge.look(where, answer, actor, path)
                    row = rows.get((asked.key, "GET"))
                    if method == "HEAD" and row is not None:
                        if answer.outcome(asked, "GET") != row.expected[actor.name] or answer.content:
                            wrong.append(f"{where}: {answer.status}")
                    elif answer.changed or (
                        method not in asked.methods and answer.status < 300 and asked.name not in ANY_METHOD
                    ):
                        wrong.append(f"{where}: {answer.status} {sorted(answer.changed)}")
    figure(Subject.ACCESS, "requests made", asker.requests)
    figure(Subject.ACCESS, "leaks", len(judge.verdict.leaks))
    assert wrong == []
    assert judge.verdict.leaks == []
