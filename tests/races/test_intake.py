"""One report that comes twice at the same moment, and two that want a number at the same moment."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.utils import timezone

from central.delivery.models import Outbox
from central.offices.access import office as inside
from tenants.complaints import numbering
from tenants.complaints.models import CallLog, CallTask, Complaint, Draft, Event, IntakeKey, Message
from tenants.complaints.services import receive
from tenants.site import drafts
from tests.acceptance.citizen import Citizen, receipt
from tests.acceptance.sops.page import Page
from tests.databases import TestServer
from tests.races import keys
from tests.races.arena import Arena, browser
from tests.races.gate import PATIENCE, Gate, Outcome

API = "/api/v1/complaints/"
NUMBER_KEYS = [("complaints_complaint", key) for key in ("register_number_once", "complaint_number_once")]
"""What the database would stop a number with that is given twice."""


@pytest.fixture
def greged(arena: Callable[[str], Arena]) -> Arena:
    return arena("greged")


def same_browser(citizen: Citizen) -> Citizen:
    """A second window of the same browser."""
    other = Citizen(citizen.host, browser())
    other.client.cookies = citizen.client.cookies
    return other


def answers(results: list[Outcome]) -> list[HttpResponse]:
    assert [repr(result.error) for result in results if result.error is not None] == []
    return [result.response for result in results]


def counts(arena: Arena) -> tuple[int, int, int]:
    """Complaints, events, and messages that are to go out."""
    with inside(arena.office):
        return Complaint.objects.count(), Event.objects.count(), Message.objects.exclude(channel="").count()


def drafted(arena: Arena) -> tuple[Citizen, int]:
    """A citizen with everything filled in, and the draft's key."""
    citizen = arena.citizen()
    citizen.fill()
    with inside(arena.office):
        return citizen, Draft.objects.get().pk


def the_draft(arena: Arena) -> tuple[str, str]:
    return arena.office.schema_name, "complaints_draft"


def test_a_report_that_is_sent_twice_at_once_is_one_complaint(greged: Arena, gate: Gate) -> None:
    citizen, draft = drafted(greged)
    windows = [citizen, same_browser(citizen)]
    calls = [window.send for window in windows]
    found = answers(gate.at_row(the_draft(greged), "id", draft, *calls))
    assert gate.queued == 2
    assert [answer.status_code for answer in found] == [303, 303]
    receipts = {receipt(window.follow(answer)) for window, answer in zip(windows, found, strict=True)}
    assert len(receipts) == 1, "both windows show the same number and code"
    assert counts(greged)[:2] == (1, 1)
    with inside(greged.office):
        told = list(Message.objects.exclude(channel="").values_list("uid", "recipient"))
    assert len({recipient for _uid, recipient in told}) == len(told), "everybody is told once"
    lying = set(Outbox.objects.values_list("message_uid", flat=True))
    assert lying == {uid for uid, _recipient in told}


