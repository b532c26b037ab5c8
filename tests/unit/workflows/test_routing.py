"""The first rule that holds decides where a report goes, and says why."""

from __future__ import annotations

import pytest

from tests.unit.workflows.simulate import Life, wib
from workflows import engine
from workflows.cases import Intake
from workflows.decision import Fact
from workflows.loading import as_data, settings_from
from workflows.numbering import register_number
from workflows.preset import load_preset
from workflows.problems import Severity
from workflows.routing import Targets, check_targets, route, tried
from workflows.settings import Settings
from workflows.soundness import check_settings

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
    assert register_number("{office}-{year}-{seq:05}", 123456, on, "dlh") == "DLH-2025-123456"
    assert register_number("{seq}/{office}/{month}/{year}", 3, on, "dishub") == "3/DISHUB/06/2025"


QUESTIONS = [
    {
        "code": "blocked",
        "label": "Apakah jalan tertutup?",
        "kind": "yes_no",
        "required": True,
    },
    {
        "code": "width",
        "label": "Lebar",
        "kind": "choice",
        "choices": [{"value": "wide", "label": "Lebar"}, {"value": "narrow", "label": "Sempit"}],
    },
    {"code": "since", "label": "Sejak", "kind": "line"},
    {"code": "houses", "label": "Jumlah rumah", "kind": "number"},
]


def with_questions() -> Settings:
    data = load_preset("greged").settings.model_dump(mode="json")
    data["categories"][0]["questions"] = QUESTIONS[:1]
    data["categories"][0]["children"][0]["questions"] = QUESTIONS[1:]
    data["routing"] = [
        {
            "code": "blocked",
            "why": "Jalan tertutup",
            "when": [{"field": "answer", "question": "blocked", "value": "yes"}],
            "target": {"unit": "trantib"},
        },
        {
            "code": "bridge",
            "why": "Jembatan",
            "when": [{"field": "words", "value": "jembatan"}],
            "target": {"office": "dpupr"},
        },
    ]
    return Settings.model_validate(data)


def sent(settings: Settings, answers: dict[str, str], **more: object) -> Intake:
    fields: dict[str, object] = {
        "received_at": wib("2025-06-02 10:00"),
        "timezone": "Asia/Jakarta",
        "description": "Jalan rusak parah",
        "category": "road",
        "answers": answers,
    }
    return Intake(**fields | more)  # type: ignore[arg-type]  # mixed on purpose


@pytest.mark.parametrize(
    ("answers", "errors"),
    [
        ({"blocked": "yes", "width": "wide", "since": "Maret", "houses": "12"}, {}),
        ({}, {"answers.blocked": "required"}),
        ({"blocked": "maybe"}, {"answers.blocked": "not_a_choice"}),
        ({"blocked": "no", "width": "huge"}, {"answers.width": "not_a_choice"}),
        ({"blocked": "no", "houses": "-1"}, {"answers.houses": "wrong_type"}),
        ({"blocked": "no", "houses": "x" * 400}, {"answers.houses": "wrong_type"}),
        ({"blocked": "no", "since": "x" * 400}, {"answers.since": "too_long"}),
        ({"blocked": "no", "other": "x"}, {"answers.other": "not_asked"}),
    ],
)
def test_a_categorys_questions_are_asked_with_those_above_it(
    answers: dict[str, str], errors: dict[str, str]
) -> None:
    settings, procedure = with_questions(), load_preset("greged").procedure
    assert [q.code for q in settings.questions_of("road")] == ["blocked", "width", "since", "houses"]
    assert [q.code for q in settings.questions_of("flood")] == ["blocked"]
    assert engine.intake_errors(procedure, settings, sent(settings, answers)) == errors


def test_whoever_records_for_somebody_may_leave_answers_out() -> None:
    settings, procedure = with_questions(), load_preset("greged").procedure
    assert engine.intake_errors(procedure, settings, sent(settings, {}, on_behalf=True)) == {}


