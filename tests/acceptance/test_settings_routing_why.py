"""Why a complaint lies where it lies: in the words of that day, and after a correction with its reason."""

from __future__ import annotations

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Complaint
from tests.acceptance.cast import Player
from tests.acceptance.citizen import text_of
from tests.acceptance.portal_steps import page_of, slug_of, step, step_path, try_step
from tests.acceptance.settings_steps import done, send
from tests.acceptance.test_settings_routing import LAMPS, LIST, NEW, Clock, Warga, add, admin

__all__ = ["admin"]


def test_a_complaint_says_why_it_is_here_in_the_words_of_that_day(
    greged: Office, admin: Player, petugas: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    add(admin, **LAMPS)
    number, _code = warga(greged).report()
    page = f"{LIST}aturan/lampu_ditangani_trantib/"
    done(send(admin, page, {**LAMPS, "why": "Kata baru", "unit": "umum"}))
    words = text_of(page_of(petugas, slug_of(greged, number)))
    assert "Mengapa di sini?" in words
    assert "disalurkan ke Seksi Ketenteraman dan Ketertiban Umum. Lampu ditangani Trantib" in words
    assert "Kata baru" not in words
    assert "Pembetulan oleh petugas" not in words
    other, _code = warga(greged).report(description="Tumpukan sampah di pasar desa berbau busuk.")
    assert "Unit penanggung jawab kategori ini." in text_of(page_of(petugas, slug_of(greged, other)))


def test_a_correction_by_staff_is_kept_with_its_reason(
    greged: Office, admin: Player, petugas: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    number, _code = warga(greged).report(category="street_light")
    slug = slug_of(greged, number)
    step(petugas, slug, "verify_complete")
    form = text_of(petugas.get(step_path(slug, "propose_disposition")))
    assert "Alasan mengubah kategori atau unit Wajib bila Anda mengubah" in form
    reason = "Lampunya milik pasar, bukan jalan."
    given = {"category": "waste", "case_class": "routine", "unit": "trantib"}
    for silent in (given, {**given, "category": "street_light"}, {**given, "unit": ""}):
        refused = try_step(petugas, slug, "propose_disposition", **silent)
        assert refused.status_code == 422, text_of(refused)
        assert "Wajib diisi." in text_of(refused)
        assert 'value="trantib" selected' in refused.content.decode() or silent["unit"] == ""
    given["correction"] = reason
    step(petugas, slug, "propose_disposition", **given)
    words = text_of(page_of(petugas, slug))
    assert "Pembetulan oleh petugas" in words
    street = "Jalan, irigasi, dan fasilitas umum › Penerangan jalan"
    assert f"Kategori diubah dari {street} menjadi Sampah" in words
    assert "Unit diubah dari Seksi Pemberdayaan" in words
    assert f"Alasan: {reason}" in words
    with inside(greged):
        event = Complaint.objects.get(number=number).events.latest("seq")
        assert event.data["corrected"] == {
            "category": ["street_light", "waste"],
            "unit": ["pemberdayaan", "trantib"],
        }
        assert reason not in str(event.data)
    shown = send(
        admin,
        NEW,
        {**LAMPS, "words": "", "category": ["street_light"], "coba": "1"} | {"contoh-number": number},
    )
    assert "Lampu ditangani Trantib Menang" in text_of(shown), "a past complaint is tried as it came in"


def test_a_step_that_keeps_category_and_unit_corrects_nothing(
    greged: Office, petugas: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    number, _code = warga(greged).report(category="street_light")
    slug = slug_of(greged, number)
    step(petugas, slug, "verify_complete")
    given = {"category": "street_light", "case_class": "routine", "unit": "pemberdayaan"}
    step(petugas, slug, "propose_disposition", **given)
    assert "Pembetulan oleh petugas" not in text_of(page_of(petugas, slug))
