"""Views that say in their own words that too much was sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "answers_oversize"
_FLAG = "oversize"


def answers_oversize(view: View) -> View:
    """Marks a view that is called although more was sent than a request may bring; it never sees any of it.

    A page is called as if it were opened (GET), a call of the API as it came but without its body.
    """
    setattr(view, _MARK, True)
    return view


def has_own_answer(view: Callable[..., Any]) -> bool:
    """Whether a view is marked."""
    return bool(getattr(view, _MARK, False))


def note_oversize(request: HttpRequest) -> None:
    """Notes that what the request brings is too much and will not be read."""
    setattr(request, _FLAG, True)


def is_oversize(request: HttpRequest) -> bool:
    """Whether more was sent than may be."""
    return bool(getattr(request, _FLAG, False))
