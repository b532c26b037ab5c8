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
    """Multiplies a complaint that came in the ordinary way until so many are open, due over three weeks."""
    from central.offices.access import office as inside
    from tenants.complaints.models import Clock, Complaint, Event, Reporter, WorkItem
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
            for model in (Reporter, WorkItem, Clock, Event):
                rows = list(model.objects.filter(complaint=first))
                model.objects.bulk_create([_row(row, copy) for copy in copies for row in rows])
    _analyse(office)


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
    made.complaint = copy
    if hasattr(made, "due_at"):
        made.due_at = copy.due_at
    if hasattr(made, "uid"):
        made.uid = uuid.uuid4()
    return made


def _analyse(office: Office) -> None:
    """What autovacuum would do within a minute."""
    from central.offices.owner import owner_transaction

    with owner_transaction() as cursor:
        cursor.execute(f'SET LOCAL search_path = "{office.schema_name}", public')
        cursor.execute("ANALYZE")


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
