"""All reminders and calls of the desk, over all offices."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from central.coordination.models import Reminder
from tenants.desk.door import DeskRequest, desk
from tenants.desk.pages import page
from tenants.desk.queries.contacts import contacts as listed
from tenants.desk.queries.contacts import kind_of
from tenants.desk.reminder_forms import ContactFilter
from tenants.portal.rows import page_words

PART, CALLS = "bagian", "telepon"

TONES = {
    Reminder.State.SCHEDULED.value: "info",
    Reminder.State.HEEDED.value: "ok",
    Reminder.State.ESCALATED.value: "danger",
}


@require_safe
@desk
def contacts(request: DeskRequest) -> HttpResponse:
    """Reminders, or calls, the newest first, by office and by what came of them."""
    part = CALLS if request.GET.get(PART) == CALLS else ""
    kind = kind_of(part)
    form = ContactFilter(request.GET, states=kind.states)
    shown, rows = listed(request.government, kind, request.GET, **form.asked())
    context = {
        "calls": bool(part),
        "part": part,
        "tabs": _tabs(request.path, part),
        "form": form,
        "active": form.active,
        "reset_url": f"{request.path}?{urlencode({PART: part})}" if part else request.path,
        "rows": [{"contact": row, "tone": "" if part else TONES.get(row.row.state, "quiet")} for row in rows],
        "shown": page_words(len(rows)),
        **shown.links(request.path, dict(request.GET.lists())),
    }
    return page(request, "contacts", context)


def _tabs(path: str, current: str) -> list[dict[str, Any]]:
    return [
        {
            "url": f"{path}?{urlencode({PART: part})}" if part else path,
            "label": label,
            "count": None,
            "current": part == current,
        }
        for part, label in (("", _("Pengingat")), (CALLS, _("Telepon")))
    ]
