"""Questions between offices and officials, through the API: those that wait, their answers, and asking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tenants.complaints.models import Complaint, Coordination
from tenants.complaints.queries import complaint_for_staff, offers_for
from tenants.complaints.queries.coordination import mine, not_there, questions_of
from tenants.complaints.queries.paging import page_of
from tenants.complaints.services import act
from tenants.complaints.services.answering import answer, decline
from tenants.complaints.services.asking import MEMBER, OFFICE
from tenants.organization.queries import Person, present_members
from tenants.procedure.targets import other_offices
from workflows.coordination import ASKED, COORDINATE, REPORT

from . import question_shapes as shapes
from . import reading
from .authentication import person_of
from .problems import answers
from .staff import AFTER, StaffView, teller, uid_of


class QuestionsView(StaffView):
    """What others ask of the caller, or of the caller's office."""

    @extend_schema(
        operation_id="list_questions",
        summary="List the questions that wait for my answer, what ends first at the top",
        parameters=[AFTER],
        responses=answers(shapes.WaitingQuestionPage, staff=True),
    )
    def get(self, request: Request) -> Response:
        waiting = mine(person_of(request)).filter(state=Coordination.State.OPEN)
        found = page_of(waiting, "due_at", after=request.query_params.get("after", ""))
        content = {
            "next": reading.next_page(request, found.next),
            "results": [_waiting(row) for row in found.items],
        }
        return Response(shapes.WaitingQuestionPage(content).data)


class AnswerView(StaffView):
    """The answer to a question."""

    @extend_schema(
        operation_id="answer_question",
        summary="Answer a question",
        request=shapes.AnswerIn,
        responses=answers(shapes.QuestionDone, staff=True, missing=True, conflicts=True),
    )
    def post(self, request: Request, slug: str) -> Response:
        sent = shapes.AnswerIn(data=request.data)
        sent.is_valid(raise_exception=True)
        return _ended(answer, slug, sent.validated_data["answer"], person_of(request), "answered")


class DeclineView(StaffView):
    """Why there is no answer to a question."""

    @extend_schema(
        operation_id="decline_question",
        summary="Say why a question cannot be answered",
        request=shapes.DeclineIn,
        responses=answers(shapes.QuestionDone, staff=True, missing=True, conflicts=True),
    )
    def post(self, request: Request, slug: str) -> Response:
        sent = shapes.DeclineIn(data=request.data)
        sent.is_valid(raise_exception=True)
        return _ended(decline, slug, sent.validated_data["reason"], person_of(request), "declined")


class CaseQuestionsView(StaffView):
    """What is asked of others about a case."""

    @extend_schema(
        operation_id="list_case_questions",
        summary="List what was asked of others about a case, and whom the caller may ask",
        responses=answers(shapes.CaseQuestions, staff=True, missing=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        person = person_of(request)
        return Response(_of_case(complaint_for_staff(uid_of(slug), person), person))

    @extend_schema(
        operation_id="ask_about_case",
        summary="Ask another office or an official about a case",
        request=shapes.AskIn,
        responses=answers(shapes.CaseQuestions, staff=True, missing=True, conflicts=True),
    )
    def post(self, request: Request, slug: str) -> Response:
        sent = shapes.AskIn(data=request.data)
        sent.is_valid(raise_exception=True)
        data, person = sent.validated_data, person_of(request)
        complaint = act(
            complaint_for_staff(uid_of(slug), person).uid,
            COORDINATE,
            actor=person,
            inputs={ASKED: data["asked"], "question": data["question"], REPORT: data["report"]},
            expected_version=data["version"],
            key=data["key"],
        )
        return Response(_of_case(complaint, person))


def _ended(
    command: Callable[..., Coordination], slug: str, text: str, person: Person, state: str
) -> Response:
    command(_question_uid(slug), text, actor=person)
    return Response(shapes.QuestionDone({"slug": slug, "state": state}).data)


def _question_uid(slug: str) -> UUID:
    try:
        return UUID(hex=slug)
    except ValueError:
        raise not_there() from None


def _waiting(row: Coordination) -> dict[str, Any]:
    received = row.direction == Coordination.Direction.RECEIVED
    return {
        "slug": row.slug,
        "number": row.number,
        "office": row.office_name if received else "",
        "asked_by": ", ".join(part for part in (row.asked_by_name, row.asked_by_title) if part),
        "question": row.question,
        "report": row.report,
        "place": row.place,
        "asked_at": row.asked_at,
        "due_at": row.due_at,
    }


def _of_case(complaint: Complaint, person: Person) -> dict[str, Any]:
    told = teller(complaint, person)
    asked = [
        {
            "seq": row.seq,
            "asked": row.office_name or (row.member.name if row.member else ""),
            "state": row.state,
            "question": told(row.question),
            "asked_at": row.asked_at,
            "due_at": row.due_at,
            "ended_at": row.ended_at,
            "ended_by": row.ended_by_name,
            "answer": told(row.answer),
        }
        for row in questions_of(complaint)
    ]
    content = {"results": asked, "may_be_asked": _may_be_asked(complaint, person)}
    return dict(shapes.CaseQuestions(content).data)


def _may_be_asked(complaint: Complaint, person: Person) -> list[dict[str, str]]:
    if all(offer.action != COORDINATE for offer in offers_for(complaint, person)):
        return []
    offices = [{"asked": f"{OFFICE}{code}", "name": name} for code, name in other_offices().items()]
    people = [row for row in present_members() if row.pk != person.id]
    return [*offices, *({"asked": f"{MEMBER}{row.pk}", "name": row.name} for row in people)]