def test_without_the_drafts_lock_a_report_becomes_two(
    greged: Arena, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen, _draft = drafted(greged)
    both, find = Barrier(2, timeout=PATIENCE), drafts.find

    def unlocked(token: str, *, lock: bool = False) -> Draft | None:
        found = find(token)
        both.wait()
        return found

    monkeypatch.setattr(drafts, "find", unlocked)
    gate.together(citizen.send, same_browser(citizen).send)
    assert counts(greged)[0] == 2


def test_two_answers_of_two_windows_are_both_kept(greged: Arena, gate: Gate) -> None:
    citizen, draft = drafted(greged)
    other = same_browser(citizen)
    calls = [
        lambda: citizen.post("/lapor/tempat/?ubah=1", {"place": "Jalan Satu", "occurred_at": "kemarin"}),
        lambda: other.post("/lapor/uraian/?ubah=1", {"description": "Lampu jalan mati di dua tikungan."}),
    ]
    found = answers(gate.at_row(the_draft(greged), "id", draft, *calls))
    assert gate.queued == 2
    assert [answer.status_code for answer in found] == [303, 303]
    with inside(greged.office):
        kept = Draft.objects.get().answers
    assert (kept["place"], kept["description"]) == ("Jalan Satu", "Lampu jalan mati di dua tikungan.")


@pytest.mark.parametrize("first", ["send", "anew"])
def test_sending_and_beginning_anew_at_once_make_one_complaint_or_none(
    greged: Arena, gate: Gate, first: str
) -> None:
    citizen, draft = drafted(greged)
    other = same_browser(citizen)
    calls: list[Any] = [citizen.send, lambda: other.post("/lapor/baru/")]
    calls = calls if first == "send" else calls[::-1]
    found = answers(gate.at_row(the_draft(greged), "id", draft, *calls))
    assert gate.queued == 2
    assert [answer.status_code for answer in found] == ([303, 303] if first == "send" else [303, 410])
    assert counts(greged)[0] == (1 if first == "send" else 0)


def counter_of(arena: Arena) -> tuple[tuple[str, str], int]:
    """The year's counter, which is there once a complaint has come in."""
    arena.received()
    return (arena.office.schema_name, "complaints_numbercounter"), timezone.now().year


def test_a_complaint_that_staff_enter_twice_at_once_is_one(greged: Arena, gate: Gate) -> None:
    table, year = counter_of(greged)
    before = counts(greged)
    clerk = next(one for one in greged.staff[0] if "complaint_clerk" in one.actor.roles)
    assert clerk.player is not None
    page = clerk.player.get("/kantor/masukkan/")
    key = re.search(r'name="kunci" value="([^"]+)"', page.content.decode())
    assert key is not None
    form = Page(page).form("description")
    form.fill("description", "Saluran air di depan pasar tersumbat sejak Senin.")
    form.fill("name", "Pak Karta")
    form.fill("category", next(iter(greged.rules.settings.selectable)))
    form.fill("phone", "0812-1111-2222")

    def press() -> HttpResponse:
        again = clerk.again().player
        assert again is not None
        return again.post("/kantor/masukkan/", {"kunci": key[1], **form.data()})

    found = answers(gate.at_row(table, "year", year, press, press))
    assert gate.queued == 2
    assert [answer.status_code for answer in found] == [302, 302], Page(found[0])
    assert found[0]["Location"] == found[1]["Location"], "both lead to the same receipt"
    assert counts(greged)[:2] == (before[0] + 1, before[1] + 1)


def sent(arena: Arena, key: str, **changes: str) -> Callable[[], HttpResponse]:
    """A program sends a complaint under a key."""
    report = arena.report(**changes)
    given = {
        name: getattr(report, name)
        for name in ("description", "category", "name", "address", "email", "place")
    }

    def send() -> HttpResponse:
        headers = {"Idempotency-Key": key, "Host": arena.host}
        return browser().post(API, json.dumps(given), content_type="application/json", headers=headers)

    return send


def test_a_key_that_comes_twice_at_once_makes_one_complaint(greged: Arena, gate: Gate) -> None:
    table, year = counter_of(greged)
    before = counts(greged)
    found = answers(gate.at_row(table, "year", year, sent(greged, "k-1"), sent(greged, "k-1")))
    assert gate.queued == 2
    assert [answer.status_code for answer in found] == [201, 201]
    assert found[0].json() == found[1].json()
    assert counts(greged)[:2] == (before[0] + 1, before[1] + 1)
    with inside(greged.office):
        assert IntakeKey.objects.count() == 1


def test_a_key_that_comes_with_two_reports_at_once_takes_one_of_them(greged: Arena, gate: Gate) -> None:
    table, year = counter_of(greged)
    before = counts(greged)
    calls = sent(greged, "k-2"), sent(greged, "k-2", place="Pasar Kue")
    found = answers(gate.at_row(table, "year", year, *calls))
    assert [answer.status_code for answer in found] == [201, 422]
    assert found[1].json()["code"] == "idempotency_mismatch"
    assert counts(greged)[0] == before[0] + 1


def test_two_numbers_that_are_drawn_at_once_follow_one_another(greged: Arena, gate: Gate) -> None:
    table, year = counter_of(greged)
    found = answers(gate.at_row(table, "year", year, sent(greged, "a"), sent(greged, "b")))
    assert gate.queued == 2
    with inside(greged.office):
        drawn = dict(Complaint.objects.values_list("number", "register_seq"))
    assert sorted(drawn.values()) == [1, 2, 3]
    assert [drawn[answer.json()["number"]] for answer in found] == [2, 3]


def test_without_the_counters_lock_two_complaints_have_one_number(
    greged: Arena,
    gate: Gate,
    monkeypatch: pytest.MonkeyPatch,
    test_server: TestServer,
    real_commits: str,
) -> None:
    counter_of(greged)
    both = Barrier(2, timeout=PATIENCE)

    def unlocked(year: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT last + 1 FROM complaints_numbercounter WHERE year = %s", [year])
            (number,) = cursor.fetchone()
        both.wait()
        return int(number)

    monkeypatch.setattr(numbering, "take", unlocked)
    results = gate.together(sent(greged, "a"), sent(greged, "b"))
    assert sorted(result.status for result in results) == [201, 500], "a key of the database is left"
    keys.drop(test_server, real_commits, greged.office.schema_name, NUMBER_KEYS)
    found = answers(gate.together(sent(greged, "c"), sent(greged, "d")))
    assert found[0].json()["number"] == found[1].json()["number"]


def test_of_two_who_note_the_same_call_the_second_is_told(greged: Arena, gate: Gate) -> None:
    with inside(greged.office):
        receive(greged.report(email=""))
        task = CallTask.objects.get()
    clerks = [
        next(one for one in half if "complaint_clerk" in one.actor.roles).player for half in greged.staff
    ]
    path = f"/kantor/telepon/{task.pk}/"
    calls = []
    for player in clerks:
        assert player is not None
        form = Page(player.get(path)).form("outcome")
        form.fill("outcome", "reached")
        form.fill("note", f"Disampaikan oleh {player.user.name}.")
        calls.append(lambda player=player, form=form: player.post(path, form.data()))
    table = (greged.office.schema_name, "complaints_calltask")
    found = answers(gate.at_row(table, "id", task.pk, *calls))
    assert gate.queued == 2
    assert [answer.status_code for answer in found] == [302, 422]
    page = Page(found[1])
    assert "sudah dicatat selesai oleh petugas lain" in page
    assert page.form("outcome").fields["note"].values == [f"Disampaikan oleh {clerks[1].user.name}."]
    with inside(greged.office):
        assert CallLog.objects.count() == 1
