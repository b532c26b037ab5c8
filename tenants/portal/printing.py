"""Sheets as PDF, where the machine has Pango; else the same sheet as a page to print, which says why."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcherResponse

    from .door import StaffRequest

# A host that does not exist: whatever a sheet refers to is one of our own files or is refused.
BASE = "https://sheet.invalid/"
_TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg"}


@cache
def pdf_is_possible() -> bool:
    """Whether WeasyPrint finds its libraries on this machine."""
    try:
        import weasyprint  # noqa: F401  (loading it is the test)
    except (ImportError, OSError):
        return False
    return True


def sheet(
    request: StaffRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    name: str,
    back_url: str,
    only_page: bool = False,
) -> HttpResponse:
    """An official sheet (`portal/print/<template>.html`); with `?format=pdf` as a PDF file called `name`,
    unless it must stay a page (whose context says why).
    """
    wants_pdf = request.GET.get("format") == "pdf" and not only_page
    values = {**context, "person": request.person, "back_url": back_url, "for_pdf": False}
    path = f"portal/print/{template}.html"
    if not wants_pdf:
        return render(request, path, values)
    if not pdf_is_possible():
        reason = _(
            "Server ini tidak dapat membuat PDF, karena pustaka Pango tidak terpasang. "
            "Lembar ini dapat langsung dicetak atau disimpan sebagai PDF dari peramban."
        )
        return render(request, path, {**values, "print_reason": reason})
    content = to_pdf(render_to_string(path, {**values, "for_pdf": True}, request=request), request)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def to_pdf(html: str, request: StaffRequest) -> bytes:
    """The PDF of a rendered sheet. Reads the product's own files and the office's logo, never the network."""
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher
    from weasyprint.urls import URLFetcherResponse as Response

    logo = getattr(request.office, "logo_url", "")

    class OwnFiles(URLFetcher):  # type: ignore[misc]  # weasyprint has no type hints
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            parts = urlsplit(url)
            path = unquote(parts.path)
            if f"{parts.scheme}://{parts.netloc}/" != BASE:
                _refuse(url)
            if logo and path == logo:
                return Response(url, default_storage.open(request.office.logo), _headers(request.office.logo))
            if path.startswith(settings.STATIC_URL):
                name = path.removeprefix(settings.STATIC_URL)
                return Response(url, _static(name), _headers(name))
            return _refuse(url)

    fetcher = OwnFiles(allowed_protocols=("data",), allow_redirects=False)
    document = HTML(string=html, base_url=BASE, url_fetcher=fetcher)
    return bytes(document.write_pdf(pdf_variant="pdf/ua-1"))


def _refuse(url: str) -> NoReturn:
    raise ValueError(f"A sheet may not fetch {url[:100]}.")


def _static(name: str) -> Any:
    """One of the product's own files: as collected, or from where it is kept while developing."""
    if staticfiles_storage.exists(name):
        return staticfiles_storage.open(name)
    found = finders.find(name)
    if not isinstance(found, str):
        _refuse(name)
    return open(found, "rb")


def _headers(name: str) -> dict[str, str]:
    return {"Content-Type": _TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")}
