"""The register book: from its numbers to the complaints, and a book that is too long for one sheet."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from datetime import datetime

import pytest
from pypdf import PdfReader

from central.offices.models import Office
from tenants.portal import printing
from tenants.portal.views import register
from tests.acceptance.cast import Cast, Player
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.portal_steps import slug_of

Clock = Callable[..., datetime]
Warga = Callable[[Office], Citizen]

BOOK = "/kantor/register/?tahun=2025"
SHEET = "/kantor/register/cetak/?tahun=2025"

needs_pango = pytest.mark.skipif(not printing.pdf_is_possible(), reason="Pango is not installed")


@pytest.fixture
def clerk(cast: Cast, jenawi: Office) -> Player:
    return cast.member(jenawi, "web_admin")


@pytest.fixture
def numbers(jenawi: Office, warga: Warga, at: Clock) -> list[str]:
    """Three complaints of one month."""
    at("2025-03-03 10:00", jenawi)
    return [warga(jenawi).report(description=f"Lampu jalan nomor {n} padam.")[0] for n in (1, 2, 3)]


@pytest.fixture
def short_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sheets that hold two complaints."""
    monkeypatch.setattr(register, "MOST_ROWS", 2)
    monkeypatch.setattr(register, "MOST_PDF_ROWS", 2)


def parts_on(page: str) -> list[str]:
    """The addresses of the parts that a page lists."""
    return [html.unescape(found) for found in re.findall(r'href="([^"]*dari=\d+[^"]*)"', page)]


def test_a_number_in_the_book_leads_to_its_complaint(
    jenawi: Office, clerk: Player, cast: Cast, numbers: list[str]
) -> None:
    """For every member: each may open every complaint of the office."""
    for person in (clerk, cast.admin(jenawi)):
        body = person.get(BOOK).content.decode()
        for number in numbers:
            url = f"/kantor/aduan/{slug_of(jenawi, number)}/"
            assert re.search(rf'<a [^>]*href="{url}">{re.escape(number)}</a>', body), number
            answer = person.get(url)
            assert answer.status_code == 200
            assert number in text_of(answer)


def test_the_sheet_is_paper_without_links(clerk: Player, numbers: list[str]) -> None:
    body = clerk.get(SHEET).content.decode()
    assert numbers[0] in body
    assert "/kantor/aduan/" not in body


@pytest.mark.usefixtures("short_sheets")
def test_a_book_that_is_too_long_is_printed_in_parts_that_are_all_of_it(
    clerk: Player, numbers: list[str]
) -> None:
    """Nothing of a part is missing or printed twice, and each names the numbers that it holds."""
    listed = clerk.get(SHEET)
    assert "Buku ini memuat 3 aduan." in text_of(listed)
    assert "Buku Register Pengaduan Masyarakat" not in text_of(listed)
    urls = parts_on(listed.content.decode())
    sheets = [text_of(clerk.get(url)) for url in urls]
    assert [[number for number in numbers if number in sheet] for sheet in sheets] == [
        numbers[:2],
        numbers[2:],
    ]
    assert "No. 1 sampai 2" in sheets[0]
    assert "No. 3 sampai 3" in sheets[1]
    assert "Buku Register Pengaduan Masyarakat" in sheets[1]


@pytest.mark.usefixtures("short_sheets")
def test_a_month_that_is_too_long_is_printed_in_parts_too(clerk: Player, numbers: list[str]) -> None:
    urls = parts_on(clerk.get(f"{SHEET}&bulan=3").content.decode())
    assert len(urls) == 2
    assert numbers[2] in text_of(clerk.get(urls[1]))
    assert "Maret 2025" in text_of(clerk.get(urls[1]))


@needs_pango
@pytest.mark.usefixtures("short_sheets")
def test_a_long_book_comes_as_pdf_in_parts(clerk: Player, numbers: list[str]) -> None:
    listed = clerk.get(f"{SHEET}&format=pdf")
    assert listed["Content-Type"].startswith("text/html")
    last = clerk.get(parts_on(listed.content.decode())[-1])
    assert last["Content-Type"] == "application/pdf"
    assert "register-2025-3.pdf" in last["Content-Disposition"]
    text = PdfReader(io.BytesIO(last.content)).pages[0].extract_text().replace("\n", "")
    assert numbers[2] in text
    assert numbers[0] not in text


@pytest.mark.usefixtures("short_sheets")
@pytest.mark.parametrize("begins", ["abc", "-1", "0", "99999999999999999999", "²"])
def test_a_part_that_cannot_be_read_is_the_list_of_parts(
    clerk: Player, numbers: list[str], begins: str
) -> None:
    answer = clerk.get(f"{SHEET}&dari={begins}")
    assert answer.status_code == 200
    assert len(parts_on(answer.content.decode())) == 2
