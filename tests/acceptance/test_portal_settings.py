"""What an office's admin keeps: units, positions, members, acting officers, office data, calendar."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from central.accounts.services import create_token
from central.delivery.models import CentralMessage
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.organization.models import Holding, Member, Position, Unit
from tenants.procedure.models import SettingsVersion
from tests.acceptance.cast import Player
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.portal_steps import offered, picture, slug_of, step, version_on

Clock = Callable[..., datetime]
AsMember = Callable[..., Player]
Warga = Callable[[Office], Citizen]


@pytest.fixture
def admin(greged: Office, as_admin: Callable[[Office], Player]) -> Player:
    return as_admin(greged)


def test_settings_are_for_admins_only(petugas: Player, admin: Player) -> None:
    for path in (
        "",
        "unit/",
        "jabatan/",
        "anggota/",
        "anggota/tambah/",
        "penugasan/",
        "instansi/",
        "kalender/",
    ):
        assert admin.get(f"/kantor/atur/{path}").status_code == 200, path
        refused = petugas.get(f"/kantor/atur/{path}")
        assert refused.status_code == 403, path
        assert "hanya untuk admin instansi" in text_of(refused)
    assert petugas.post("/kantor/atur/unit/", {"name": "Unit gelap"}).status_code == 403


def test_the_overview_names_the_sop_roles_that_nobody_holds(greged: Office, admin: Player) -> None:
    words = text_of(admin.get("/kantor/atur/"))
    assert "4 peran SOP belum ada pemegangnya" in words
    assert "Sekcam" in words


def test_units_are_added_renamed_and_closed(greged: Office, admin: Player) -> None:
    assert admin.post("/kantor/atur/unit/", {"name": "Seksi Pelayanan Umum"}).status_code == 302
    with inside(greged):
        unit = Unit.objects.get(name="Seksi Pelayanan Umum")
        assert unit.code == "seksi-pelayanan-umum"
    page = f"/kantor/atur/unit/{unit.pk}/"
    assert admin.post(page, {"name": "Seksi Pelayanan", "is_active": ""}).status_code == 302
    assert "tidak dipakai" in text_of(admin.get("/kantor/atur/unit/"))
    assert admin.post("/kantor/atur/unit/", {"name": "x" * 200}).status_code == 422


def test_a_position_carries_sop_roles(greged: Office, admin: Player) -> None:
    answer = admin.post(
        "/kantor/atur/jabatan/", {"title": "Staf Pengaduan", "unit": "", "roles": ["complaint_clerk"]}
    )
    assert answer.status_code == 302
    with inside(greged):
        assert Position.objects.get(title="Staf Pengaduan").roles == ["complaint_clerk"]
    bad = admin.post("/kantor/atur/jabatan/", {"title": "Staf", "roles": ["king"]})
    assert bad.status_code == 422


def test_a_new_member_is_invited_by_mail_and_once_only(greged: Office, admin: Player) -> None:
    with inside(greged):
        position = Position.objects.get(code="sekcam")
    assert "Kirim undangan" in text_of(admin.get("/kantor/atur/anggota/tambah/"))
    given = {"name": "Nining Kurnia", "email": "nining@example.id", "phone": "", "position": position.pk}
    assert admin.post("/kantor/atur/anggota/tambah/", given).status_code == 302
    invitation = CentralMessage.objects.get(recipient="nining@example.id")
    assert "/undangan/" in invitation.body
    again = admin.post("/kantor/atur/anggota/tambah/", {**given, "email": "NINING@example.id"})
    assert again.status_code == 422
    assert "Nining Kurnia" in again.content.decode()
    with inside(greged):
        member = Member.objects.get(email="nining@example.id")
        assert Holding.objects.get(member=member).position_id == position.pk
    assert "diundang, belum masuk" in text_of(admin.get("/kantor/atur/anggota/"))
    assert admin.post(f"/kantor/atur/anggota/{member.pk}/undang/").status_code == 302
    assert CentralMessage.objects.filter(recipient="nining@example.id").count() == 2


def test_a_member_who_leaves_is_out_at_once_and_the_last_admin_cannot_leave(
    greged: Office, admin: Player, petugas: Player
) -> None:
    assert petugas.get("/kantor/").status_code == 200
    leave = f"/kantor/atur/anggota/{petugas.member_id}/keluar/"
    assert "Akhiri keanggotaan" in text_of(admin.get(leave))
    assert admin.post(leave).status_code == 302
    out = petugas.get("/kantor/")
    assert out.status_code == 302
    assert petugas.get(out["Location"]).status_code == 403
    refused = admin.post(f"/kantor/atur/anggota/{admin.member_id}/keluar/")
    assert refused.status_code == 422
    assert "paling sedikit satu admin" in text_of(refused)


@pytest.mark.parametrize("change", ["keluar", "admin"])
def test_who_leaves_or_becomes_an_admin_loses_the_api_tokens_for_this_office(
    greged: Office, upik: Office, admin: Player, petugas: Player, change: str
) -> None:
    here, secret = create_token(petugas.user, greged, "Aplikasi")
    elsewhere, _secret = create_token(petugas.user, upik, "Aplikasi")
    headers = {"Authorization": f"Bearer {secret}"}
    assert petugas.get("/api/v1/work/", headers=headers).status_code == 200
    person = f"/kantor/atur/anggota/{petugas.member_id}/"
    unchanged = admin.post(person, {"name": petugas.user.name, "phone": ""})
    assert unchanged.status_code == 302
    here.refresh_from_db()
    assert here.revoked_at is None
    if change == "keluar":
        done = admin.post(f"{person}keluar/")
    else:
        done = admin.post(person, {"name": petugas.user.name, "phone": "", "is_admin": "on"})
    assert done.status_code == 302, text_of(done)
    here.refresh_from_db()
    elsewhere.refresh_from_db()
    assert here.revoked_at is not None
    assert elsewhere.revoked_at is None


def test_an_acting_officer_does_the_heads_work_within_the_dates(
    greged: Office, admin: Player, petugas: Player, as_member: AsMember, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    number, _ = warga(greged).report()
    slug = slug_of(greged, number)
    step(petugas, slug, "verify_complete")
    step(petugas, slug, "propose_disposition", category="road", case_class="routine", unit="pemberdayaan")
    kasi = as_member(greged, "unit_officer", "pemerintahan")
    assert "main/assign" not in offered(kasi, slug)
    with inside(greged):
        camat = Position.objects.get(code="camat")
    given = {"member": kasi.member_id, "position": camat.pk, "acting_kind": "plh", "starts_on": "2025-03-03"}
    endless = admin.post("/kantor/atur/penugasan/", given)
    assert endless.status_code == 422
    assert "wajib diisi untuk Plt. dan Plh." in text_of(endless)
    assert admin.post("/kantor/atur/penugasan/", {**given, "ends_on": "2025-03-05"}).status_code == 302
    assert "Plh. Camat" in text_of(admin.get("/kantor/atur/penugasan/"))
    assert "main/assign" in offered(kasi, slug)
    at("2025-03-06 08:00")
    assert "main/assign" not in offered(kasi, slug)


def test_a_holding_can_be_ended(greged: Office, admin: Player, petugas: Player) -> None:
    with inside(greged):
        holding = Holding.objects.get(member_id=petugas.member_id)
    page = f"/kantor/atur/penugasan/{holding.pk}/akhiri/"
    assert admin.get(page).status_code == 200
    assert admin.post(page, {"ends_on": "bukan tanggal"}).status_code == 422
    assert admin.post(page, {"ends_on": "2020-01-31"}).status_code == 302
    assert "Verifikasi" not in text_of(petugas.get("/kantor/"))
    assert admin.post(page, {"ends_on": "2099-01-31"}).status_code == 404


def test_the_number_pattern_shows_the_next_number_before_it_is_saved(
    greged: Office, admin: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    warga(greged).report()
    given = {
        "name": "Kecamatan Greged",
        "address": "Jalan Raya Greged 1",
        "phone": "(0231) 111222",
        "email": "kantor@example.id",
        "colour": "maroon",
        "number_pattern": "ADU-{seq:03}/{year}",
    }
    shown = admin.post("/kantor/atur/instansi/", {**given, "pratinjau": "1"})
    assert "ADU-002/2025" in text_of(shown)
    with inside(greged):
        assert SettingsVersion.objects.count() == 1
    assert admin.post("/kantor/atur/instansi/", given).status_code == 302
    number, _ = warga(greged).report()
    assert number == "ADU-002/2025"
    front = warga(greged).get("/").content.decode()
    assert 'data-colour="maroon"' in front
    assert "Jalan Raya Greged 1" in front
    for bad in ("{seq}", "{seq}/{year}/{nama}", "{year}"):
        refused = admin.post("/kantor/atur/instansi/", {**given, "number_pattern": bad})
        assert refused.status_code == 422, bad


def test_a_logo_is_shrunk_stripped_and_served_to_everybody(
    greged: Office, admin: Player, warga: Warga
) -> None:
    large = io.BytesIO()
    Image.new("RGB", (900, 600), "green").save(large, "PNG")
    given = {
        "name": "Kecamatan Greged",
        "colour": "teal",
        "number_pattern": "{seq:04}/SIGAP/{month_roman}/{year}",
        "logo": SimpleUploadedFile("logo.png", large.getvalue(), "image/png"),
    }
    assert admin.post("/kantor/atur/instansi/", given).status_code == 302
    link = re.search(r'src="(/logo/[0-9a-f]{32}\.png)"', warga(greged).get("/").content.decode())
    assert link is not None
    served = warga(greged).get(link[1])
    with Image.open(io.BytesIO(served.content)) as small:
        assert max(small.size) == 256
    assert warga(greged).get(f"/logo/{'0' * 32}.png").status_code == 404
    program = SimpleUploadedFile("logo.png", b"#!/bin/sh", "image/png")
    assert admin.post("/kantor/atur/instansi/", {**given, "logo": program}).status_code == 422
    assert admin.post("/kantor/atur/instansi/", {**given, "logo": picture("logo.jpg")}).status_code == 302


def test_a_local_closing_day_makes_a_new_settings_version_and_can_be_taken_out(
    greged: Office, admin: Player, at: Clock
) -> None:
    at("2025-03-03 10:00")
    given = {"name": "Sedekah bumi", "starts_on": "2025-03-05", "ends_on": ""}
    assert admin.post("/kantor/atur/kalender/", given).status_code == 302
    page = admin.get("/kantor/atur/kalender/")
    assert "Sedekah bumi" in text_of(page)
    with inside(greged):
        assert SettingsVersion.objects.count() == 2
    backwards = admin.post("/kantor/atur/kalender/", {**given, "ends_on": "2025-03-01"})
    assert backwards.status_code == 422
    link = re.search(r'action="(/kantor/atur/kalender/\d+/hapus/)"', page.content.decode())
    assert link is not None
    assert admin.post(link[1], {"mulai": "2025-03-06"}).status_code == 409
    assert admin.post(link[1], {"mulai": "2025-03-05"}).status_code == 302
    assert "Sedekah bumi" not in text_of(admin.get("/kantor/atur/kalender/"))


def test_of_two_admins_at_the_calendar_the_second_is_told_and_loses_nothing(
    greged: Office, admin: Player, petugas: Player, at: Clock
) -> None:
    at("2025-03-03 10:00")
    with inside(greged):
        Member.objects.filter(pk=petugas.member_id).update(is_admin=True)
    path = "/kantor/atur/kalender/"
    seen = version_on(admin.get(path))
    given = {"starts_on": "2025-03-05", "ends_on": "", "versi": seen}
    assert petugas.post(path, {**given, "name": "Sedekah bumi"}).status_code == 302
    refused = admin.post(path, {**given, "name": "Banjir"})
    assert refused.status_code == 409
    assert f"{petugas.user.name} baru saja mengubah pengaturan" in text_of(refused)
    assert "Sedekah bumi" in text_of(refused)
    assert 'value="Banjir"' in refused.content.decode()
    with inside(greged):
        assert SettingsVersion.objects.count() == 2
    assert admin.post(path, {**given, "name": "Banjir", "versi": version_on(refused)}).status_code == 302
    shown = text_of(admin.get(path))
    assert "Sedekah bumi" in shown
    assert "Banjir" in shown


def test_tokens_lead_to_the_account(petugas: Player) -> None:
    answer = petugas.get("/kantor/token/")
    assert answer.status_code == 302
    assert answer["Location"] == "/akun/token/"
