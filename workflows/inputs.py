"""Checks what somebody typed for an action against what the action asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from workflows.actions import CORRECTION, REASON, Input
from workflows.decision import ActionRefused, Fact, FieldError, InputKind, Refusal
from workflows.index import Index
from workflows.settings import Settings

LONGEST_LINE = 250
"""The most characters of an input of one line, whatever the procedure allows."""


class _Wrong(Exception):
    def __init__(self, error: FieldError) -> None:
        self.error = error


def clean(
    action: str, asked: Iterable[Input], given: Mapping[str, Any], index: Index, settings: Settings
) -> dict[str, Any]:
    """The inputs in their types, blanks left out.

    Raises `ActionRefused(REASON_REQUIRED)` where the reason alone is missing, else
    `ActionRefused(BAD_INPUT)`.
    """
    cleaned: dict[str, Any] = {}
    errors: dict[str, FieldError] = {}
    known = set()
    for item in asked:
        known.add(item.code)
        value = given.get(item.code)
        if isinstance(value, str):
            value = value.replace("\r\n", "\n").strip()
        if value is None or value == "" or value == [] or value == ():
            if item.required:
                errors[item.code] = (
                    FieldError.NOT_CONFIRMED if item.kind is InputKind.CHECKBOX else FieldError.REQUIRED
                )
            continue
        try:
            cleaned[item.code] = _value(item, value, index, settings)
        except _Wrong as wrong:
            errors[item.code] = wrong.error
    errors.update({code: FieldError.UNKNOWN for code in given if code not in known})
    if errors:
        only_reason = errors == {REASON: FieldError.REQUIRED}
        raise ActionRefused(Refusal.REASON_REQUIRED if only_reason else Refusal.BAD_INPUT, action, errors)
    return cleaned


def demand_why(
    action: str, asked: Iterable[Input], cleaned: Mapping[str, Any], decided: Mapping[Fact, str | None]
) -> None:
    """What was decided, such as category and unit, is changed only with a reason.

    `decided`: as it stands, None where it is open. Raises `ActionRefused(BAD_INPUT)` naming the reason.
    """
    items = list(asked)
    changed = any(
        item.sets is not None
        and decided.get(item.sets) is not None
        and cleaned.get(item.code, decided[item.sets]) != decided[item.sets]
        for item in items
    )
    if changed and CORRECTION not in cleaned and any(item.code == CORRECTION for item in items):
        raise ActionRefused(Refusal.BAD_INPUT, action, {CORRECTION: FieldError.REQUIRED})


def _value(item: Input, value: Any, index: Index, settings: Settings) -> Any:
    kind = item.kind
    if kind is InputKind.MEMBER or kind is InputKind.NUMBER:
        return _number(item, value)
    if kind is InputKind.CHECKBOX:
        if not isinstance(value, bool):
            raise _Wrong(FieldError.WRONG_TYPE)
        if item.required and not value:
            raise _Wrong(FieldError.NOT_CONFIRMED)
        return value
    if kind is InputKind.FILES:
        if isinstance(value, str) or not hasattr(value, "__len__"):
            raise _Wrong(FieldError.WRONG_TYPE)
        if len(value) > item.max_length:
            raise _Wrong(FieldError.TOO_MANY)
        return list(value)
    if kind is InputKind.DATE:
        return _date(value)
    if not isinstance(value, str):
        raise _Wrong(FieldError.WRONG_TYPE)
    return _word(item, value, index, settings)


def _word(item: Input, value: str, index: Index, settings: Settings) -> str:
    if "\x00" in value:
        raise _Wrong(FieldError.WRONG_TYPE)
    if item.kind is InputKind.CHOICE:
        if all(choice.value != value for choice in item.choices):
            raise _Wrong(FieldError.NOT_A_CHOICE)
    elif item.kind is InputKind.CATEGORY:
        if value not in settings.paths:
            raise _Wrong(FieldError.UNKNOWN)
        if value not in settings.selectable:
            raise _Wrong(FieldError.NOT_SELECTABLE)
    elif item.kind is InputKind.ROLE:
        if value not in index.scope:
            raise _Wrong(FieldError.UNKNOWN)
    else:
        if item.kind is InputKind.LINE and "\n" in value:
            raise _Wrong(FieldError.WRONG_TYPE)
        if len(value) < item.min_length:
            raise _Wrong(FieldError.TOO_SHORT)
        if len(value) > (
            min(item.max_length, LONGEST_LINE) if item.kind is InputKind.LINE else item.max_length
        ):
            raise _Wrong(FieldError.TOO_LONG)
    return value


def _number(item: Input, value: Any) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Wrong(FieldError.WRONG_TYPE)
    if item.kind is InputKind.NUMBER and not item.minimum <= value <= item.maximum:
        raise _Wrong(FieldError.NOT_A_CHOICE)
    return value


def _date(value: Any) -> date:
    if isinstance(value, datetime) or not isinstance(value, str | date):
        raise _Wrong(FieldError.WRONG_TYPE)
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise _Wrong(FieldError.WRONG_TYPE) from None
