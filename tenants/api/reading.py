"""What the citizens' and the staff's views put together from the doors of the core."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from central.accounts.sites import public_address
from tenants.complaints import files
from tenants.complaints.report import Report
from tenants.complaints.words import said
from workflows.decision import InputKind, Offer
from workflows.settings import Category, Question, Settings

CHANNEL = "api"
INPUT_PREFIX = "inputs."
LONGEST_NUMBER = 18
"""Digits of a number that surely fits a bigint."""


def report_of(data: Mapping[str, Any], *, language: str) -> Report:
    """The report that was sent; its files are judged and stored. Raises `FileRefused`."""
    uploads: list[UploadedFile[bytes]] = list(data.get("files", ()))
    return Report(
        description=data["description"],
        category=data["category"],
        visibility=data["visibility"],
        channel=CHANNEL,
        name=data.get("name", ""),
        address=data.get("address", ""),
        email=data.get("email", ""),
        phone=data.get("phone", ""),
        place=data.get("place", ""),
        region=data.get("region", ""),
        latitude=data.get("latitude"),
        longitude=data.get("longitude"),
        occurred_at=data.get("occurred_at", ""),
        answers=data.get("answers") or {},
        files=tuple(files.accept(upload) for upload in uploads),
        language=language,
    )


def category_row(category: Category, settings: Settings) -> dict[str, Any]:
    """A category with everything below it."""
    return {
        "code": category.code,
        "name": said(category.name),
        "questions": [_question_row(question) for question in settings.questions_of(category.code)],
        "children": [category_row(child, settings) for child in category.children],
    }


def _question_row(question: Question) -> dict[str, Any]:
    return {
        "code": question.code,
        "label": said(question.label),
        "help": said(question.help),
        "kind": question.kind.value,
        "required": question.required,
        "choices": [{"value": one.value, "label": said(one.label)} for one in question.choices],
    }


def action_row(offer: Offer) -> dict[str, Any]:
    """An offered action with the inputs it needs."""
    return {
        "action": offer.action,
        "line": offer.line,
        "label": said(offer.label),
        "tells_reporter": offer.tells_reporter,
        "inputs": [
            {
                "code": item.code,
                "kind": item.kind.value,
                "label": said(item.label),
                "required": item.required,
                "choices": [{"value": value, "label": said(label)} for value, label in item.choices],
            }
            for item in offer.inputs
        ],
    }


def next_page(request: Request, token: str) -> str | None:
    """The address of the following page; None at the end."""
    return (
        public_address(request._request, f"{request.path}?{urlencode({'after': token})}") if token else None
    )


def step_data(request: Request) -> dict[str, Any]:
    """A step as it was sent. In multipart the inputs stand beside `version` and `line` as `inputs.<code>`."""
    data = request.data
    if not isinstance(data, Mapping):
        raise ValidationError({"body": _("Kirim satu objek JSON.")})
    if not isinstance(data, QueryDict):
        return dict(data)
    fields: dict[str, Any] = {key: data[key] for key in ("version", "line", "outside") if key in data}
    fields = {key: value if key == "line" else _whole(value) for key, value in fields.items()}
    start = len(INPUT_PREFIX)
    given = {
        key[start:]: data[key] for key in data if key.startswith(INPUT_PREFIX) and key not in request.FILES
    }
    return {**fields, "inputs": given}


def _whole(value: Any) -> Any:
    """A form's number as such; what is none stays, to be refused."""
    plain = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= LONGEST_NUMBER
    return int(value) if plain else value


def offer_named(offers: Iterable[Offer], action: str, line: str) -> Offer | None:
    """The offer of this action on this line; None where it is not offered (the service says why)."""
    found = [offer for offer in offers if offer.action == action]
    return next((offer for offer in found if offer.line == line), found[0] if found else None)


def step_inputs(
    offer: Offer | None, given: Mapping[str, Any], uploads: MultiValueDict[str, UploadedFile[bytes]]
) -> dict[str, Any]:
    """The inputs for the engine: numbers and ticks of a form as such, files judged and stored.

    Raises `FileRefused`, and `ValidationError` for a value whose type cannot be right.
    """
    kinds = {item.code: item.kind for item in offer.inputs} if offer else {}
    inputs: dict[str, Any] = {}
    for code, value in given.items():
        kind = kinds.get(code)
        _demand_storable(code)
        if kind is InputKind.FILES:
            raise ValidationError({f"inputs.{code}": _("Kirim berkas sebagai multipart/form-data.")})
        inputs[code] = _typed(kind, value) if isinstance(value, str) else value
    for code, kind in kinds.items():
        sent = uploads.getlist(f"{INPUT_PREFIX}{code}") if kind is InputKind.FILES else []
        if sent:
            inputs[code] = [files.accept(upload) for upload in sent]
    return inputs


def _typed(kind: InputKind | None, value: str) -> Any:
    """A form's text as what the engine expects; what cannot be read stays, for the engine to refuse."""
    _demand_storable(value)
    if kind is InputKind.CHECKBOX and value.lower() in ("true", "false", "1", "0"):
        return value.lower() in ("true", "1")
    if kind in (InputKind.MEMBER, InputKind.NUMBER) and value.isdecimal() and len(value) < LONGEST_NUMBER:
        return int(value)
    return value


def _demand_storable(text: str) -> None:
    """JSON can hold half a character (a lone surrogate) and NUL, the database neither."""
    if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValidationError(_("Isian memuat tanda yang tidak dapat disimpan."))
