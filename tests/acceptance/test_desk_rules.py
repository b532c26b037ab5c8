"""The rules that a government keeps for its offices, its own form's choices and the offices outside."""

from __future__ import annotations

import logging

import pytest

from central.coordination.models import CentralIntake, Handover, IntakeRule, OutsideOffice
from central.offices.access import office as inside
from central.offices.models import Government, Office
from tenants.procedure.queries import settings_now
from tests.acceptance.cast import Cast, Player
from tests.acceptance.citizen import text_of
from tests.acceptance.desk_steps import handed_up

RULES = {"direct_handover": "on", "bounce_limit": "3", "count": "60", "unit": "WM"}
OUTSIDE = {"name": "Kantor Pertanahan", "purpose": "Sertipikat tanah", "phone": "0321-123456"}


@pytest.fixture
def office(_some_database: None) -> Office:
    return Office.objects.select_related("government").get(code="dishub-mojokerto")


@pytest.fixture
def admin(office: Office, cast: Cast) -> Player:
    return cast.desk(office.government, "admin")


def test_the_admins_keep_the_rules_for_handovers(
    office: Office, admin: Player, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    page = admin.get("/meja/aturan/")
    assert "Aturan dan pintu masuk" in text_of(page)
    with caplog.at_level(logging.INFO, "tanggap.audit"):
        assert admin.post("/meja/aturan/", RULES).status_code == 302
    assert "direct_handover=False>True" in caplog.text
    assert "desk_limit=1 WD>60 WM" in caplog.text
    row = Government.objects.get(pk=office.government_id)
    assert (row.direct_handover, row.bounce_limit, row.desk_limit) == (True, 3, "60 WM")
    handed_up(cast, office)
    waiting = Handover.objects.get()
    assert waiting.due_at is not None
    body = admin.get("/meja/aturan/").content.decode()
    assert 'value="60"' in body
    assert "checked" in body


@pytest.mark.parametrize(
    "wrong", [{"count": "0"}, {"count": ""}, {"unit": "weeks"}, {"bounce_limit": "0"}, {"bounce_limit": "99"}]
)
def test_rules_that_cannot_be_are_refused(office: Office, admin: Player, wrong: dict[str, str]) -> None:
    refused = admin.post("/meja/aturan/", {**RULES, **wrong})
    assert refused.status_code == 422
    row = Government.objects.get(pk=office.government_id)
    assert (row.direct_handover, row.bounce_limit, row.desk_limit) == (False, 2, "1 WD")


def test_a_government_that_named_no_receiver_reads_that_none_is_named(admin: Player) -> None:
    body = admin.get("/meja/aturan/penerima/").content.decode()
    assert "Belum ditentukan</option>" in body
    assert "Diputuskan meja pusat" not in body


def test_only_the_desks_admins_see_the_rules(office: Office, cast: Cast) -> None:
    other = cast.desk(office.government, "central_admin")
    for path in ("/meja/aturan/", "/meja/aturan/luar/", "/meja/aturan/pilihan/tambah/"):
        assert other.get(path).status_code == 403
    assert other.post("/meja/aturan/", RULES).status_code == 403
    assert "/meja/aturan/" not in other.get("/meja/").content.decode()


def test_offices_outside_are_kept_in_a_list(office: Office, admin: Player, cast: Cast) -> None:
    assert "Belum ada instansi dalam daftar" in text_of(admin.get("/meja/aturan/luar/"))
    assert admin.post("/meja/aturan/luar/tambah/", OUTSIDE).status_code == 302
    row = OutsideOffice.objects.get()
    assert row.government_id == office.government_id
    assert "Sertipikat tanah" in text_of(admin.get("/meja/aturan/luar/"))
    twice = admin.post("/meja/aturan/luar/tambah/", {**OUTSIDE, "phone": "0321-9"})
    assert twice.status_code == 422
    assert "sudah ada dalam daftar" in text_of(twice)
    without = admin.post("/meja/aturan/luar/tambah/", {"name": "Lain"})
    assert "Isi paling sedikit satu cara menghubunginya." in text_of(without)
    edit = f"/meja/aturan/luar/{row.pk}/"
    assert admin.post(edit, {**OUTSIDE, "email": "atr@example.go.id"}).status_code == 302
    row.refresh_from_db()
    assert row.email == "atr@example.go.id"
    stranger = cast.desk(Office.objects.get(code="jenawi").government, "admin")
    assert stranger.get(edit).status_code == 404
    assert admin.post(f"{edit}hapus/").status_code == 302
    assert not OutsideOffice.objects.exists()
    assert admin.get(edit).status_code == 404


def test_the_choices_of_the_governments_form_are_kept_in_order(office: Office, admin: Player) -> None:
    with inside(office):
        category, _label = next(iter(settings_now().category_choices))
    new = {"name": "Lampu jalan", "group": "Jalan", "position": "2", "office": office.code}
    added = admin.post("/meja/aturan/pilihan/tambah/", new)
    row = IntakeRule.objects.get()
    assert added["Location"] == f"/meja/aturan/pilihan/{row.pk}/", "now the office's categories can be chosen"
    assert (row.office, row.category) == (office, "")
    assert admin.post(added["Location"], {**new, "category": category}).status_code == 302
    row.refresh_from_db()
    assert row.category == category
    admin.post("/meja/aturan/pilihan/tambah/", {"name": "Pohon tumbang", "position": "1"})
    listed = text_of(admin.get("/meja/aturan/"))
    assert listed.index("Pohon tumbang") < listed.index("Lampu jalan")
    foreign = admin.post("/meja/aturan/pilihan/tambah/", {**new, "office": "jenawi"})
    assert foreign.status_code == 422
    assert "Lampu jalan" in foreign.content.decode(), "nothing typed is lost"
    assert admin.post(f"/meja/aturan/pilihan/{row.pk}/hapus/").status_code == 302
    assert [rule.name for rule in IntakeRule.objects.all()] == ["Pohon tumbang"]
    assert admin.post("/meja/aturan/penerima/", {"office": office.code}).status_code == 302
    assert CentralIntake.objects.get().office == office
    assert f"Diterima {office.name}" in text_of(admin.get("/meja/aturan/"))
