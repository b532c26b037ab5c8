"""Staff at work in the portal, by HTTP alone: open a complaint, take a step, read what the page says."""

from __future__ import annotations

import html
import io
import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from PIL import Image

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Complaint
from tests.acceptance.cast import Player
from tests.acceptance.citizen import text_of


def slug_of(office: Office, number: str) -> str:
    """The complaint's name in addresses."""
    with inside(office):
        return Complaint.objects.get(number=number).slug


def page_of(player: Player, slug: str) -> HttpResponse:
    """The complaint's page in the portal."""
    return player.get(f"/kantor/aduan/{slug}/")


def offered(player: Player, slug: str) -> set[str]:
    """The steps that the page offers, as `line/action`."""
    page = page_of(player, slug)
    assert page.status_code == 200, text_of(page)
    return set(re.findall(rf"/kantor/aduan/{slug}/tindakan/([a-z_]+/[a-z_]+)/", page.content.decode()))


def step_path(slug: str, action: str, line: str = "main") -> str:
    return f"/kantor/aduan/{slug}/tindakan/{line}/{action}/"


def version_on(page: HttpResponse) -> str:
    """The version that a step's page was made for."""
    found = re.search(r'name="versi" value="(\d+)"', page.content.decode())
    assert found is not None, text_of(page)
    return found[1]


def field(page: HttpResponse, name: str) -> str:
    """What stands in a text area or a line of a step's form."""
    body = page.content.decode()
    area = re.search(rf'<textarea[^>]*name="isi-{name}"[^>]*>\s?(.*?)</textarea>', body, re.DOTALL)
    line = re.search(rf'<input[^>]*name="isi-{name}"[^>]*value="([^"]*)"', body)
    found = area or line
    assert found is not None, f"{name} is not on the page"
    return html.unescape(found[1]).strip()


def try_step(
    player: Player,
    slug: str,
    action: str,
    line: str = "main",
    *,
    extra: dict[str, Any] | None = None,
    **inputs: Any,
) -> HttpResponse:
    """Opens the step's page, fills it in and sends it. Returns the answer, whatever it is."""
    path = step_path(slug, action, line)
    page = player.get(path)
    if page.status_code != 200:
        return page
    data = {f"isi-{name}": value for name, value in inputs.items()}
    return player.post(path, {"versi": version_on(page), **data, **(extra or {})})


def step(player: Player, slug: str, action: str, line: str = "main", **inputs: Any) -> None:
    """Takes a step that must succeed."""
    answer = try_step(player, slug, action, line, **inputs)
    assert answer.status_code == 302, text_of(answer)
    assert answer["Location"] == f"/kantor/aduan/{slug}/"


def picture(name: str = "foto.jpg", colour: str = "grey") -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), "image/jpeg")
