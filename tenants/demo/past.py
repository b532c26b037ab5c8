"""Lets the services work at a moment of the past, and keeps quiet about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch
from uuid import UUID


@contextmanager
def moment(at: datetime) -> Iterator[None]:
    """Within the block `timezone.now()` is `at`, in the whole process: for a command that does nothing
    else.
    """
    with patch("django.utils.timezone.now", return_value=at):
        yield


@contextmanager
def silence() -> Iterator[None]:
    """Within the block no worker is told of new messages; what is not to be sent is marked before anybody
    looks.
    """

    def nudge(uids: list[UUID]) -> None:
        """Nobody is told."""

    with patch("central.delivery.services.nudge", nudge):
        yield
