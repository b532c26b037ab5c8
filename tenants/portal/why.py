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
from workflows.labels import label
from workflows.routing import BY_CATEGORY, BY_NOTHING

from .case import Opened
from .story import Teller, actor_words, told_of


def sent_to(teller: Teller) -> list[str]:
    """The codes of the other offices that the complaint's page names: what routing named when it came."""
    found = _routed(teller)
    return [found[0]["office"]] if found and found[0].get("office") else []


def why_here(case: Opened, teller: Teller, offices: Mapping[str, str]) -> dict[str, Any] | None:
    """The routing as it was stored when it came, from the reporter or another office, and its corrections
    since, oldest first; None where none is known.

    `rule`: the winning rule's code, empty where none of the office's won. `broken`: rules that were passed
    over. `offices`: names by code, for those of `sent_to`.
    """
    found = _routed(teller)
    if found is None:
        return None
    first, since = found
    by_rule = first["rule"] not in (BY_CATEGORY, BY_NOTHING)
    stored = first.get("why") or ({} if by_rule else label(f"routing.{first['rule']}").model_dump())
    return {
        "why": words.said(Text.model_validate(stored)) if stored else "",
        "rule": first["rule"] if by_rule else "",
        "rule_url": _page_of(case, first["rule"]) if by_rule else "",
        "where": _where(case, first, offices),
        "office": first.get("office", ""),
        "broken": [_why(case, code) for code in first.get("broken", [])],
        "corrections": [
            row for entry in since for row in [_correction(case, teller, entry)] if row is not None
        ],
    }


def _routed(teller: Teller) -> tuple[dict[str, Any], list[Entry]] | None:
    """The last routing that this office stored, and what has happened since; None where none is known."""
    own = [entry for entry in teller.entries if not entry.office]
    came = next((n for n in range(len(own) - 1, -1, -1) if "routing" in own[n].event.data), None)
    return None if came is None else (own[came].event.data["routing"], own[came:])


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
