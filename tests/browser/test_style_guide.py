"""Every component in real Chromium, with and without scripts; `test_pages` holds that it is accessible."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import LiveSite


def open_guide(page: Page, site: LiveSite) -> list[str]:
    """Opens the style guide; gives the list to which the browser's complaints are added."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    answer = page.goto(site.url(path="/gaya/"))
    assert answer is not None
    assert answer.status == 200
    return complaints


def test_targets_are_large_enough_for_a_thumb(live_site: LiveSite, visitor: Callable[..., Page]) -> None:
    page = visitor()
    open_guide(page, live_site)
    small: list[Any] = page.evaluate(
        """() => [...document.querySelectorAll("button, summary, select, .button, nav a, .choice")]
            .filter((element) => element.offsetParent)
            .map((element) => [element.textContent.trim(), element.getBoundingClientRect().height])
            .filter(([, height]) => height < 43.5)"""
    )
    assert small == []


def test_the_error_summary_has_the_focus_and_leads_to_the_control(
    live_site: LiveSite, visitor: Callable[..., Page]
) -> None:
    page = visitor()
    open_guide(page, live_site)
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="Isi “Nama lengkap”.").click()
    expect(page.locator("#id_name")).to_be_focused()


def test_scripts_count_preview_copy_and_ask(live_site: LiveSite, visitor: Callable[..., Page]) -> None:
    page = visitor(permissions=["clipboard-read", "clipboard-write"])
    complaints = open_guide(page, live_site)
    page.locator("#id_description").fill("Lampu\nmati")
    expect(page.locator("#id_description_count")).to_have_text("Sisa 189 karakter.")
    page.locator("#id_balasan-text").fill("Sudah <b>diganti</b>.")
    expect(page.locator(".preview-text")).to_have_text("Sudah <b>diganti</b>.")
    page.get_by_role("button", name="Salin kode").click()
    expect(page.get_by_role("button", name="Tersalin")).to_be_visible()
    page.get_by_role("link", name="Buka sebagai dialog").click()
    dialog = page.get_by_role("dialog", name="Terbitkan jawaban ini?")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Batal").click()
    expect(dialog).to_be_hidden()
    assert complaints == []


def test_a_chosen_file_is_named_and_one_that_is_too_big_is_told_of(
    live_site: LiveSite, visitor: Callable[..., Page], tmp_path: Path
) -> None:
    page = visitor()
    open_guide(page, live_site)
    large = tmp_path / "surat.pdf"
    large.write_bytes(b"x" * 10_000_001)
    page.locator("#id_attachment").set_input_files(large)
    chosen = page.locator("#id_attachment + .files li")
    expect(chosen).to_contain_text("surat.pdf (10,0 MB)")
    expect(chosen).to_have_class(re.compile("files-bad"))


def test_the_device_fills_in_its_place(live_site: LiveSite, visitor: Callable[..., Page]) -> None:
    page = visitor(geolocation={"latitude": -6.7, "longitude": 108.5}, permissions=["geolocation"])
    open_guide(page, live_site)
    page.get_by_role("button", name="Pakai lokasi saya sekarang").click()
    expect(page.locator("[data-place] + [role=status]")).to_contain_text("Lokasi Anda tercatat")
    expect(page.locator("#id_name")).to_have_value("-6.700000")


def test_without_scripts_nothing_is_missing(live_site: LiveSite, visitor: Callable[..., Page]) -> None:
    page = visitor(javascript=False)
    open_guide(page, live_site)
    expect(page.locator("#id_description_count")).to_have_text("Paling banyak 200 karakter.")
    expect(page.get_by_role("button", name="Salin kode")).to_be_hidden()
    expect(page.get_by_role("link", name="Simpan ke WhatsApp")).to_be_visible()
    expect(page.locator("#konfirmasi")).to_be_visible()
