"""What a member does through the API: their work, a case, its next step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from central.offices.access import current_office
from tenants.complaints.answers import answer_rows
from tenants.complaints.errors import not_found
from tenants.complaints.masking import hide
from tenants.complaints.models import Complaint, Reporter, WorkItem
from tenants.complaints.queries import (
    Reader,
    complaint_for_staff,
    offers_for,
    reporter_for_staff,
    work_of,
)
from tenants.complaints.services import act
from tenants.complaints.services.publication import known_of
from tenants.complaints.services.referral import Referral
from tenants.complaints.snapshot import case_of
from tenants.complaints.words import stage_words
from tenants.organization.queries import Person
from tenants.procedure.queries import procedure_in_force
from workflows.own import REFER

from . import reading, serializers
from .authentication import STAFF, IsMember, person_of
from .problems import answers

SUMMARY_LENGTH = 160

AFTER = OpenApiParameter("after", str, description="The key of the page, from `next` of the one before.")


class StaffView(APIView):
    """For active members of the office, by session or personal token."""

    authentication_classes = STAFF
    permission_classes = (IsMember,)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response


class WorkView(StaffView):
    """What waits for the caller."""

    @extend_schema(
        operation_id="list_work",
        summary="List my open work, what ends first at the top",
        parameters=[AFTER],
        responses=answers(serializers.WorkPage, staff=True),
    )
    def get(self, request: Request) -> Response:
        person = person_of(request)
        after = request.query_params.get("after", "")
        procedure = procedure_in_force()
        found = work_of(person, after=after).page
        reader = Reader(person, procedure)
        reader.look_over(item.complaint for item in found.items)
        content = {
            "next": reading.next_page(request, found.next),
            "results": [
                _work_row(item, stage_words(procedure, item.stage, item.line), reader) for item in found.items
            ],
        }
        return Response(serializers.WorkPage(content).data)


class CaseView(StaffView):
    """One complaint, with what the caller may do now."""

    @extend_schema(
        operation_id="get_case",
        summary="Read a case",
        responses=answers(serializers.CaseOut, staff=True, missing=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        person = person_of(request)
        complaint = complaint_for_staff(uid_of(slug), person)
        return Response(case_content(complaint, person))


class ActionView(StaffView):
    """One step on a complaint."""

    @extend_schema(
        operation_id="act_on_case",
        summary="Take a step that the case offers",
        request={"application/json": serializers.ActIn, "multipart/form-data": serializers.ACT_FORM},
        responses=answers(serializers.CaseOut, staff=True, missing=True, conflicts=True),
    )
    def post(self, request: Request, slug: str, action: str) -> Response:
        sent = serializers.ActIn(data=reading.step_data(request))
        sent.is_valid(raise_exception=True)
        outside = sent.validated_data["outside"]
        if outside is not None and action != REFER:
            raise ValidationError({"outside": _("Hanya untuk langkah yang merujuk ke pihak lain.")})
        person = person_of(request)
        complaint = complaint_for_staff(uid_of(slug), person)
        offer = reading.offer_named(offers_for(complaint, person), action, sent.validated_data["line"])
        complaint = act(
            complaint.uid,
            action,
            actor=person,
            line=sent.validated_data["line"],
            inputs=reading.step_inputs(offer, sent.validated_data["inputs"], request.FILES),
            expected_version=sent.validated_data["version"],
            referral=Referral(outside),
        )
        return Response(case_content(complaint, person))


def uid_of(slug: str) -> UUID:
    """The complaint's uid of a slug. Raises `not_found` for what is none."""
    try:
        return UUID(hex=slug)
    except ValueError:
        raise not_found() from None


def case_content(complaint: Complaint, person: Person) -> dict[str, Any]:
    """A complaint as the caller may see it: never who reported it."""
    office = current_office()
    assert office is not None
    case = case_of(complaint, office.timezone)
    told = teller(complaint, person)
    content = {
        "slug": complaint.slug,
        "number": complaint.number,
        "version": complaint.version,
        "status": complaint.status,
        "stage": complaint.stage,
        "lines": {code: line.stage for code, line in case.lines.items()},
        "category": complaint.category,
        "channel": complaint.channel,
        "visibility": complaint.visibility,
        "description": told(complaint.description),
        "answers": [
            {"code": row["code"], "value": told(row["value"]), "question": question, "answer": told(answer)}
            for row, (question, answer) in zip(complaint.answers, answer_rows(complaint), strict=True)
        ],
        "place": told(complaint.place),
        "received_at": complaint.received_at,
        "due_at": complaint.due_at,
        "closed_at": complaint.closed_at,
        "clocks": list(case.clocks.values()),
        "actions": [reading.action_row(offer) for offer in offers_for(complaint, person, case=case)],
    }
    return dict(serializers.CaseOut(content).data)


def teller(complaint: Complaint, person: Person) -> Callable[[str], str]:
    """Gives the reporter's own words, without who reported it for a caller who may not know."""
    reporter: Reporter | None = getattr(complaint, "reporter", None)
    if reporter is None or reporter_for_staff(complaint, person) is not None:
        return lambda text: text
    known = known_of(reporter)
    return lambda text: hide(text, known)


def _work_row(item: WorkItem, stage_text: str, reader: Reader) -> dict[str, Any]:
    complaint = item.complaint
    return {
        "slug": complaint.slug,
        "number": complaint.number,
        "line": item.line,
        "stage": item.stage,
        "stage_text": stage_text,
        "summary": reader.told(complaint, complaint.description)[:SUMMARY_LENGTH],
        "place": reader.told(complaint, complaint.place),
        "opened_at": item.opened_at,
        "due_at": item.due_at,
    }
