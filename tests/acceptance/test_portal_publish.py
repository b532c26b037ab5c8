"""From the clerk's desk to the public page: the whole way, with the review before anything is public."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import datetime

import pytest

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Complaint
from tests.acceptance.cast import Player
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.portal_steps import (
    field,
    offered,
    page_of,
    picture,
    slug_of,
    step,
    step_path,
    try_step,
)

Clock = Callable[..., datetime]
AsMember = Callable[..., Player]
Warga = Callable[[Office], Citizen]

STORY = (
    "Saya Siti Aminah, hp 0812-3456-7890. Pak Sukarman menutup saluran air di Jalan Melati, "
    "motornya E 1234 AB."
)
ANSWER = "Terima kasih, Ibu Siti Aminah. Saluran di Jalan Melati sudah dibuka kembali pada 10 Maret 2025."


@pytest.fixture
def answered(
    greged: Office, petugas: Player, sekcam: Player, as_member: AsMember, warga: Warga, at: Clock
) -> str:
    """A complaint that went all the way to its official answer; gives the slug."""
    at("2025-03-03 10:00")
    number, _ = warga(greged).report(description=STORY)
    slug = slug_of(greged, number)
    kasi = as_member(greged, "unit_officer", "pemberdayaan")
    step(petugas, slug, "verify_complete")
    proposed = {"category": "irrigation", "case_class": "routine", "unit": "pemberdayaan"}
    step(petugas, slug, "propose_disposition", **proposed, correction="Yang dilaporkan saluran air.")
    step(sekcam, slug, "assign", unit="pemberdayaan", urgency="urgent", instruction="Segera periksa saluran.")
    step(kasi, slug, "give_first_response", "first_response", response="Besok kami periksa di tempat.")
    step(kasi, slug, "submit_report", findings="Saluran ditutup warga.", recommendation="Buka saluran.")
    step(sekcam, slug, "approve")
    at("2025-03-10 14:00")
    step(petugas, slug, "upload_answer", answer=ANSWER)
    return slug


def test_the_release_shows_both_versions_and_masks_people_before_anything_is_public(
    greged: Office, petugas: Player, answered: str, warga: Warga
) -> None:
    path = step_path(answered, "release", "publication")
    page = petugas.get(path)
    assert page.status_code == 200
    words = text_of(page)
    assert "Ini akan dibaca siapa saja, atas nama Kecamatan Greged" in words
    assert "Asli" in words
    public = field(page, "public_complaint") + field(page, "public_answer") + field(page, "public_title")
    for secret in ("Siti", "Aminah", "0812", "Sukarman", "1234 AB"):
        assert secret not in public
        assert secret in html.unescape(page.content.decode())
    assert "Jalan Melati" in public
    assert field(page, "public_title") == "Irigasi dan saluran air", "no words of the reporter's"
    assert warga(greged).get(f"/aduan/{answered}/").status_code == 404


def test_the_edited_words_become_public_and_nothing_else_does(
    greged: Office, petugas: Player, answered: str, warga: Warga
) -> None:
    page = petugas.get(step_path(answered, "release", "publication"))
    compared = try_step(
        petugas,
        answered,
        "release",
        "publication",
        public_title="Saluran air tertutup",
        public_complaint="Saluran air di Jalan Melati ditutup seseorang.",
        public_answer=field(page, "public_answer"),
        extra={"pratinjau": "1"},
    )
    assert compared.status_code == 200
    assert "ditutup seseorang" in text_of(compared)
    assert warga(greged).get(f"/aduan/{answered}/").status_code == 404
    assert field(page, "tempat") == "Jalan Melati RT 02 RW 05"
    step(
        petugas,
        answered,
        "release",
        "publication",
        public_title="Saluran air tertutup",
        public_complaint="Saluran air di Jalan Melati ditutup seseorang.",
        public_answer=field(page, "public_answer"),
        tempat="Dusun Melati",
    )
    public = text_of(warga(greged).get(f"/aduan/{answered}/"))
    assert "Saluran air di Jalan Melati ditutup seseorang." in public
    assert "Dusun Melati" in public
    for secret in ("Siti", "Aminah", "Sukarman", "0812", "Segera periksa", "Buka saluran", "RT 02"):
        assert secret not in public
    assert "Diterbitkan" in text_of(page_of(petugas, answered))


def test_a_picture_stays_hidden_unless_it_was_ticked(
    greged: Office, petugas: Player, sekcam: Player, as_member: AsMember, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    number, _ = warga(greged).report()
    slug = slug_of(greged, number)
    step(
        petugas,
        slug,
        "note",
        note="Foto dari lapangan.",
        files=[picture("satu.jpg"), picture("dua.jpg", "red")],
    )
    step(petugas, slug, "verify_complete")
    step(petugas, slug, "propose_disposition", category="road", case_class="routine", unit="pemberdayaan")
    step(sekcam, slug, "assign", unit="pemberdayaan", urgency="ordinary", instruction="Periksa.")
    kasi = as_member(greged, "unit_officer", "pemberdayaan")
    step(kasi, slug, "submit_report", findings="Benar.", recommendation="Perbaiki.")
    step(sekcam, slug, "approve")
    step(petugas, slug, "upload_answer", answer="Lampu sudah kami perbaiki kemarin.")
    page = petugas.get(step_path(slug, "release", "publication")).content.decode()
    boxes = re.findall(r'<input type="checkbox" name="isi-foto" value="([0-9a-f]{32})"[^>]*>', page)
    assert len(boxes) == 2
    assert "checked" not in "".join(re.findall(r'<input type="checkbox" name="isi-foto"[^>]*>', page))
    step(
        petugas,
        slug,
        "release",
        "publication",
        public_title="Lampu jalan",
        public_complaint="Lampu jalan mati.",
        public_answer="Sudah diperbaiki.",
        foto=[boxes[1]],
    )
    with inside(greged):
        released = Complaint.objects.get(uid=slug).attachments.filter(released=True)
        assert [file.uid.hex for file in released] == [boxes[1]]


def test_pictures_of_the_same_name_are_told_apart(
    greged: Office, petugas: Player, sekcam: Player, as_member: AsMember, warga: Warga, answered: str
) -> None:
    for _note in range(2):
        step(petugas, answered, "note", note="Foto dari lapangan.", files=[picture("lampu.jpg")])
    review = text_of(petugas.get(step_path(answered, "release", "publication")))
    assert "Terbitkan lampu.jpg (1)" in review
    assert "Terbitkan lampu.jpg (2)" in review
    assert "(dari petugas, hanya dibaca petugas)" in review


def test_the_release_says_what_the_reporter_asked_and_where_their_address_would_be_read(
    greged: Office, petugas: Player, answered: str
) -> None:
    path = step_path(answered, "release", "publication")
    assert "minta namanya dirahasiakan" not in text_of(petugas.get(path))
    with inside(greged):
        complaint = Complaint.objects.get(uid=answered)
        complaint.visibility = "confidential"
        complaint.save(update_fields=["visibility"])
        complaint.reporter.address = "RT 02 RW 05 Desa Kamarang"
        complaint.reporter.save(update_fields=["address"])
    page = text_of(petugas.get(path))
    assert "Pelapor minta namanya dirahasiakan" in page
    assert "Sebagian alamat pelapor ikut terbaca: “RT 02 RW 05”." in page
    mended = try_step(
        petugas, answered, "release", "publication", tempat="Jalan Melati", extra={"pratinjau": "1"}
    )
    assert "Sebagian alamat pelapor" not in text_of(mended)


def test_a_place_that_is_wholly_hidden_is_not_proposed(
    greged: Office, petugas: Player, answered: str
) -> None:
    path = step_path(answered, "release", "publication")
    assert field(petugas.get(path), "tempat") == "Jalan Melati RT 02 RW 05"
    with inside(greged):
        complaint = Complaint.objects.get(uid=answered)
        complaint.reporter.address = complaint.place
        complaint.reporter.save(update_fields=["address"])
    page = petugas.get(path)
    assert re.search('<input[^>]*name="isi-tempat"[^>]*value=', page.content.decode()) is None
    assert "Yang akan terbit Tidak ada: bagian ini tidak terbit." in text_of(page)


def test_withholding_needs_a_reason_and_leaves_nothing_public(
    greged: Office, petugas: Player, answered: str, warga: Warga
) -> None:
    refused = try_step(petugas, answered, "withhold", "publication")
    assert refused.status_code == 422
    step(petugas, answered, "withhold", "publication", reason="Menyangkut perselisihan pribadi.")
    assert warga(greged).get(f"/aduan/{answered}/").status_code == 404
    assert "publication/release" not in offered(petugas, answered)


def test_only_the_releasing_role_is_offered_the_release(
    greged: Office, sekcam: Player, as_member: AsMember, answered: str
) -> None:
    for player in (sekcam, as_member(greged, "unit_officer", "pemberdayaan")):
        assert "publication/release" not in offered(player, answered)


def test_what_was_released_is_taken_off_the_public_page_at_once_and_may_be_released_again(
    greged: Office, petugas: Player, sekcam: Player, answered: str, warga: Warga
) -> None:
    step(petugas, answered, "note", note="Foto dari lapangan.", files=[picture("satu.jpg")])
    with inside(greged):
        [shown] = Complaint.objects.get(uid=answered).attachments.all()
    words = {
        "public_title": "Saluran air tertutup",
        "public_complaint": "Saluran air di Jalan Melati ditutup seseorang.",
        "public_answer": "Saluran sudah dibuka.",
    }
    assert "publication/unpublish" not in offered(petugas, answered)
    step(petugas, answered, "release", "publication", foto=[shown.uid.hex], **words)
    citizen, photo = warga(greged), f"/aduan/{answered}/foto/{shown.uid.hex}/"
    assert "Saluran air tertutup" in text_of(citizen.get("/aduan/"))
    assert citizen.get(photo).status_code == 200

    assert "publication/unpublish" not in offered(sekcam, answered)
    assert try_step(petugas, answered, "unpublish", "publication").status_code == 422
    assert citizen.get(f"/aduan/{answered}/").status_code == 200
    step(petugas, answered, "unpublish", "publication", reason="Nama warga terbaca pada foto.")
    assert citizen.get(f"/aduan/{answered}/").status_code == 404
    assert citizen.get(photo).status_code == 404
    assert "Saluran air tertutup" not in text_of(citizen.get("/aduan/"))
    page = text_of(page_of(petugas, answered))
    assert "Tarik dari halaman publik" in page
    assert "Nama warga terbaca pada foto." in page
    with inside(greged):
        code = Complaint.objects.get(uid=answered).tracking_code
    assert "Nama warga terbaca" not in text_of(citizen.get(f"/lacak/{code}/"))

    step(petugas, answered, "release", "publication", **words)
    assert citizen.get(f"/aduan/{answered}/").status_code == 200
    assert citizen.get(photo).status_code == 404
