"""An HTTP client for benchmarks: connections that stay open, every answer checked. Loopback only."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


class BadAnswer(AssertionError):
    """A request was not answered as it should be: the run is worth nothing."""


@dataclass
class Client:
    """One keep-alive connection to a server on this machine; `host` goes into the Host header."""

    port: int
    host: str
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    """What the last answer has set."""

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        expected: int = 0,
    ) -> tuple[float, bytes]:
        """Seconds from the first byte sent to the last received, and the body. `expected`: the status; 0 for
        any 2xx.
        """
        begin = time.perf_counter()
        self.connection.request(method, path, body, {"Host": self.host, **self.headers, **(headers or {})})
        response = self.connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - begin
        self.cookies = {
            name: value
            for header in response.headers.get_all("Set-Cookie", ())
            for name, _sep, value in [header.partition(";")[0].partition("=")]
        }
        if response.status != expected if expected else not 200 <= response.status < 300:
            raise BadAnswer(f"{method} {self.host}{path}: {response.status} {content[:300]!r}")
        return seconds, content

    def get(self, path: str) -> float:
        return self.request("GET", path)[0]

    def post_json(self, path: str, data: Mapping[str, Any]) -> tuple[float, dict[str, Any]]:
        seconds, content = self.request(
            "POST", path, json.dumps(data).encode(), {"Content-Type": "application/json"}
        )
        return seconds, json.loads(content)


def in_parallel(
    clients: int, make: Callable[[int], Callable[[], float]], requests: int
) -> tuple[list[float], float]:
    """Runs `requests` requests on `clients` threads. Gives all latencies and the wall time in seconds.

    `make(i)` gives thread i its request function; an exception in any thread ends the run.
    """
    latencies: list[float] = []
    failures: list[BaseException] = []
    left = iter(range(requests))
    lock = threading.Lock()

    def work(index: int) -> None:
        try:
            send = make(index)
            while not failures:
                with lock:
                    if next(left, None) is None:
                        return
                seconds = send()
                with lock:
                    latencies.append(seconds)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(index,)) for index in range(clients)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return latencies, time.perf_counter() - begin
