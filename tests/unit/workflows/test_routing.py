"""The first rule that holds decides where a report goes, and says why."""

from __future__ import annotations

import pytest

from tests.unit.workflows.simulate import Life, wib
from workflows import engine
from workflows.cases import Intake
from workflows.decision import Fact
from workflows.numbering import register_number
from workflows.preset import load_preset
from workflows.routing import route
from workflows.settings import Settings

RULES = [
    {
        "code": "night",
        "why": "Malam hari",
        "when": [{"field": "hour", "value": [22, 23]}],
        "target": {"role": "clerk"},
    },
    {
        "code": "landslide",
        "why": "Kata kunci longsor",
        "when": [{"field": "words", "value": ["longsor", "tanah ambles"]}],
        "target": {"unit": "trantib", "member": 7},
    },
    {
        "code": "monday_counter",
        "why": "Loket Senin",
        "when": [{"field": "weekday", "value": "mon"}, {"field": "intake_channel", "value": "counter"}],
        "target": {"unit": "umum"},
    },
    {
        "code": "village",
        "why": "Wilayah",
        "when": [
            {"field": "region", "value": "32.09.38.2005"},
            {"field": "category", "value": "infrastructure"},
        ],
        "target": {"unit": "pemerintahan"},
    },
    {"code": "off", "why": "Mati", "target": {"unit": "umum"}, "in_use": False},
]


def with_rules() -> Settings:
    data = load_preset("greged").settings.model_dump(mode="json")
    return Settings.model_validate({**data, "routing": RULES})


@pytest.mark.parametrize(
    ("given", "rule", "unit", "member"),
    [
        ({"received_at": wib("2025-06-02 22:10")}, "night", "pemberdayaan", None),
        ({"description": "Ada TANAH AMBLES di tebing"}, "landslide", "trantib", 7),
        ({"description": "Perlongsoran kata lain"}, "category", "pemberdayaan", None),
        ({"intake_channel": "counter"}, "monday_counter", "umum", None),
        (
            {"intake_channel": "counter", "received_at": wib("2025-06-03 10:00")},
            "category",
            "pemberdayaan",
            None,
        ),
        ({"region": "32.09.38.2005"}, "village", "pemerintahan", None),
        ({"region": "32.09.38.2005", "category": "waste"}, "category", "pemberdayaan", None),
        ({"category": "other"}, "none", None, None),
    ],
)
def test_the_first_rule_that_holds_wins(
    given: dict[str, object], rule: str, unit: str | None, member: int | None
) -> None:
    fields: dict[str, object] = {
        "received_at": wib("2025-06-02 10:00"),
        "timezone": "Asia/Jakarta",
        "description": "Jalan rusak",
        "category": "road",
    } | given
    result = route(with_rules(), Intake(**fields))  # type: ignore[arg-type]  # mixed on purpose
    assert (result.rule, result.unit, result.member) == (rule, unit, member)
    assert result.why.id


def test_the_reason_is_kept_with_the_receipt() -> None:
    life = Life.begins("greged", "2025-06-02 10:00", category="crime")
    first = life.decisions[0]
    assert first.routing is not None
    assert first.routing.rule == "category"
    assert first.facts[Fact.UNIT] == "trantib"
    assert first.facts[Fact.CASE_CLASS] == "urgent"
    assert first.sop_row == "1"
    assert engine.due_at(life.preset.procedure, life.case) == first.promised_due_at


def test_numbers_follow_the_offices_pattern() -> None:
    on = wib("2025-06-02 10:00").date()
    assert register_number("{seq:04}/SIGAP/{month_roman}/{year}", 7, on, "greged") == "0007/SIGAP/VI/2025"
    assert register_number("UPIK-{year}-{seq:05}", 123456, on, "dlh") == "UPIK-2025-123456"
    assert register_number("{seq}/{office}/{month}/{year}", 3, on, "dishub") == "3/DISHUB/06/2025"
