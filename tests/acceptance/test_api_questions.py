"""Through the API an office asks another one about a case, and the other one answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Complaint, Coordination
from tests.acceptance.cast import Cast
from tests.acceptance.coordination_steps import ANSWER, QUESTION, asker, case, clerk, other, staff
from tests.acceptance.sops.driver import Case
from tests.acceptance.test_api_onward import program, send

__all__ = ["asker", "case", "clerk", "other", "staff"]

LIST = "/api/v1/questions/"


@pytest.fixture
def head(asker: Office, cast: Cast, staff: dict[str, Any]) -> Client:
    return program(staff["head"], asker)


@pytest.fixture
def answerer(other: Office, cast: Cast) -> Client:
    return program(cast.member(other, "complaint_clerk"), other)


def of_case(case: Case) -> str:
    return f"/api/v1/cases/{case.slug}/questions/"


def ask(caller: Client, case: Case, **more: Any) -> Any:
    with inside(case.office):
        version = Complaint.objects.get(uid=case.slug).version
    data = {"version": version, "key": str(uuid4()), "asked": "office:greged", "question": QUESTION}
    return send(caller, of_case(case), **{**data, **more})


def test_an_office_asks_and_another_answers(
    case: Case, head: Client, answerer: Client, asker: Office
) -> None:
    may = {row["asked"]: row["name"] for row in head.get(of_case(case)).json()["may_be_asked"]}
    assert may["office:greged"] == "Kecamatan Greged"
    done = ask(head, case, report=True)
    assert done.status_code == 200, done.content
    (row,) = done.json()["results"]
    assert (row["asked"], row["state"], row["answer"]) == ("Kecamatan Greged", "open", "")
    (waiting,) = answerer.get(LIST).json()["results"]
    assert (waiting["office"], waiting["question"]) == (asker.name, QUESTION)
    assert "Siti" not in waiting["report"]
    answered = send(answerer, f"{LIST}{waiting['slug']}/answer/", answer=ANSWER)
    assert answered.status_code == 200, answered.content
    assert answered.json() == {"slug": waiting["slug"], "state": "answered"}
    assert answerer.get(LIST).json()["results"] == []
    (row,) = head.get(of_case(case)).json()["results"]
    assert (row["state"], row["answer"]) == ("answered", ANSWER)


def test_an_answer_counts_once(case: Case, head: Client, answerer: Client) -> None:
    ask(head, case)
    slug = answerer.get(LIST).json()["results"][0]["slug"]
    assert send(answerer, f"{LIST}{slug}/decline/", reason="Itu jalan provinsi.").status_code == 200
    late = send(answerer, f"{LIST}{slug}/answer/", answer=ANSWER)
    assert (late.status_code, late.json()["code"]) == (409, "stale")
    (row,) = head.get(of_case(case)).json()["results"]
    assert (row["state"], row["answer"]) == ("declined", "Itu jalan provinsi.")


def test_the_same_sending_asks_once(case: Case, head: Client, answerer: Client) -> None:
    key = str(uuid4())
    first, again = ask(head, case, key=key), ask(head, case, key=key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert len(again.json()["results"]) == 1
    assert len(answerer.get(LIST).json()["results"]) == 1


def test_a_question_is_found_by_nobody_whose_it_is_not(
    case: Case, head: Client, answerer: Client, other: Office, cast: Cast
) -> None:
    ask(head, case)
    slug = answerer.get(LIST).json()["results"][0]["slug"]
    for stranger in (program(cast.member(other, "unit_officer", "trantib"), other), head):
        refused = send(stranger, f"{LIST}{slug}/answer/", answer=ANSWER)
        unknown = send(stranger, f"{LIST}{uuid4().hex}/answer/", answer=ANSWER)
        assert refused.status_code == unknown.status_code == 404
        assert refused.json() == unknown.json()
        assert stranger.get(LIST).json()["results"] == []
    assert send(answerer, f"{LIST}bukan-alamat/answer/", answer=ANSWER).status_code == 404
    with inside(other):
        assert Coordination.objects.get().is_open


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"asked": "office:tidak-ada"}, "asked"),
        ({"asked": "siapa saja"}, "asked"),
        ({"question": "Apa?"}, "question"),
        ({"key": "bukan-uuid"}, "key"),
    ],
)
def test_what_is_wrong_with_a_question_is_named_by_its_field(
    case: Case, head: Client, wrong: dict[str, str], field: str
) -> None:
    refused = ask(head, case, **wrong)
    assert refused.status_code == 400
    assert refused["Content-Type"] == "application/problem+json"
    assert [item["field"] for item in refused.json()["errors"]] == [field]


def test_who_may_not_ask_is_told_so_and_shown_nobody(
    case: Case, asker: Office, staff: dict[str, Any], other: Office
) -> None:
    operator = program(staff["operator"], asker)
    assert operator.get(of_case(case)).json() == {"results": [], "may_be_asked": []}
    assert ask(operator, case).status_code in (403, 409)
    with inside(other):
        assert not Coordination.objects.exists()


def test_a_page_of_many_questions_leads_to_the_next(
    other: Office, cast: Cast, answerer: Client, at: Callable[..., datetime]
) -> None:
    now = at("2025-03-03 10:00", other)
    with inside(other):
        for number in range(21):
            Coordination.objects.create(
                direction="received",
                number=str(number),
                office_name="Dinas",
                roles=["complaint_clerk"],
                asked_by_name="Orang",
                question=QUESTION,
                asked_at=now,
                warn_at=now,
                due_at=now,
            )
    first = answerer.get(LIST).json()
    assert len(first["results"]) == 20
    second = answerer.get("/" + first["next"].split("/", 3)[3]).json()
    assert len(second["results"]) == 1
    assert second["next"] is None
