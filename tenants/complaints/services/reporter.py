"""What a reporter may do with the tracking code in hand."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from tenants.complaints.models import Complaint
from workflows.cases import REPORTER

from .step import act

_NOTHING: Mapping[str, Any] = MappingProxyType({})


def reporter_act(
    uid: UUID,
    action: str,
    *,
    line: str = "main",
    inputs: Mapping[str, Any] = _NOTHING,
    expected_version: int | None = None,
) -> Complaint:
    """A step of the reporter: answering a question, or whatever else the SOP gives them."""
    return act(uid, action, actor=REPORTER, line=line, inputs=inputs, expected_version=expected_version)


def withdraw(uid: UUID, *, reason: str = "") -> Complaint:
    """The reporter withdraws the complaint."""
    return reporter_act(uid, "withdraw", inputs={"reason": reason} if reason else {})


def rate(uid: UUID, score: int, *, comment: str = "") -> Complaint:
    """The reporter rates the service, 1 to 5, once."""
    inputs: dict[str, Any] = {"score": score}
    if comment:
        inputs["comment"] = comment
    return reporter_act(uid, "rate", inputs=inputs)


def object_to(uid: UUID, reason: str) -> Complaint:
    """The reporter objects to the answer; the complaint is opened again."""
    return reporter_act(uid, "object", inputs={"reason": reason})
