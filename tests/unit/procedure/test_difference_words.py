"""Whoever puts a version in force reads short names and values in words: no help text, no code."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.utils.translation import override

from tenants.portal.procedure_difference import difference_rows
from tests.unit.workflows.mutants import OPERATORS, Data
from tests.unit.workflows.simulate import PRESETS
from tests.unit.workflows.test_mutants import findings
from workflows.difference import differences
from workflows.labels import label
from workflows.loading import as_data, procedure_from
from workflows.preset import load_preset
from workflows.procedure import Procedure
from workflows.schema import parts
from workflows.settings import Settings

_CODED = re.compile(r"\b\d+ (?:WD|WH|WM|h|d)\b|\b\d{4}-\d\d-\d\d\b|\b[a-z]+_[a-z_]+\b")


def changed(**values: object) -> Procedure:
    data: Data = as_data(load_preset("greged").procedure)
    data["clocks"][0].update(values)
    return procedure_from(data)


def test_a_limit_and_a_date_read_as_people_write_them() -> None:
    old = changed(limit={"value": 2, "unit": "h"}, since="2023-09-18")
    new = changed(limit={"value": 4, "unit": "WH"}, since="2024-01-02", warn_share=0.5)
    with override("id"):
        rows = [(row.change, row.field, row.before, row.after) for row in difference_rows(old, new)]
    assert rows == [
        ("diubah", "batas waktu", "2 jam", "4 jam kerja"),
        ("diubah", "peringatan setelah terpakai", "75%", "50%"),
        ("diubah", "berlaku sejak", "18 September 2023", "2 Januari 2024"),
    ]
    with override("en"):
        (limit, *_rest) = difference_rows(old, new)
    assert (limit.field, limit.after) == ("limit", "4 working hours")
    assert old.clocks[0].since == date(2023, 9, 18)


def test_branches_of_a_limit_name_their_cases() -> None:
    kind = load_preset("greged").procedure.case_classes[0]
    branch = {"limit": {"value": 3, "unit": "WD"}, "when": {"field": "case_class", "value": [kind.code]}}
    new = changed(limit=[branch, {"else": {"value": 9, "unit": "d"}}])
    with override("id"):
        (row,) = difference_rows(changed(), new)
    assert row.after == f"3 hari kerja (jenis aduan: {kind.name.id}); 9 hari (selain itu)"


def test_every_field_of_a_procedure_has_a_short_name() -> None:
    for part in parts():
        if part is Settings:
            break
        if part.__name__ in ("Text", "Span", "Condition"):
            continue
        for name in part.model_fields:
            assert len(label(f"short.{name}").id) <= 50, (part, name)


@pytest.mark.parametrize("code", PRESETS)
def test_no_difference_is_told_in_codes(code: str) -> None:
    """Any change of the stages, limits and roles of a preset; texts that the office wrote are its own."""
    preset = load_preset(code)
    met = 0
    for operator in OPERATORS:
        for place, broken in list(operator.apply(as_data(preset.procedure)))[:3]:
            procedure, _found = findings(broken, preset)
            if procedure is None:
                continue
            with override("id"):
                rows = difference_rows(preset.procedure, procedure)
            assert len(rows) == len(differences(preset.procedure, procedure))
            for row in rows:
                if row.field in ("oleh", "pemilik", "batas waktu", "menuju", "berjalan pada tahap", "status"):
                    told = f"{row.before} {row.after}"
                    assert not _CODED.search(told), (operator.name, place, told)
                    met += 1
    assert met


def test_what_is_known_by_its_role_has_the_roles_name() -> None:
    old = load_preset("greged").procedure
    data: Data = as_data(old)
    for rung in data["ladder"]:
        rung["after"] = "9 WD"
    data["platform"]["hand_up"]["stages"] = data["platform"]["hand_up"]["stages"][:1]
    with override("id"):
        places = [row.place for row in difference_rows(old, procedure_from(data))]
    assert "Anak tangga eskalasi Camat" in places
    assert "Tindakan sistem › Penyerahan Admin pusat" in places
