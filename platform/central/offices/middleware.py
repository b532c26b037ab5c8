"""From host name to office, and from there into the office's transaction."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, TypeVar, cast

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from . import directory
from .access import give_up, office
from .models import Domain, Government, Office
from .requests import SiteRequest
from .tokens import preload_token

GetResponse = Callable[[HttpRequest], HttpResponseBase]
View = TypeVar("View", bound=Callable[..., Any])
MARK = "public_side"
# What a program is told of a host that cannot serve it.
API_CODES = {404: "unknown_host", 410: "office_removed", 503: "office_closed"}


def public_side(view: View) -> View:
    """Marks a view (function or class) that never enters an office: it signs in or out, or reads central
    data.
    """
    setattr(view, MARK, True)
    return view


class OfficeHost:
    """Sets `request.site_kind`, `request.office`, `request.government` and the URLconf by the host name.

    Unknown hosts get a page that says what to do (404), suspended offices one that says so (503), removed
    ones 410. Enters nothing.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            host = request.get_host()
        except DisallowedHost:
            host = ""
        site = directory.find(host_name(host)) if host else None
        if site is None:
            return _unknown(request)
        closed = _closed(request, site)
        if closed is not None:
            return closed
        here = cast(SiteRequest, request)
        here.site_kind, here.office, here.government = site.kind, site.office, site.government
        request.urlconf = settings.URLCONFS[site.kind]
        return self.get_response(request)


class EnterOffice:
    """Runs an office's view in the office's transaction. The last middleware.

    Session, user and API token are loaded before, in public mode; session and messages are saved after it, in
    public mode too. The office is left when the response has been rendered. An exception or a 5xx gives the
    transaction up: Django turns a view's exception into a response inside this middleware, so that without it
    a failed request would be stored.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with ExitStack() as stack:
            cast(SiteRequest, request).office_stack = stack
            response = self.get_response(request)
            if response.status_code >= 500:
                give_up()
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        target: Office | None = getattr(request, "office", None)
        if target is None or is_public_side(view):
            return None
        if hasattr(request, "session"):
            request.session.keys()  # loads it
        if hasattr(request, "user"):
            _ = request.user.pk
        preload_token(request, target)
        cast(SiteRequest, request).office_stack.enter_context(office(target))
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        give_up()


def is_public_side(view: Callable[..., Any]) -> bool:
    """Whether a view never enters an office: it is marked so, or it is one of allauth's."""
    for candidate in (view, getattr(view, "view_class", None), getattr(view, "cls", None)):
        if candidate is not None and (
            getattr(candidate, MARK, False)
            or str(getattr(candidate, "__module__", "")).startswith("allauth.")
        ):
            return True
    return False


def host_name(host: str) -> str:
    """A Host header without its port, in lower case: `dinas.localhost:8000` -> `dinas.localhost`."""
    name = host.lower()
    if name.startswith("["):
        return name.partition("]")[0] + "]"
    return name.rpartition(":")[0] if ":" in name else name.rstrip(".")


def _unknown(request: HttpRequest) -> HttpResponseBase:
    return _refusal(
        request,
        404,
        "errors/unknown_host.html",
        _("Alamat ini tidak dikenal"),
        _(
            "Tidak ada instansi di alamat ini. Periksa kembali tulisannya, "
            "atau cari instansi Anda di direktori."
        ),
    )


def _closed(request: HttpRequest, site: directory.Site) -> HttpResponseBase | None:
    if site.government is not None and site.government.status != Government.Status.ACTIVE:
        return _suspended(request, site.government.name)
    if site.kind != Domain.Kind.OFFICE or site.office is None or site.office.status == Office.Status.READY:
        return None
    name = site.office.name
    if site.office.status == Office.Status.SUSPENDED:
        return _suspended(request, name)
    if site.office.status == Office.Status.REMOVED:
        title, text = _("Layanan ini sudah berakhir"), _("%(name)s tidak lagi memakai layanan ini.")
        return _refusal(request, 410, "errors/office_closed.html", title, text % {"name": name})
    title, text = (
        _("Layanan sedang disiapkan"),
        _("%(name)s segera dapat menerima laporan. Cobalah beberapa menit lagi."),
    )
    return _refusal(request, 503, "errors/office_closed.html", title, text % {"name": name})


def _suspended(request: HttpRequest, name: str) -> HttpResponseBase:
    text = _(
        "Layanan pengaduan %(name)s sedang dihentikan sementara. Laporan yang sudah masuk tetap tersimpan. "
        "Hubungi instansi tersebut secara langsung untuk hal yang mendesak."
    )
    title = _("Layanan dihentikan sementara")
    return _refusal(request, 503, "errors/office_closed.html", title, text % {"name": name})


def _refusal(request: HttpRequest, status: int, template: str, title: str, text: str) -> HttpResponseBase:
    """A page of its own (there is no office whose look it could have), or a problem document for the API."""
    response: HttpResponseBase
    if request.path_info.startswith("/api/"):
        code = API_CODES[status]
        problem = {
            "type": f"/api/problems/{code}",
            "title": title,
            "status": status,
            "detail": text,
            "code": code,
        }
        response = JsonResponse(problem, status=status, content_type="application/problem+json")
    else:
        context = {
            "title": title,
            "text": text,
            "platform": settings.PLATFORM_URL,
            "host": _shown_host(request),
        }
        response = HttpResponse(render_to_string(template, context, request), status=status)
    response["Cache-Control"] = "no-store"
    if status == 503:
        response["Retry-After"] = "3600"
    return response


def _shown_host(request: HttpRequest) -> str:
    return host_name(request.META.get("HTTP_HOST", ""))[:100]
