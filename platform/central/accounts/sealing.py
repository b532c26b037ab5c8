"""Seals small secrets (a second factor's seed) so that a copy of the database alone does not give them
away.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SealBroken(Exception):
    """The text was not sealed with a key that this installation has."""


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(str(key))) for key in keys])


def _derived(key: str) -> bytes:
    # A label of its own: the same SECRET_KEY signs sessions, and one use must tell nothing about another.
    digest = hashlib.sha256(b"tanggap second factor\0" + key.encode()).digest()
    return base64.urlsafe_b64encode(digest)


def seal(text: str) -> str:
    """Encrypts and authenticates a text with the present key."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Gives back what `seal` got; older keys in SECRET_KEY_FALLBACKS still open it.

    Raises:
        SealBroken: the text is not ours, was changed, or its key is gone.
    """
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealBroken(
            "This secret was sealed with a key that is not in SECRET_KEY or its fallbacks."
        ) from error
