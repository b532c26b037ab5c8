"""From the answers of the office's web form to the report that every channel hands over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from tenants.complaints.files import StoredFile
from tenants.complaints.report import Report

CHANNEL = "website"

_TEXTS = ("description", "category", "name", "address", "email", "phone", "place", "region", "occurred_at")


def report_of(
    answers: Mapping[str, Any],
    visibility: str,
    files: Iterable[StoredFile],
    language: str,
    *,
    asked: Mapping[str, str],
) -> Report:
    """The report. `answers` are the form's, by the names of the report's fields; one left out is empty.
    `asked`: what was answered to the category's questions, by their codes.
    """
    said = {name: str(answers.get(name) or "") for name in _TEXTS}
    return Report(
        description=said["description"],
        category=said["category"],
        name=said["name"],
        address=said["address"],
        email=said["email"],
        phone=said["phone"],
        place=said["place"],
        region=said["region"],
        occurred_at=said["occurred_at"],
        visibility=visibility,
        latitude=_number(answers.get("latitude")),
        longitude=_number(answers.get("longitude")),
        files=tuple(files),
        language=language,
        answers=asked,
        channel=CHANNEL,
    )


def _number(text: Any) -> Decimal | None:
    return Decimal(str(text)) if text else None
