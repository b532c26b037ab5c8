"""The queue in a folder: no half message, and none that ends whoever reads it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection, Exchange, Queue
from kombu.transport.virtual import BrokerState

from config import broker
from config.celery import app

QUEUE = Queue("work", Exchange("work"), routing_key="work")


@pytest.fixture
def connect(tmp_path: Path) -> Iterator[Callable[[], Any]]:
    """`connect()`: the queue as a process of its own sees it, which knows of no other's declarations."""
    folders = {"data_folder_in": "in", "data_folder_out": "in", "processed_folder": "done"}
    options = {name: str(tmp_path / folder) for name, folder in folders.items()}
    for folder in ("in", "done"):
        (tmp_path / folder).mkdir()
    made = []

    def new() -> Any:
        connection = Connection("filesystem://", transport_options=options)
        connection.transport.state = BrokerState()
        made.append(connection)
        return connection.SimpleQueue(QUEUE)

    yield new
    for connection in made:
        connection.release()


def test_celery_uses_it() -> None:
    with app.connection() as connection:
        assert isinstance(connection.transport, broker.Transport)


def test_a_message_goes_from_one_process_to_another(connect: Callable[[], Any], tmp_path: Path) -> None:
    reader, writer = connect(), connect()
    for number in range(3):
        writer.put({"number": number})
    assert [reader.get(timeout=1).payload["number"] for _ in range(3)] == [0, 1, 2]
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_cannot_be_read_is_dropped_and_the_next_one_comes(
    connect: Callable[[], Any], tmp_path: Path
) -> None:
    writer = connect()
    for number in range(4):
        writer.put({"number": number})
    torn, empty, gone, _good = sorted((tmp_path / "in").iterdir())
    os.truncate(torn, torn.stat().st_size // 2)
    os.truncate(empty, 0)
    gone.unlink()
    (tmp_path / "in" / "0_nobody.work.msg").write_bytes(b"\x00" * 100)
    reader = connect()
    assert reader.get(timeout=1).payload == {"number": 3}
    with pytest.raises(Empty):
        reader.get(block=False)


def test_a_message_is_there_whole_or_not_at_all(
    connect: Callable[[], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, seen = connect(), []

    def interrupted(path: Path, text: str) -> int:
        with open(path, "w") as file:
            file.write(text[: len(text) // 2])
            file.flush()
            seen.extend(found.name for found in (tmp_path / "in").glob("*.work.msg"))
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "write_text", interrupted)
    with pytest.raises(OSError, match="no space"):
        writer.put({"number": 1})
    assert seen == [], "a reader could have taken half a message"
    assert list((tmp_path / "in").iterdir()) == []
