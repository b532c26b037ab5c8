"""The complaint's page and its steps, as the people of an office see them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Complaint
from tests.acceptance.cast import Player
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.portal_steps import (
    offered,
    page_of,
    picture,
    slug_of,
    step,
    step_path,
    try_step,
    version_on,
)

Clock = Callable[..., datetime]
AsMember = Callable[..., Player]
Warga = Callable[[Office], Citizen]


def reported(warga: Warga, office: Office, **changes: str) -> str:
    """A citizen's report; gives the slug."""
    number, _code = warga(office).report(**changes)
    return slug_of(office, number)


def propose(petugas: Player, slug: str) -> None:
    """Has the clerk find a report complete and propose who should handle it."""
    step(petugas, slug, "verify_complete")
    step(
        petugas,
        slug,
        "propose_disposition",
        category="street_light",
        case_class="routine",
        unit="pemberdayaan",
        correction="Yang dilaporkan lampu jalan.",
    )


def test_the_page_tells_story_reporter_limits_and_offers_the_clerks_steps_only(
    greged: Office, petugas: Player, sekcam: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    slug = reported(warga, greged)
    page = text_of(page_of(petugas, slug))
    for words in ("Lampu jalan di tikungan", "Siti Aminah", "0812-3456-7890", "Jalan Melati", "sisa"):
        assert words in page
    assert {"main/verify_complete", "main/ask_reporter"} <= offered(petugas, slug)
    assert not {"main/verify_complete", "main/ask_reporter"} & offered(sekcam, slug)


def test_the_menu_marks_own_work_where_somebody_has_a_step_and_the_list_where_they_only_read(
    greged: Office, petugas: Player, sekcam: Player, warga: Warga
) -> None:
    slug = reported(warga, greged)

    def marked(page: str) -> set[str]:
        return set(re.findall(r'<li><a href="([^"]+)" aria-current="true">', page))

    assert marked(page_of(petugas, slug).content.decode()) == {"/kantor/"}
    assert marked(petugas.get(step_path(slug, "verify_complete")).content.decode()) == {"/kantor/"}
    assert marked(page_of(sekcam, slug).content.decode()) == {"/kantor/aduan/"}
    assert 'href="/kantor/aduan/" aria-current="page"' in petugas.get("/kantor/aduan/").content.decode()


def test_a_step_asks_exactly_what_the_sop_needs_and_moves_the_complaint(
    greged: Office, petugas: Player, sekcam: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    slug = reported(warga, greged)
    step(petugas, slug, "verify_complete")
    page = petugas.get(step_path(slug, "propose_disposition"))
    body = page.content.decode()
    for name in ("category", "case_class", "unit", "note"):
        assert f'name="isi-{name}"' in body
    assert "Seksi Pemberdayaan" in body
    step(
        petugas,
        slug,
        "propose_disposition",
        category="street_light",
        case_class="routine",
        unit="pemberdayaan",
        correction="Yang dilaporkan lampu jalan.",
    )
    assert "main/assign" in offered(sekcam, slug)
    assert "main/assign" not in offered(petugas, slug)


def test_what_was_typed_comes_back_when_an_input_is_missing(
    greged: Office, petugas: Player, sekcam: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    slug = reported(warga, greged)
    propose(petugas, slug)
    answer = try_step(sekcam, slug, "assign", instruction="Periksa tiang lampu dan koordinasikan dengan PLN.")
    assert answer.status_code == 422
    assert "Periksa tiang lampu dan koordinasikan" in text_of(answer)
    assert "Ada yang perlu diperbaiki" in text_of(answer)


def test_a_list_says_whether_something_must_be_chosen_from_it(
    greged: Office, petugas: Player, sekcam: Player, warga: Warga
) -> None:
    slug = reported(warga, greged)
    propose(petugas, slug)
    body = sekcam.get(step_path(slug, "assign")).content.decode()
    first = re.findall(r'<select name="isi-(unit|member)".*?<option value=""[^>]*>([^<]+)<', body, re.DOTALL)
    assert first == [("unit", "Pilih satu"), ("member", "Tidak ditentukan")]


def test_an_overlong_text_is_refused_in_words_and_nothing_is_cut_off(
    greged: Office, petugas: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    slug = reported(warga, greged)
    long = "a" * 2500 + " akhir"
    answer = try_step(petugas, slug, "ask_reporter", question=long)
    assert answer.status_code == 422
    assert long in answer.content.decode()
    assert "paling banyak 2000" in text_of(answer).lower() or "Terlalu panjang" in text_of(answer)


def test_of_two_officers_at_once_the_second_is_told_who_did_what(
    greged: Office, petugas: Player, sekcam: Player, as_member: AsMember, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    slug = reported(warga, greged)
    propose(petugas, slug)
    camat = as_member(greged, "district_head")
    path = step_path(slug, "assign")
    mine, theirs = sekcam.get(path), camat.get(path)
    given = {
        "isi-unit": "pemberdayaan",
        "isi-urgency": "ordinary",
        "isi-instruction": "Tangani bersama warga setempat.",
    }
    step(sekcam, slug, "note", note="Sudah saya telepon ketua RT.")
    assert version_on(mine) == version_on(theirs)
    late = camat.post(path, {"versi": version_on(theirs), **given})
    assert late.status_code == 409
    words = text_of(late)
    assert "Sekretaris Kecamatan" in words
    assert "Tulis catatan internal" in words
    assert "Tangani bersama warga setempat." in words
    again = camat.post(path, {"versi": version_on(late), **given})
    assert again.status_code == 302


def test_a_step_that_is_over_says_so_and_gives_back_what_was_typed(
    greged: Office, petugas: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    slug = reported(warga, greged)
    path = step_path(slug, "ask_reporter")
    page = petugas.get(path)
    step(petugas, slug, "verify_complete")
    answer = petugas.post(
        path, {"versi": version_on(page), "isi-question": "Di sebelah mana tiang lampu yang mati itu?"}
    )
    assert answer.status_code == 409
    words = text_of(answer)
    assert "Di sebelah mana tiang lampu yang mati itu?" in words
    assert "Nyatakan lengkap" in words


def test_a_step_that_is_not_this_persons_is_not_to_be_had(
    greged: Office, petugas: Player, sekcam: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    slug = reported(warga, greged)
    path = step_path(slug, "verify_complete")
    assert sekcam.get(path).status_code == 404
    answer = sekcam.post(path, {"versi": version_on(petugas.get(path))})
    assert answer.status_code == 409
    assert "main/verify_complete" in offered(petugas, slug)


def test_the_preview_shows_the_message_as_it_will_be_sent_and_stores_nothing(
    greged: Office, petugas: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    slug = reported(warga, greged)
    question = "Mohon sebutkan nomor tiang lampu yang mati."
    shown = try_step(petugas, slug, "ask_reporter", question=question, extra={"pratinjau": "1"})
    assert shown.status_code == 200
    words = text_of(shown)
    assert "Yang dilihat pelapor" in words
    assert "Yth. Siti Aminah" in words
    assert "http://greged.localhost:8000/lacak/" in words
    with inside(greged):
        assert Complaint.objects.get(uid=slug).tracking_code not in shown.content.decode()
    assert "main/ask_reporter" in offered(petugas, slug)
    live = petugas.post(f"{step_path(slug, 'ask_reporter')}pratinjau/", {"isi-question": question})
    assert live.status_code == 200
    assert question in text_of(live)


def test_a_preview_that_comes_after_its_step_was_taken_is_answered_without_content(
    greged: Office, petugas: Player, warga: Warga, at: Clock
) -> None:
    """The page's script may still be asking while the form is sent; that is no error for anybody to see."""
    at("2025-03-03 10:00")
    slug = reported(warga, greged)
    step(petugas, slug, "ask_reporter", question="Mohon sebutkan nomor tiang.")
    late = petugas.post(f"{step_path(slug, 'ask_reporter')}pratinjau/", {"isi-question": "Mohon"})
    assert (late.status_code, late.content) == (204, b"")


def test_every_step_says_who_reads_what_is_written_there_and_which_files_it_takes(
    greged: Office, petugas: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    slug = reported(warga, greged)
    complete = petugas.get(step_path(slug, "verify_complete")).content.decode()
    assert "Catatan verifikasi" in complete
    assert "hanya petugas" in complete, "the reporter does not read it"
    note = text_of(petugas.get(step_path(slug, "note")))
    assert "JPG, PNG, WebP, HEIC, atau PDF; paling besar 10 MB tiap berkas, paling banyak 5 berkas." in note


def test_an_internal_note_and_words_for_the_reporter_stand_in_different_boxes(
    greged: Office, petugas: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    slug = reported(warga, greged)
    note = petugas.get(step_path(slug, "note")).content.decode()
    reply = petugas.get(step_path(slug, "ask_reporter")).content.decode()
    for words in ("box-note", "hanya petugas"):
        assert words in note
    assert "box-reply" not in note
    for words in ("box-reply", "dibaca pelapor"):
        assert words in reply
    step(petugas, slug, "note", note="Pelapor pernah melapor hal yang sama.")
    assert "Pelapor pernah melapor hal yang sama." in text_of(page_of(petugas, slug))


def test_a_mistaken_disposition_is_taken_back_until_somebody_acts_on_it(
    greged: Office, petugas: Player, sekcam: Player, as_member: AsMember, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    slug = reported(warga, greged)
    propose(petugas, slug)
    given = {"unit": "trantib", "urgency": "ordinary", "instruction": "Tindak lanjuti."}
    step(sekcam, slug, "assign", **given, correction="Lampu ini milik Trantib.")
    assert "main/take_back" in offered(sekcam, slug)
    step(sekcam, slug, "take_back", reason="Salah memilih unit.")
    assert "main/assign" in offered(sekcam, slug)
    step(sekcam, slug, "assign", **{**given, "unit": "pemberdayaan"})
    kasi = as_member(greged, "unit_officer", "pemberdayaan")
    step(
        kasi, slug, "give_first_response", "first_response", response="Kami periksa tiang lampunya hari ini."
    )
    assert "main/take_back" not in offered(sekcam, slug)


def test_a_complaint_is_handed_up_and_taken_back_from_the_governments_queue(
    greged: Office, petugas: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    slug = reported(warga, greged)
    step(petugas, slug, "hand_up", reason="Lampu jalan ini milik pemerintah kabupaten.")
    words = text_of(page_of(petugas, slug))
    assert "Di meja pusat" in words
    assert "berhenti: di meja pusat" in words
    step(petugas, slug, "take_back_hand_up", reason="Ternyata lampu milik desa.")
    assert "main/verify_complete" in offered(petugas, slug)


def test_files_of_a_step_are_kept_when_another_input_is_wrong(
    greged: Office, petugas: Player, sekcam: Player, as_member: AsMember, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    slug = reported(warga, greged)
    propose(petugas, slug)
    step(sekcam, slug, "assign", unit="pemberdayaan", urgency="ordinary", instruction="Tindak lanjuti.")
    kasi = as_member(greged, "unit_officer", "pemberdayaan")
    answer = try_step(
        kasi, slug, "submit_report", findings="Lampu putus.", extra={"isi-files": picture("sesudah.jpg")}
    )
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "Sudah diunggah: sesudah.jpg" in body
    token = re.search(r'name="isi-files-ada" value="([^"]+)"', body)
    assert token is not None
    step(
        kasi,
        slug,
        "submit_report",
        findings="Lampu putus.",
        recommendation="Ganti bohlam.",
        **{"files-ada": token[1]},
    )
    page = page_of(kasi, slug)
    assert "Bukti dukung" in text_of(page)
    link = re.search(rf"/kantor/aduan/{slug}/berkas/[0-9a-f]{{32}}/", page.content.decode())
    assert link is not None
    file = kasi.get(link[0])
    assert file.status_code == 200
    assert file["Content-Type"] == "image/jpeg"
    assert file["Content-Security-Policy"].startswith("default-src 'none'")
    assert kasi.get(f"{link[0]}?kecil=1").status_code == 200


def test_a_file_that_is_no_picture_is_refused_in_words(
    greged: Office, petugas: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    slug = reported(warga, greged)
    program = SimpleUploadedFile("foto.jpg", b"MZ not a picture", "image/jpeg")
    answer = try_step(petugas, slug, "note", note="Lihat lampiran.", extra={"isi-files": program})
    assert answer.status_code == 422
    assert "foto.jpg" in text_of(answer)
    assert "Lihat lampiran." in text_of(answer)


def test_a_confidential_name_is_shown_to_those_who_act_and_each_look_is_noted(
    greged: Office,
    petugas: Player,
    as_member: AsMember,
    warga: Warga,
    at: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    at("2025-03-03 10:00")
    slug = reported(warga, greged, visibility="confidential")
    with caplog.at_level("INFO", logger="tanggap.audit"):
        assert "Siti Aminah" in text_of(page_of(petugas, slug))
    assert any("look office=greged" in line and "what=reporter" in line for line in caplog.messages)
    assert not any("Siti" in line for line in caplog.messages)
    stranger = as_member(greged, "unit_officer", "trantib")
    page = page_of(stranger, slug)
    assert page.status_code == 200
    for secret in ("Siti Aminah", "3456-7890", "siti.aminah@", "Jalan Melati 7"):
        assert secret not in page.content.decode()
    assert "Dirahasiakan" in text_of(page)


def test_a_confidential_name_in_an_officers_words_is_hidden_from_the_others(
    greged: Office, petugas: Player, as_member: AsMember, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    slug = reported(warga, greged, visibility="confidential")
    step(petugas, slug, "note", note="Bu Siti Aminah sudah ditelepon di 0812 3456 7890, lampu masih mati.")
    assert "Bu Siti Aminah sudah ditelepon di 0812 3456 7890" in text_of(page_of(petugas, slug))
    stranger = as_member(greged, "unit_officer", "trantib")
    words = text_of(page_of(stranger, slug))
    assert "Bu [nama] sudah ditelepon di [telepon], lampu masih mati." in words
    assert "Siti" not in words


def test_a_confidential_reporters_own_words_do_not_tell_who_it_is(
    greged: Office, petugas: Player, as_member: AsMember, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    story = "Lampu jalan mati. Saya Siti Aminah, telepon 0812-3456-7890, mohon diperbaiki."
    slug = reported(
        warga, greged, visibility="confidential", description=story, place="Depan rumah Siti Aminah"
    )
    stranger = as_member(greged, "unit_officer", "trantib")
    pages = (
        "/kantor/?tab=terbuka",
        "/kantor/aduan/",
        "/kantor/pantau/",
        "/kantor/register/",
        f"/kantor/aduan/{slug}/",
        f"/kantor/aduan/{slug}/tindakan/main/note/",
        f"/kantor/aduan/{slug}/cetak/complaint_form/",
        f"/api/v1/cases/{slug}/",
    )
    for path in pages:
        shown = stranger.get(path)
        assert shown.status_code == 200, path
        for secret in ("Siti", "3456-7890"):
            assert secret not in text_of(shown), path
    assert "Lampu jalan mati. Saya [nama], telepon [telepon]" in text_of(
        stranger.get(f"/kantor/aduan/{slug}/")
    )
    assert "Depan rumah" in text_of(stranger.get("/kantor/aduan/"))
    for words in ("Siti Aminah", "3456-7890"):
        assert "Lampu jalan mati" not in text_of(stranger.get("/kantor/aduan/", {"q": words}))
        assert "Saya Siti Aminah" in text_of(petugas.get("/kantor/aduan/", {"q": words}))


def test_a_member_without_a_role_reads_no_reporters_name_in_the_register(
    greged: Office, as_admin: Callable[[Office], Player], petugas: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    reported(warga, greged)
    assert "Siti Aminah" in text_of(petugas.get("/kantor/register/"))
    assert "Siti Aminah" not in text_of(as_admin(greged).get("/kantor/register/"))


def test_a_member_of_another_office_gets_nothing(
    greged: Office, orang_luar: Callable[[Office], Player], warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    slug = reported(warga, greged)
    stranger = orang_luar(greged)
    for path in (
        f"/kantor/aduan/{slug}/",
        step_path(slug, "verify_complete"),
        f"/kantor/aduan/{slug}/cetak/complaint_form/",
        "/kantor/",
        "/kantor/register/",
        "/kantor/atur/",
    ):
        answer = stranger.get(path)
        assert answer.status_code in (302, 403), path
        assert "Lampu jalan" not in answer.content.decode()
    assert stranger.post(step_path(slug, "verify_complete"), {"versi": "1"}).status_code in (302, 403)


def test_an_unknown_complaint_is_a_plain_page_not_an_error(petugas: Player) -> None:
    answer = petugas.get(f"/kantor/aduan/{'0' * 32}/")
    assert answer.status_code == 404
    assert "tidak ditemukan" in text_of(answer)
