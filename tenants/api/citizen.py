"""What anybody may ask of an office: send a complaint, follow it, read the categories and areas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from central.accounts.sites import full_address, public_address
from central.offices.access import public
from central.onboarding.queries import place_of_case
from tenants.complaints.errors import ComplaintError, not_found
from tenants.complaints.models import Complaint
from tenants.complaints.queries import by_tracking_code, timeline_for_reporter
from tenants.complaints.services import receive
from tenants.complaints.words import said
from tenants.procedure.queries import settings_now

from . import reading, serializers
from .limits import IntakeBrake, LookupBrake
from .problems import answers
from .serializers import ComplaintForm, ComplaintIn

LONGEST_KEY = 255

IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "maxLength": LONGEST_KEY},
    OpenApiParameter.HEADER,
    description="Any text that names this sending, such as a UUID: sent again, it gives the same receipt.",
)


class PublicView(APIView):
    """Open to everybody; neither a session nor a token is looked at."""

    authentication_classes: Sequence[Any] = ()
    permission_classes: Sequence[Any] = ()


class ComplaintsView(PublicView):
    """Where complaints come in."""

    throttle_classes: Sequence[type[BaseThrottle]] = (IntakeBrake,)

    @extend_schema(
        operation_id="send_complaint",
        summary="Send a complaint",
        request={"application/json": ComplaintIn, "multipart/form-data": ComplaintForm},
        parameters=[IDEMPOTENCY],
        responses=answers(serializers.ReceiptOut, created=True, conflicts=True, limited=True),
    )
    def post(self, request: Request) -> Response:
        key = request.headers.get("Idempotency-Key", "").strip()
        if len(key) > LONGEST_KEY or "\x00" in key:
            raise ComplaintError(
                "bad_input",
                _("Idempotency-Key terlalu panjang: paling banyak %(count)d karakter.")
                % {"count": LONGEST_KEY},
            )
        form = ComplaintForm if isinstance(request.data, QueryDict) else ComplaintIn
        sent = form(data=request.data)
        sent.is_valid(raise_exception=True)
        report = reading.report_of(sent.validated_data, language=get_language() or "id")
        receipt = receive(report, idempotency_key=key or None)
        complaint = receipt.complaint
        status_url = public_address(request._request, f"/lacak/{complaint.tracking_code}/")
        content = {
            "number": complaint.number,
            "tracking_code": complaint.tracking_code,
            "status_url": status_url,
            "due_at": complaint.due_at,
            "due_at_provisional": receipt.provisional,
        }
        headers = {"Location": public_address(request._request, f"{request.path}{complaint.tracking_code}/")}
        return Response(serializers.ReceiptOut(content).data, status=201, headers=headers)


def _elsewhere(complaint: Complaint) -> Response:
    """Leads to the same code at the office that has taken the complaint over."""
    with public():
        place = place_of_case(complaint.tracking_code)
    if place is None:
        raise not_found()
    there = full_address(place.host, f"/api/v1/complaints/{place.code}/")
    return Response(status=308, headers={"Location": there})


class TrackingView(PublicView):
    """A complaint for whoever holds its code."""

    throttle_classes: Sequence[type[BaseThrottle]] = (LookupBrake,)

    @extend_schema(
        operation_id="track_complaint",
        summary="Follow a complaint",
        parameters=[OpenApiParameter("tracking_code", str, OpenApiParameter.PATH)],
        responses={
            **answers(serializers.TrackingOut, missing=True, limited=True),
            308: OpenApiResponse(None, "Another office has it now: `Location` leads there."),
        },
    )
    def get(self, request: Request, tracking_code: str) -> Response:
        complaint = by_tracking_code(tracking_code)
        if complaint.gone_at is not None:
            return _elsewhere(complaint)
        story = timeline_for_reporter(complaint, now=timezone.now())
        content = {
            "number": complaint.number,
            "office": request._request.office.name,  # type: ignore[attr-defined]  # set by OfficeHost
            "status": story.status,
            "status_text": story.status_words,
            "received_at": complaint.received_at,
            "promised_due_at": complaint.promised_due_at,
            "due_at": story.due_at,
            "due_at_provisional": story.provisional,
            "closed_at": complaint.closed_at,
            "timeline": [{"at": moment.at, "text": moment.text} for moment in story.moments],
        }
        response = Response(serializers.TrackingOut(content).data)
        response["Cache-Control"] = "no-store"
        return response


class CategoriesView(PublicView):
    """The categories that a complaint can have here."""

    @extend_schema(
        operation_id="list_categories",
        summary="List the categories",
        responses={**answers(serializers.CategoryOut), 200: serializers.CategoryOut(many=True)},
    )
    def get(self, request: Request) -> Response:
        settings = settings_now()
        found = [reading.category_row(item, settings) for item in settings.categories if item.in_use]
        return Response(found)


class AreasView(PublicView):
    """The areas that can be named as the place of a complaint here."""

    @extend_schema(
        operation_id="list_areas",
        summary="List the areas",
        description="Empty where the office does not ask in which area the place lies.",
        responses={**answers(serializers.AreaOut), 200: serializers.AreaOut(many=True)},
    )
    def get(self, request: Request) -> Response:
        return Response([{"code": area.code, "name": said(area.name)} for area in settings_now().areas])
