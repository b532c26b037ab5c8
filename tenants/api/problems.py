"""Errors of the API as problem documents (RFC 9457), in the language that the caller accepts.

`type` is a relative reference below `/api/problems/`; `code` repeats its last part, stable for programs.
`errors` lists what is wrong with single fields. Whatever a failed request did in the office is taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema_serializer
from rest_framework import exceptions, serializers
from rest_framework.response import Response

from central.accounts.middleware import NotAtHome
from central.offices.access import give_up
from tenants.complaints.files import FileRefused
from tenants.errors import ServiceError

CONTENT_TYPE = "application/problem+json"
BASE = "/api/problems/"

STATUS = {
    "conflict": 409,
    "desk_decides": 409,
    "idempotency_mismatch": 422,
    "no_procedure": 503,
    "no_route": 409,
    "not_allowed": 403,
    "not_direct": 403,
    "not_found": 404,
    "office_halted": 409,
    "other_government": 409,
    "same_office": 409,
    "stale": 409,
    "too_late": 409,
    "wrong_stage": 409,
}
"""HTTP status of a refusal's code; 400 for every other."""


@extend_schema_serializer(component_name="FieldProblem")
class FieldProblemSchema(serializers.Serializer[Any]):
    field = serializers.CharField(help_text="The field; a dotted path where it lies deeper.")
    detail = serializers.CharField()


@extend_schema_serializer(component_name="Problem")
class ProblemSchema(serializers.Serializer[Any]):
    """A problem document (RFC 9457)."""

    type = serializers.CharField(help_text="A reference that names the kind of problem.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What happened and what to do, in the caller's language.")
    code = serializers.CharField(help_text="Stable, for programs.")
    errors = FieldProblemSchema(many=True, required=False)  # type: ignore[assignment]  # a field of this name


PROBLEM = ProblemSchema


def answers(
    success: type[serializers.Serializer[Any]],
    *,
    created: bool = False,
    staff: bool = False,
    missing: bool = False,
    conflicts: bool = False,
    limited: bool = False,
) -> dict[int | tuple[int, str], Any]:
    """The answers of an operation for its schema: the success, and every problem that it may give.

    Wherever something is sent, if only in the address, it may be too much (413). An office that is not ready
    says so (503), one that is no more, too (410).
    """
    statuses = [400, 410, 413, 503]
    statuses += [401, 403] if staff else []
    statuses += [404] if missing else []
    statuses += [409, 415, 422] if conflicts else []
    statuses += [429] if limited else []
    found: dict[int | tuple[int, str], Any] = {201 if created else 200: success}
    for status in sorted(statuses):
        found[status, CONTENT_TYPE] = OpenApiResponse(PROBLEM, _title(status))
    return found


def document(
    status: int,
    code: str,
    detail: str,
    errors: Iterable[tuple[str, str]] = (),
) -> dict[str, Any]:
    """A problem document's content."""
    problem: dict[str, Any] = {
        "type": f"{BASE}{code}",
        "title": _title(status),
        "status": status,
        "detail": detail,
        "code": code,
    }
    listed = [{"field": field, "detail": text} for field, text in errors]
    if listed:
        problem["errors"] = listed
    return problem


def handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. None for a bug, which Django logs and answers with `server_error`."""
    give_up()
    if isinstance(exception, ServiceError):
        return _answer(_of_service(exception))
    if isinstance(exception, Http404):
        exception = exceptions.NotFound()
    elif isinstance(exception, PermissionDenied | NotAtHome):
        exception = exceptions.PermissionDenied()
    elif isinstance(exception, RequestDataTooBig | TooManyFilesSent | TooManyFieldsSent):
        text = _("Isi permintaan terlalu besar. Kirim lebih sedikit, dan berkas sebagai multipart/form-data.")
        return _answer(document(413, "too_large", text))
    if not isinstance(exception, exceptions.APIException):
        return None
    response = _answer(_of_framework(exception))
    if isinstance(exception, exceptions.Throttled):
        response["Retry-After"] = str(_wait(exception))
    header = getattr(exception, "auth_header", None)
    if header:
        response["WWW-Authenticate"] = header
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """What a bug looks like to a program."""
    content = document(500, "server_error", _("Ada kesalahan pada sistem. Cobalah lagi beberapa saat lagi."))
    return JsonResponse(content, status=500, content_type=CONTENT_TYPE)


def not_found(request: HttpRequest) -> HttpResponse:
    """An address below `/api/` that does not exist."""
    content = document(404, "not_found", _("Alamat ini tidak ada. Lihat daftar alamat di /api/schema/."))
    return JsonResponse(content, status=404, content_type=CONTENT_TYPE)


def _answer(content: dict[str, Any]) -> Response:
    return Response(content, status=content["status"], content_type=CONTENT_TYPE)


def _of_service(error: ServiceError) -> dict[str, Any]:
    status = 400 if isinstance(error, FileRefused) else STATUS.get(error.code, 400)
    fields = [("files", str(error))] if isinstance(error, FileRefused) else []
    fields += [(name, str(text)) for name, text in error.fields.items()]
    return document(status, error.code, str(error), fields)


def _of_framework(exception: exceptions.APIException) -> dict[str, Any]:
    status = exception.status_code
    if isinstance(exception, exceptions.ValidationError):
        text = _("Ada isian yang belum lengkap atau keliru. Perbaiki isian yang ditandai.")
        return document(status, "bad_input", text, _flat(exception.detail))
    if isinstance(exception, exceptions.Throttled):
        text = _("Terlalu banyak permintaan dari alamat ini. Cobalah lagi dalam %(seconds)d detik.") % {
            "seconds": _wait(exception)
        }
        return document(status, "too_many_requests", text)
    code = exception.get_codes()
    return document(status, code if isinstance(code, str) else "refused", str(exception.detail))


def _wait(throttled: exceptions.Throttled) -> int:
    """Seconds after which it is worth trying again."""
    return max(1, round(getattr(throttled, "wait", None) or 60))


def _flat(detail: Any, path: str = "") -> list[tuple[str, str]]:
    """DRF's nested errors as (dotted field, text)."""
    if isinstance(detail, Mapping):
        return [
            row
            for name, inner in detail.items()
            for row in _flat(inner, path if name == "non_field_errors" else f"{path}.{name}".lstrip("."))
        ]
    if isinstance(detail, list):
        return [row for inner in detail for row in _flat(inner, path)]
    return [(path or "body", str(detail))]


def _title(status: int) -> str:
    return {
        400: _("Permintaan keliru"),
        401: _("Belum masuk"),
        403: _("Tidak diizinkan"),
        404: _("Tidak ditemukan"),
        405: _("Cara ini tidak didukung"),
        409: _("Keadaan sudah berubah"),
        410: _("Sudah tidak ada"),
        413: _("Terlalu besar"),
        415: _("Bentuk isi tidak didukung"),
        422: _("Permintaan tidak dapat diproses"),
        429: _("Terlalu banyak permintaan"),
        503: _("Layanan belum siap"),
    }.get(status, _("Kesalahan"))
