"""People at a site whose servers are being killed: whoever gets no answer asks again, with the same words."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

PATIENCE = 120
"""Seconds after which somebody who gets no answer has found the platform broken."""

AGAIN = 0.2
"""Seconds between two tries of one person."""


class NoAnswer(AssertionError):
    """The platform did not come back within the patience of its users."""


@dataclass(frozen=True)
class Answer:
    """An answer below 500. `retried`: how many tries before it got none; one of them may have been done."""

    status_code: int
    content: bytes
    headers: dict[str, str]
    retried: int

    def __getitem__(self, name: str) -> str:
        return self.headers[name.lower()]

    def json(self) -> Any:
        return json.loads(self.content)


@dataclass
class Wire:
    """One person's connection. `missed` counts, for all of them, what came in the place of an answer."""

    port: int
    host: str
    missed: Counter[str] = field(default_factory=Counter)
    token: str = ""

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        self._pause = threading.Event()

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Sends the request until it is answered. Raises `NoAnswer`."""
        deadline = time.monotonic() + PATIENCE
        retried = 0
        sent = {"Host": self.host, **(headers or {})}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        while True:
            try:
                self._connection.request(method, path, body, sent)
                response = self._connection.getresponse()
                content = response.read()
                found = {name.lower(): value for name, value in response.getheaders()}
            except (OSError, http.client.HTTPException) as error:
                self._connection.close()
                why = type(error).__name__
            else:
                if response.status < 500:
                    self.cookies(response)
                    return Answer(response.status, content, found, retried)
                why = str(response.status)
            self.missed[why] += 1
            retried += 1
            if time.monotonic() > deadline:
                raise NoAnswer(f"{method} {path}: {why} for {PATIENCE} s")
            self._pause.wait(AGAIN)

    def cookies(self, response: http.client.HTTPResponse) -> None:
        """Programs keep none."""

    def send_form(self, path: str, data: dict[str, Any], **headers: str) -> Answer:
        body = encode_multipart(BOUNDARY, data)
        return self.ask("POST", path, body, {"Content-Type": MULTIPART_CONTENT, **headers})

    def send_json(self, path: str, data: dict[str, Any], headers: dict[str, str] | None = None) -> Answer:
        content = {"Content-Type": "application/json", **(headers or {})}
        return self.ask("POST", path, json.dumps(data).encode(), content)


class Browser(Wire):
    """As `Wire`, with cookies; it takes the place of Django's test client under a `Citizen`."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.jar: SimpleCookie = SimpleCookie()

    def cookies(self, response: http.client.HTTPResponse) -> None:
        for line in response.headers.get_all("Set-Cookie") or []:
            self.jar.load(line)

    def _headers(self) -> dict[str, str]:
        sent = {"Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in self.jar.items())}
        form = next((morsel.value for name, morsel in self.jar.items() if name.endswith("csrf")), "")
        return {**sent, "X-CSRFToken": form}

    def get(self, path: str, **_more: Any) -> Answer:
        return self.ask("GET", path, headers=self._headers())

    def post(self, path: str, data: dict[str, Any], **_more: Any) -> Answer:
        return self.send_form(path, data, **self._headers())
