"""One request in a savepoint of its own: what was answered, what was written, and whether that stayed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.cache import cache as counters
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client

from central.offices.access import office as inside
from tests.inventory import Endpoint, Gives, World

_WRITES = re.compile(
    r'\b(?:INSERT INTO|DELETE FROM|(?<!KEY )(?<!FOR )(?<!DO )UPDATE)\s+"?([a-z_]+)"?', re.ASCII
)

UNSEEN = frozenset({"django_session"})
"""Tables whose rows are nobody's business but the browser's that asks."""


@dataclass(frozen=True)
class Answer:
    """What came back. `changed`: tables that differ afterwards from before, sessions left out."""

    status: int
    location: str
    content: bytes
    headers: Mapping[str, str]
    changed: frozenset[str]

    def outcome(self, endpoint: Endpoint, method: str) -> str:
        """The answer as a table's cell says it.

        `ok`: shown or done. `login`, `factor`, `again`, `outside`: sent to sign in, to show the second
        factor, to give the password again, to the page that says that the account does not work here.
        `on`: sent to another page, and nothing was done. `form`: the form came back. Else the status.
        """
        if self.status == 403 and LEADS_TO_SIGN_IN in self.content:
            return "login"  # with what was typed handed back
        if self.status == NOTHING_TO_SHOW or not 200 <= self.status < 400:
            return str(self.status)
        redirected = self.status >= 300
        if redirected and not (method == "POST" and self.changed):
            for start, word in _WAYS:
                if self.location.startswith(start):
                    return word
        if method == "POST":
            done = self.changed or f"{endpoint.name} POST" in QUIET
            return "ok" if done else "on" if redirected else "form"
        return "on" if redirected and endpoint.gives is not Gives.REDIRECT else "ok"


QUIET = {
    "account_login POST": "the session",
    "account_logout POST": "the session",
    "account_reauthenticate POST": "the session",
    "api-sop-checks POST": "says what a procedure is worth",
    "desk:live_preview POST": "shows what would be written",
    "portal:handover POST": "gives away what there is, and this member has no open work",
    "government_lost_code POST": "says the same whether or not there are codes to send",
    "government_report POST": "leads to the form of the office whose it is",
    "portal:live_preview POST": "shows what would be written",
    "portal:routing_trial POST": "shows what the rules would do",
    "set_language POST": "a cookie",
    "site:lost_code POST": "says the same whether or not there are codes to send",
    "site:track POST": "leads to the complaint's page",
}
"""What a success changes where it changes no table but that of sessions."""

NOTHING_TO_SHOW = 204

LEADS_TO_SIGN_IN = b'href="/akun/login/?next='

_WAYS = (
    ("/akun/login/", "login"),
    ("/akun/bukan-anggota/", "outside"),
    ("/akun/2fa/reauthenticate/?next", "factor"),
    ("/akun/2fa/totp/activate/?next", "factor"),
    ("/akun/reauthenticate/?next", "again"),
)


@dataclass
class Asker:
    """Asks on everybody's behalf. Whatever a request did is taken back after it."""

    world: World
    requests: int = 0
    _client: Client = field(default_factory=lambda: Client(raise_request_exception=False))
    _before: dict[str, str] = field(default_factory=dict)

    def ask(
        self,
        method: str,
        host: str,
        path: str,
        *,
        cookies: Mapping[str, str] | None = None,
        token: str = "",
        **body: Any,
    ) -> Answer:
        """One request. `body`: keyword arguments of the client's `post`."""
        counters.clear()  # nobody is refused for what somebody else has asked for
        self.requests += 1
        self._client.cookies.clear()
        self._client.cookies.load(dict(cookies or {}))
        more = {"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {}
        send = getattr(self._client, method.lower())
        with transaction.atomic():
            with _watched() as written:
                response = send(path, HTTP_HOST=host, **body, **more)
                content = _content_of(response)
            after = {table: self._digest(table) for table in written - UNSEEN}
            transaction.set_rollback(True)
        changed = frozenset(table for table, digest in after.items() if digest != self._at_first(table))
        return Answer(
            response.status_code,
            response.headers.get("Location", ""),
            content,
            dict(response.headers),
            changed,
        )

    def _at_first(self, table: str) -> str:
        """A table's digest without any request: each has been taken back."""
        if table not in self._before:
            self._before[table] = self._digest(table)
        return self._before[table]

    def _digest(self, table: str) -> str:
        if table not in _office_tables():
            return _digest_here(table)
        parts = []
        for place in self.world.offices:
            assert place.office is not None
            with inside(place.office):
                parts.append(_digest_here(table))
        return ",".join(parts)


@cache
def _office_tables() -> set[str]:
    labels = {name.rsplit(".", 1)[-1] for name in settings.TENANT_APPS}
    return {
        model._meta.db_table
        for label in labels
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    }


def _digest_here(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT md5(coalesce(string_agg(t::text, ' ' ORDER BY t::text), '')) FROM \"{table}\" t"
        )
        return str(cursor.fetchone()[0])


@contextmanager
def _watched() -> Iterator[set[str]]:
    """Tables that statements mean to write while the block runs."""
    written: set[str] = set()

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        written.update(_WRITES.findall(sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield written


def _content_of(response: HttpResponseBase) -> bytes:
    if response.streaming:
        return b"".join(response.streaming_content)  # type: ignore[attr-defined]  # a streaming response has it
    return bytes(response.content)  # type: ignore[attr-defined]  # any other has that
