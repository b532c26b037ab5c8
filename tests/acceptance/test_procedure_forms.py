"""Stages, limits and roles of a draft, changed by plain forms."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.organization.models import Holding, Member, Position
from tests.acceptance.cast import Player
from tests.acceptance.citizen import Citizen, text_of
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
from workflows.loading import load_procedure

Warga = Callable[[Office], Citizen]


@pytest.fixture
def admin(jenawi: Office, as_admin: Callable[[Office], Player], as_member: Callable[..., Player]) -> Player:
    """The admin of an office in which every role is held."""
    as_member(jenawi, "web_admin")
    return as_admin(jenawi)


def test_a_stage_gets_another_name_owner_and_limit_by_a_form(jenawi: Office, admin: Player) -> None:
    assert form_of(admin.get(f"{SOP}konsep/baru/")).fields["source"].values == ["versi:1"]
    draft = new_draft(admin)
    page = admin.get(f"{draft}tahap/main/answering/")
    form = form_of(page)
    assert form.fields["owner"].values == ["web_admin"]
    assert form.fields["jam0_dasar"].values[0].endswith("Lampiran VI, baris 5")
    assert "Komentar itu hilang" not in text_of(page), "there is none"
    commented = with_text(jenawi, f"# Rapat 3 Maret\n{text_now(jenawi, draft)}")
    assert "Komentar itu hilang" in text_of(admin.get(f"{commented}tahap/main/answering/"))
    given = {
        "name": "Jawaban resmi",
        "owner": ["data_officer"],
        "jam0_nilai0": "2",
        "jam0_satuan0": "h",
        "jam0_dasar": "Keputusan 7",
        "jam0_sejak": "2026-01-05",
        "jam0_ingat": "50",
    }
    assert done(sent(admin, f"{draft}tahap/main/answering/", **given)) == draft
    words = text_of(admin.get(draft))
    for expected in (
        "Jawaban resmi Pemilik Pengelola Data dan Klarifikasi Informasi",
        "2 jam (siang malam, hari libur ikut dihitung)",
        "Dasar: Keputusan 7. Berlaku sejak 5 Januari 2026.",
        "setelah 50% waktunya terpakai",
    ):
        assert expected in words, expected


def test_a_finding_names_stage_and_limit_as_the_page_does(jenawi: Office, admin: Player) -> None:
    draft = new_draft(admin)
    done(sent(admin, f"{draft}tahap/main/answering/", owner=["web_admin", "information_officer"]))
    name = "“Penyampaian jawaban”"
    expected = f"W07 Eskalasi batas waktu {name} ditujukan kepada pemilik tahap {name} sendiri."
    assert expected in text_of(admin.get(draft))


def test_a_limit_is_taken_away_and_given_by_a_form(jenawi: Office, admin: Player) -> None:
    draft = new_draft(admin)
    done(sent(admin, f"{draft}tahap/main/answering/", batas="tanpa"))
    assert load_procedure(text_now(jenawi, draft)).stage("answering").no_limit  # type: ignore[union-attr]  # it is there
    missing = sent(admin, f"{draft}tahap/main/answering/", batas="batas", jam0_nilai0="")
    assert missing.status_code == 422
    assert "Isi batas waktunya dengan bilangan bulat." in text_of(missing)
    done(sent(admin, f"{draft}tahap/main/answering/", batas="batas", jam0_nilai0="3"))
    clock = load_procedure(text_now(jenawi, draft)).clocks[-1]
    assert (str(clock.limit), clock.live, clock.escalate_to) == (
        "3 WD",
        ("answering",),
        "information_officer",
    )


def test_the_limit_of_the_whole_process_and_of_a_wait_are_changed_by_forms(
    jenawi: Office, admin: Player
) -> None:
    draft = new_draft(admin, "preset:greged")
    done(sent(admin, f"{draft}batas/whole_process/", jam_nilai0="20"))
    done(sent(admin, f"{draft}tahap/main/awaiting_reporter/", tunggu="14"))
    procedure = load_procedure(text_now(jenawi, draft))
    assert str(next(clock for clock in procedure.clocks if clock.whole).limit) == "20 WD"
    wait = procedure.stage("awaiting_reporter").waits  # type: ignore[union-attr]  # it is there
    assert str(wait.cap) == "14 d"  # type: ignore[union-attr]  # it is there


NEW_STAGE = {
    "letak": "main/classification/coordination",
    "name": "Telaah hukum",
    "owner": "baru",
    "peran": "Bagian Hukum",
    "tindakan": "Selesai ditelaah",
    "jam_nilai0": "2",
}


def test_a_stage_with_a_new_role_is_added_and_the_role_can_be_given_before_it_is_in_force(
    jenawi: Office, admin: Player
) -> None:
    draft = new_draft(admin)
    assert done(sent(admin, f"{draft}tahap/", **NEW_STAGE)) == draft
    page = admin.get(draft)
    missing = "W06 Peran 'Bagian Hukum' belum dipegang siapa pun. Isi jabatannya lebih dahulu."
    assert f"{missing} Tahap “Telaah hukum” Beri peran itu" in text_of(page)
    assert "/kantor/atur/jabatan/" in page.content.decode()
    assert f"{draft}berlakukan/" not in page.content.decode()
    compared = text_of(admin.get(f"{draft}beda/"))
    assert "Simpan klasifikasi diubah: menuju" in compared
    assert "Koordinasi dengan PPID Pelaksana Telaah hukum" in compared
    assert "pemilik: Bagian Hukum; status bagi pelapor: sedang ditangani" in compared
    assert "batas waktu: 2 hari kerja" in compared
    assert "belum dapat diberlakukan. Lihat kesalahannya" in compared
    refused = admin.post(f"{draft}berlakukan/", {"note": ""})
    assert refused.status_code == 422
    assert in_force(jenawi).number == 1

    with inside(jenawi):
        position = Position.objects.get(roles__contains=["data_officer"])
    at = f"/kantor/atur/jabatan/{position.pk}/"
    assert "Bagian Hukum (konsep SOP)" in text_of(admin.get(at))
    assert done(sent(admin, at, roles=["data_officer", "bagian_hukum"]))
    assert "W06" not in text_of(admin.get(draft))
    assert f'href="{draft}berlakukan/"' in admin.get(f"{draft}beda/").content.decode()
    assert done(put_in_force(admin, draft)) == f"{SOP}versi/2/"
    assert "Telaah hukum Pemilik Bagian Hukum" in text_of(admin.get(f"{SOP}versi/2/"))


def test_a_role_without_anybody_names_what_is_missing(jenawi: Office, admin: Player) -> None:
    draft = new_draft(admin)
    assert "W06" not in text_of(admin.get(draft))
    with inside(jenawi):
        position = Position.objects.get(roles__contains=["data_officer"])
        holding = Holding.objects.select_related("member").get(position=position)
        Member.objects.filter(pk=holding.member_id).update(user_id=None)
    page = admin.get(draft)
    assert f"{holding.member.name} sudah diundang tetapi belum masuk." in text_of(page)
    assert '<a href="/kantor/atur/anggota/">' in page.content.decode()
    assert f"{holding.member.name} (diundang, belum masuk)" in text_of(admin.get("/kantor/atur/jabatan/"))
    with inside(jenawi):
        Holding.objects.filter(pk=holding.pk).delete()
    found = text_of(admin.get(draft))
    assert f"belum ada orangnya ({position.title}). Tunjuk orangnya di Penugasan" in found
    with inside(jenawi):
        Position.objects.filter(pk=position.pk).update(roles=[])
    assert "Beri peran itu pada sebuah jabatan, lalu tunjuk orangnya" in text_of(admin.get(draft))
    vacant = text_of(admin.get("/kantor/atur/"))
    assert "menjalankan tugasnya, tetapi perubahan prosedur belum dapat diberlakukan." in vacant


def test_a_role_that_only_earlier_complaints_need_stays_with_its_position(
    jenawi: Office, admin: Player, warga: Warga
) -> None:
    """Its holders would lose that work if the position's form did not know the role."""
    warga(jenawi).report()
    draft = with_text(jenawi, changed(jenawi, "data_officer", "analyst").replace("data_officer", "analyst"))
    with inside(jenawi):
        position = Position.objects.get(roles__contains=["data_officer"])
        position.roles = ["data_officer", "analyst"]
        position.save()
    done(put_in_force(admin, draft))
    at = f"/kantor/atur/jabatan/{position.pk}/"
    assert "(SOP sebelumnya)" in text_of(admin.get(at))
    done(sent(admin, at, title="Analis"))
    with inside(jenawi):
        assert set(Position.objects.get(pk=position.pk).roles) == {"data_officer", "analyst"}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"letak": ""}, "Letak"),
        ({"name": ""}, "Nama tahap"),
        ({"peran": ""}, "Isi nama peran yang baru."),
        ({"jam_nilai0": ""}, "Isi batas waktunya dengan bilangan bulat."),
        ({"jam_nilai0": "-1"}, "Batas waktu"),
        ({"owner": "information_officer", "jam_eskalasi": "information_officer"}, "Pilih peran lain"),
    ],
)
def test_what_a_new_stage_lacks_is_said_beside_it(
    jenawi: Office, admin: Player, wrong: dict[str, str], says: str
) -> None:
    draft = new_draft(admin)
    before = text_now(jenawi, draft)
    answer = sent(admin, f"{draft}tahap/", **{**NEW_STAGE, **wrong})
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert form_of(answer).fields["tindakan"].values == ["Selesai ditelaah"]
    assert text_now(jenawi, draft) == before


