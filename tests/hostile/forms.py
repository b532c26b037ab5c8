"""A form under attack, and what must hold of the answer whatever was sent.

Never a 5xx. What is refused says why, on a page or with the form, in which everything typed still stands, and
has stored nothing; whoever sent it can go on working. What is taken leads to a page of ours, which shows the
text as text.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from central.offices import directory
from central.offices.access import office as inside
from central.offices.models import Domain, Office
from tests.acceptance.cast import Player
from tests.acceptance.sops.page import Form, Page
from tests.hostile.attacks import Attack
from tests.hostile.values import MARKS
from tests.inventory import Caller

GOING_ON = 3
"""After how many refusals the page is opened again."""

REFUSED = {400, 403, 404, 405, 409, 413, 415, 422, 429}
"""Statuses by which a page says no."""

CHANGES_BY_ITSELF = {"django_session", "coordination_desklook"}
"""Tables that reading a page writes to."""

ANSWERS_HERE = {
    "portal:absence": "Belum disimpan",
    "portal:absence_change": "Belum disimpan",
    "portal:procedure_move": "",
    "portal:routing_trial": "",
}
"""Forms that may only ask something: the answer stands on their page, with these words."""

Books = Mapping[str, tuple[int, int]]


@dataclass
class Target:
    """A form as somebody has it open. `page`: its address; `valid`: values that the form takes; `takes`: the
    name of the route that it is sent to; `others`: names of objects that are somebody else's.
    """

    name: str
    host: str
    page: str
    form: Form
    client: Client
    office: Office | None = None
    valid: Mapping[str, Any] = field(default_factory=dict)
    takes: str = ""
    others: tuple[str, ...] = ()
    answers: int = 0

    @property
    def action(self) -> str:
        """Where it is sent to."""
        return urljoin(self.page, self.form.action) if self.form.action else self.page

    @cached_property
    def before(self) -> tuple[Books, int]:
        """The books, and the page's status, as long as nobody has sent anything."""
        return books(self.office), self.get(self.page).status_code

    def get(self, path: str) -> HttpResponse:
        return self.client.get(path, HTTP_HOST=self.host)

    def send(self, attack: Attack) -> HttpResponse:
        extra = {"HTTP_HOST": self.host, **attack.headers}
        return self.client.generic("POST", self.action, attack.body, attack.content_type, **extra)


def client_of(somebody: Player | Caller) -> Client:
    """The browser of a person of the world; a failure of ours comes as a page."""
    if isinstance(somebody, Player):
        somebody._fresh()
        somebody.client.raise_request_exception = False
        return somebody.client
    somebody.raise_request_exception = False
    return somebody


@dataclass
class Outcome:
    """What one attack has shown. `problems`: what should not be, in words; `failed`: a 5xx."""

    status: int
    problems: list[str]

    @property
    def failed(self) -> bool:
        return self.status >= 500


def attacked(target: Target, attack: Attack) -> Outcome:
    """Sends it, looks at everything, and takes back what it changed."""
    before = target.before
    cookies = SimpleCookie(target.client.cookies)
    cache.clear()
    with taken_back(), failures() as raised:
        answer = target.send(attack)
        problems = [*raised, *_judged(target, attack, answer, before)]
    target.client.cookies = cookies
    directory.forget()
    return Outcome(answer.status_code, [f"{target.name} [{attack.about}]: {found}" for found in problems])


def _judged(target: Target, attack: Attack, answer: HttpResponse, before: tuple[Books, int]) -> Iterator[str]:
    status = answer.status_code
    if status >= 500:
        yield f"answered {status}"
        return
    if 300 <= status < 400:
        yield from _led_on(target, answer)
        return
    body = answer.content.decode()
    yield from (f"{mark} stands in the page as it was typed" for mark in MARKS if mark in body)
    if "<h1" not in body and status in REFUSED:
        yield f"{status} without a page"
    shown = [form for form in Page(answer).forms if _same(form, target.form)]
    refused = status in REFUSED or "error-summary" in body
    after = books(target.office)
    changed = sorted(table for table, row in after.items() if row != before[0].get(table))
    if not refused:
        if shown and not changed and ANSWERS_HERE.get(target.takes, "\0") not in body:
            yield f"{status}: the form comes again and says nothing"
        return  # done
    takes_files = any(field.kind == "file" for field in target.form.fields.values())
    for name, typed in attack.typed.items():
        if takes_files and not _bare(typed):
            continue  # what the file says may stand in a box that was left empty
        if shown and not any(_keeps(form, name, typed) for form in shown):
            yield f"{name} lost what was typed: {typed[:60]!r}"
    if changed:
        yield f"{status}, and yet something was stored: {changed}"
    target.answers += 1
    if target.answers % GOING_ON == 1 and (again := target.get(target.page).status_code) != before[1]:
        yield f"the page answers {again} afterwards, not {before[1]}"


def _led_on(target: Target, answer: HttpResponse) -> Iterator[str]:
    place = urlsplit(answer["Location"])
    if place.netloc and place.hostname != target.host:
        if not Domain.objects.filter(host=place.hostname).exists():
            yield f"leads to {answer['Location']}"
        return
    following = target.get(urljoin(target.page, f"{place.path}?{place.query}"))
    if following.status_code >= 500:
        yield f"leads to {place.path}, which answers {following.status_code}"
    elif "text/html" in following.get("Content-Type", ""):
        body = following.content.decode()
        yield from (f"{mark} stands in {place.path}" for mark in MARKS if mark in body)


def _same(one: Form, other: Form) -> bool:
    return one.method == other.method and bool(set(one.fields) & set(other.fields) - {"csrfmiddlewaretoken"})


def _keeps(form: Form, name: str, typed: str) -> bool:
    shown = form.fields.get(name)
    if shown is None or shown.kind == "password":
        return True
    return _bare(typed) in {_bare(str(one)) for one in shown.values}


def _bare(text: str) -> str:
    """Without what may be left out or shown otherwise: blanks, control characters."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\ufffd\ufeff]+", "", text)


# --- the books ----------------------------------------------------------------------------------------------


def books(office: Office | None) -> Books:
    """Rows and their contents by table: of the public schema, and of the office."""
    found = _counted(False)
    if office is not None:
        with inside(office):
            found |= _counted(True)
    return found


def _counted(of_office: bool) -> dict[str, tuple[int, int]]:
    own = {name.rsplit(".", 1)[-1] for name in settings.TENANT_APPS}
    tables = sorted(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if (model._meta.app_label in own) is of_office
        and model._meta.managed
        and model._meta.db_table not in CHANGES_BY_ITSELF
    )
    rows = " UNION ALL ".join(
        f"SELECT '{table}', count(*), coalesce(sum(hashtext(t::text)::bigint), 0)::bigint FROM {table} t"
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(rows)
        return {table: (count, content) for table, count, content in cursor.fetchall()}


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def failures() -> Iterator[list[str]]:
    """What views raised and did not catch, in words."""
    raised: list[str] = []

    def keep(sender: Any, request: Any, **more: Any) -> None:
        raised.append(traceback.format_exc(limit=-4))

    got_request_exception.connect(keep)
    try:
        yield raised
    finally:
        got_request_exception.disconnect(keep)
