"""Steps through the API with inputs of any type: each is taken whole, or refused as the schema says. What is
refused leaves nothing behind.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from central.accounts.services import create_token
from tests.hostile import values
from tests.hostile.attacks import MULTIPART, Upload, encoded
from tests.hostile.forms import Books, books, failures
from tests.hostile.steps import Open
from workflows.decision import InputKind

Described = Mapping[str, Any]
PATH = "/api/v1/cases/{slug}/actions/{action}/"

strange: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from([None, True, False, 0, -1, 2**63, 10**400, 1.5, 1e308, [], {}, [[]], {"a": {"b": []}}]),
    st.sampled_from([*values.WORDS, *values.NUMBERS, *values.TIMES]),
    st.recursive(st.none() | st.text(max_size=9), lambda inner: st.lists(inner, max_size=3), max_leaves=6),
)


@dataclass(frozen=True)
class Call:
    """A body, as JSON or as a form."""

    body: bytes
    content_type: str


@st.composite
def calls(draw: st.DrawFn, step: Open) -> Call:
    body: dict[str, Any] = {"version": step.version, "line": step.place.line, "inputs": dict(step.inputs)}
    for item in step.offer.inputs:
        if draw(st.booleans()):
            body["inputs"][item.code] = draw(strange)
    how = draw(st.integers(0, 9))
    if how == 0:
        body["inputs"][draw(st.text(max_size=9))] = draw(strange)
    elif how == 1:
        body[draw(st.sampled_from(["version", "line", "inputs"]))] = draw(strange)
    elif how == 2:
        body.pop(draw(st.sampled_from(["version", "line", "inputs"])))
    elif how <= 4:
        return Call(*encoded([*_fields(body), *draw(st.lists(_files(step), max_size=3))], MULTIPART))
    return Call(json.dumps(body).encode(), "application/json")


def _fields(body: Mapping[str, Any]) -> list[tuple[str, str | Upload]]:
    inputs = [(f"inputs.{code}", str(value)) for code, value in body["inputs"].items()]
    return [("version", str(body["version"])), ("line", body["line"]), *inputs]


def _files(step: Open) -> st.SearchStrategy[tuple[str, Upload]]:
    asked = [f"inputs.{item.code}" for item in step.offer.inputs if item.kind is InputKind.FILES]
    upload = st.builds(
        Upload,
        st.sampled_from(values.NAMES),
        st.sampled_from(values.TYPES),
        st.sampled_from(values.CONTENTS),
    )
    return st.tuples(st.sampled_from([*asked, "inputs.files", "inputs.note", "files"]), upload)


class Program:
    """Calls with the token of whoever may take the step. `secrets`: those that were made before, by person
    and office.
    """

    def __init__(self, step: Open, described: Described, secrets: dict[tuple[int, int], str]) -> None:
        player = step.who.player
        assert player is not None
        whose = (player.user.pk, step.arena.office.pk)
        secret = secrets.get(whose) or create_token(player.user, step.arena.office, "Aplikasi")[1]
        secrets[whose] = secret
        self.client = Client(HTTP_HOST=player.host, HTTP_AUTHORIZATION=f"Bearer {secret}")
        self.client.raise_request_exception = False
        self.step, self.described = step, described
        self.statuses: list[int] = []
        self.problems: list[str] = []

    @cached_property
    def before(self) -> Books:
        """As the books stand when everything was brought where it belongs."""
        return books(self.step.arena.office)

    def send(self, call: Call) -> None:
        """Sends it, looks at the answer and the books, and takes back what it changed."""
        cache.clear()
        before = self.before
        path = f"/api/v1/cases/{self.step.brought.slug}/actions/{self.step.place.action}/"
        with transaction.atomic(), failures() as raised:
            answer = self.client.generic("POST", path, call.body, call.content_type)
            found = [*raised, *self._judged(answer, before)]
            transaction.set_rollback(True)
        self.statuses.append(answer.status_code)
        self.problems += [f"{self.step} {call.body[:300]!r}: {problem}" for problem in found]

    def _judged(self, answer: HttpResponse, before: Books) -> Iterator[str]:
        documented = self.described["paths"][PATH]["post"]["responses"]
        known = documented.get(str(answer.status_code))
        content_type = answer["Content-Type"]
        if known is None or content_type not in known["content"]:
            yield f"{answer.status_code} {content_type} is not documented"
            return
        schema = {**known["content"][content_type]["schema"], "components": self.described["components"]}
        content = json.loads(answer.content)
        yield from (error.message for error in Draft202012Validator(schema).iter_errors(content))
        changed = books(self.step.arena.office) != before
        if changed is not (answer.status_code == 200):
            yield f"{answer.status_code}, and something was stored: {changed}"