def test_an_added_stage_is_taken_out_again_and_a_needed_one_is_not(jenawi: Office, admin: Player) -> None:
    draft = new_draft(admin)
    before = load_procedure(text_now(jenawi, draft))
    done(sent(admin, f"{draft}tahap/", **{**NEW_STAGE, "owner": "web_admin"}))
    at = f"{draft}tahap/main/telaah_hukum/"
    assert f"{at}hapus/" in admin.get(at).content.decode()
    assert done(sent(admin, f"{at}hapus/")) == draft
    assert load_procedure(text_now(jenawi, draft)) == before
    assert admin.get(f"{draft}tahap/main/registration/hapus/").status_code == 404
    assert "hapus/" not in admin.get(f"{draft}tahap/main/closed/").content.decode()


def test_a_role_is_added_and_renamed(jenawi: Office, admin: Player) -> None:
    draft = new_draft(admin)
    done(sent(admin, f"{draft}peran/", name="Arsiparis", name_en="Archivist"))
    done(sent(admin, f"{draft}peran/arsiparis/", name="Petugas arsip"))
    role = load_procedure(text_now(jenawi, draft)).role("arsiparis")
    assert role is not None
    assert (role.name.id, role.name.en) == ("Petugas arsip", "Archivist")
    assert admin.get(f"{draft}peran/raja/").status_code == 404


def test_forms_do_not_open_over_a_text_that_is_no_procedure(jenawi: Office, admin: Player) -> None:
    draft = with_text(jenawi, "roles: [")
    assert "P01" in text_of(admin.get(draft))
    for page in ("tahap/", "tahap/main/answering/", "peran/", "batas/answering/"):
        answer = admin.get(f"{draft}{page}")
        assert answer.status_code in (400, 404), page
    assert admin.get(f"{draft}beda/").status_code == 200
    assert form_of(admin.get(f"{draft}isi/")).fields["text"].values[0].strip() == "roles: ["
