"""Whoever puts a version in force reads what it changes: all of it, in words, and nothing else."""

from __future__ import annotations

import pytest

from tests.unit.workflows.mutants import OPERATORS, Data
from tests.unit.workflows.simulate import PRESETS
from tests.unit.workflows.test_mutants import findings
from workflows.difference import Change, differences
from workflows.loading import as_data, procedure_from, settings_from
from workflows.preset import load_preset


def greged() -> Data:
    return as_data(load_preset("greged").procedure)


@pytest.mark.parametrize("code", PRESETS)
def test_equals_do_not_differ(code: str) -> None:
    preset = load_preset(code)
    assert differences(preset.procedure, procedure_from(as_data(preset.procedure))) == []
    assert differences(preset.settings, settings_from(as_data(preset.settings))) == []


def test_a_changed_limit_is_named_with_its_place_and_both_values() -> None:
    data = greged()
    data["clocks"][0]["limit"] = {"value": 2, "unit": "WD"}
    (found,) = differences(load_preset("greged").procedure, procedure_from(data))
    assert found.change is Change.CHANGED
    assert found.place("id") == "Batas waktu Verifikasi dan klasifikasi"
    assert found.place("en") == "Limit Verification and classification"
    assert found.field == "limit"
    assert found.before is not None
    assert found.after is not None
    assert (found.before.id, found.after.id) == ("1 WD", "2 WD")
    assert found.meaning is not None


def test_an_added_stage_and_a_removed_one_are_named_as_wholes() -> None:
    old = load_preset("greged").procedure
    data = greged()
    stage = {"code": "extra", "name": {"id": "Rapat", "en": "Meeting"}, "owner": ["district_head"]}
    data["lines"][0]["stages"].insert(2, {**stage, "status": "in_process", "no_limit": True})
    new = procedure_from(data)
    (added,) = differences(old, new)
    assert (added.change, added.place("id")) == (Change.ADDED, "Alur Penanganan aduan › Tahap Rapat")
    (removed,) = differences(new, old)
    assert (removed.change, removed.place("en")) == (Change.REMOVED, "Line Handling › Stage Meeting")


def test_another_order_is_said_once() -> None:
    data = greged()
    data["roles"].reverse()
    (found,) = differences(load_preset("greged").procedure, procedure_from(data))
    assert (found.change, found.field) == (Change.MOVED, "roles")


def test_settings_differ_in_words_too() -> None:
    preset = load_preset("greged")
    data = as_data(preset.settings)
    data["calendar"]["week"]["fri"] = ["07:30-11:30", "13:00-15:00"]
    data["categories"][0]["children"][0]["in_use"] = False
    data["texts"] = {"receipt": {"subject": "A", "body": "B", "line": "C"}}
    week, category, text = differences(preset.settings, settings_from(data))
    assert week.place("id") == "Kalender › Jam kerja"
    assert week.after is not None
    assert week.after.id == "07:30-11:30, 13:00-15:00"
    assert category.place("id").endswith("› Kategori Jalan rusak")
    assert category.after is not None
    assert category.after.id == "tidak"
    assert (text.change, text.place("id")) == (Change.ADDED, "Teks receipt")


@pytest.mark.parametrize("code", PRESETS)
def test_what_the_rules_let_pass_the_difference_names(code: str) -> None:
    """A mutant that is sound is another procedure, and whoever puts it in force reads where it is."""
    preset = load_preset(code)
    met = 0
    for operator in OPERATORS:
        for place, broken in operator.apply(as_data(preset.procedure)):
            procedure, found = findings(broken, preset)
            if found or procedure is None:
                continue
            named = differences(preset.procedure, procedure)
            assert named, (operator.name, place)
            assert all(item.before or item.after for item in named)
            met += 1
    assert met


def test_areas_differ_one_by_one_and_are_called_so() -> None:
    data = as_data(load_preset("greged").settings)
    one = settings_from(data | {"areas": [{"code": "11.01", "name": "Satu"}]})
    two = settings_from(
        data | {"areas": [{"code": "11.01", "name": "Satu"}, {"code": "11.02", "name": "Dua"}]}
    )
    (found,) = differences(one, two)
    assert (found.change, found.place("id"), found.place("en")) == (Change.ADDED, "Wilayah Dua", "Area Dua")
