"""Why a complaint lies where it lies: the rule that won when it came to this office, and what staff here put
right since.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.complaints import words
from tenants.complaints.models import Message
from tenants.complaints.queries import Entry
from tenants.organization.queries import members_by_id
from workflows.actions import CORRECTION
from workflows.common import Text
from workflows.engine import DEPART
from workflows.labels import label
from workflows.routing import BY_CATEGORY, BY_NOTHING

from .case import Opened
from .story import Teller, actor_words, told_of

MESSAGE = "message"
"""Code of the input that the desk may fill in when it sends a complaint to another office."""


def sent_to(case: Opened, teller: Teller) -> list[str]:
    """The codes of the other offices that the complaint's page names: what routing named at receipt."""
    came = _coming(case, teller)
    named = came[0].event.data["routing"].get("office") if came else None
    return [named] if named else []


def why_here(case: Opened, teller: Teller, offices: Mapping[str, str]) -> dict[str, Any] | None:
    """The routing as it was stored when the complaint came to this office, and its corrections, oldest first;
    None where none is known.

    `rule`: the winning rule's code, empty where none of the office's won. `broken`: rules that were passed
    over. `offices`: names by code, for those of `sent_to`. `assigned`: by whom of the central desk, where it
    was the desk that sent it here; else None.
    """
    came = _coming(case, teller)
    if not came:
        return None
    first = came[0].event.data["routing"]
    by_rule = first["rule"] not in (BY_CATEGORY, BY_NOTHING)
    stored = first.get("why") or ({} if by_rule else label(f"routing.{first['rule']}").model_dump())
    return {
        "assigned": _assigned(case, teller, came[0]),
        "why": words.said(Text.model_validate(stored)) if stored else "",
        "rule": first["rule"] if by_rule else "",
        "rule_url": _page_of(case, first["rule"]) if by_rule else "",
        "where": _where(case, first, offices),
        "office": first.get("office", ""),
        "broken": [_why(case, code) for code in first.get("broken", [])],
        "corrections": [
            row for entry in came for row in [_correction(case, teller, entry)] if row is not None
        ],
    }


def _coming(case: Opened, teller: Teller) -> list[Entry]:
    """What happened since the complaint came to this office, the last time if it has gone to and fro."""
    own = ("", case.office.name)
    starts = [
        place
        for place, entry in enumerate(teller.entries)
        if entry.office in own and entry.event.data.get("routing")
    ]
    return list(teller.entries[starts[-1] :]) if starts else []


def _assigned(case: Opened, teller: Teller, came: Entry) -> dict[str, Any] | None:
    """The central desk's decision that brought the complaint here, with what was written about it."""
    place = teller.entries.index(came)
    before = teller.entries[place - 1] if place else None
    if before is None or before.event.action != DEPART:
        return None
    return {
        "when": before.event.at,
        "who": actor_words(before),
        "from": before.office,
        "message": "\n\n".join(case.told(m.body) for m in before.messages if m.field == MESSAGE),
    }


def _page_of(case: Opened, code: str) -> str:
    """The page of a rule that there still is; "" for another."""
    known = any(rule.code == code for rule in case.rules.settings.routing)
    return reverse("portal:rule", args=[code]) if known else ""


def _why(case: Opened, code: str) -> str:
    """A rule's reason as it reads today; its code where it is no more."""
    return next((words.said(rule.why) for rule in case.rules.settings.routing if rule.code == code), code)


def _where(case: Opened, routed: dict[str, Any], offices: Mapping[str, str]) -> str:
    unit = case.rules.units.get(routed.get("unit") or "")
    role = case.rules.procedure.role(routed.get("role") or "")
    member = routed.get("member")
    known = members_by_id([member]).get(member) if member else None
    office = routed.get("office")
    parts = [
        unit.name if unit else "",
        words.said(role.name) if role else "",
        known.name if known else "",
        _("instansi lain: %(name)s") % {"name": offices.get(office, office)} if office else "",
    ]
    return ", ".join(part for part in parts if part) or _("petugas penerima")


def _correction(case: Opened, teller: Teller, entry: Entry) -> dict[str, Any] | None:
    changes = teller.corrections(entry)
    if not changes:
        return None
    said = [message for message in entry.messages if message.field == CORRECTION]
    reason = told_of(case, [("", message) for message in said if message.kind == Message.Kind.STEP])
    return {
        "when": entry.event.at,
        "who": actor_words(entry),
        "changes": changes,
        "reason": reason[0][1] if reason else "",
    }
