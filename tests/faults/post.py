"""A mail server that keeps what it takes, and can stop whoever sends at the moment that matters."""

from __future__ import annotations

import re
import socketserver
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

MESSAGE_ID = re.compile(rb"^Message-ID: <([0-9a-f-]{36})@", re.MULTILINE)
HELD_SECONDS = 60

Moment = Literal["before", "after"]
"""Before the message is sent, and after it was taken but before that is said."""


class _Talk(socketserver.StreamRequestHandler):
    """As much of SMTP as Django's client speaks."""

    server: _Server

    def handle(self) -> None:
        self.say("220 post")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.server.post.pass_by("before")
                self.say("354 go on")
                text = b"".join(iter(self.rfile.readline, b".\r\n"))
                if not text:
                    return
                self.server.post.take(text)
                self.server.post.pass_by("after")
            self.say("221 bye" if word == b"QUIT" else "250 fine")
            if word == b"QUIT":
                return

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    post: Post

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever talked to us was killed."""


class Post:
    """The mail server. `url`: as EMAIL_URL wants it."""

    def __init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _Talk)
        self._server.post = self
        self.url = f"smtp://127.0.0.1:{self._server.server_address[1]}"
        self.taken: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._moment: Moment | None = None
        self._held, self._go_on = threading.Event(), threading.Event()
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def take(self, text: bytes) -> None:
        with self._lock:
            self.taken.update(uid.decode() for uid in MESSAGE_ID.findall(text))

    def pass_by(self, moment: Moment) -> None:
        """Where talks are stopped at this moment, waits until they may go on."""
        if self._moment == moment:
            self._held.set()
            self._go_on.wait(HELD_SECONDS)

    @contextmanager
    def holding(self, moment: Moment) -> Iterator[None]:
        """In the block, somebody stands at this moment of sending a message."""
        self._held.clear()
        self._go_on.clear()
        self._moment = moment
        try:
            assert self._held.wait(HELD_SECONDS), "nobody sends anything"
            yield
        finally:
            self._moment = None
            self._go_on.set()
