"""The queue of `make run`: kombu's file-system transport, made to live through killed processes.

kombu's own writes a message in place, so that a reader may find half of it; a message that cannot be read
ends the worker, and so does a torn routing table. Here a message appears whole or not at all, one that cannot
be read is dropped, and routes are kept in memory, where each process declares them anew. What a lost message
was for is found again by the sweep.
"""

from __future__ import annotations

import contextlib
import logging
import os
import uuid
from pathlib import Path
from queue import Empty
from time import time_ns
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem, virtual
from kombu.utils.json import dumps, loads

log = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    """One connection's view of the folder. File names sort by their time."""

    def _put(self, queue: str, payload: Any, **_options: Any) -> None:  # type: ignore[override]  # as kombu's
        name = f"{time_ns():020}_{uuid.uuid4()}.{queue}.msg"
        draft = Path(self.data_folder_out) / f".{name}.draft"
        try:
            draft.write_text(dumps(payload))  # type: ignore[no-untyped-call]  # kombu has no hints
            draft.rename(draft.with_name(name))
        except BaseException:
            with contextlib.suppress(OSError):
                draft.unlink()
            raise

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """The oldest message, which from then on is nobody else's. Raises `Empty`."""
        for name in sorted(os.listdir(self.data_folder_in)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = Path(self.processed_folder) / name
            try:
                (Path(self.data_folder_in) / name).rename(taken)
                text = taken.read_bytes()
                taken.unlink()
            except FileNotFoundError:  # another worker was first
                continue
            try:
                return loads(text)  # type: ignore[no-untyped-call]  # the same
            except ValueError as error:
                log.warning("a message of the queue was dropped, it cannot be read: %s", error)
        raise Empty

    def get_table(self, exchange: str) -> Any:
        return virtual.Channel.get_table(self, exchange)  # type: ignore[no-untyped-call]  # the same

    def _queue_bind(self, *_binding: Any) -> None:
        """Nothing: the state in memory, which `queue_bind` has just changed, is all there is."""

    def _delete(self, queue: str, *_binding: Any, **_options: Any) -> None:
        virtual.Channel._delete(self, queue, *_binding, **_options)  # type: ignore[no-untyped-call]  # the same


class Transport(filesystem.Transport):
    """What `filesystem://` means here."""

    Channel = Channel
    global_state = virtual.BrokerState()  # type: ignore[no-untyped-call]  # the same


def register() -> None:
    """Has `filesystem://` use this transport. Called before the first connection."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
