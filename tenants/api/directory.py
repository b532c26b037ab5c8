"""On the platform's host: which offices there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from central.offices.models import Domain, Government, Office

from . import reading, serializers
from .problems import answers
from .staff import AFTER

SIZE = 100


class OfficesView(APIView):
    """The directory of offices that take complaints."""

    authentication_classes: Sequence[Any] = ()
    permission_classes: Sequence[Any] = ()

    @extend_schema(
        operation_id="list_offices",
        summary="List the offices",
        parameters=[AFTER, OpenApiParameter("government", str, description="Code of a government.")],
        responses=answers(serializers.OfficesPage),
    )
    def get(self, request: Request) -> Response:
        rows = Domain.objects.filter(
            kind=Domain.Kind.OFFICE,
            is_primary=True,
            office__status=Office.Status.READY,
            office__government__status=Government.Status.ACTIVE,
        ).select_related("office__government")
        government = request.query_params.get("government", "")
        if government:
            rows = rows.filter(office__government__code=government[:40].replace("\x00", ""))
        after = request.query_params.get("after", "")
        if after.isdecimal() and len(after) < reading.LONGEST_NUMBER:
            rows = rows.filter(office_id__gt=int(after))
        found = list(rows.order_by("office_id")[: SIZE + 1])
        more = str(found[SIZE - 1].office_id) if len(found) > SIZE else ""
        content = {
            "next": reading.next_page(request, more),
            "results": [_row(domain) for domain in found[:SIZE]],
        }
        return Response(serializers.OfficesPage(content).data)


def _row(domain: Domain) -> dict[str, str]:
    office = domain.office
    assert office is not None
    port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""
    return {
        "name": office.name,
        "host": f"{domain.host}{port}",
        "government": office.government.name,
        "type": office.kind,
    }
