"""What holds for every template: no inline style or script, only icons that exist, light pages."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory

from config.design_tags import initials, moment, time_left
from config.style_guide import ICONS, style_guide

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted(
    path
    for folder in ("templates", "tenants", "platform")
    for path in (ROOT / folder).rglob("*.html")
    if "templates" in path.parts
)
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
FIRST_VIEW = 30_000  # bytes on the wire: HTML, style sheets and scripts of one public page


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_template_keeps_the_content_security_policy(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=", text)
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert "javascript:" not in text


def test_every_icon_that_a_template_names_is_drawn() -> None:
    sprites = "".join(
        (ROOT / f"templates/components/{name}.html").read_text() for name in ("sprite", "sprite_staff")
    )
    drawn = set(re.findall(r'id="i-(\w+)"', sprites))
    named = {
        name
        for path in TEMPLATES
        for name in re.findall(r'(?:icon.html" with name|icon)="(\w+)"', path.read_text())
    }
    assert named <= drawn
    assert set(ICONS) == drawn


def test_the_style_guide_draws_every_component() -> None:
    request = RequestFactory().get("/gaya/")
    html = style_guide(request).content.decode()
    for name in (
        "error-summary",
        "timeline",
        "ticket",
        "masking",
        "box-note",
        "box-reply",
        "confirm",
        "pager",
        "tabs",
    ):
        assert f'class="{name}' in html, name
    assert "<title>Panduan gaya – Tanggap</title>" in html


def test_a_page_with_a_refused_form_says_so_in_its_title() -> None:
    html = render_to_string("layouts/public.html", {"has_errors": True}, RequestFactory().get("/"))
    assert "<title>Kesalahan:" in html


@pytest.mark.parametrize(
    "name",
    ["400", "403", "403_csrf", "404", "500", "errors/429", "errors/unknown_host", "errors/office_closed"],
)
def test_an_error_page_comes_out_without_request_and_context(name: str) -> None:
    html = get_template(f"{name}.html").render()
    assert "<h1>" in html
    assert "/static/css/public.css" in html


def test_the_first_view_of_a_public_page_is_light() -> None:
    html = render_to_string("layouts/public.html", {}, RequestFactory().get("/"))
    parts = [html.encode()]
    for reference in re.findall(r'(?:href|src)="[^"]*static/([^"]+)"', html):
        plain = re.sub(r"\.[0-9a-f]{12}\.", ".", reference)
        if not plain.endswith(".svg"):
            parts.append((ROOT / "static" / plain).read_bytes())
    assert len(parts) >= 4
    own = sum(len(gzip.compress(part)) for part in parts)
    assert own < FIRST_VIEW / 2, "the frame leaves at least half of the budget to the page"


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (timedelta(minutes=1), "sisa 1 menit"),
        (timedelta(hours=3, minutes=59), "sisa 3 jam"),
        (timedelta(hours=47), "sisa 47 jam"),
        (timedelta(days=6, hours=5), "sisa 6 hari"),
        (timedelta(days=-2), "lewat 2 hari"),
        (timedelta(seconds=-5), "lewat 1 menit"),
    ],
)
def test_time_left_is_said_in_its_largest_unit(left: timedelta, text: str) -> None:
    assert time_left(NOW + left, NOW)["text"] == text


def test_time_that_is_paused_done_or_endless_says_so() -> None:
    assert time_left(NOW, NOW, paused="menunggu pelapor")["state"] == "paused"
    assert time_left(NOW, NOW, finished_at=NOW)["state"] == "done"
    assert time_left(NOW, NOW, finished_at=NOW + timedelta(days=3))["text"] == "selesai, lewat 3 hari"
    assert time_left(None, NOW)["state"] == "none"


def test_a_moment_is_written_in_the_active_zone_with_its_name() -> None:
    assert moment(NOW) == "23 November 2026 pukul 10.00 WIB"
    assert moment(None) == ""


def test_initials_leave_out_small_words() -> None:
    assert initials("Dinas Contoh dan Lainnya") == "DC"
    assert initials("") == "T"
