"""What was typed into a form that cannot be shown any more, to be given back and kept."""

from __future__ import annotations

import re

from django.http import QueryDict

_CODE = re.compile(r"[a-z0-9_.:-]*")
"""Codes, keys, numbers and dates: what is chosen, not written."""

_OURS = ("csrfmiddlewaretoken", "versi")


def typed_texts(sent: QueryDict, prefix: str = "") -> list[str]:
    """The words among what a form has sent. `prefix`: of the names of its fields."""
    return [
        text
        for name in sent
        if name.startswith(prefix) and name not in _OURS and not name.endswith("-ada")
        for text in sent.getlist(name)
        if not _CODE.fullmatch(text.strip())
    ]
