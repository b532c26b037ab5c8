"""The web server's worker: its own loop takes requests in, and a thread gets one only when it is there whole.

gunicorn's `gthread` gives a connection to a thread with its first byte, and the thread then waits for the
rest: as many slow senders as there are threads stop everybody. Here a slow sender costs a socket and, above
64 kB, a file. What comes too slowly is cut off, what is too large is refused by its head.

Built on gunicorn's own worker and parser, whose insides are not promised; tests hold what is used of them.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import IO, Any

from gunicorn import util
from gunicorn.http.body import Body, ChunkedReader, LengthReader
from gunicorn.http.errors import LimitRequestHeaders
from gunicorn.http.message import Request
from gunicorn.http.parser import RequestParser
from gunicorn.http.unreader import Unreader
from gunicorn.workers.gthread import TConn, ThreadWorker

from config.env import Environment
from config.launch import var_folder

from .limits import BUSY, LENGTH_MISSING, REFUSED, TOO_LARGE, TOO_SLOW, most_bytes

_env = Environment()

HEAD_SECONDS = _env.integer("WEB_HEAD_SECONDS", 10, low=1, high=600)
"""From a request's first byte to the end of its head."""

BODY_SECONDS = _env.integer("WEB_BODY_SECONDS", 30, low=1, high=600)
"""Without a byte of a body; and patience with the whole of it, besides what it takes at the slowest rate."""

SLOWEST_RATE = 1024
"""Bytes a second. A weak mobile line is ten times faster."""

HELD_BYTES = 1024 * 1024 * 1024
"""How much of requests that are not there whole one worker keeps."""

SEND_SECONDS = 300
"""How long a thread waits for somebody to take one piece of an answer."""

LONGEST_HEAD = 32 * 1024
IN_MEMORY = 64 * 1024
AT_ONCE = 256 * 1024

LEFT_SECONDS = 3600
"""Nothing is worked on for so long."""

LINGER_SECONDS = 3.0
LINGERING = 100
"""Closed connections that are listened to a little longer, so that who still sends reads the answer."""

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class _Held(Unreader):  # type: ignore[misc]  # gunicorn has no type hints
    """Gives gunicorn's parser what was taken in."""

    def __init__(self, head: bytes = b"") -> None:
        super().__init__()
        self.body: IO[bytes] | None = None
        self.unread(head)

    def chunk(self, size_hint: int | None = None) -> bytes:
        """The next piece; small, for gunicorn copies what is left of it with every read."""
        return self.body.read(min(size_hint or IN_MEMORY, IN_MEMORY)) if self.body is not None else b""


class _Taken(RequestParser):  # type: ignore[misc]  # gunicorn has no type hints
    """A parser that has its request already, or what is wrong with it."""

    error: Exception | None = None

    def __next__(self) -> Request:
        if self.error is not None:
            raise self.error
        return self.mesg


