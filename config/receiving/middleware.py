"""What is said to a request that is refused for its size or its pace."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from central.oversize import has_own_answer, note_oversize
from tenants.api import problems

from .limits import BUSY, TOO_LARGE, TOO_SLOW, is_long, refusal

_API = "/api/"


class BodyLimit:
    """Refuses before anything of a body is read: a page that says what to do, for the API a problem document.

    Stands below the page's language and above everything that could look at what was posted. Views that take
    one text and no files say themselves that it is too large; theirs is called without the body.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        status = refusal(request.META)
        if status in (0, TOO_LARGE) and is_long(request.META) and _has_own_answer(request):
            _leave_the_body(request)
            return self.get_response(request)
        return _answer(request, status) if status else self.get_response(request)


def _has_own_answer(request: HttpRequest) -> bool:
    if request.method != "POST":
        return False
    try:
        view = resolve(request.path_info, getattr(request, "urlconf", None)).func
    except Resolver404:
        return False
    return has_own_answer(view)


def _leave_the_body(request: HttpRequest) -> None:
    """Nothing reads the body from here on, and nothing is done that a form would do."""
    note_oversize(request)
    request._body = b""
    request.META["CONTENT_LENGTH"] = "0"
    if not request.path_info.startswith(_API):
        request.method = "GET"


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    code, title, text = _words(status)
    response: HttpResponse
    if request.path_info.startswith(_API):
        if status == TOO_LARGE:
            text = _(
                "Isi permintaan terlalu besar. Kirim lebih sedikit, dan berkas sebagai multipart/form-data."
            )
        content = {**problems.document(status, code, text), "title": title}
        response = JsonResponse(content, status=status, content_type=problems.CONTENT_TYPE)
    else:
        response = render(request, "errors/body.html", {"title": title, "text": text}, status=status)
    response["Cache-Control"] = "no-store"
    response["Content-Length"] = str(len(response.content))
    if status == BUSY:
        response["Retry-After"] = "60"
    return response


def _words(status: int) -> tuple[str, str, str]:
    """The API's code, and title and text of the page."""
    if status == TOO_LARGE:
        text = _(
            "Yang Anda kirim terlalu besar. Satu foto atau dokumen paling besar 10 MB, semuanya bersama-sama "
            "paling besar 60 MB. Kembali ke halaman sebelumnya, perkecil atau kirim satu per satu."
        )
        return "too_large", _("Kiriman terlalu besar"), text
    if status == TOO_SLOW:
        text = _("Kiriman Anda tidak sampai seluruhnya. Periksa sambungan internet Anda, lalu kirim lagi.")
        return "too_slow", _("Kiriman terputus"), text
    if status == BUSY:
        text = _("Terlalu banyak berkas sedang dikirim saat ini. Tunggu satu menit, lalu kirim lagi.")
        return "busy", _("Sedang ramai"), text
    text = _("Permintaan tidak menyebut panjang isinya (Content-Length), jadi tidak dapat diterima.")
    return "length_missing", _("Permintaan ini tidak dapat dibaca"), text
