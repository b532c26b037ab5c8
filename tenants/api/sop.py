"""The format of an SOP for programs, and the proof of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from central.oversize import is_oversize
from tenants.procedure.services import proved
from workflows.checking import Checked
from workflows.common import Language
from workflows.loading import oversize
from workflows.problems import Problem
from workflows.schema import json_schema

from . import serializers
from .authentication import person_of
from .problems import answers
from .staff import StaffView

SCHEMA_TYPE = "application/schema+json"

_FORMAT = answers(serializers.SopChecked)
del _FORMAT[200]
_FORMAT[200, SCHEMA_TYPE] = OpenApiTypes.OBJECT


def _language() -> Language:
    return "en" if (get_language() or "id").startswith("en") else "id"


class SopSchemaView(APIView):
    """The format of the two documents as JSON Schema, with the meaning of every field in the caller's
    language.
    """

    authentication_classes: Sequence[Any] = ()
    permission_classes: Sequence[Any] = ()

    @extend_schema(
        operation_id="sop_schema",
        summary="Read the format of an SOP",
        responses=_FORMAT,
    )
    def get(self, request: Request) -> Response:
        response = Response(json_schema(_language()), content_type=SCHEMA_TYPE)
        response["Cache-Control"] = "public, max-age=3600"
        return response


class SopChecksView(StaffView):
    """The proof of a procedure at this office, for its admins; nothing is stored."""

    @extend_schema(
        operation_id="check_sop",
        summary="Prove a procedure with this office's settings and people",
        request=serializers.SopCheckIn,
        responses=answers(serializers.SopChecked, staff=True, conflicts=True),
    )
    def post(self, request: Request) -> Response:
        if not person_of(request).is_admin:
            raise exceptions.PermissionDenied(_("Hanya admin instansi yang boleh memeriksa SOP di sini."))
        found = _unread() if is_oversize(request._request) else proved(_document(request))
        content = {
            "sound": found.sound,
            "kind": found.kind.value if found.kind else "",
            "problems": [_row(item) for item in found.problems],
        }
        return Response(serializers.SopChecked(content).data)


def _document(request: Request) -> str:
    sent = serializers.SopCheckIn(data=request.data)
    sent.is_valid(raise_exception=True)
    text: str = sent.validated_data["document"]
    return text


def _unread() -> Checked:
    """What is said of a document that is so large that nothing of it was read."""
    return Checked(None, (oversize(),))


def _row(item: Problem) -> dict[str, Any]:
    return {
        "code": item.code,
        "severity": item.severity.value,
        "line": item.line,
        "path": ".".join(str(part) for part in item.path),
        "text": item.text.get(_language()),
    }
