"""Questions between offices that die at any statement, or that two answer, end or ask at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import Error, connections

from central.coordination.models import Alarm
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.errors import ComplaintError
from tenants.complaints.models import Coordination, Event
from tenants.complaints.report import Report
from tenants.complaints.services import act, hand_over_work_of, receive
from tenants.complaints.services.answering import answer
from tenants.organization.queries import Person, actor_for_member
from tenants.procedure.queries import rules_in_force
from tests.acceptance.cast import Cast
from tests.databases import TestServer
from tests.proof import Subject, scaled
from tests.races.gate import Gate
from tests.races.test_handovers import Killer, dying, in_order
from tests.races.test_handovers import offices as offices
from workflows.cases import SYSTEM

QUESTION = "Apakah lampu ini milik kecamatan?"
ANSWER = "Bukan, milik provinsi."
State = Coordination.State


@dataclass
class Stage:
    """An office that asks, one that is asked, and their people."""

    asker: Office
    there: Office
    head: Person
    clerk: Person
    operator: Person
    official: Person

    @classmethod
    def of(cls, asker: Office, there: Office) -> Stage:
        cast = Cast()

        def person(office: Office, role: str) -> Person:
            member_id = cast.member(office, role).member_id
            assert member_id is not None
            with inside(office):
                found = actor_for_member(member_id)
            assert found is not None
            return found

        return cls(
            asker,
            there,
            head=person(asker, "agency_head"),
            clerk=person(there, "complaint_clerk"),
            operator=person(asker, "operator"),
            official=person(asker, "responsible_official"),
        )

    def brought(self) -> UUID:
        """A new complaint that lies with the head."""
        way: tuple[tuple[Person, str, dict[str, Any]], ...] = (
            (self.operator, "verify", {"case_class": "within_duties"}),
            (self.operator, "forward", {"member": self.official.id}),
            (self.official, "report_study", {"assessment": "Lampu putus, perlu diganti."}),
        )
        with inside(self.asker):
            report = Report(
                category=next(iter(rules_in_force().settings.selectable)),
                description="Lampu di simpang lima mati sejak kemarin malam.",
                name="Siti Aminah",
                email="siti.aminah@example.org",
            )
            uid = receive(report, actor=self.operator).complaint.uid
            for who, action, inputs in way:
                act(uid, action, actor=who, inputs=inputs)
        return uid

    def asks(self, uid: UUID, key: UUID) -> None:
        inputs = {"asked": f"office:{self.there.code}", "question": QUESTION, "report": True}
        with inside(self.asker):
            act(uid, "request_coordination", actor=self.head, inputs=inputs, key=key)

    def takes_back(self, uid: UUID) -> None:
        with inside(self.asker):
            act(uid, "end_coordination", actor=self.head, inputs={"coordination": "k1"})

    def asked(self) -> UUID:
        """A new question."""
        uid = self.brought()
        self.asks(uid, uuid4())
        with inside(self.asker):
            return Coordination.objects.get(complaint__uid=uid).uid

    def answers(self, question: UUID, text: str = ANSWER) -> None:
        with inside(self.there):
            answer(question, text, actor=self.clerk)

    def states(self, **of: Any) -> list[list[str]]:
        """How the question stands at the one office and at the other."""
        with inside(self.asker):
            own = list(Coordination.objects.filter(**of).values_list("uid", "state"))
        uids = [uid for uid, _state in own]
        with inside(self.there):
            theirs = list(Coordination.objects.filter(uid__in=uids).values_list("state", flat=True))
        return [[state for _uid, state in own], theirs]


@pytest.fixture
def stage(offices: list[Office]) -> Stage:
    by_code = {each.code: each for each in offices}
    return Stage.of(by_code["dishub-mojokerto"], by_code["greged"])


def died(killer: Killer, command: Callable[[], None]) -> bool:
    """Whether the command got through all the same: a connection that is cut before anything was begun is
    made anew.
    """
    try:
        with dying(killer):
            command()
    except (Error, psycopg.Error):
        return False
    return True


def counted(server: TestServer, command: Callable[[], None]) -> int:
    """How many statements the command sends."""
    counting = Killer(server, -1)
    with dying(counting):
        command()
    return counting.sent


def test_killed_at_any_statement_nothing_was_asked_and_the_same_page_asks_once(
    stage: Stage, test_server: TestServer, figure: Any
) -> None:
    first = stage.brought()
    statements = counted(test_server, lambda: stage.asks(first, uuid4()))
    assert statements > 25
    deaths = 0
    for at in range(1, statements + 1, scaled(5, 1)):
        uid, key = stage.brought(), uuid4()
        ask = partial(stage.asks, uid, key)
        survived = died(Killer(test_server, at), ask)
        waiting = [[State.OPEN]] * 2 if survived else [[], []]
        assert stage.states(complaint__uid=uid) == waiting, at
        deaths += not survived
        ask()
        ask()
        assert stage.states(complaint__uid=uid) == [[State.OPEN]] * 2, at
    assert deaths > scaled(5, 25)
    figure(Subject.FAULTS, "questions between offices killed at a statement of their own", deaths)
    in_order([stage.asker, stage.there])


def test_killed_at_any_statement_nothing_was_answered_and_the_same_answer_counts_once(
    stage: Stage, test_server: TestServer, figure: Any
) -> None:
    first = stage.asked()
    statements = counted(test_server, lambda: stage.answers(first))
    assert statements > 20
    deaths = 0
    for at in range(1, statements + 1, scaled(5, 1)):
        question = stage.asked()
        reply = partial(stage.answers, question)
        survived = died(Killer(test_server, at), reply)
        expected = State.ANSWERED if survived else State.OPEN
        assert stage.states(uid=question) == [[expected]] * 2, at
        deaths += not survived
        if not survived:
            reply()
        with pytest.raises(ComplaintError) as again:
            reply()
        assert again.value.code == "stale"
        assert stage.states(uid=question) == [[State.ANSWERED]] * 2, at
    assert deaths > scaled(4, 20)
    figure(Subject.FAULTS, "answers between offices killed at a statement of their own", deaths)
    in_order([stage.asker, stage.there])


def at_once(*commands: Callable[[], None]) -> list[str]:
    """Runs them at the same moment; gives the codes of those that were refused."""
    start = Barrier(len(commands))

    def run(command: Callable[[], None]) -> str:
        try:
            start.wait(timeout=20)
            command()
        except ComplaintError as error:
            return error.code
        finally:
            connections["default"].close()
        return ""

    with ThreadPoolExecutor(len(commands)) as pool:
        return sorted(filter(None, pool.map(run, commands)))


def events(stage: Stage, question: UUID, action: str) -> int:
    with inside(stage.asker):
        complaint = Coordination.objects.get(uid=question).complaint_id
        return Event.objects.filter(complaint_id=complaint, action=action).count()


@pytest.mark.parametrize("turn", range(scaled(2, 12)))
def test_of_two_answers_at_once_one_counts(stage: Stage, figure: Any, turn: int) -> None:
    question = stage.asked()
    refused = at_once(lambda: stage.answers(question), lambda: stage.answers(question, "Ya, milik kami."))
    assert refused == ["stale"]
    assert stage.states(uid=question) == [[State.ANSWERED]] * 2
    assert events(stage, question, "coordination_answered") == 1
    figure(Subject.RACES, "answers to a question between offices at once", 2)
    in_order([stage.asker, stage.there])


@pytest.mark.parametrize("turn", range(scaled(2, 12)))
def test_an_answer_and_taking_it_back_at_once_agree_at_both_offices(
    stage: Stage, figure: Any, turn: int
) -> None:
    question = stage.asked()
    with inside(stage.asker):
        complaint = Coordination.objects.select_related("complaint").get(uid=question).complaint
    assert complaint is not None
    uid = complaint.uid
    refused = at_once(lambda: stage.answers(question), lambda: stage.takes_back(uid))
    assert len(refused) == 1
    won = State.ANSWERED if refused != ["stale"] else State.WITHDRAWN
    assert stage.states(uid=question) == [[won]] * 2
    figure(Subject.RACES, "answers and withdrawals of a question at once", 2)
    in_order([stage.asker, stage.there])


def test_the_same_page_sent_twice_at_once_asks_once(stage: Stage) -> None:
    uid, key = stage.brought(), uuid4()
    assert at_once(lambda: stage.asks(uid, key), lambda: stage.asks(uid, key)) == []
    assert stage.states(complaint__uid=uid) == [[State.OPEN]] * 2
    assert Alarm.objects.filter(kind="coordination").count() == 2
    in_order([stage.asker, stage.there])


def test_whoever_the_question_was_taken_from_while_they_answered_is_told(stage: Stage, gate: Gate) -> None:
    """Their work is handed over while the answer waits for the complaint: it is the heir's to answer."""
    uid, official, operator = stage.brought(), stage.official, stage.operator
    asked = {"asked": f"member:{official.id}", "question": QUESTION}
    with inside(stage.asker):
        act(uid, "request_coordination", actor=stage.head, inputs=asked, key=uuid4())
        question = Coordination.objects.get(complaint__uid=uid).uid

    def hands_over() -> None:
        assert official.id is not None
        with inside(stage.asker):
            hand_over_work_of(official.id, heir_id=operator.id, actor=SYSTEM)

    def answers(who: Person) -> None:
        with inside(stage.asker):
            answer(question, ANSWER, actor=who)

    row = (stage.asker.schema_name, "complaints_complaint")
    first, second = gate.at_row(row, "uid", uid, hands_over, partial(answers, official))
    assert first.error is None
    assert isinstance(second.error, ComplaintError)
    assert second.error.code == "stale"
    answers(operator)
    assert events(stage, question, "coordination_answered") == 1
    in_order([stage.asker])
