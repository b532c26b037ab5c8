"""The chain of events: whole as long as nobody touched it, and every touch shows."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction

from tenants.complaints.chain import verify_chain
from tenants.complaints.models import Complaint, Event, Message, Reporter
from tenants.complaints.services import act, add_note


@pytest.fixture
def told(staff, complaint) -> Complaint:
    clerk = staff("complaint_clerk")
    add_note(complaint.uid, "Pelapor sudah dihubungi.", actor=clerk)
    act(complaint.uid, "verify_complete", actor=clerk)
    complaint.refresh_from_db()
    return complaint


def test_a_chain_verifies(told):
    found = verify_chain(told)
    assert (found.events, found.intact, found.erased) == (3, True, ())


def test_the_offices_role_may_not_change_an_event(told):
    for statement in ("UPDATE complaints_event SET actor_name = 'X'", "DELETE FROM complaints_event"):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize(
    ("seq", "column", "value"),
    [(1, "actor_name", "Orang Lain"), (2, "public", True), (3, "to_stage", "closed"), (1, "data", {})],
)
def test_a_changed_event_is_found(told, monkeypatch, seq, column, value):
    """As if somebody had changed the row with the owner's rights."""
    events = list(told.events.order_by("seq"))
    setattr(events[seq - 1], column, value)
    _as_stored(monkeypatch, events)
    assert seq in verify_chain(told).broken


def test_a_missing_event_is_found(told, monkeypatch):
    events = list(told.events.order_by("seq"))
    _as_stored(monkeypatch, [events[0], events[2]])
    assert not verify_chain(told).intact
    _as_stored(monkeypatch, events[:2])
    assert verify_chain(told).broken == (3,)


def _as_stored(monkeypatch, events: list[Event]) -> None:
    from django.db.models.query import QuerySet

    original = QuerySet.__iter__

    def rows(query):
        return iter(events) if query.model is Event else original(query)

    monkeypatch.setattr(QuerySet, "__iter__", rows)


def test_a_changed_content_is_found(told):
    Complaint.objects.filter(pk=told.pk).update(description="Tidak ada apa-apa.")
    told.refresh_from_db()
    assert verify_chain(told).changed == ("complaint",)


def test_a_changed_note_is_found(told):
    note = Message.objects.get(kind="note")
    Message.objects.filter(pk=note.pk).update(body="Pelapor tidak dihubungi.")
    assert verify_chain(told).changed == (f"message:{note.uid.hex}",)


def test_erased_personal_data_leave_the_chain_whole(told):
    Reporter.objects.filter(complaint=told).delete()
    Message.objects.filter(complaint=told, to_reporter=True).update(
        body="", subject="", recipient="", salt=""
    )
    found = verify_chain(told)
    assert found.intact
    assert "reporter" in found.erased
    assert len(found.erased) == 2
