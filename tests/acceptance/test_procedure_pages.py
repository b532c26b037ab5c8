"""An office's admin and its procedure: read, draft, prove, put in force, go back, move complaints."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Complaint
from tenants.organization.models import Position
from tenants.procedure.models import ProcedureMove, ProcedureVersion
from tenants.procedure.services import on_move_alarm
from tests.acceptance.cast import Player
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.portal_steps import offered, slug_of
from tests.acceptance.procedure_steps import (
    SOP,
    changed,
    done,
    form_of,
    in_force,
    new_draft,
    put_in_force,
    sent,
    text_now,
    with_text,
)
from workflows.loading import as_yaml, load_procedure, procedure_from
from workflows.preset import load_preset

Warga = Callable[[Office], Citizen]


@pytest.fixture
def admin(jenawi: Office, as_admin: Callable[[Office], Player], as_member: Callable[..., Player]) -> Player:
    """The admin of an office in which every role is held."""
    as_member(jenawi, "web_admin")
    return as_admin(jenawi)


def test_the_list_shows_versions_with_their_open_complaints_and_drafts(
    jenawi: Office, admin: Player, warga: Warga
) -> None:
    warga(jenawi).report()
    words = text_of(admin.get(SOP))
    assert re.search(r"Versi 1 berlaku .* 1\b", words), words
    assert "Belum ada. Perubahan SOP disiapkan sebagai konsep" in words
    new_draft(admin)
    words = text_of(admin.get(SOP))
    assert "Ubahan versi 1 konsep" in words
    assert "Prosedur" in text_of(admin.get("/kantor/atur/"))


def test_a_version_is_read_in_plain_words(jenawi: Office, admin: Player) -> None:
    words = text_of(admin.get(f"{SOP}versi/1/"))
    for expected in (
        "Koordinasi dengan PPID Pelaksana",
        "Pemilik PPID Pelaksana",
        "Status bagi pelapor sedang ditangani",
        "1 hari kerja (hanya jam kerja yang dihitung)",
        "Berlaku bersama tahap: Penyusunan tanggapan.",
        "Dasar: Keputusan Camat Jenawi 000.8.3.3/63 Tahun 2024, Lampiran VI, baris 4.",
        "Berlaku sejak 25 Oktober 2024.",
        "Pemilik diingatkan setelah 75% waktunya terpakai.",
        "Bila lewat, diberi tahu: PPID Pelaksana, 1 hari kerja kemudian Admin pusat.",
        "Minta bahan lagi → Koordinasi dengan PPID Pelaksana",
        "harus disertai alasan",
        "Dimulai bila aduan berakhir: selesai.",
        "Tahap akhir: tidak dapat ditindaklanjuti.",
    ):
        assert expected in words, expected
    assert admin.get(f"{SOP}versi/99/").status_code == 404


@pytest.mark.parametrize("preset", ["greged", "jenawi", "mojokerto", "triharjo", "upik"])
def test_every_preset_is_read_in_both_languages(admin: Player, preset: str) -> None:
    draft = new_draft(admin, f"preset:{preset}")
    words = text_of(admin.get(draft))
    assert "Tangga eskalasi" in words
    admin.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "Ladder of escalation" in text_of(admin.get(draft))


def test_a_version_and_a_draft_are_exported_and_read_again(jenawi: Office, admin: Player) -> None:
    file = admin.get(f"{SOP}versi/1/yaml/")
    assert file["Content-Disposition"] == 'attachment; filename="prosedur-versi-1.yaml"'
    assert load_procedure(file.content.decode()) == load_preset("jenawi").procedure
    upload = SimpleUploadedFile("sop.yaml", file.content)
    draft = done(sent(admin, f"{SOP}konsep/impor/", file=upload, title="Dari berkas"))
    assert admin.get(f"{draft}yaml/").content == file.content


def test_a_draft_is_checked_compared_and_put_in_force(jenawi: Office, admin: Player) -> None:
    draft = new_draft(admin)
    page = text_of(admin.get(draft))
    assert "Tidak ada kesalahan" in page
    assert done(admin.post(f"{draft}periksa/")) == draft
    assert "diperiksa" in text_of(admin.get(draft))
    assert "Tidak ada perbedaan." in text_of(admin.get(f"{draft}beda/"))
    same = sent(admin, f"{draft}berlakukan/")
    assert same.status_code == 422
    assert "sama dengan yang sedang berlaku" in text_of(same)

    text = text_now(jenawi, draft).replace("Penyampaian jawaban", "Jawaban resmi")
    assert done(sent(admin, f"{draft}isi/", text=text)) == draft
    assert "diperiksa" not in text_of(admin.get(draft)).split("Terakhir diubah")[0]
    compared = text_of(admin.get(f"{draft}beda/"))
    assert "Penyampaian jawaban" in compared
    assert "Jawaban resmi" in compared
    assert "Aduan yang sudah masuk tetap mengikuti versinya" in text_of(admin.get(f"{draft}berlakukan/"))
    assert done(sent(admin, f"{draft}berlakukan/", note="Keputusan Camat 7")) == f"{SOP}versi/2/"
    version = in_force(jenawi)
    assert (version.number, version.note) == (2, "Keputusan Camat 7")
    assert version.created_by_name == admin.user.name
    assert admin.get(draft).status_code == 404
    listed = text_of(admin.get(SOP))
    assert "Keputusan Camat 7" in listed
    assert "Versi 1 tidak berlaku" in listed


def test_what_somebody_else_has_changed_is_not_overwritten_and_nothing_typed_is_lost(
    jenawi: Office, admin: Player
) -> None:
    draft = new_draft(admin)
    mine = form_of(admin.get(f"{draft}isi/"))
    done(sent(admin, f"{draft}isi/", text=changed(jenawi, "Penyampaian jawaban", "Punya orang lain")))
    typed = changed(jenawi, "Penyampaian jawaban", "Ketikan saya")
    mine.fill("text", typed)
    refused = admin.post(f"{draft}isi/", mine.data())
    assert refused.status_code == 409
    assert "baru saja mengubah konsep ini" in text_of(refused)
    assert form_of(refused).fields["text"].values[0].strip() == typed.strip()
    assert "Punya orang lain" in html.unescape(refused.content.decode())
    assert "Punya orang lain" in text_now(jenawi, draft)
    # Whoever has read what is stored now, and still wants their own, sends it again.
    assert done(admin.post(f"{draft}isi/", form_of(refused).data())) == draft
    assert "Ketikan saya" in text_now(jenawi, draft)


@pytest.mark.parametrize("page", ["berlakukan/", "tahap/main/answering/", "tahap/", "peran/"])
def test_every_form_of_a_draft_sees_that_it_has_changed(jenawi: Office, admin: Player, page: str) -> None:
    draft = new_draft(admin)
    done(sent(admin, f"{draft}tahap/main/closed/", name="Tuntas"))
    mine = form_of(admin.get(f"{draft}{page}"))
    for name, value in {
        "letak": "main/classification/coordination",
        "name": "Telaah",
        "owner": "web_admin",
    }.items():
        if name in mine.fields:
            mine.fill(name, value)
    for name, value in {"tindakan": "Beres", "jam_nilai0": "3"}.items():
        if name in mine.fields:
            mine.fill(name, value)
    done(sent(admin, f"{draft}tahap/main/closed/", name="Selesai sudah"))
    refused = admin.post(f"{draft}{page}", mine.data())
    assert refused.status_code == 409, text_of(refused)
    assert "baru saja mengubah konsep ini" in text_of(refused)
    assert "Selesai sudah" in text_now(jenawi, draft)
    assert in_force(jenawi).number == 1


def test_a_draft_is_thrown_away(jenawi: Office, admin: Player) -> None:
    draft = new_draft(admin)
    assert "tidak dapat dikembalikan" in text_of(admin.get(f"{draft}hapus/"))
    assert done(sent(admin, f"{draft}hapus/")) == SOP
    assert admin.get(draft).status_code == 404


def test_going_back_puts_an_earlier_version_in_force_as_a_new_one(jenawi: Office, admin: Player) -> None:
    draft = with_text(jenawi, changed(jenawi, "Penyampaian jawaban", "Jawaban resmi"))
    done(sent(admin, f"{draft}berlakukan/"))
    assert admin.get(f"{SOP}versi/2/kembali/").status_code == 404
    assert "menjadi versi baru" in text_of(admin.get(f"{SOP}versi/1/kembali/"))
    assert done(sent(admin, f"{SOP}versi/1/kembali/")) == SOP
    version = in_force(jenawi)
    assert (version.number, version.note) == (3, "Kembali ke versi 1")
    with inside(jenawi):
        assert version.digest == ProcedureVersion.objects.get(number=1).digest


def test_going_back_to_what_nobody_is_there_for_is_refused_with_the_reason(
    jenawi: Office, admin: Player
) -> None:
    draft = with_text(jenawi, changed(jenawi, "Penyampaian jawaban", "Jawaban resmi"))
    done(sent(admin, f"{draft}berlakukan/"))
    with inside(jenawi):
        Position.objects.filter(roles__contains=["data_officer"]).update(roles=[])
    refused = sent(admin, f"{SOP}versi/1/kembali/")
    assert refused.status_code == 422
    words = text_of(refused)
    assert "W06 Peran 'Pengelola Data dan Klarifikasi Informasi' belum dipegang siapa pun" in words
    assert re.search("Tahap “Klasifikasi” [^·]*Penugasan", words), "the cure, and no line of the text"
    assert in_force(jenawi).number == 2


def renamed(office: Office) -> str:
    """What is in force with another code for the first stage."""
    text = as_yaml(procedure_from(in_force(office).document))
    return re.sub(r"\bregistration\b", "intake_desk", text)


def test_open_complaints_are_mapped_tried_and_moved(
    jenawi: Office, admin: Player, warga: Warga, as_member: Callable[..., Player]
) -> None:
    number, _code = warga(jenawi).report()
    slug = slug_of(jenawi, number)
    done(put_in_force(admin, with_text(jenawi, renamed(jenawi))))
    at = f"{SOP}versi/1/pindah/"
    assert at in admin.get(SOP).content.decode()
    assert admin.get(f"{SOP}versi/2/pindah/").status_code == 404
    unnamed = sent(admin, at)
    assert unnamed.status_code == 422
    assert "Pilih tahap tujuannya." in text_of(unnamed)

    form = form_of(admin.get(at))
    form.fill("tahap-main-registration", "intake_desk")
    tried = admin.post(at, form.data())
    assert "1 aduan akan dipindahkan. Belum ada yang diubah." in text_of(tried)
    assert number in text_of(tried)
    with inside(jenawi):
        assert Complaint.objects.get(number=number).procedure.number == 1
    assert done(admin.post(at, form_of(tried).data("mulai"))) == SOP
    assert "Versi 1 ke versi 2" in text_of(admin.get(SOP))
    assert "berjalan, 1 lagi" in text_of(admin.get(SOP))
    again = admin.post(at, form_of(tried).data("mulai"))
    assert again.status_code == 409
    with inside(jenawi):
        on_move_alarm(str(ProcedureMove.objects.get().pk), timezone.now())
        assert Complaint.objects.get(number=number).procedure.number == 2
    words = text_of(admin.get(SOP))
    assert "1 dipindahkan. selesai" in words
    assert "main/confirm_receipt" in offered(as_member(jenawi, "web_admin"), slug)