class Connection(TConn):  # type: ignore[misc]  # gunicorn has no type hints
    """A client, and what has come of its next request. `on_close` ends the connection in good manners."""

    def __init__(self, *of_gunicorn: Any, on_close: Callable[[Connection], None]) -> None:
        super().__init__(*of_gunicorn)
        self.on_close = on_close
        self.parser = _Taken(self.cfg, (), self.client)
        self.data_ready = True  # gunicorn's thread need not look
        self.begin()

    def begin(self) -> None:
        """Nothing of the next request has come yet."""
        self.head = bytearray()
        self.body: IO[bytes] | None = None
        self.length = self.received = 0
        self.deadline = time.monotonic() + float(self.cfg.keepalive)
        self.parser.mesg = self.parser.error = None

    def take(self, data: bytes, room: Callable[[], int]) -> bool:
        """Adds what has come. True once the request, or what is wrong with it, can go to a thread.

        `room`: tells how many more bytes the worker may hold.
        """
        if self.body is not None:
            return self._add(data)
        if not self.head:
            self.deadline = time.monotonic() + HEAD_SECONDS
        start = max(0, len(self.head) - 3)
        self.head += data
        if self.head.find(b"\r\n\r\n", start) >= 0 or self.head.find(b"\n\n", start) >= 0:
            return self._open(room)
        if len(self.head) > LONGEST_HEAD:
            self.parser.error = LimitRequestHeaders("the head is too long")
        return self.parser.error is not None

    def _open(self, room: Callable[[], int]) -> bool:
        """The head is there: reads it, and decides about the body."""
        held = _Held(bytes(self.head))
        self.parser.unreader = held
        try:
            request = Request(self.cfg, held, self.client)
        except Exception as error:  # gunicorn answers it from the thread, as it would have
            self.parser.error = error
            return True
        self.parser.mesg = request
        chunked = isinstance(request.body.reader, ChunkedReader)
        self.length = 0 if chunked else request.body.reader.length
        refused = LENGTH_MISSING if chunked else self._too_much(request, room)
        if refused:
            self.refuse(refused)
            return True
        if request._expected_100_continue:
            request._expected_100_continue = False  # else the thread would say it, when all is there
            self.sock.send(CONTINUE)
        self.body = held.body = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  (closed by `forget`)
        self.began = time.monotonic()
        return self._add(held.take_buffered())

    def _too_much(self, request: Request, room: Callable[[], int]) -> int:
        kind = next((value for name, value in request.headers if name == "CONTENT-TYPE"), "")
        if self.length > most_bytes(kind):
            return TOO_LARGE
        return BUSY if self.length > IN_MEMORY and self.length > room() else 0

    def _add(self, data: bytes) -> bool:
        assert self.body is not None
        wanted = data[: self.length - self.received]
        if len(wanted) < len(data):  # the next request already: it is to come on another connection
            self.parser.mesg.force_close()
        self.body.write(wanted)
        self.received += len(wanted)
        pace = self.began + BODY_SECONDS + self.received / SLOWEST_RATE
        self.deadline = min(pace, time.monotonic() + BODY_SECONDS)
        if self.received < self.length:
            return False
        self.body.seek(0)
        return True

    def refuse(self, status: int) -> None:
        """Has the application answer by the head alone; the connection ends with that."""
        request = self.parser.mesg
        request._expected_100_continue = False
        request.force_close()
        request.body = Body(LengthReader(_Held(), 0))
        setattr(request.body, REFUSED, status)

    def init(self) -> None:
        """In the thread, where gunicorn has just made the socket wait without end."""
        self.initialized = True
        self.sock.settimeout(SEND_SECONDS)

    def forget(self) -> None:
        """Lets go of the body, which was read or is not wanted."""
        if self.body is not None:
            self.body.close()

    def close(self, graceful: bool = False) -> None:
        """gunicorn would wait for the other side, up to two seconds in the loop that serves everybody."""
        self.forget()
        if graceful:
            self.on_close(self)
        else:
            util.close(self.sock)


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no type hints
    """gunicorn's threads behind a loop that takes requests in."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.receiving: dict[Connection, None] = {}
        self.lingering: dict[Connection, float] = {}
        self.looked_at = 0.0

    def init_process(self) -> None:
        # Bodies can be as large as the disk bears, and /tmp is memory on many machines.
        folder = var_folder(_env) / "uploads"
        folder.mkdir(mode=0o700, exist_ok=True)
        _tidy(folder)
        tempfile.tempdir = str(folder)
        super().init_process()

    # taking in --------------------------------------------------------------------------------------------

    def accept(self, listener: socket.socket) -> None:
        try:
            sock, client = listener.accept()
        except OSError:  # gone again, or no file descriptor is left: then the next round tries it
            return
        self.nr_conns += 1
        self.enqueue_req(Connection(self.cfg, sock, client, listener.getsockname(), on_close=self.linger))

    def enqueue_req(self, conn: Connection) -> None:
        """Waits for the connection's next request. gunicorn calls this for the later ones."""
        conn.begin()
        conn.sock.setblocking(False)
        self.receiving[conn] = None
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.take_in, conn))

    def take_in(self, conn: Connection, sock: socket.socket) -> None:
        """Something has come on a connection whose request is not there whole."""
        try:
            data = sock.recv(AT_ONCE)
            ready = conn.take(data, self.room) if data else False
        except (BlockingIOError, InterruptedError):
            return
        except OSError:  # the client has gone, or the disk is full
            data, ready = b"", False
        if ready:
            self.hand_over(conn)
        elif not data:
            self.drop(conn)

    def room(self) -> int:
        """How many more bytes of bodies may be held."""
        return HELD_BYTES - sum(conn.length for conn in self.receiving if conn.body is not None)

    def hand_over(self, conn: Connection) -> None:
        self._release(conn)
        super().enqueue_req(conn)

    def finish_request(self, conn: Connection, done: Future[Any]) -> None:
        conn.forget()
        super().finish_request(conn, done)

    def drop(self, conn: Connection) -> None:
        self._release(conn)
        self.nr_conns -= 1
        conn.close()

    def _release(self, conn: Connection) -> None:
        del self.receiving[conn]
        self.poller.unregister(conn.sock)

    # cutting off ------------------------------------------------------------------------------------------

    def murder_pending(self) -> None:
        """Called in every round of gunicorn's loop: once a second, ends what has used up its time."""
        now = time.monotonic()
        if now - self.looked_at < 1.0:
            return
        self.looked_at = now
        for conn in [conn for conn in self.receiving if conn.deadline < now]:
            if conn.body is None:  # not even a head: there is nothing to answer
                self.drop(conn)
            else:
                conn.refuse(TOO_SLOW)
                self.hand_over(conn)
        if not self.alive:
            for conn in [conn for conn in self.receiving if not conn.head]:
                self.drop(conn)
        for conn in [conn for conn, until in self.lingering.items() if until < now]:
            self._forsake(conn)

    def linger(self, conn: Connection) -> None:
        """Sends nothing more, and reads on for a moment: a close amid an upload takes the answer away."""
        with contextlib.suppress(OSError):
            conn.sock.shutdown(socket.SHUT_WR)
        if len(self.lingering) >= LINGERING:
            util.close(conn.sock)
            return
        self.lingering[conn] = time.monotonic() + LINGER_SECONDS
        conn.sock.setblocking(False)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.ignore, conn))

    def ignore(self, conn: Connection, sock: socket.socket) -> None:
        """What a refused sender still sends."""
        try:
            data = sock.recv(AT_ONCE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._forsake(conn)

    def _forsake(self, conn: Connection) -> None:
        del self.lingering[conn]
        self.poller.unregister(conn.sock)
        util.close(conn.sock)


def _tidy(folder: Path) -> None:
    """Removes what a worker left behind that was killed."""
    for path in folder.iterdir():
        with contextlib.suppress(OSError):  # another worker was faster
            if time.time() - path.stat().st_mtime > LEFT_SECONDS:
                path.unlink()
