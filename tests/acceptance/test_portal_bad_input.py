"""Whatever is sent to the portal, it answers with a page, never with an error of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Complaint, Event
from tests.acceptance.cast import Player
from tests.acceptance.citizen import Citizen
from tests.acceptance.portal_steps import picture, slug_of, step_path, version_on

Clock = Callable[..., datetime]
Warga = Callable[[Office], Citizen]

NASTY = (
    "",
    "\x00",
    "'; DROP TABLE x; --",
    "9" * 40,
    "\u202e\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "a" * 25_000,
    "../../etc",
    "{seq}{",
    "-1",
)
LISTS = (
    "/kantor/",
    "/kantor/aduan/",
    "/kantor/pantau/",
    "/kantor/register/",
    "/kantor/register/cetak/",
    "/kantor/telepon/",
    "/kantor/pengiriman/",
)
QUERY = (
    "tab",
    "q",
    "kategori",
    "unit",
    "status",
    "kanal",
    "terlambat",
    "sesudah",
    "sebelum",
    "tahun",
    "bulan",
    "selesai",
    "keadaan",
    "format",
)

SETTINGS = (
    *("name", "title", "unit", "parent", "roles", "is_active", "email", "phone", "is_admin", "position"),
    *("member", "acting_kind", "starts_on", "ends_on", "address", "colour", "number_pattern", "drop_logo"),
    *("logo", "mulai", "pratinjau"),
)
ENTRY = (
    *("kunci", "channel", "received_at", "name", "address", "phone", "email", "visibility", "category"),
    *("description", "place", "occurred_at"),
)


@pytest.mark.parametrize("path", LISTS)
def test_lists_take_any_query(petugas: Player, path: str) -> None:
    for value in NASTY:
        answer = petugas.get(path, dict.fromkeys(QUERY, value[:3000]))
        assert answer.status_code < 500, (path, value[:20])


def test_forms_of_the_settings_take_any_input(
    greged: Office, as_admin: Callable[[Office], Player], petugas: Player
) -> None:
    admin = as_admin(greged)
    names = SETTINGS
    for path in (
        "unit/",
        "jabatan/",
        "anggota/tambah/",
        "penugasan/",
        "instansi/",
        "kalender/",
        "unit/999999999999999999999/",
    ):
        for value in NASTY:
            answer = admin.post(f"/kantor/atur/{path}", dict.fromkeys(names, value))
            assert answer.status_code < 500, (path, value[:20])
    for path in (
        f"anggota/{petugas.member_id}/",
        "kalender/0/hapus/",
        "kalender/99/hapus/",
        "penugasan/7/akhiri/",
    ):
        for value in NASTY:
            assert admin.post(f"/kantor/atur/{path}", dict.fromkeys(names, value)).status_code < 500, path


def test_steps_take_any_input_and_store_nothing(
    greged: Office, petugas: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    number, _ = warga(greged).report()
    slug = slug_of(greged, number)
    for action in ("verify_complete", "ask_reporter", "note", "hand_up", "refer", "nonsense"):
        for value in NASTY:
            data = {"versi": value, "isi-question": value, "isi-note": value, "isi-reason": value}
            broken = SimpleUploadedFile("x.pdf", b"%PDF-1.4 broken")
            answer = petugas.post(
                step_path(slug, action),
                {**data, "isi-files": broken, "isi-files-ada": value, "isi-files-buang": value},
            )
            assert answer.status_code in (302, 404, 409, 422), (action, value[:20])
            assert petugas.post(f"{step_path(slug, action)}pratinjau/", data).status_code < 500
    with inside(greged):
        assert Event.objects.filter(complaint__number=number).count() == 1


def test_entry_on_behalf_takes_any_input(greged: Office, petugas: Player) -> None:
    names = ENTRY
    for value in NASTY:
        answer = petugas.post("/kantor/masukkan/", dict.fromkeys(names, value))
        assert answer.status_code == 422, value[:20]
    with inside(greged):
        assert not Complaint.objects.exists()


def test_a_file_list_signed_for_somebody_else_opens_nothing(
    greged: Office, petugas: Player, sekcam: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    number, _ = warga(greged).report()
    path = step_path(slug_of(greged, number), "note")
    page = petugas.post(path, {"versi": "1", "isi-note": "", "isi-files": picture("rahasia.jpg")})
    token = page.content.decode().partition('name="isi-files-ada" value="')[2].partition('"')[0]
    assert token
    taken = sekcam.post(
        path, {"versi": version_on(sekcam.get(path)), "isi-note": "Coba", "isi-files-ada": token}
    )
    assert taken.status_code == 302
    with inside(greged):
        assert not Complaint.objects.get(number=number).attachments.exists()
