"""How many statements a request sends, counted in the protocol: BEGIN, SET LOCAL and COMMIT included."""

from __future__ import annotations

from typing import Any

SENT = ("Execute", "Query")


def statements_of(
    method: str, path: str, host: str, *, cookies: dict[str, str] | None = None, **options: Any
) -> int:
    """Sends the request to this process's own application, twice, and counts the second time."""
    from django.test import Client

    from tests.isolation.support import messages_sent

    client = Client(HTTP_HOST=host)
    for name, value in (cookies or {}).items():
        client.cookies[name] = value
    for _ in range(8):  # after a few rounds psycopg has prepared what it will prepare
        response = getattr(client, method)(path, **options)
        assert 200 <= response.status_code < 300, (response.status_code, response.content[:300])
    with messages_sent() as sent:
        getattr(client, method)(path, **options)
    return sum(message in SENT for message in sent)
