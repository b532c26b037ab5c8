"""Every version of the settings: read, compared, taken out, brought in, and put in effect again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile

from central.offices.models import Office
from tests.acceptance.cast import Player
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.settings_steps import another_admin, done, seen, send, stored, versions
from workflows.labels import label
from workflows.schema import parts
from workflows.settings import Settings

Clock = Callable[..., datetime]
Warga = Callable[[Office], Citizen]
LIST = "/kantor/atur/riwayat/"
IMPORT = f"{LIST}impor/"
LAMPS = {"why": "Lampu ke Trantib", "words": "lampu", "unit": "trantib", "in_use": "on"}


@pytest.fixture
def admin(greged: Office, as_admin: Callable[[Office], Player]) -> Player:
    return as_admin(greged)


@pytest.fixture
def second(admin: Player) -> Player:
    """Has put a second version in effect, which has a routing rule."""
    done(send(admin, "/kantor/atur/penyaluran/tambah/", LAMPS))
    return admin


def exported(admin: Player, number: int) -> str:
    answer = admin.get(f"{LIST}{number}/yaml/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_versions_say_who_changed_what_and_when(greged: Office, second: Player, at: Clock) -> None:
    words = text_of(second.get(LIST))
    assert "Versi 2 berlaku" in words
    assert second.user.name in words
    assert "sistem, ketika instansi dibuat" in words
    shown = text_of(second.get(f"{LIST}2/"))
    assert "Yang berubah sejak versi 1" in shown
    assert "Aturan penyaluran Lampu ke Trantib" in shown
    assert "bila: Kata: lampu; ke: unit Seksi Ketenteraman dan Ketertiban Umum" in shown, "no codes"
    assert "ditambahkan" in shown
    assert second.get(f"{LIST}9/").status_code == 404


def test_what_changed_has_a_short_name(greged: Office, second: Player) -> None:
    """A label, not the sentence that explains the field in the format's manual."""
    day = {"starts_on": "2025-03-04", "ends_on": "2025-03-04", "name": "Upacara"}
    document = yaml.safe_load(exported(second, 2))
    document["calendar"]["joint_leave"] = False
    document["calendar"]["closings"] = [day]
    document["number_pattern"] = "{seq:04}/UJI/{year}"
    done(send(second, IMPORT, {"text": yaml.safe_dump(document)}))
    shown = text_of(second.get(f"{LIST}3/"))
    for said in ("diubah: cuti bersama", "diubah: pola nomor register"):
        assert said in shown
    assert "mulai: 4 Maret 2025; sampai: 4 Maret 2025" in shown, "a day, not 2025-03-04"
    assert "Libur pada cuti bersama." not in shown
    assert "memuat {seq} dan {year}" not in shown


def test_every_field_of_the_settings_has_a_short_name() -> None:
    every = list(parts())
    for part in every[every.index(Settings) :]:
        for name in part.model_fields:
            assert len(label(f"field.{name}").id) <= 45, (part, name)


def test_an_earlier_version_is_put_in_effect_again(greged: Office, second: Player) -> None:
    page = f"{LIST}1/"
    assert "Yang akan berubah" in second.get(page).content.decode()
    done(send(second, page, {"kembali": "1"}))
    assert stored(greged).routing == ()
    assert versions(greged) == 3
    assert "Versi 3 berlaku" in text_of(second.get(LIST))


def test_going_back_is_refused_where_it_would_lose_a_category_that_complaints_have(
    greged: Office, admin: Player, warga: Warga
) -> None:
    done(
        send(
            admin, "/kantor/atur/kategori/tambah/", {"name": "Sumur", "case_class": "routine", "in_use": "on"}
        )
    )
    warga(greged).report(category="sumur")
    refused = send(admin, f"{LIST}1/", {"kembali": "1"})
    assert refused.status_code == 422
    assert "Kategori 'Sumur' tercatat pada 1 aduan" in text_of(refused)
    assert "(R04)" in text_of(refused)
    assert stored(greged).category("sumur") is not None


def test_settings_go_out_and_come_in_without_loss(greged: Office, second: Player) -> None:
    text = exported(second, 2)
    assert "lampu_ke_trantib" in text
    done(send(second, f"{LIST}1/", {"kembali": "1"}))
    shown = send(second, IMPORT, {"text": text, "pratinjau": "1"})
    assert shown.status_code == 200
    assert "Aturan penyaluran Lampu ke Trantib" in text_of(shown)
    assert versions(greged) == 3
    upload = SimpleUploadedFile("pengaturan.yaml", text.encode(), "application/yaml")
    both = send(second, IMPORT, {"file": upload, "text": "calendar: {}"})
    assert both.status_code == 422
    assert "jangan keduanya" in text_of(both)
    assert "calendar: {}" in both.content.decode()
    upload.seek(0)
    done(send(second, IMPORT, {"file": upload}))
    assert exported(second, 4) == text


def test_a_case_class_that_the_procedure_does_not_have_is_refused(greged: Office, admin: Player) -> None:
    document = yaml.safe_load(exported(admin, 1))
    document["categories"][0]["case_class"] = "sangat_gawat"
    refused = send(admin, IMPORT, {"text": yaml.safe_dump(document)})
    assert refused.status_code == 422
    assert "merujuk jenis aduan 'sangat_gawat' yang tidak ada" in text_of(refused)
    assert "sangat_gawat" in refused.content.decode().split("<textarea", 1)[1]
    assert versions(greged) == 1


def test_an_unknown_placeholder_in_a_file_is_refused_by_its_rule(greged: Office, admin: Player) -> None:
    document = yaml.safe_load(exported(admin, 1))
    document["texts"] = {"verified": {"line": {"id": "Lengkap, {nama}.", "en": "Complete."}}}
    refused = send(admin, IMPORT, {"text": yaml.safe_dump(document)})
    assert refused.status_code == 422
    assert "isian yang tidak dikenal: nama. Hapus atau perbaiki ejaannya. (W15)" in text_of(refused)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("calendar: [", "tidak dapat dibaca sebagai YAML"),
        ("calendar: &a {}\ncategories: *a\n", "alias"),
        ("calendar: {week: {}}\ncategories: []\n", "P12"),
        ("roles: []\n", "'roles' tidak dikenal di sini"),
        ("", "Tempel isi berkas pengaturan"),
    ],
)
def test_a_file_that_is_no_settings_is_refused_with_its_line(
    greged: Office, admin: Player, text: str, said: str
) -> None:
    refused = send(admin, IMPORT, {"text": text})
    assert refused.status_code == 422
    assert said in text_of(refused)
    assert versions(greged) == 1


def test_of_two_admins_who_import_the_second_is_told(greged: Office, admin: Player, petugas: Player) -> None:
    other = another_admin(greged, petugas)
    text = exported(admin, 1)
    mark = seen(admin.get(IMPORT))
    done(send(other, "/kantor/atur/penyaluran/tambah/", LAMPS))
    late = admin.post(IMPORT, {"terlihat": mark, "text": text})
    assert late.status_code == 409
    assert "baru saja mengubah pengaturan" in text_of(late)
    assert len(stored(greged).routing) == 1
    stale = admin.post(f"{LIST}1/", {"terlihat": mark, "kembali": "1"})
    assert stale.status_code == 409


def test_versions_are_for_admins_only(petugas: Player) -> None:
    for path in (LIST, IMPORT, f"{LIST}1/", f"{LIST}1/yaml/"):
        assert petugas.get(path).status_code == 403, path