def test_an_answer_routes() -> None:
    settings = with_questions()
    assert route(settings, sent(settings, {"blocked": "yes"})).rule == "blocked"
    assert route(settings, sent(settings, {"blocked": "no"})).rule == "category"


def test_a_rule_may_name_another_office() -> None:
    settings = with_questions()
    found = route(settings, sent(settings, {"blocked": "no"}, description="Jembatan putus total"))
    assert (found.office, found.unit, found.rule) == ("dpupr", None, "bridge")


def test_a_rule_whose_target_is_no_more_is_passed_over_and_named() -> None:
    settings = with_rules()
    report = sent(settings, {}, description="Ada longsor di tebing")
    gone = Targets(units=frozenset({"pemberdayaan"}), members=frozenset())
    found = route(settings, report, gone)
    assert (found.rule, found.broken) == ("category", ("landslide",))
    nobody = route(settings, report, Targets(units=frozenset()))
    assert (nobody.rule, nobody.unit) == ("none", None)
    named = list(check_targets(settings, gone))
    assert {problem.path[1] for problem in named if problem.path[0] == "routing"} == {1, 2, 3}
    assert all(problem.severity is Severity.ERROR for problem in named)


def test_rules_can_be_tried_before_they_take_effect() -> None:
    settings = with_rules()
    trials = tried(settings, sent(settings, {}, intake_channel="counter"))
    assert [trial.rule.code for trial in trials] == ["night", "landslide", "monday_counter", "village"]
    assert [trial.wins for trial in trials] == [False, False, True, False]
    assert trials[3].holds == (False, True)


@pytest.mark.parametrize(
    "condition",
    [
        {"field": "hour", "value": ["07"]},
        {"field": "hour", "value": [24]},
        {"field": "weekday", "value": ["monday"]},
        {"field": "visibility", "value": ["public"]},
        {"field": "intake_channel", "value": ["pigeon"]},
        {"field": "region", "value": ["Desa Satu"]},
        {"field": "answer", "question": "dark", "value": ["maybe"]},
    ],
)
def test_a_rule_that_can_never_hold_is_refused(condition: dict[str, object]) -> None:
    """It would be silent for ever, and nobody would know why."""
    preset = load_preset("greged")
    data = as_data(preset.settings)
    data["categories"][0]["questions"] = [{"code": "dark", "label": "Gelap?", "kind": "yes_no"}]
    data["routing"] = [{"code": "a", "why": "A", "when": [condition], "target": {"unit": "umum"}}]
    (found,) = check_settings(settings_from(data), preset.procedure)
    assert (found.code, found.path) == ("R01", ("routing", 0, "when", 0, "value"))


def test_rules_have_codes_of_their_own_and_targets_that_take_the_case() -> None:
    preset = load_preset("greged")

    def findings(*rules: dict[str, object]) -> list[str]:
        data = as_data(preset.settings) | {"routing": [{"why": "A", **rule} for rule in rules]}
        return [found.code for found in check_settings(settings_from(data), preset.procedure)]

    unit, role = {"unit": "umum"}, {"role": "district_head"}
    assert findings({"code": "a", "target": unit}, {"code": "b", "target": unit}) == []
    assert findings({"code": "a", "target": unit}, {"code": "a", "target": unit}) == ["R02"]
    assert findings({"code": "none", "target": unit}) == ["R03"]
    assert findings({"code": "a", "target": {"role": "complaint_clerk"}}) == []
    assert findings({"code": "a", "target": role}) == ["R07"], "not at the first stage"
    assert findings({"code": "a", "target": role | unit}) == []


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        ({"field": "category", "value": "no_such"}, "category"),
        ({"field": "answer", "question": "no_such", "value": "yes"}, "question"),
    ],
)
def test_a_rule_that_looks_at_what_is_not_there_is_refused(condition: dict[str, str], kind: str) -> None:
    data = load_preset("greged").settings.model_dump(mode="json")
    data["routing"] = [{"code": "x", "why": "x", "when": [condition], "target": {"unit": "umum"}}]
    (found,) = check_settings(Settings.model_validate(data))
    assert found.code == "R01"
    assert kind in found.text.en
