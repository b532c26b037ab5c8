"""The presets say what the offices' SOP tables say, and each of them is sound."""

from __future__ import annotations

import pytest

from tests.unit.workflows.simulate import PRESETS
from workflows.cases import MAIN, Scope
from workflows.loading import (
    as_data,
    as_yaml,
    digest,
    load_procedure,
    load_settings,
    procedure_from,
    settings_from,
)
from workflows.preset import load_preset, preset_codes
from workflows.problems import Severity
from workflows.soundness import check_procedure, check_settings

ROWS = {
    "greged": {"1", "2", "2a", "2b", "3", "4", "5", "6", "7"},
    "jenawi": {"1", "2", "3", "4", "5"},
    "mojokerto": {"A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "B1", "B2"},
    "triharjo": {"1", "2", "3", "4", "5", "6", "7", "8", "9"},
    "upik": {"1", "2", "3", "4", "5"},
}
LIMITS = {
    "greged": {"2": "1 WD receipt", "3": "24 h action", "4": "3 WD entering", "7": "14 WD receipt"},
    "jenawi": {"2": "5 WM receipt", "3": "10 WM entering", "4": "1 WD entering", "5": "10 WM entering"},
    "mojokerto": {
        "A1": "30 WM receipt",
        "A2": "24 h receipt",
        "A3": "60 WM receipt",
        "A4": "120 WM receipt",
        "A5": "24 h entering",
        "A6": "12 h entering",
        "A7": "24 h action",
        "A8": "60 WM entering",
        "B1": "120 WM entering",
        "B2": "15 WM entering",
    },
    "triharjo": {"8": "7 WD, 14 WD receipt"},
    "upik": {"2": "2 h receipt", "3": "2 h entering", "4": "24 h entering"},
}


def test_the_five_presets_are_shipped() -> None:
    assert preset_codes() == PRESETS


@pytest.mark.parametrize("code", PRESETS)
def test_every_row_of_the_table_is_somewhere_in_the_preset(code: str) -> None:
    procedure = load_preset(code).procedure
    rows = {procedure.intake.sop_row} | {clock.sop_row for clock in procedure.clocks}
    for line in procedure.lines:
        for stage in line.stages:
            rows |= {stage.sop_row, *(action.sop_row for action in stage.actions)}
    platform = procedure.platform
    for own in (platform.hand_up, platform.refer, platform.coordinate):
        rows |= {own.sop_row} if own else set()
    missing = ROWS[code] - rows - ({"1"} if code == "mojokerto" else set())
    assert not missing
    assert rows - {""} <= ROWS[code], "no row that the table does not have"


@pytest.mark.parametrize("code", PRESETS)
def test_the_limits_are_those_of_the_table_and_a_dash_has_no_clock(code: str) -> None:
    procedure = load_preset(code).procedure
    found = {
        clock.sop_row: ", ".join(str(branch.limit) for branch in clock.limits())
        + f" {clock.counts_from.kind}"
        for clock in procedure.clocks
    }
    assert found == LIMITS[code]
    for line in procedure.lines:
        for stage in line.stages:
            clocks = [c for c in procedure.clocks if c.line == line.code and stage.code in c.live]
            if stage.final is None and not clocks and not any(c.whole for c in procedure.clocks):
                assert stage.no_limit, stage.code


@pytest.mark.parametrize("code", PRESETS)
def test_every_preset_and_variant_is_sound(code: str) -> None:
    preset = load_preset(code)
    assert preset.timezone == "Asia/Jakarta"
    for variant in ("", *preset.variants):
        one = load_preset(code, variant)
        units = frozenset(unit.code for unit in one.organisation.units)
        problems = check_procedure(one.procedure, one.settings) + check_settings(
            one.settings, one.procedure, units
        )
        assert [p for p in problems if p.severity is Severity.ERROR] == []


@pytest.mark.parametrize("code", PRESETS)
def test_the_organisation_can_begin_to_work(code: str) -> None:
    """Every role of the office's own has a position, and every position and unit is well placed."""
    preset = load_preset(code)
    for variant in ("", *preset.variants):
        one = load_preset(code, variant)
        units = [unit.code for unit in one.organisation.units]
        for number, unit in enumerate(one.organisation.units):
            assert unit.parent is None or unit.parent in units[:number]
        held = {role for position in one.organisation.positions for role in position.roles}
        own = {role.code for role in one.procedure.roles if role.scope is Scope.OFFICE}
        assert held == own
        assert all(p.unit in units for p in one.organisation.positions)


@pytest.mark.parametrize("code", PRESETS)
def test_nothing_is_public_without_a_release(code: str) -> None:
    procedure = load_preset(code).procedure
    publication = next(line for line in procedure.lines if line.code == "publication")
    assert publication.outlives
    releases = [
        (line.code, action.code)
        for line in procedure.lines
        for stage in line.stages
        for action in stage.actions
        if action.publication == "release"
    ]
    assert len(releases) == 1
    assert releases[0][0] == "publication"
    if code != "mojokerto":
        closing = [
            set(action.roles or stage.owner)
            for line in procedure.lines
            if line.code == MAIN
            for stage in line.stages
            for action in stage.actions
            if "closed" in action.targets()
        ]
        assert [set(publication.stages[0].owner)] == closing, "by the role that closes"
        assert publication.stages[0].no_limit


@pytest.mark.parametrize("code", PRESETS)
def test_documents_go_out_and_come_in_without_loss(code: str) -> None:
    preset = load_preset(code)
    assert load_procedure(as_yaml(preset.procedure)) == preset.procedure
    assert load_settings(as_yaml(preset.settings), preset.procedure) == preset.settings
    procedure = procedure_from(as_data(preset.procedure), digest(preset.procedure))
    assert procedure == preset.procedure
    assert procedure_from(as_data(preset.procedure)) is procedure, "equal content, one object"
    assert settings_from(as_data(preset.settings)) == preset.settings


@pytest.mark.parametrize("code", PRESETS)
def test_everything_for_people_is_bilingual(code: str) -> None:
    def texts(part: object) -> list[dict[str, str]]:
        if isinstance(part, dict):
            if set(part) == {"id", "en"}:
                return [part]
            return [text for value in part.values() for text in texts(value)]
        return [text for value in part for text in texts(value)] if isinstance(part, list) else []

    preset = load_preset(code)
    found = texts(preset.procedure.model_dump(mode="json")) + texts(preset.settings.model_dump(mode="json"))
    assert len(found) > 30
    assert [text["id"] for text in found if not text["en"]] == []


def test_a_step_asks_why_it_changes_only_what_it_may_change() -> None:
    asked = {}
    for code in ("propose_disposition", "assign"):
        actions = [
            action
            for line in load_preset("greged").procedure.index.lines.values()
            for stage in line.stages.values()
            for name, action in stage.actions.items()
            if name == code
        ]
        asked[code] = actions[0].inputs[-1].label.id
    assert asked == {
        "propose_disposition": "Alasan mengubah kategori atau unit",
        "assign": "Alasan mengubah unit",
    }
