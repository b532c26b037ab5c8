"""What the demo's people write into the forms of the steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tenants.complaints.models import Complaint
from tenants.complaints.services import Suggestion, suggest
from tenants.demo.cast import words
from tenants.demo.stories import Planned, Step
from tenants.organization.queries import holders
from workflows.decision import InputKind, Offer, OfferedInput
from workflows.settings import Settings

SCORES = (5, 5, 4, 4, 5, 3, 4, 2, 5, 1)
FILLED_THOUGH_OPTIONAL = frozenset({"unit", "instruction", "before", "after"})


def inputs_for(
    offer: Offer,
    step: Step,
    plan: Planned,
    complaint: Complaint,
    settings: Settings,
    pictures: Mapping[str, Sequence[Any]],
) -> dict[str, Any]:
    """Inputs for a step, by the kind and the code of each; what the story gives goes before."""
    page = (
        suggest(complaint, settings)
        if any(item.code.startswith("public_") for item in offer.inputs)
        else None
    )
    given: dict[str, Any] = {}
    for item in offer.inputs:
        if item.code in step.inputs:
            given[item.code] = _given(item, step.inputs[item.code])
        elif page is not None and item.code.startswith("public_"):
            given[item.code] = _published(item, page)
        elif item.required or item.code in FILLED_THOUGH_OPTIONAL:
            value = _value(item, offer, plan, complaint, settings, pictures)
            if value not in (None, "", []):
                given[item.code] = value
    return given


def _published(item: OfferedInput, page: Suggestion) -> str:
    words = {
        "public_title": page.title,
        "public_complaint": page.text.text,
        "public_answer": page.answer.text,
    }
    return words[item.code]


def _given(item: OfferedInput, text: str) -> Any:
    return text == "1" if item.kind is InputKind.CHECKBOX else text


def _value(
    item: OfferedInput,
    offer: Offer,
    plan: Planned,
    complaint: Complaint,
    settings: Settings,
    pictures: Mapping[str, Sequence[Any]],
) -> Any:
    match item.kind:
        case InputKind.TEXT | InputKind.LINE:
            return _words(item, offer, plan)
        case InputKind.CHOICE:
            return _choice(item, complaint, settings)
        case InputKind.CATEGORY:
            return complaint.category or plan.told.category
        case InputKind.UNIT:
            return unit_of(plan, settings)
        case InputKind.MEMBER:
            return _member(item, plan, settings)
        case InputKind.NUMBER:
            return plan.random.choice(SCORES)
        case InputKind.CHECKBOX:
            return True
        case InputKind.FILES:
            return list(pictures.get(item.code, ()))
        case _:
            return None


def _words(item: OfferedInput, offer: Offer, plan: Planned) -> str:
    known = words()
    reasons: dict[str, str] = known["reasons"]
    text = (
        reasons.get(offer.action, reasons["any"])
        if item.code == "reason"
        else str(known["inputs"][item.code])
    )
    return text.format(place=plan.place, answer=plan.answer)


def _choice(item: OfferedInput, complaint: Complaint, settings: Settings) -> str:
    values = [value for value, _label in item.choices]
    preferred = settings.case_class_of(complaint.category) if item.code == "case_class" else None
    return preferred if preferred in values else values[0]


def unit_of(plan: Planned, settings: Settings) -> str:
    """The unit that answers for the complaint's category: its own, the nearest above it, else the first of
    all.
    """
    path = settings.paths[plan.told.category]
    found = next((category.unit for category in reversed(path) if category.unit), None)
    return found or next(category.unit for category in settings.categories if category.unit)


def _member(item: OfferedInput, plan: Planned, settings: Settings) -> int | None:
    people = holders(item.roles, unit=unit_of(plan, settings) or None)
    if not people or not any(unit_of(plan, settings) in person.units for person in people):
        people = holders(item.roles)
    return people[plan.number % len(people)].id if people else None
