"""Schemathesis let loose on a host's API, in process, through the application that the web server runs."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import schemathesis
from django.db import connections
from schemathesis import Case, Config, HookContext, Response, engine
from schemathesis.config import GenerationConfig
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.engine import events
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER as hooks
from schemathesis.openapi.checks import RejectedPositiveData
from werkzeug.test import Client

from central.plaintext import clean_line, clean_text, holds_address
from config.wsgi import application
from tests.proof import FULL

CALLS_AN_ADDRESS = 100
"""How many calls come from one address: brakes have tests of their own and must not hide anything here."""

SHORTEST = {"answer_question": 5, "decline_question": 5, "ask_about_case": 10}
"""What must remain of a text when everything unseen is taken out, by the operation."""

UNDOCUMENTED = {"status_code_conformance", "content_type_conformance", "response_schema_conformance"}
"""Checks of schemathesis whose failure means that the answer is not as the schema says."""

COMPLAINT = {
    "category": "",
    "description": "Jalan di depan balai desa berlubang dalam.",
    "place": "Depan balai desa",
    "name": "Siti Aminah",
    "address": "RT 01 RW 02",
    "email": "siti@contoh.id",
    "phone": "0812-3456-7890",
    "visibility": "open",
}


@dataclass
class Gate:
    """The application at one host, which counts what goes in and what comes out."""

    host: str
    calls: int = 0
    statuses: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    """Answers by (method, first parts of the path, status)."""
    _opened: dict[int, Any] = field(default_factory=dict)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.calls += 1
        environ["HTTP_HOST"] = self.host
        environ["REMOTE_ADDR"] = f"198.51.{self.calls // CALLS_AN_ADDRESS % 256}.7"
        environ.pop("HTTP_ACCEPT_ENCODING", None)  # werkzeug's client does not unpack
        place = "/".join(environ["PATH_INFO"].split("/")[:4])

        def started(status: str, headers: Any, *more: Any) -> Any:
            self.statuses[environ["REQUEST_METHOD"], place, int(status[:3])] += 1
            return start_response(status, headers, *more)

        self._opened[threading.get_ident()] = connections["default"]
        return application(environ, started)

    def count(self, *, at_least: int, below: int = 600, place: str = "") -> int:
        """How many answers had such a status, below a place of the API."""
        return sum(
            number
            for (_method, where, status), number in self.statuses.items()
            if at_least <= status < below and where.startswith(place)
        )

    def close(self) -> None:
        """Schemathesis works in threads of its own, whose connections end with the test."""
        for connection in self._opened.values():
            connection.inc_thread_sharing()
            connection.close()


@contextmanager
def gate(host: str) -> Iterator[Gate]:
    """The gate of a host, closed in the end."""
    opened = Gate(host)
    try:
        yield opened
    finally:
        opened.close()


@dataclass
class Found:
    """What a run has shown: in words by the name of the check that failed."""

    undocumented: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    def keep(self, check: str, words: str) -> None:
        (self.undocumented if check in UNDOCUMENTED else self.others).append(words)


def run(gate: Gate, *, examples: int, authorization: str = "", only: str = ".", category: str = "") -> Found:
    """Boundary values, random values and chains of calls on everything that the host's schema names.

    `examples`: how many random requests an operation, and how many chains. `authorization`: the header.
    `only`: a pattern of the paths. `category`: one that is there.
    """

    def sensibly(context: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
        sensible(case, {**COMPLAINT, "category": category}, version)

    def version(slug: str) -> int | None:
        """Of a case as the caller may read it now: a random number hits it once in a while at best."""
        answer = Client(gate).get(f"/api/v1/cases/{slug}/", headers={"Authorization": authorization})
        found = answer.get_json()["version"] if answer.status_code == 200 else None
        return found if isinstance(found, int) else None

    schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", gate, config=Config(seed=1))
    schema = schema.include(path_regex=only)
    generation = GenerationConfig(max_examples=examples, deterministic=True, database="none")
    schema.config.generation = generation
    # Words from the program's own source: which of it is loaded depends on the tests before this one.
    schema.config.analysis.constants.enabled = FULL
    # In process, this check sends what werkzeug does not know; the tests ask for themselves.
    schema.config.checks.ignored_auth.enabled = False
    if authorization:
        schema.config.headers = {"Authorization": authorization}
    schema.hooks.register_hook_with_name(unexplained, "filter_failure")
    hooks.register_hook_with_name(sensibly, "before_call")
    try:
        return _found(engine.from_schema(schema).execute())
    finally:
        hooks.unregister(sensibly)


def _found(stream: Iterable[events.EngineEvent]) -> Found:
    found = Found()
    for event in stream:
        if isinstance(event, events.ScenarioFinished):
            for case, checks in event.recorder.checks.items():
                for check in checks:
                    if (failed := check.failure_info) is not None:
                        words = f"{event.phase.value}: {failed.failure.title}\n{failed.failure.message}"
                        answer = event.recorder.interactions[case].response
                        got = f"{answer.status_code} {answer.content[:1000]!r}" if answer else "no answer"
                        found.keep(check.name, f"{words}\n{failed.code_sample[:2000]}\n{got}")
        elif isinstance(event, events.NonFatalError):
            found.others.append(f"{event.label}: {event.info.format()}")
        elif isinstance(event, events.FatalError):
            raise event.exception
    return found


def sensible(case: Case, complaint: Mapping[str, str], version: Callable[[str], int | None]) -> None:
    """Much gets what a random text never hits; what is wrong with the rest of it stays wrong.

    Two complaints of three: a category that is there, and contacts. Half of the steps on a case: a note,
    which everybody may take, decided on the case as it is.
    """
    operation, body = case.operation.definition.raw.get("operationId"), case.body
    if not isinstance(body, dict):
        return
    content = crc32(repr(sorted(body.items())).encode(errors="replace"))
    if operation == "send_complaint":
        _sensible_complaint(case, body, complaint, content)
    elif operation == "act_on_case" and content % 2 and re.fullmatch("[0-9a-f]{32}", _slug(case)):
        case.path_parameters["action"] = "note"
        if isinstance(body.get("line"), str):
            body["line"] = "main"
        if isinstance(body.get("inputs", {}), dict):
            body["inputs"] = {"note": "Catatan program."}
        if isinstance(body.get("version"), int):
            known = version(_slug(case))
            body["version"] = body["version"] if known is None else known


def _slug(case: Case) -> str:
    return str((case.path_parameters or {}).get("slug", ""))


def _sensible_complaint(case: Case, body: dict[str, Any], complaint: Mapping[str, str], content: int) -> None:
    key = (case.headers or {}).get("Idempotency-Key", "")
    if isinstance(key, str) and len(key) > 10 and key.isascii():
        # One key for one body, else most of them were told no more than that.
        case.headers["Idempotency-Key"] = f"{content:010}{key[10:]}"
    if not content % 3 or not all(isinstance(body.get(name, ""), str) for name in complaint):
        return
    for name in ("category", "email", "phone", "visibility"):
        if name == "category" or content % 3 == 2 or not body.get(name):
            body[name] = complaint[name]
    for name in ("description", "place", "name", "address"):
        if len(clean_line(body.get(name, ""))) < 10:
            body[name] = complaint[name]


def unexplained(context: HookContext, failure: Failure, case: Case, response: Response) -> bool:
    """False for a refusal of valid data that names a reason which no schema can know.

    Which categories and questions there are, and which fields are required, is the office's own; whether a
    telephone number is one is more than a pattern says. For a step, the case itself says what it asks for,
    the reporter's consent among it.

    False also where a form with files was taken: schemathesis looks at what `sensible` has changed anew, and
    takes every file's bytes for wrong. The same fields without files are sent, too.
    """
    if isinstance(failure, AcceptedNegativeData) and isinstance(case.body, dict) and "files" in case.body:
        return False
    if not isinstance(failure, RejectedPositiveData) or response.status_code not in {400, 422}:
        return True
    problem = json.loads(response.content)
    if problem["code"] == "idempotency_mismatch":
        return False
    named = {item["field"] for item in problem.get("errors", ())}
    if case.operation.definition.raw.get("operationId") == "act_on_case":
        return not named
    body = case.body if isinstance(case.body, dict) else {}
    if case.operation.definition.raw.get("operationId") in SHORTEST:
        least = SHORTEST[case.operation.definition.raw["operationId"]]
        unfit = {name for name, text in body.items() if len(clean_text(str(text)).strip()) < least}
        unfit |= {name for name, text in body.items() if "\x00" in str(text)}
        # Whom one may ask is the office's own.
        return not (named and named <= unfit | {"asked"})
    if case.operation.definition.raw.get("operationId") == "hand_over_case":
        reason = str(body.get("reason", ""))
        unfit = len(clean_text(reason).strip()) < 5 or "\x00" in reason
        return not named or not named <= {"consent", *(["reason"] if unfit else [])}
    meant = {name: clean_line(str(body.get(name, ""))) for name in COMPLAINT}
    reasons = {"category", "email", "phone", "contact", "files", "visibility"}
    reasons |= {name for name, value in meant.items() if not value}
    if len(clean_text(str(body.get("description", ""))).strip()) < 10:
        reasons.add("description")
    if holds_address(meant["name"]):
        reasons.add("name")
    if (body.get("latitude") is None) != (body.get("longitude") is None):
        reasons.add("latitude")
    reasons |= {name for name, value in body.items() if "\x00" in str(value)}
    if isinstance(body.get("answers"), dict):  # which questions there are is the office's own, too
        reasons |= {f"answers.{code}" for code in body["answers"]}
    return not (named and named <= reasons)
