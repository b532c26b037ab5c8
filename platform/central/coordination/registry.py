"""What the apps of an office do when one of its alarms goes off. They say so at start-up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

AlarmHandler = Callable[[str, datetime], None]
"""Called inside the office with the alarm's key and the present moment. It sets or clears the alarm
itself.
"""

_handlers: dict[str, AlarmHandler] = {}


def register_alarm(kind: str, handler: AlarmHandler) -> None:
    """Names the handler of one kind of alarm."""
    _handlers[kind] = handler


def alarm_handler(kind: str) -> AlarmHandler:
    """The handler of a kind; `LookupError` if nobody has named one."""
    try:
        return _handlers[kind]
    except KeyError:
        raise LookupError(f"Nobody handles alarms of the kind {kind!r}.") from None
