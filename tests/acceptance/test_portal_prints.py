"""Official sheets: form, disposition, report, register book; as pages to print and as PDF."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime

import pytest
from pypdf import PdfReader

from central.offices.models import Office
from tenants.portal import printing
from tests.acceptance.cast import Player
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.portal_steps import page_of, slug_of, step

Clock = Callable[..., datetime]
AsMember = Callable[..., Player]
Warga = Callable[[Office], Citizen]

needs_pango = pytest.mark.skipif(not printing.pdf_is_possible(), reason="Pango is not installed")


def assigned(greged: Office, petugas: Player, sekcam: Player, warga: Warga, **changes: str) -> str:
    number, _ = warga(greged).report(**changes)
    slug = slug_of(greged, number)
    step(petugas, slug, "verify_complete")
    step(petugas, slug, "propose_disposition", category="road", case_class="serious", unit="pemberdayaan")
    step(
        sekcam,
        slug,
        "assign",
        unit="pemberdayaan",
        urgency="urgent",
        instruction="Tinjau lokasi bersama pemerintah desa.",
    )
    return slug


def test_the_disposition_sheet_names_from_to_urgency_instruction_and_who_signed(
    greged: Office, petugas: Player, sekcam: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    slug = assigned(greged, petugas, sekcam, warga)
    page = page_of(sekcam, slug)
    link = re.search(rf"/kantor/aduan/{slug}/cetak/disposition_sheet/\?langkah=\d+", page.content.decode())
    assert link is not None
    sheet = sekcam.get(link[0])
    words = text_of(sheet)
    for part in (
        "Lembar Disposisi",
        "Kabupaten Cirebon",
        "Kecamatan Greged",
        "0001/SIGAP/III/2025",
        "Seksi Pemberdayaan Masyarakat dan Desa",
        "Tinjau lokasi bersama pemerintah desa.",
        "Sekretaris Kecamatan",
        "Menurut SOP SIGAP",
    ):
        assert part in words, part
    assert re.search(r'<li class="ticked">Segera</li>', sheet.content.decode())
    assert re.search(r"<li>Biasa</li>", sheet.content.decode())


def test_a_confidential_name_does_not_stand_on_a_sheet_that_goes_round(
    greged: Office, petugas: Player, sekcam: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    slug = assigned(greged, petugas, sekcam, warga, visibility="confidential")
    sheet = text_of(sekcam.get(f"/kantor/aduan/{slug}/cetak/disposition_sheet/"))
    assert "Siti" not in sheet
    assert "Dirahasiakan" in sheet


def test_the_complaint_form_holds_what_was_reported(
    greged: Office, petugas: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    number, _ = warga(greged).report()
    words = text_of(petugas.get(f"/kantor/aduan/{slug_of(greged, number)}/cetak/complaint_form/"))
    for part in (
        "Formulir Pengaduan Masyarakat",
        number,
        "Siti Aminah",
        "Jalan Melati RT 02",
        "tikungan mati",
    ):
        assert part in words


def test_a_sheet_that_no_step_has_made_is_not_there(
    greged: Office, petugas: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    number, _ = warga(greged).report()
    slug = slug_of(greged, number)
    for kind in ("disposition_sheet", "nonsense", "receipt"):
        assert petugas.get(f"/kantor/aduan/{slug}/cetak/{kind}/").status_code == 404


@needs_pango
def test_sheets_come_as_pdf_with_the_offices_head(
    greged: Office, petugas: Player, sekcam: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    slug = assigned(greged, petugas, sekcam, warga)
    for kind, words in (
        ("complaint_form", "Siti Aminah"),
        ("disposition_sheet", "Tinjau lokasi"),
    ):
        answer = sekcam.get(f"/kantor/aduan/{slug}/cetak/{kind}/?format=pdf")
        assert answer["Content-Type"] == "application/pdf"
        text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
        assert words in text
        assert "KECAMATAN GREGED" in text.upper()


@needs_pango
def test_a_pdf_fetches_nothing_from_the_network(greged: Office, petugas: Player) -> None:
    class Request:
        office = greged

    page = (
        '<h1>Aduan</h1><img src="http://127.0.0.1:1/x.png"><link rel="stylesheet" href="file:///etc/passwd">'
    )
    content = printing.to_pdf(page, Request())  # type: ignore[arg-type]  # a stand-in
    assert "Aduan" in PdfReader(io.BytesIO(content)).pages[0].extract_text()


def test_without_pango_the_print_page_says_why(
    greged: Office, petugas: Player, warga: Warga, at: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    at("2025-03-03 10:00")
    number, _ = warga(greged).report()
    monkeypatch.setattr(printing, "pdf_is_possible", lambda: False)
    answer = petugas.get(f"/kantor/aduan/{slug_of(greged, number)}/cetak/complaint_form/?format=pdf")
    assert answer.status_code == 200
    assert "Pango tidak terpasang" in text_of(answer)
    assert number in text_of(answer)


def test_the_register_book_lists_a_year_or_a_month_by_number(
    jenawi: Office, as_member: AsMember, warga: Warga, at: Clock
) -> None:
    at("2025-02-27 10:00", jenawi)
    february, _ = warga(jenawi).report()
    at("2025-03-03 10:00", jenawi)
    march, _ = warga(jenawi).report(description="Pelayanan KTP lambat, saya sudah antre dua hari.")
    clerk = as_member(jenawi, "web_admin")
    year = text_of(clerk.get("/kantor/register/?tahun=2025"))
    assert year.index(february) < year.index(march)
    month = text_of(clerk.get("/kantor/register/?tahun=2025&bulan=3"))
    assert march in month
    assert february not in month
    sheet = text_of(clerk.get("/kantor/register/cetak/?tahun=2025&bulan=3"))
    for part in ("Buku Register Pengaduan Masyarakat", "Maret 2025", march, "000.8.3.3/6", "1 aduan."):
        assert part in sheet, part
    assert clerk.get("/kantor/register/?tahun=abc&bulan=99").status_code == 200


@needs_pango
def test_the_register_book_comes_as_pdf(jenawi: Office, as_member: AsMember, warga: Warga, at: Clock) -> None:
    at("2025-03-03 10:00", jenawi)
    number, _ = warga(jenawi).report()
    answer = as_member(jenawi, "web_admin").get("/kantor/register/cetak/?tahun=2025&bulan=3&format=pdf")
    assert answer["Content-Type"] == "application/pdf"
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert number in text.replace("\n", "")


def test_the_register_keeps_a_confidential_name_from_those_who_may_not_read_it(
    greged: Office, petugas: Player, as_member: AsMember, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    warga(greged).report(visibility="confidential")
    assert "Siti Aminah" in text_of(petugas.get("/kantor/register/"))
    stranger = as_member(greged, "unit_officer", "trantib")
    for path in ("/kantor/register/", "/kantor/register/cetak/"):
        words = text_of(stranger.get(path))
        assert "Siti Aminah" not in words
        assert "dirahasiakan" in words
