"""Citizens and clerks who are at it all the time, and the journal of everything that they were told."""

from __future__ import annotations

import hashlib
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.acceptance.citizen import Citizen, receipt
from tests.acceptance.pictures import photo
from tests.faults.town import Place, Town
from tests.faults.web import Browser, Wire

COMPLAINTS = "/api/v1/complaints/"
PICTURE_EVERY = 3
ASKS_TWICE = 4
"""Every so manieth citizen sends the same report again, who had an answer already."""


@dataclass(frozen=True)
class Filed:
    """A report that was answered with a number. `mark`: a word that stands in this report alone.

    `picture`: SHA-256 of the file that came with it.
    """

    number: str
    code: str
    mark: str
    picture: str = ""


@dataclass(frozen=True)
class Act:
    """A step of a clerk. `version`: the complaint's when it was taken. `sure`: it was answered with 200;
    else the answer was lost, and the step may have been taken or not.
    """

    slug: str
    action: str
    version: int
    picture: str = ""
    sure: bool = True


@dataclass
class Journal:
    """What everybody was told, in the order of the answers."""

    filed: list[Filed] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    missed: Counter[str] = field(default_factory=Counter)
    conflicts: int = 0
    repeated: int = 0
    problems: list[str] = field(default_factory=list)
    """What must never be answered, and what broke the people themselves."""
    changed: threading.Condition = field(default_factory=threading.Condition)

    def note(self, entry: Filed | Act) -> None:
        with self.changed:
            (self.filed if isinstance(entry, Filed) else self.acts).append(entry)  # type: ignore[arg-type]  # one of the two
            self.changed.notify_all()

    def complain(self, problem: str) -> None:
        with self.changed:
            self.problems.append(problem)
            self.changed.notify_all()

    def wait_for(self, more: int, seconds: float = 120) -> bool:
        """Waits until so many more reports were answered, or something went wrong."""
        with self.changed:
            goal = len(self.filed) + more
            return self.changed.wait_for(lambda: len(self.filed) >= goal or self.problems, seconds) is True

    def wait_until(self, moment: float) -> None:
        """Waits until the monotonic clock says so, or something went wrong."""
        with self.changed:
            while not self.problems and time.monotonic() < moment:
                self.changed.wait(max(0.01, moment - time.monotonic()))


def new_mark() -> str:
    return uuid.uuid4().hex


def picture(mark: str) -> tuple[SimpleUploadedFile, str]:
    """A photo that nobody else has, and its SHA-256."""
    plain = photo("jalan.jpg").read()
    content = plain + mark.encode()  # what follows the end of a JPEG is no part of the picture
    return SimpleUploadedFile("jalan.jpg", content, "image/jpeg"), hashlib.sha256(content).hexdigest()


def report(mark: str) -> dict[str, Any]:
    return {
        "category": "road",
        "description": f"Jalan di depan balai desa berlubang dalam dan membahayakan ({mark}).",
        "place": "Depan balai desa",
        "name": "Siti Aminah",
        "address": "RT 01 RW 02",
        "email": f"{mark}@contoh.id",
        "phone": "0812-3456-7890",
        "visibility": "open",
    }


def by_program(town: Town, place: Place, journal: Journal, turn: int) -> None:
    """Reports through the API with an Idempotency-Key, some with a picture, some twice."""
    mark = new_mark()
    data, seen = report(mark), ""
    if turn % PICTURE_EVERY == 0:
        data["files"], seen = picture(mark)
    wire = Wire(town.port, place.host, journal.missed)
    found = set()
    for _time in range(2 if turn % ASKS_TWICE == 0 else 1):
        if seen:
            data["files"].seek(0)
        answer = wire.send_form(COMPLAINTS, data, **{"Idempotency-Key": mark})
        if answer.status_code != 201:
            raise AssertionError(f"{COMPLAINTS}: {answer.status_code} {answer.content[:300]!r}")
        found.add((answer.json()["number"], answer.json()["tracking_code"]))
        journal.repeated += bool(_time or answer.retried)
    if len(found) > 1:
        journal.complain(f"one key, several receipts: {found}")
    number, code = found.pop()
    journal.note(Filed(number, code, mark, seen))


def by_website(town: Town, place: Place, journal: Journal, turn: int) -> None:
    """Reports through the form's pages, some with a picture; presses the last button twice now and then."""
    mark = new_mark()
    citizen = Citizen(place.host, Browser(town.port, place.host, journal.missed))  # type: ignore[arg-type]  # as a client
    fill_in(citizen, mark, with_picture=turn % PICTURE_EVERY == 0)
    seen = picture(mark)[1] if turn % PICTURE_EVERY == 0 else ""
    number, code = press(citizen)
    if turn % ASKS_TWICE == 0:
        journal.repeated += 1
        if press(citizen) != (number, code):
            journal.complain(f"a form that was sent twice has two receipts, one of them {number}")
    journal.note(Filed(number, code, mark, seen))


