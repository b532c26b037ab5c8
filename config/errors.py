"""What is answered where nobody caught an exception: a page, or a problem document for a program."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import get_template
from django.utils.translation import gettext as _

from tenants.api import problems

SECONDS = 5
"""After which it is worth trying again: a database that was killed is back by then."""


def server_error(request: HttpRequest) -> HttpResponseBase:
    """503 where the database did not answer or took the transaction back, which passes; else 500, a bug.

    Django calls this while it handles the exception.
    """
    passes = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    response = _problem(request, passes) if request.path_info.startswith("/api/") else _page(request, passes)
    response["Cache-Control"] = "no-store"
    if passes:
        response["Retry-After"] = str(SECONDS)
    return response


def _page(request: HttpRequest, passes: bool) -> HttpResponseBase:
    # No context processors: what they read may be what is broken.
    return HttpResponse(get_template("500.html").render({"request": request}), status=503 if passes else 500)


def _problem(request: HttpRequest, passes: bool) -> HttpResponseBase:
    if not passes:
        return problems.server_error(request)
    text = _(
        "Basis data sedang tidak menjawab. Kirim lagi permintaan yang sama sebentar lagi. "
        "Laporan dengan Idempotency-Key yang sama tidak tercatat dua kali."
    )
    content = problems.document(503, "unavailable", text)
    return JsonResponse(content, status=503, content_type=problems.CONTENT_TYPE)
