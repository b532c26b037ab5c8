"""What was asked of others about a complaint, as its page shows it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tenants.complaints.models import Coordination
from tenants.complaints.queries.coordination import questions_of
from workflows.cases import MAIN
from workflows.coordination import END_COORDINATION

from .case import Opened

TONES = {
    Coordination.State.OPEN.value: "info",
    Coordination.State.ANSWERED.value: "ok",
    Coordination.State.DECLINED.value: "warn",
}


def asked_name(row: Coordination) -> str:
    """Whom a question was put to."""
    return row.office_name or (row.member.name if row.member else "")


def asked_rows(case: Opened) -> list[dict[str, Any]]:
    """The questions, the newest first; nothing is read where there were none."""
    if not case.case.memory.coordinated:
        return []
    may_end = case.offer(MAIN, END_COORDINATION) is not None
    end_url = case.addresses.step(case.complaint, MAIN, END_COORDINATION)
    rows = []
    for row in questions_of(case.complaint):
        rows.append(
            {
                "name": _("Koordinasi %(number)d: %(to)s") % {"number": row.seq, "to": asked_name(row)},
                "open": row.is_open,
                "state": row.get_state_display(),
                "tone": TONES.get(row.state, "quiet"),
                "due_at": row.due_at,
                "ended_at": row.ended_at,
                "ended_by": row.ended_by_name,
                "question": case.told(row.question),
                "sent_report": row.sent_report,
                "answer": case.told(row.answer),
                "answer_name": _("Jawaban") if row.state == Coordination.State.ANSWERED else _("Alasan"),
                "end_url": f"{end_url}?koordinasi={row.seq}" if may_end and row.is_open else "",
            }
        )
    return rows