def fill_in(citizen: Citizen, mark: str, *, with_picture: bool = False) -> None:
    """Answers every question, up to the page to check."""
    answers = report(mark)
    changes = {name: answers[name] for name in ("description", "place", "name", "address", "email", "phone")}
    at = citizen.fill(until="berkas" if with_picture else "", **changes)
    if with_picture:
        upload, _digest = picture(mark)
        at = citizen.post("/lapor/berkas/", {"uploads": [upload], "lanjut": "1"})
        assert at.status_code == 303, at.content
        at = citizen.fill(**changes)
    assert at.status_code == 303, at.content


def press(citizen: Citizen) -> tuple[str, str]:
    """Presses the button that sends the report; gives number and code of the page that follows."""
    sent = citizen.send()
    assert sent.status_code == 303, sent.content
    return receipt(citizen.follow(sent))


WHY = "Lebih dekat dengan tempatnya."

# What each role does with the work that it finds: the inputs of the actions that the SOP gives it.
STEPS: dict[str, dict[str, Any]] = {
    "verify_complete": {},
    "propose_disposition": {"category": "road", "case_class": "routine", "correction": WHY},
    "assign": {
        "unit": "",
        "instruction": "Tindak lanjuti segera.",
        "urgency": "ordinary",
        "correction": WHY,
    },
    "give_first_response": {"response": "Laporan Anda sedang kami periksa di lapangan."},
    "submit_report": {"findings": "Lubang sedalam 20 cm.", "recommendation": "Ditambal pekan ini."},
    "approve": {},
    "upload_answer": {"answer": "Lubang di depan balai desa sudah ditambal."},
}
WITH_PICTURE = {"submit_report": "inputs.files", "upload_answer": "inputs.files"}


def by_clerk(wire: Wire, place: Place, journal: Journal, turn: int) -> None:
    """Takes the next step of something that waits, and does not let go before that is answered."""
    waiting = wire.ask("GET", "/api/v1/work/").json()["results"]
    if not waiting:
        journal.wait_for(1, seconds=1)
        return
    slug = waiting[turn % len(waiting)]["slug"]
    case = wire.ask("GET", f"/api/v1/cases/{slug}/")
    if case.status_code == 200:
        _step(wire, place, journal, case.json())


def _step(wire: Wire, place: Place, journal: Journal, case: dict[str, Any]) -> None:
    offered = {item["action"]: item for item in case["actions"]}
    action = next((name for name in STEPS if name in offered), None)
    if action is None:
        return
    inputs = {f"inputs.{code}": value or place.unit for code, value in STEPS[action].items()}
    seen = ""
    if action in WITH_PICTURE:
        inputs[WITH_PICTURE[action]], seen = picture(new_mark())
    data = {"version": case["version"], "line": offered[action]["line"], **inputs}
    answer = wire.send_form(f"/api/v1/cases/{case['slug']}/actions/{action}/", data)
    act = Act(case["slug"], action, case["version"], seen)
    if answer.status_code == 200:
        if answer.json()["version"] != act.version + 1:
            journal.complain(f"{action} took {case['slug']} from {act.version} to {answer.json()['version']}")
        journal.note(act)
    elif answer.status_code in (403, 404, 409):
        journal.conflicts += 1
        if answer.retried:
            journal.note(Act(act.slug, act.action, act.version, act.picture, sure=False))
    else:
        raise AssertionError(f"{action}: {answer.status_code} {answer.content[:300]!r}")


class Crowd:
    """Threads that each do one thing over and over, for so many turns or until they are told to finish."""

    def __init__(self, journal: Journal, *, turns: int | None = None) -> None:
        self.journal = journal
        self.turns = turns
        self.stop = threading.Event()
        self.threads: list[threading.Thread] = []

    def add(self, work: Callable[[int], None]) -> None:
        """`work` gets the number of the turn."""
        self.threads.append(threading.Thread(target=self._live, args=[work], daemon=True))

    def _live(self, work: Callable[[int], None]) -> None:
        try:
            for turn in count() if self.turns is None else range(self.turns):
                if self.stop.is_set():
                    break
                work(turn)
        except Exception as error:
            self.journal.complain(f"{type(error).__name__}: {error}")

    def join(self) -> None:
        for thread in self.threads:
            thread.join()

    def __enter__(self) -> Crowd:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Each finishes what it is at: whoever waits for an answer gets it."""
        self.stop.set()
        self.join()
