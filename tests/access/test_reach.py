"""How far each page of a government's host reaches: which offices it enters, and what it touches there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from tests.access.asking import Asker, _office_tables
from tests.inventory import Caller, Endpoint, World, endpoints
from tests.plugins.figures import Keep
from tests.proof import Subject

PROCEDURE = frozenset({"procedure", "organization"})
"""Names of stages, categories and people."""

CONTENT = PROCEDURE | {"complaints"}

DEEP = {
    "desk:queue": CONTENT,  # the reasons of what was handed up, each a look that is noted
    "desk:case": CONTENT,
    "desk:action": CONTENT,
    "desk:live_preview": CONTENT,
    "desk:file": CONTENT,
    "desk:follow_up": CONTENT,
    "desk:hand_over": frozenset[str](),
    # The government's form is the form of the office that receives, with its draft there.
    "government_report": CONTENT,
    "government_report_start": CONTENT,
    "government_report_anew": CONTENT,
    "government_report_question": CONTENT,
    "government_report_check": CONTENT,
    "government_report_sent": CONTENT,
}
"""Pages that reach a complaint, by the apps whose tables they touch in an office. No other page does."""


DIGEST = "SELECT md5("
"""What the asker itself sends, to see whether something has changed."""


class Reach:
    """What is touched in offices, as (office, app)."""

    def __init__(self) -> None:
        self.touched: set[tuple[str, str]] = set()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        office = connection.office
        if office is not None and not sql.startswith(DIGEST):
            named = {table for table in _office_tables() if table in sql}
            self.touched |= {(office.code, table.partition("_")[0]) for table in named}
        return execute(sql, params, many, context)


@contextmanager
def reaching() -> Iterator[Reach]:
    reach = Reach()
    with connection.execute_wrapper(reach):
        yield reach


def ask(world: World, asker: Asker, asked: Endpoint, method: str) -> Reach:
    place = world.main(asked)
    opener = place.opener(asked)
    if not isinstance(opener, Caller):
        opener.sign_in()
    jar = opener.cookies if isinstance(opener, Caller) else opener.client.cookies
    body = place.body(asked) if method == "POST" else {}
    path = place.path(asked)
    with reaching() as reach:
        answer = asker.ask(
            method, place.host, path, cookies={name: one.value for name, one in jar.items()}, **body
        )
    assert answer.status < 400, f"{asked.name} {method}: {answer.status}"
    return reach


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_page_of_the_desk_reaches_what_it_is_for_and_nothing_else(
    world: World, asker: Asker, figure: Keep, method: str
) -> None:
    own = {place.code for place in world.offices if place.government == world("mojokerto").government}
    wrong, entered = [], 0
    for asked in endpoints("government"):
        if method not in asked.methods or asked.name.startswith(("account_", "mfa_")):
            continue
        reach = ask(world, asker, asked, method)
        print(asked.name, method, sorted(reach.touched))
        entered += bool(reach.touched)
        foreign = {code for code, _app in reach.touched} - own
        far = {app for _code, app in reach.touched} - DEEP.get(asked.name, PROCEDURE)
        if foreign or far:
            wrong.append(f"{asked.name} {method}: {sorted(reach.touched)}")
    figure(Subject.ACCESS, "requests made", asker.requests)
    assert wrong == []
    assert entered > 3
