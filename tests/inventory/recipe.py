"""What makes one address real."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from .cases import Case
from .parts import (
    Opener,
    Values,
    nothing,
)
from .world import Place


@dataclass(frozen=True)
class Recipe:
    """One route's. `case`: the complaint that it is about by default; "" where it is about none."""

    site: str
    name: str
    by: Opener
    values: Values = nothing
    case: str = ""
    fields: Values | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    as_json: bool = False

    def path(self, place: Place, case: Case | None, query: Mapping[str, str]) -> str:
        """The path with its query."""
        values = self.values(place, case) if case is not None or not self.case else {}
        asked = urlencode({**self.query, **query})
        path = _unnamed(self.name, values) or place.reverse(self.name, **values)
        return f"{path}?{asked}" if asked else path

    def posts(self, place: Place, case: Case | None) -> dict[str, Any]:
        """Keyword arguments of a client's `post`."""
        data = self.fields(place, case) if self.fields and (case or not self.case) else {}
        return (
            {"data": json.dumps(data), "content_type": "application/json"} if self.as_json else {"data": data}
        )


def _unnamed(name: str, values: Mapping[str, Any]) -> str:
    """Patterns that no name leads to."""
    if name == "api/^.*$":
        return "/api/v1/tidak-ada/"
    return f"/t/{values['code']}/" if name == "t/<str:code>/" else ""
