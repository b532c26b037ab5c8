"""Calls that take a message's place where a reporter left only a telephone number."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.complaints.errors import ComplaintError
from tenants.complaints.models import CallLog, CallTask
from workflows.cases import Actor, ActorKind

SECOND_CLICK = timedelta(minutes=1)


def record_call(task_id: int, *, actor: Actor, outcome: str, note: str = "") -> CallLog:
    """Notes one attempt to call. Where somebody was reached, or the number is wrong, the task is done.

    The same said twice within `SECOND_CLICK` is one attempt. `outcome`: a value of `CallLog.Outcome`. Raises
    `ComplaintError`: `not_allowed`, `not_found`, `bad_input`,
    `wrong_stage` (the task was done by somebody else meanwhile).
    """
    if actor.kind is not ActorKind.MEMBER or actor.id is None:
        raise ComplaintError("not_allowed", _("Hanya petugas instansi yang mencatat telepon."))
    if outcome not in CallLog.Outcome.values:
        raise ComplaintError(
            "bad_input", _("Pilih hasil telepon."), {"outcome": _("Pilih salah satu pilihan yang tersedia.")}
        )
    now = timezone.now()
    task = CallTask.objects.select_for_update(no_key=True).filter(pk=task_id).first()
    if task is None:
        raise ComplaintError("not_found", _("Tugas telepon ini tidak ditemukan."))
    said = {"member_id": actor.id, "outcome": outcome, "note": note.strip()[:1000]}
    known = CallLog.objects.filter(task=task, at__gt=now - SECOND_CLICK, **said).first()
    if known is not None:
        return known
    if task.done_at is not None:
        raise ComplaintError("wrong_stage", _("Telepon ini sudah dicatat selesai oleh petugas lain."))
    with transaction.atomic(savepoint=False):
        log = CallLog.objects.create(task=task, at=now, **said)
        if outcome != CallLog.Outcome.NO_ANSWER:
            task.done_at = now
            task.save(update_fields=["done_at"])
    return log
