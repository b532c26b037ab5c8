"""What is sent, and by which doors: `tenants` names both at start-up, so that this app knows no office's
tables.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message ready to go. `uid` makes its stable identity, the same in every attempt.

    `path` is the page that `{url}` in the body stands for, on the sender's own host; "" for none.
    """

    uid: UUID
    recipient: str
    subject: str
    body: str
    language: str = "id"
    sender: str = ""
    reply_to: str = ""
    path: str = ""


class DeliveryError(Exception):
    """The message could not be handed over. `permanent`: trying again is useless, as with an unknown
    address.
    """

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        self.permanent = permanent
        super().__init__(reason)


Channel = Callable[[Outgoing], None]
"""Hands a message over, outside any transaction; raises `DeliveryError`."""

Source = Callable[[UUID], Outgoing | None]
"""Reads a message inside its office; None if it is not to be sent any more."""

_channels: dict[str, Channel] = {}
_sources: list[Source] = []


def register_channel(code: str, channel: Channel) -> None:
    """Opens a door."""
    _channels[code] = channel


def channel(code: str) -> Channel:
    """A door by its code; `LookupError` if there is none."""
    try:
        return _channels[code]
    except KeyError:
        raise LookupError(f"There is no channel {code!r}.") from None


def register_source(source: Source) -> None:
    """Names the function that reads an office's messages."""
    _sources[:] = [source]


def office_message(uid: UUID) -> Outgoing | None:
    """A message of the office we are in."""
    if not _sources:
        raise LookupError("Nobody has said where an office keeps its messages.")
    return _sources[0](uid)
