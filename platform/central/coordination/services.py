"""What an office tells the centre about its complaints, in the transaction of its own change.

Called inside `central.offices.access.office()`, where row-level security lets an office write its own rows
only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils import translation
from django.utils.translation import gettext as _

from central.accounts.models import User
from central.accounts.sites import full_address
from central.delivery.services import send_central
from central.offices.access import public
from central.offices.models import Domain, GovernmentMember, Office
from central.rows import Rows

from .models import Alarm, CaseIndex, GovernmentWork


def index_case(
    rows: Rows,
    office: Office,
    *,
    uid: UUID,
    number: str,
    tracking_digest: str,
    status: str,
    stage: str,
    received_at: datetime,
    promised_due_at: datetime | None,
    due_at: datetime | None,
    category: tuple[str, str],
    now: datetime,
) -> None:
    """Enters a new complaint into the case index, among the rows that are stored together. `category`: code
    and name from the office's catalogue, empty ones for none.
    """
    rows.add(
        [
            CaseIndex(
                uid=uid,
                office_id=office.pk,
                government_id=office.government_id,
                number=number,
                tracking_digest=tracking_digest,
                status=status,
                stage=stage,
                received_at=received_at,
                promised_due_at=promised_due_at,
                due_at=due_at,
                category=category[0],
                category_name=category[1][:150],
                updated_at=now,
            )
        ]
    )


def update_case(
    *,
    uid: UUID,
    status: str,
    stage: str,
    due_at: datetime | None,
    closed_at: datetime | None,
    category: tuple[str, str],
    taken: bool,
    now: datetime,
) -> None:
    """Tells the index where a complaint stands now. One statement. `taken`: somebody of the office took this
    step, so that nobody need be reminded of it any more.
    """
    by_hand: dict[str, Any] = {"taken_at": Coalesce("taken_at", Value(now)), "remind_by_at": None}
    CaseIndex.objects.filter(uid=uid).update(
        status=status,
        stage=stage,
        due_at=due_at,
        closed_at=closed_at,
        category=category[0],
        category_name=category[1][:150],
        updated_at=now,
        **(by_hand if taken else {}),
    )


def alert_desk(*, uid: UUID, remind_by_at: datetime) -> None:
    """The desk was told that a complaint is late, and should remind the office of it by this moment."""
    CaseIndex.objects.filter(uid=uid).update(remind_by_at=remind_by_at)


def reminded(*, uid: UUID) -> None:
    """The desk has reminded the office of a complaint."""
    CaseIndex.objects.filter(uid=uid).update(remind_by_at=None)


def open_government_work(
    office: Office,
    *,
    uid: UUID,
    number: str,
    line: str,
    stage: str,
    procedure_digest: str,
    role: str,
    handed_up: bool,
    due_at: datetime | None,
    now: datetime,
) -> None:
    """Puts a step before the government's central desk."""
    GovernmentWork.objects.bulk_create(
        [
            GovernmentWork(
                uid=uid,
                office_id=office.pk,
                government_id=office.government_id,
                number=number,
                kind=GovernmentWork.Kind.HANDED_UP if handed_up else GovernmentWork.Kind.STEP,
                role=role,
                line=line,
                stage=stage,
                procedure_digest=procedure_digest,
                due_at=due_at,
                opened_at=now,
            )
        ]
    )


def close_government_work(*, uid: UUID, lines: Iterable[str], now: datetime) -> None:
    """The desk's work on these lines of a complaint is done, or no longer wanted."""
    GovernmentWork.objects.filter(uid=uid, line__in=list(lines), closed_at=None).update(closed_at=now)


def move_government_work(*, uid: UUID, line: str, due_at: datetime | None) -> None:
    """The desk's work on a line has another limit from now on."""
    GovernmentWork.objects.filter(uid=uid, line=line, closed_at=None).update(due_at=due_at)


def tell_desk(office: Office, *, role: str, notice: str, number: str) -> None:
    """Tells the holders of a role at the government's central desk, or its admins where nobody holds it.

    `notice`: `opened`, `warn`, `due`, `remind` or `escalated`. The message names the complaint's number
    and the office, never its content. Written in the office's transaction, with public rights for that
    moment.
    """
    with public():
        url = _desk_address(office)
        for user in _desk_users(office, role):
            subject, body = _desk_words(user.language, notice, number, office.name, url)
            send_central(
                kind="desk_work", recipient=user.email, subject=subject, body=body, language=user.language
            )


