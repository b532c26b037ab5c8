"""Tracking codes: what a reporter gets to find the complaint again, and what opens everything of it."""

from __future__ import annotations

import hashlib
import secrets

ALPHABET = "34679ACDEFGHJKMNPQRTVWXY"
"""Without what is mistaken for something else on paper or by telephone: 0 O, 1 I L, 2 Z, 5 S, 8 B, U."""

GROUPS = 4
GROUP = 4
"""16 characters of 24: 73 bits."""


def new_code() -> str:
    """A code that cannot be guessed, such as `K7QM-3WXD-9PHT-RAEF`."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def normal_code(text: str) -> str | None:
    """A code as it was typed (small letters, spaces, no dashes) in its written form; None if it cannot be
    one.
    """
    letters = "".join(text.split()).replace("-", "").upper()
    if len(letters) != GROUPS * GROUP or any(letter not in ALPHABET for letter in letters):
        return None
    return "-".join(letters[i : i + GROUP] for i in range(0, len(letters), GROUP))


def code_digest(code: str) -> str:
    """What the case index keeps of a code: enough to find the office, not enough to open the complaint."""
    return hashlib.sha256(f"tanggap tracking code {code}".encode()).hexdigest()
