"""A citizen at an office's site, by HTTP alone, as a browser without JavaScript would do it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.test import Client

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Complaint, Draft

ANSWERS: dict[str, dict[str, str]] = {
    "uraian": {
        "description": "Lampu jalan di tikungan mati sejak seminggu, jalan gelap dan sudah ada yang jatuh."
    },
    "tempat": {"place": "Jalan Melati RT 02 RW 05", "occurred_at": "sejak minggu lalu"},
    "kerahasiaan": {"visibility": "open"},
    "pelapor": {
        "name": "Siti Aminah",
        "address": "Jalan Melati 7",
        "email": "siti.aminah@example.org",
        "phone": "0812-3456-7890",
    },
}


def text_of(response: HttpResponse) -> str:
    """The page as it reads: without tags, scripts and doubled spaces."""
    body = response.content.decode().replace("<wbr>", "")
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", body, flags=re.DOTALL)
    body = body.replace("<wbr>", "")  # where a long word may break, which it need not
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body))).strip()


@dataclass
class Citizen:
    """Somebody with a browser of their own (a cookie jar) at one office's host."""

    host: str
    client: Client = field(default_factory=Client)
    reported: bool = False

    def get(self, path: str, **headers: Any) -> HttpResponse:
        return self.client.get(path, HTTP_HOST=self.host, **headers)

    def post(self, path: str, data: dict[str, Any] | None = None, **headers: Any) -> HttpResponse:
        return self.client.post(path, data or {}, HTTP_HOST=self.host, **headers)

    def follow(self, response: HttpResponse) -> HttpResponse:
        """The page that a redirect leads to."""
        assert response.status_code in {302, 303}, text_of(response)
        return self.get(response["Location"])

    def categories(self) -> list[str]:
        """Codes of the categories that the form offers."""
        page = self.get("/lapor/kategori/").content.decode()
        return re.findall(r'name="category" value="([^"]+)"', page)

    def fill(self, until: str = "", **changes: Any) -> HttpResponse:
        """Answers one question after the other, up to the page to check (or before the question `until`).

        `changes` replaces answers by the name of their field; returns the last answer of the server.
        """
        if self.reported:
            self.post("/lapor/baru/")
            self.reported = False
        response = self.post(
            "/lapor/kategori/", {"category": changes.get("category") or self.categories()[0]}
        )
        while response.status_code == 303 and "periksa" not in response["Location"]:
            step = response["Location"].split("/")[2]
            if step == until:
                return response
            given = {name: changes.get(name, value) for name, value in ANSWERS.get(step, {}).items()}
            given |= {name: value for name, value in changes.items() if name.startswith("jawab-")}
            if step == "tempat" and "region" in changes:
                given["region"] = changes["region"]
            response = self.post(response["Location"], given)
        return response

    def send(self) -> HttpResponse:
        """Presses the button of the page to check."""
        return self.post("/lapor/periksa/")

    def report(self, **changes: Any) -> tuple[str, str]:
        """Sends a whole report; gives its number and its tracking code."""
        filled = self.fill(**changes)
        assert filled.status_code == 303, text_of(filled)
        sent = self.send()
        assert sent.status_code == 303, text_of(sent)
        self.reported = True
        return receipt(self.follow(sent))


def receipt(page: HttpResponse) -> tuple[str, str]:
    """Number and tracking code from the page that confirms a report."""
    body = page.content.decode()
    number = re.search(r'class="ticket-number">([^<]+)<', body)
    code = re.search(r'class="ticket-code"[^>]*>([^<]+)<', body)
    assert number is not None, text_of(page)
    assert code is not None, text_of(page)
    return html.unescape(number[1]).strip(), code[1].strip()


def assert_error_page(page, *, typed: str = "") -> None:
    """Rule 10: the title, the summary above the heading with links, and nothing typed is lost."""
    body = page.content.decode()
    assert page.status_code == 422
    assert re.search(r"<title>\s*Kesalahan:", body)
    assert body.index("error-summary") < body.index("<h1")
    link = re.search(r'class="error-summary".*?href="#([^"]+)"', body, re.DOTALL)
    assert link is not None
    assert f'id="{link[1]}"' in body
    assert typed in text_of(page) or typed in body


def drafts_of(office: Office) -> list[Draft]:
    with inside(office):
        return list(Draft.objects.order_by("id"))


def complaints_of(office: Office) -> list[Complaint]:
    with inside(office):
        return list(Complaint.objects.select_related("reporter").order_by("id"))
