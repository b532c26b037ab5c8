"""A connection that is kept costs no round trip before each request, and one that was cut is noticed."""

from __future__ import annotations

import pytest
from django.db import close_old_connections, connection

from central.offices.models import Office
from central.offices.postgresql import base
from tests.databases import TestServer
from tests.isolation.support import messages_sent, rows


def _begin_request() -> None:
    """What Django does before each request, and once the request asks the database."""
    connection.health_check_enabled = True
    close_old_connections()


def test_a_connection_in_use_is_not_asked_before_each_request(real_commits: str) -> None:
    rows("SELECT 1")
    _begin_request()
    with messages_sent() as sent:
        assert rows("SELECT 2") == [(2,)]
    assert sent.count("Execute") == 1


def test_a_connection_that_the_server_ended_is_made_anew(real_commits: str, test_server: TestServer) -> None:
    (before,) = rows("SELECT pg_backend_pid()")[0]
    with test_server.superuser() as superuser:
        superuser.execute("SELECT pg_terminate_backend(%s, 5000)", [before])
    _begin_request()
    assert Office.objects.exists()
    assert rows("SELECT pg_backend_pid()")[0] != (before,)


def test_a_connection_is_asked_now_and_then(real_commits: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows("SELECT 1")
    monkeypatch.setattr(base, "ASK_AGAIN_SECONDS", 0)
    _begin_request()
    with messages_sent() as sent:
        rows("SELECT 2")
    assert sent.count("Execute") == 2
