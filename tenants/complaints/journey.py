"""The offices that a complaint has gone through, as its row keeps them: who had it, from when to when, and
what its events were called there.

The events themselves travel with the complaint unchanged, for their chain's sake. Their codes are those of
the procedure of the office that wrote them, which the office that has the complaint now does not know: so
each office writes the words down when it lets the complaint go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import get_language

from central.offices.models import Office
from tenants.procedure.queries import Rules

from . import words
from .models import Complaint, Event

LANGUAGES = ("id", "en")


@dataclass(frozen=True, slots=True)
class Stop:
    """One office that had the complaint. `began` and `ended` bound its own time with it."""

    code: str
    name: str
    number: str
    began: datetime
    ended: datetime


def stops(complaint: Complaint) -> list[Stop]:
    """Where it has been, the first office first; without the one that has it now."""
    return [
        Stop(
            part["office"],
            part["name"],
            part["number"],
            datetime.fromisoformat(part["began"]),
            datetime.fromisoformat(part["ended"]),
        )
        for part in complaint.journey
    ]


def chapter(
    complaint: Complaint, office: Office, rules: Rules, events: Iterable[Event], now: datetime
) -> dict[str, Any]:
    """What this office leaves in the journey: the words of the events that it wrote itself."""
    known = {int(seq) for part in complaint.journey for seq in part["told"]}
    own = [event for event in events if event.seq not in known]
    return {
        "office": office.code,
        "name": office.name,
        "number": complaint.number,
        "began": (complaint.arrived_at or complaint.received_at).isoformat(),
        "ended": now.isoformat(),
        "told": {str(event.seq): _told(complaint, office, rules, event) for event in own},
    }


def _told(complaint: Complaint, office: Office, rules: Rules, event: Event) -> dict[str, dict[str, str]]:
    from .queries.reporter import line_of

    found: dict[str, dict[str, str]] = {"what": {}, "stage": {}, "line": {}}
    for language in LANGUAGES:
        with translation.override(language):
            found["what"][language] = words.action_words(rules.procedure, event)
            if event.to_stage:
                found["stage"][language] = words.stage_words(rules.procedure, event.to_stage, event.line)
            if event.public:
                found["line"][language] = line_of(event, complaint, rules, office)
    return {part: texts for part, texts in found.items() if texts}


class Elsewhere:
    """The words of events that another office wrote."""

    def __init__(self, complaint: Complaint) -> None:
        self._told: Mapping[str, Mapping[str, Mapping[str, str]]] = {
            seq: told for part in complaint.journey for seq, told in part["told"].items()
        }
        self._names = {seq: part["name"] for part in complaint.journey for seq in part["told"]}

    def says(self, event: Event, part: str) -> str | None:
        """`what`, `stage` or `line` of an event; None where this office wrote it."""
        told = self._told.get(str(event.seq))
        if told is None:
            return None
        texts: Mapping[str, str] = told.get(part, {})
        return str(texts.get((get_language() or "id")[:2]) or texts.get("id", ""))

    def office(self, event: Event) -> str:
        """The name of the office that wrote an event; "" where it was this one."""
        return str(self._names.get(str(event.seq), ""))
