"""Where a complaint goes on to, through the API: the directory of offices outside, and straight to another
office.
"""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from central.offices.access import current_office
from tenants.complaints.queries import complaint_for_staff
from tenants.complaints.services.direct import hand_over_directly
from tenants.complaints.services.referral import directory_of

from . import serializers
from .authentication import person_of
from .problems import answers
from .staff import StaffView, uid_of


class OutsideView(StaffView):
    """Whom the office's government knows outside the platform."""

    @extend_schema(
        operation_id="list_outside_offices",
        summary="List the offices outside the platform that a case can be referred to",
        responses=answers(serializers.OutsideList, staff=True),
    )
    def get(self, request: Request) -> Response:
        office = current_office()
        assert office is not None
        return Response(serializers.OutsideList({"results": directory_of(office)}).data)


class HandOverView(StaffView):
    """From office to office without the desk, where the government allows it."""

    @extend_schema(
        operation_id="hand_over_case",
        summary="Hand a case straight to the office that the routing rules name",
        request=serializers.HandOverIn,
        responses=answers(serializers.HandOverOut, staff=True, missing=True, conflicts=True),
    )
    def post(self, request: Request, slug: str) -> Response:
        sent = serializers.HandOverIn(data=request.data)
        sent.is_valid(raise_exception=True)
        data, person = sent.validated_data, person_of(request)
        complaint = complaint_for_staff(uid_of(slug), person)
        done = hand_over_directly(
            complaint.uid,
            actor=person,
            reason=data["reason"],
            consent=data["consent"],
            key=data["key"],
            expected_version=data["version"],
        )
        return Response(serializers.HandOverOut({"office": done.to.name, "number": done.number}).data)
