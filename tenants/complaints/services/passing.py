"""Questions to somebody who cannot answer any more: they go to an heir, or back to who asked.

Whoever calls has the complaint locked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from central.offices.models import Office
from tenants.complaints.models import Complaint, Coordination
from tenants.complaints.snapshot import case_of
from tenants.organization.models import Member
from tenants.procedure.queries import rules_of
from workflows import coordination
from workflows.cases import SYSTEM, Actor

from . import record
from .asking import answerers_of, close, end_there, tell
from .step import apply, here

_LANGUAGE = "id"


def questions_to(member_id: int, keeping: Collection[str] = ()) -> QuerySet[Coordination]:
    """The open questions of this office that were put to one of its people, what ends first at the top.
    `keeping`: roles that they go on holding; with any of them they answer still.
    """
    rows = Coordination.objects.filter(
        direction=Coordination.Direction.ASKED, state=Coordination.State.OPEN, member_id=member_id
    )
    return rows.none() if keeping else rows.order_by("due_at", "id")


def pass_on(complaint: Complaint, member_id: int, heir_id: int, actor: Actor) -> int:
    """The questions of a locked complaint that wait for a member wait for the heir, who is told. The limit
    stays. Returns how many there were.
    """
    rows = list(_locked(complaint, member_id))
    for row in rows:
        row.member = Member.objects.get(pk=heir_id)
        row.save(update_fields=["member"])
        complaint.version += 1
        event = record.plain_event(
            complaint,
            "hand_over_work",
            actor=actor,
            at=timezone.now(),
            data={"member": member_id, "heir": heir_id, "coordination": row.seq},
        )
        complaint.save(update_fields=["version", "chain"])
        event.save(force_insert=True)
        tell(here(), answerers_of(row), "asked", row)
    return len(rows)


def give_back(complaint: Complaint, member_id: int) -> int:
    """Who asked on a locked complaint hears that a member answers no more, so that they can ask somebody
    else. Returns how many questions there were.
    """
    rows = list(_locked(complaint, member_id))
    for row in rows:
        assert row.member is not None
        with translation.override(_LANGUAGE):
            text = _(
                "%(name)s tidak dapat menjawab karena tidak bertugas. Silakan bertanya kepada orang lain."
            )
            unanswered(here(), complaint, row, by=row.member.name, text=text % {"name": row.member.name})
    return len(rows)


def give_back_from(office: Office, complaint: Complaint, row: Coordination, asked: Office | None) -> None:
    """As `give_back`, of a question to another office, which serves no more. `asked`: None if it is gone."""
    with translation.override(_LANGUAGE):
        text = _("Layanan %(name)s sedang tidak berjalan. Silakan bertanya kepada instansi atau orang lain.")
        reason = text % {"name": row.office_name}
    now = unanswered(office, complaint, row, by=row.office_name, text=reason)
    if asked is not None:
        end_there(asked, row, now=now, reason=reason)


def unanswered(office: Office, complaint: Complaint, row: Coordination, *, by: str, text: str) -> datetime:
    """Ends a question of a locked complaint without an answer. Returns when."""
    rules, now = rules_of(complaint), timezone.now()
    case = case_of(complaint, office.timezone)
    decision = coordination.answered(
        rules.procedure, rules.settings, case, row.seq, SYSTEM, now, by=by, text=text, declined=True
    )
    asked = coordination.speech_offer(decision.action).offer.inputs
    apply(office, complaint, case, rules, decision, asked=asked, more={"coordination": row.seq})
    close(office, row, Coordination.State.DECLINED, text=text, by="", now=now)
    return now


def _locked(complaint: Complaint, member_id: int) -> Iterator[Coordination]:
    rows = questions_to(member_id).filter(complaint=complaint).select_related("member")
    yield from rows.select_for_update(no_key=True, of=("self",))
