"""Makes a populated world larger: each office's rows many times over, and more offices.

Rows are copied as they are, with keys of their own, their references led to the copies: forty more
complaints have forty more reporters, pieces of work and messages, at forty more units.
"""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import models

from central.accounts.models import ApiToken, User
from central.coordination.models import CaseIndex, DeskLook, GovernmentWork
from central.delivery.models import Outbox
from central.offices.access import office as inside
from central.offices.models import Government, GovernmentMember
from central.offices.services import create_office
from central.onboarding.models import Invitation
from tenants.complaints.models import (
    Attachment,
    CallLog,
    CallTask,
    Clock,
    Complaint,
    DraftFile,
    Event,
    Message,
    Publication,
    Reporter,
    WorkItem,
)
from tenants.complaints.report import Report
from tenants.complaints.services import receive
from tenants.organization.models import Holding, Member, Position, Unit
from tenants.procedure.queries import rules_in_force
from tests.inventory import Place

Keys = dict[type[models.Model], dict[Any, Any]]
"""What a row's key became in its copy, by model."""

OWN = (
    *(Unit, Position, Member, Holding),
    *(Complaint, Reporter, WorkItem, Clock, Event, Message, Attachment, CallTask, CallLog, Publication),
)
"""An office's tables in the order of their references."""

STORY = (Message, Attachment, CallLog, DraftFile)
"""What one complaint, or one draft, may have more of."""

_FRESH_TEXT = {"code", "number", "tracking_code", "email", "tracking_digest", "token_digest"}
_FRESH_UID = {"uid", "message_uid"}


def multiply(place: Place, times: int) -> None:
    """Everything of an office so many times more, what the centre knows of it too."""
    office = place.office
    assert office is not None
    with inside(office):
        first = {model: list(model._default_manager.order_by("pk")) for model in (*OWN, *STORY)}
        uids = [_copy_office(first) for _ in range(times)]
        _lengthen(first, times)
    rows = Outbox.objects.filter(office=office)
    _add(_led(row, message_uid=known[row.message_uid]) for known in uids for row in rows)
    for model in (CaseIndex, GovernmentWork, DeskLook):
        found = list(model._default_manager.filter(office_id=office.pk))
        _add(_led(row, uid=known[row.uid]) for known in uids for row in found)
    for model in (ApiToken, Invitation):
        found = list(model._default_manager.filter(office_id=office.pk))
        _add(_led(row) for _ in range(times) for row in found)


def _copy_office(first: dict[type[models.Model], list[Any]]) -> dict[uuid.UUID, uuid.UUID]:
    """Copies each row once; returns what the uids of complaints and messages became."""
    keys: Keys = {}
    uids: dict[uuid.UUID, uuid.UUID] = {}
    for model in OWN:
        copies = model._default_manager.bulk_create([_led(row, keys) for row in first[model]])
        keys[model] = {row.pk: made.pk for row, made in zip(first[model], copies, strict=True)}
        if model in (Complaint, Message):
            uids |= {row.uid: made.uid for row, made in zip(first[model], copies, strict=True)}
    return uids


def _lengthen(first: dict[type[models.Model], list[Any]], times: int) -> None:
    """More of everything in the same complaint: words, files, calls, events, rounds of its clocks."""
    for model in STORY:
        _add(_led(row) for _ in range(times) for row in first[model])
    for more in range(1, times + 1):
        _add(_led(row, seq=row.seq + 1000 * more) for row in first[Event])
        _add(_led(row, round=row.round + 10 * more, stopped_at=row.due_at) for row in first[Clock])


def hire(government: Government, times: int) -> None:
    """More people at a government's desk, and more invitations to it."""
    members = list(GovernmentMember.objects.filter(government=government).select_related("user"))
    for _ in range(times):
        users = User.objects.bulk_create([_led(row.user) for row in members])
        _add(_led(row, user=user) for row, user in zip(members, users, strict=True))
    _add(_led(row) for _ in range(times) for row in Invitation.objects.filter(government=government))


def add_offices(government: Government, like: Place, count: int) -> None:
    """More offices of a government, each with a complaint that waits at its desk and was looked at there."""
    assert like.office is not None
    work = list(GovernmentWork.objects.filter(office=like.office, closed_at=None).distinct("role"))
    looks = list(DeskLook.objects.filter(government=government).distinct("purpose"))
    for number in range(count):
        name = f"lebih-{government.code}-{number}"
        made = create_office(government=government, code=name, name=f"Dinas {number}", seed=like.office.seed)
        with inside(made):
            category = next(iter(rules_in_force().settings.selectable))
            report = Report(description="Lampu mati.", category=category, name="Warga", email="w@example.id")
            complaint = receive(report).complaint
        for rows in (work, looks):
            _add([_led(row, office=made, uid=complaint.uid) for row in rows])


def _add(rows: Iterable[models.Model]) -> None:
    listed = list(rows)
    if listed:
        type(listed[0])._default_manager.bulk_create(listed)


def _led(row: Any, keys: Keys | None = None, **changes: Any) -> Any:
    """A copy with its own key, fresh values where they are unique, and references as `keys` leads them."""
    made = copy.copy(row)
    made._state = copy.copy(row._state)
    made._state.fields_cache = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.is_relation and keys is not None:
            value = keys.get(field.related_model, {}).get(value, value)
        elif field.name in _FRESH_UID:
            value = uuid.uuid4()
        elif field.name in _FRESH_TEXT or (field.name == "digest" and isinstance(row, ApiToken)):
            value = _fresh(str(value), field.max_length)
        setattr(made, field.attname, value)
    if not row._meta.pk.is_relation and not isinstance(row, CaseIndex):
        made.pk = None
    if isinstance(row, Member):
        made.user_id = None
    if isinstance(row, Complaint):
        made.register_seq = row.register_seq + uuid.uuid4().int % 1_000_000_000
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def _fresh(value: str, length: int) -> str:
    word = uuid.uuid4().hex[:12]
    return f"{word}-{value}"[:length]
