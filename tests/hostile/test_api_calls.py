"""Whatever is sent to the API, the answer is one that its own description names, and never a failure of ours.

Schemathesis sends boundary values, random values and chains of calls to everything that `/api/schema/` of a
host describes: with a clerk's token, without any, and with a wrong one.
"""

from __future__ import annotations

import pytest

from tests.acceptance.test_api import first_category
from tests.hostile.api import Found, Gate, gate, run
from tests.inventory import build_world
from tests.plugins.figures import Keep
from tests.proof import FULL, Subject, scaled

pytestmark = pytest.mark.slow

STAFF = ("/api/v1/work", "/api/v1/cases", "/api/v1/questions")
OF_STAFF = "/(work|cases|questions)/"
TOKEN, NOBODY, WRONG = "token", "nobody", "wrong token"


def _hold(opened: Gate, found: Found, figure: Keep) -> None:
    failures = opened.count(at_least=500)
    figure(Subject.HOSTILE, "API calls", opened.calls)
    figure(Subject.HOSTILE, "5xx", failures)
    figure(Subject.HOSTILE, "undocumented answers", len(found.undocumented))
    assert failures == 0, opened.statuses
    assert found.undocumented == [], "\n\n".join(found.undocumented)
    assert found.others == [], "\n\n".join(found.others)


@pytest.mark.parametrize("office", scaled(["greged"], ["greged", "jenawi", "dishub-mojokerto"]))
@pytest.mark.parametrize(
    ("caller", "examples", "only"),
    [
        (TOKEN, scaled(5, 150), "."),
        (NOBODY, scaled(1, 60), scaled(f"^(?!.*{OF_STAFF})", ".")),
        (WRONG, scaled(1, 40), OF_STAFF),
    ],
)
def test_an_offices_api_answers_as_it_says(
    real_commits: str, office: str, caller: str, examples: int, only: str, figure: Keep
) -> None:
    place = build_world(offices=[office])(office)
    header = {TOKEN: f"Bearer {place.tokens['clerk']}", NOBODY: "", WRONG: "Bearer tidak-berlaku"}[caller]
    with gate(place.host) as opened:
        category = first_category(place.host)
        found = run(opened, examples=examples, authorization=header, only=only, category=category)
    _hold(opened, found, figure)
    answered = {where: opened.count(at_least=200, below=400, place=where) for where in STAFF}
    if caller == TOKEN:
        assert all(answered.values())
        assert opened.statuses["POST", "/api/v1/cases", 200] or not FULL
    else:
        assert answered == dict.fromkeys(STAFF, 0)
    if caller != WRONG:
        assert opened.statuses["POST", "/api/v1/complaints", 201]
        assert opened.statuses["GET", "/api/v1/complaints", 200]


def test_the_platforms_api_answers_as_it_says(real_commits: str, figure: Keep) -> None:
    with gate("localhost") as opened:
        found = run(opened, examples=scaled(15, 300))
    _hold(opened, found, figure)
    assert opened.statuses["GET", "/api/v1/offices", 200]