def tell_desk_admins(office: Office, *, kind: str, words: Callable[[str, str], tuple[str, str]]) -> None:
    """Tells the admins of the government's central desk something about an office; nobody where there is no
    desk.

    `words` gives subject and body for a language and the desk's address; never a complaint's content.
    """
    with public():
        url = _desk_address(office)
        for user in _desk_users(office, GovernmentMember.ADMIN):
            subject, body = words(user.language, url)
            send_central(kind=kind, recipient=user.email, subject=subject, body=body, language=user.language)


def _desk_users(office: Office, role: str) -> list[User]:
    """The active holders of a role at the desk, or its admins where nobody holds it. In public mode."""
    members = GovernmentMember.objects.filter(
        government_id=office.government_id, is_active=True, user__is_active=True
    ).select_related("user")
    holders = members.filter(role=role) or members.filter(role=GovernmentMember.ADMIN)
    return list({member.user_id: member.user for member in holders}.values())


def _desk_address(office: Office) -> str:
    hosts = Domain.objects.filter(government_id=office.government_id).values_list("host", flat=True)
    return full_address(hosts.first() or settings.BASE_HOST, "/meja/")


def _desk_words(language: str, notice: str, number: str, office: str, url: str) -> tuple[str, str]:
    with translation.override(language):
        subjects = {
            "opened": _("Aduan %(number)s menunggu di meja pusat"),
            "warn": _("Aduan %(number)s mendekati batas waktu"),
            "due": _("Aduan %(number)s melewati batas waktu"),
            "remind": _("Aduan %(number)s masih menunggu"),
            "escalated": _("Aduan %(number)s memerlukan perhatian meja pusat"),
        }
        values = {"number": number, "office": office, "url": url}
        body = _(
            "Aduan nomor %(number)s dari %(office)s memerlukan perhatian Anda di meja pusat.\n\n"
            "Masuk untuk melihatnya: %(url)s"
        )
        return subjects.get(notice, subjects["opened"]) % values, body % values


_REPLACE = (
    "ON CONFLICT (office_id, kind, key) DO UPDATE SET "
    "due_at = excluded.due_at, claimed_until = excluded.claimed_until, attempts = excluded.attempts"
)


def set_alarm(office: Office, *, kind: str, key: str, due_at: datetime, rows: Rows | None = None) -> None:
    """The office is called at this moment about `key`; an alarm of the same kind and key is replaced.

    With `rows` it is stored together with them, else at once.
    """
    among = Rows() if rows is None else rows
    among.add([Alarm(office_id=office.pk, kind=kind, key=key, due_at=due_at)], _REPLACE)
    if rows is None:
        among.store()


def ensure_alarm(office: Office, *, kind: str, key: str, due_at: datetime, rows: Rows | None = None) -> None:
    """As `set_alarm`, but an alarm that is set already stays as it is."""
    among = Rows() if rows is None else rows
    among.add([Alarm(office_id=office.pk, kind=kind, key=key, due_at=due_at)], "ON CONFLICT DO NOTHING")
    if rows is None:
        among.store()


def clear_alarm(office: Office, *, kind: str, key: str) -> None:
    """The office has nothing more to do about `key`."""
    Alarm.objects.filter(office_id=office.pk, kind=kind, key=key).delete()


CLAIM = timedelta(seconds=settings.CLAIM_SECONDS)
"""How long a claimed alarm is left to whoever claimed it."""

_PATIENCE = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3))
_CLAIM_DUE = """
UPDATE coordination_alarm SET claimed_until = %(until)s, attempts = attempts + 1
WHERE id IN (
    SELECT id FROM coordination_alarm
    WHERE due_at <= %(now)s AND (claimed_until IS NULL OR claimed_until < %(now)s)
    ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
RETURNING id, office_id, kind, key, attempts
"""


def claim_due_alarms(now: datetime, *, limit: int = 200) -> list[tuple[int, str, str]]:
    """Claims alarms that are due, as (office's id, kind, key). In public mode; safe among many dispatchers.

    An alarm that was claimed before and not finished has met an error: its next claim lasts longer each
    time, so that one that always fails cannot hold up the others.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM_DUE, {"now": now, "until": now + CLAIM, "limit": limit})
        rows = cursor.fetchall()
    patient = [(row[0], row[4]) for row in rows if row[4] > 1]
    for pk, attempts in patient:
        wait = _PATIENCE[min(attempts - 2, len(_PATIENCE) - 1)]
        Alarm.objects.filter(pk=pk).update(claimed_until=now + CLAIM + wait)
    return [(row[1], row[2], row[3]) for row in rows]
