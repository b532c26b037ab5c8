"""What the reporter would see of a step, before it is taken. Nothing is stored.

Where the inputs are complete the engine decides once as a trial, and the very code that writes messages
writes them; while somebody is still writing, what is written so far stands in the message's text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from central.accounts.sites import full_address
from central.offices.middleware import host_name
from central.offices.models import Office
from tenants.complaints import words
from tenants.complaints.models import Complaint, Reporter
from tenants.complaints.services import notices
from tenants.procedure.queries import Rules
from workflows import engine
from workflows.cases import Actor, Case
from workflows.decision import ActionRefused, Audience, Decision, Offer
from workflows.texts import fill

HIDDEN_CODE = "••••"
"""Stands where the reporter reads the tracking code."""


@dataclass(frozen=True, slots=True)
class Preview:
    """`story`: the line on the tracking page. `subject` and `body`: the message, "" where none is sent."""

    story: str = ""
    subject: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a preview is made of."""

    office: Office
    rules: Rules
    case: Case
    complaint: Complaint
    reporter: Reporter | None
    host: str


def preview(trial: Trial, offer: Offer, person: Actor, inputs: Mapping[str, Any]) -> Preview:
    """What the step would tell the reporter with these inputs."""
    try:
        decision = engine.decide(
            trial.rules.procedure,
            trial.rules.settings,
            trial.case,
            offer.action,
            person,
            timezone.now(),
            offer.line,
            inputs,
        )
    except ActionRefused:
        return Preview(body=draft(trial, offer, inputs))
    return _decided(trial, decision)


def draft(trial: Trial, offer: Offer, inputs: Mapping[str, Any]) -> str:
    """The message with what is written so far."""
    entry = trial.rules.settings.text(offer.message_key) if offer.message_key else None
    written = str(inputs.get(offer.body_input or "", ""))
    language = trial.reporter.language if trial.reporter else "id"
    if entry is None or entry.body is None:
        return written
    with translation.override(language):
        named = {code: str(inputs.get(code, "")) for code in ("authority", "contact")}
        return fill(entry.body.get(language), {**_values(trial), **named, "body": written})


def _decided(trial: Trial, decision: Decision) -> Preview:
    language = trial.reporter.language if trial.reporter else "id"
    story = ""
    if decision.timeline_key:
        entry = trial.rules.settings.text(decision.timeline_key)
        if entry is not None and entry.line is not None:
            story = fill(entry.line.get(language), _values(trial))
    told = tuple(message for message in decision.messages if message.audience is Audience.REPORTER)
    clocks = {**trial.case.clocks, **{change.state.code: change.state for change in decision.clocks}}
    unit = trial.complaint.unit
    scene = notices.Scene(
        trial.office,
        trial.rules,
        trial.complaint,
        trial.reporter,
        replace(decision, messages=told),
        clocks,
        unit.name if unit else "",
    )
    letter = next(iter(notices.compose(scene, decision.at, {}).rows), None)
    given = (decision.inputs.get(code) for code in decision.timeline_inputs)
    shown = [text for text in given if isinstance(text, str)]
    if letter is None:
        return Preview(story=story, body="\n\n".join(filter(None, shown)))
    return Preview(story, letter.subject, _without_code(trial, letter.body))


def _without_code(trial: Trial, text: str) -> str:
    """The text with the tracking page's address, but not the code: it is the reporter's key, not staff's."""
    address = tracking_address(trial.host, trial.complaint)
    return text.replace("{url}", address).replace(trial.complaint.tracking_code, HIDDEN_CODE)


def tracking_address(host: str, complaint: Complaint) -> str:
    """The complaint's tracking page on the office's host (a port is left out and put in again)."""
    return full_address(host_name(host), f"/lacak/{complaint.tracking_code}/")


def lasting_address(complaint: Complaint) -> str:
    """The platform's address of the code: it sends on to the office that has the complaint then."""
    return f"{settings.PLATFORM_URL}t/{complaint.tracking_code}"


def _values(trial: Trial) -> dict[str, str]:
    complaint, zone = trial.complaint, trial.office.timezone
    return {
        "number": complaint.number,
        "code": HIDDEN_CODE,
        "url": tracking_address(trial.host, complaint).replace(complaint.tracking_code, HIDDEN_CODE),
        "office": trial.office.name,
        "name": trial.reporter.name if trial.reporter else "",
        "category": words.category_words(trial.rules.settings, complaint.category),
        "stage": words.stage_words(trial.rules.procedure, complaint.stage),
        "due": words.moment_words(complaint.due_at, zone),
        "unit": complaint.unit.name if complaint.unit else "",
        "status": words.status_words(complaint.status),
    }
