"""An office with many open complaints, and a member who is signed in there."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from central.offices.models import Office

BATCH = 1000


def make_office() -> Office:
    """A new office of the greged preset, by the platform's own command."""
    from central.offices.models import Government
    from central.offices.services import create_government, create_office

    mark = uuid.uuid4().hex[:8]
    government = Government.objects.filter(code="bench").first() or create_government(
        code="bench", name="Kabupaten Penguji", subdomain="bench"
    )
    return create_office(
        government=government,
        code=f"bench-{mark}",
        name=f"Kecamatan Penguji {mark}",
        seed={"preset": "greged", "admin_name": "Admin", "admin_email": f"admin-{mark}@contoh.id"},
    )


def remove_office(target: Office) -> None:
    """Takes the office away again; its rows in the public schema go too."""
    from central.offices.services import remove_office as remove
    from central.offices.services import suspend_office

    suspend_office(target)
    remove(target, confirm=target.code)


def crowd(office: Office, wanted: int) -> None:
    """Multiplies a complaint that came in the ordinary way until so many are open, due over three weeks; what
    the centre keeps of each, too.
    """
    from central.coordination.models import CaseIndex
    from central.delivery.models import Outbox
    from central.offices.access import office as inside
    from tenants.complaints.models import (
        Clock,
        Complaint,
        Event,
        Message,
        NumberCounter,
        Reporter,
        WorkItem,
    )
    from tenants.complaints.report import Report
    from tenants.complaints.services import receive

    with inside(office):
        first = receive(
            Report(description="Lampu jalan padam.", category="street_light", name="Warga")
        ).complaint
        seq = Complaint.objects.order_by("-register_seq").values_list("register_seq", flat=True)[0]
        missing = wanted - Complaint.objects.filter(closed_at=None).count()
        for begin in range(0, missing, BATCH):
            copies = [_copy(first, seq + 1 + begin + i) for i in range(min(BATCH, missing - begin))]
            Complaint.objects.bulk_create(copies)
            for model in (Reporter, WorkItem, Clock, Event, Message):
                rows = list(model.objects.filter(complaint=first))
                made = model.objects.bulk_create([_row(row, copy) for copy in copies for row in rows])
            sent = Outbox.objects.filter(message_uid__in=first.messages.values_list("uid", flat=True))[:1]
            Outbox.objects.bulk_create([_sent(sent[0], message) for message in made])
            known = CaseIndex.objects.get(uid=first.uid)
            CaseIndex.objects.bulk_create([_indexed(known, copy) for copy in copies])
        last = seq + max(missing, 0)
        NumberCounter.objects.filter(year=first.register_year).update(last=last)
    _tidy(office)


def _copy(first: Any, seq: int) -> Any:
    copy = type(first)()
    for field in first._meta.concrete_fields:
        setattr(copy, field.attname, getattr(first, field.attname))
    copy.pk = None
    copy.uid = uuid.uuid4()
    copy.number = f"{seq:05}/BENCH"
    copy.register_seq = seq
    copy.tracking_code = uuid.uuid4().hex[:19]
    copy.received_at = first.received_at - timedelta(minutes=seq)
    copy.due_at = first.received_at + timedelta(minutes=3 * seq - 10_000)
    return copy


def _row(row: Any, copy: Any) -> Any:
    made = type(row)()
    for field in row._meta.concrete_fields:
        setattr(made, field.attname, getattr(row, field.attname))
    if not row._meta.pk.is_relation:
        made.pk = None
    if copy is None:
        return made
    made.complaint = copy
    if hasattr(made, "due_at"):
        made.due_at = copy.due_at
    if hasattr(made, "uid"):
        made.uid = uuid.uuid4()
    return made


def _sent(row: Any, message: Any) -> Any:
    made = _row(row, None)
    made.message_uid, made.state = message.uid, row.State.SENT
    made.created_at = made.due_at = made.sent_at = message.created_at
    return made


def _indexed(row: Any, copy: Any) -> Any:
    made = _row(row, None)
    made.uid, made.number, made.tracking_digest = copy.uid, copy.number, uuid.uuid4().hex
    made.received_at, made.due_at = copy.received_at, copy.due_at
    return made


def _tidy(office: Office) -> None:
    """What autovacuum would do within a minute."""
    import psycopg
    from django.db import connections

    parameters = connections["owner"].get_connection_params()
    parameters = {key: value for key, value in parameters.items() if key not in ("cursor_factory", "context")}
    with psycopg.connect(**parameters, autocommit=True) as connection:
        tables = connection.execute(
            "SELECT format('%%I.%%I', schemaname, tablename) FROM pg_tables WHERE schemaname = %s "
            "OR schemaname = 'public' AND tablename IN ('delivery_outbox', 'coordination_caseindex')",
            [office.schema_name],
        ).fetchall()
        connection.execute(f"VACUUM ANALYZE {', '.join(name for (name,) in tables)}")


def signed_in(office: Office, *, role: str) -> dict[str, str]:
    """The cookies of a member who holds the position with this role."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from central.accounts.models import User
    from central.offices.access import office as inside
    from tenants.organization.models import Holding, Member, Position

    user = User.objects.create_user(f"{uuid.uuid4().hex[:10]}@contoh.id", name="Petugas Penguji")
    with inside(office):
        member = Member.objects.create(user_id=user.pk, name=user.name, email=user.email)
        position = Position.objects.get(roles__contains=[role])
        Holding.objects.create(member=member, position=position, starts_on=timezone.now().date())
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return {settings.SESSION_COOKIE_NAME: str(session.session_key)}
