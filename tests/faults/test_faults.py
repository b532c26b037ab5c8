"""A whole platform under load, with its parts killed: nothing that somebody was told is lost or doubled."""

from __future__ import annotations

import re
import time
from functools import partial
from threading import Barrier

import pytest

from tests.acceptance.citizen import Citizen
from tests.faults import books, load
from tests.faults.conftest import Stage
from tests.faults.killer import Killer
from tests.faults.town import Place, command
from tests.faults.web import Browser, Wire
from tests.plugins.figures import Keep
from tests.proof import Subject, scaled

pytestmark = pytest.mark.slow

CITIZENS = 50
BY_WEBSITE = scaled(5, 15)
"""So many of them use the form; the others a program."""

ROUNDS = scaled(2, 10)
SECONDS = scaled(0, 60)
PARTS = scaled(
    ("database", "worker_after_mail", "web", "broker"),
    # `make run` gives up on a part that ends five times in a minute: none of them ends more often than four.
    (
        *("worker_before_mail", "web", "database", "worker_after_mail", "scheduler", "web_process"),
        *("database_server", "broker", "database_process", "web", "database_keeper", "scheduler"),
        *("web_process", "worker_after_mail", "database", "database_process"),
    ),
)
BETWEEN = scaled(5, 10)
"""So many reports are answered after each killing before the next."""


def test_fifty_citizens_at_once_get_numbers_without_a_gap(stage: Stage, figure: Keep) -> None:
    town, place, journal = stage.town, stage.town.places["serentak"], load.Journal()
    together = Barrier(CITIZENS)
    crowd = load.Crowd(journal, turns=ROUNDS)
    for number in range(CITIZENS):
        way = _form_at_once if number < BY_WEBSITE else _program_at_once
        crowd.add(partial(way, stage, place, journal, together))
    with crowd:
        crowd.join()
    assert stage.trouble(journal) == ""
    numbers = sorted(int(re.match("[0-9]+", entry.number)[0]) for entry in journal.filed)  # type: ignore[index]  # each has one
    assert books.drain(town, place) == []
    found = books.audit(town, place, journal, stage.post.taken)
    figure(Subject.FAULTS, "reports by 50 citizens at once", len(numbers))
    figure(Subject.FAULTS, "mails sent", found.messages)
    assert numbers == list(range(1, CITIZENS * ROUNDS + 1))
    assert len({entry.code for entry in journal.filed}) == len(numbers)
    assert found.wrong == []
    assert found.copies == 0, "nobody was killed, and yet mails went out twice"


def _program_at_once(stage: Stage, place: Place, journal: load.Journal, together: Barrier, turn: int) -> None:
    together.wait(60)
    load.by_program(stage.town, place, journal, turn)


def _form_at_once(stage: Stage, place: Place, journal: load.Journal, together: Barrier, turn: int) -> None:
    """Everything is filled in before; at once is the button that sends it."""
    mark = load.new_mark()
    citizen = Citizen(place.host, Browser(stage.town.port, place.host, journal.missed))  # type: ignore[arg-type]  # as a client
    load.fill_in(citizen, mark)
    together.wait(60)
    journal.note(load.Filed(*load.press(citizen), mark))


def test_nothing_is_lost_or_doubled_while_every_part_is_killed(stage: Stage, figure: Keep) -> None:
    town, place, journal = stage.town, stage.town.places["gangguan"], load.Journal()
    killer = Killer(stage.run, town, place, stage.post)
    began = time.monotonic()
    with _mixed(stage, place, journal):
        assert journal.wait_for(BETWEEN), stage.trouble(journal)
        at_work = _books(stage, "--office", place.code) if scaled(False, True) else ""
        for turn, part in enumerate(PARTS):
            journal.wait_until(began + SECONDS * turn / len(PARTS))
            if part == "broker":
                books.wake(town, place, 5)
            killer.do(part)
            assert journal.wait_for(BETWEEN), f"after {part}: {stage.trouble(journal) or 'too slow'}"
        journal.wait_until(began + SECONDS)
    seconds = time.monotonic() - began
    left = books.drain(town, place)
    found = books.audit(town, place, journal, stage.post.taken)
    checked = _books(stage, "--every-office", "--contents")
    _count(figure, journal, killer, found, seconds)
    assert stage.trouble(journal) == ""
    assert found.wrong == []
    assert left == [], "something waits that nobody takes up"
    assert (at_work, checked) == ("", "")
    assert found.copies >= killer.killed["worker_after_mail"], (
        "what a killed worker had sent was not sent again"
    )
    assert "500" not in journal.missed, f"a part that is away is no bug of the others: {stage.bugs()}"
    assert stage.run.process.poll() is None


def _books(stage: Stage, *which: str) -> str:
    """What the operator's own check finds wrong; "" where the books are in order."""
    done = command(stage.var, stage.town.port, "manage.py", "books", "check", *which)
    return done.stdout + done.stderr if done.returncode else ""


def _mixed(stage: Stage, place: Place, journal: load.Journal) -> load.Crowd:
    """Citizens by program and by form, and a clerk for each role, two of them for the same work."""
    crowd = load.Crowd(journal)
    for way in (load.by_program, load.by_program, load.by_program, load.by_website):
        crowd.add(partial(way, stage.town, place, journal))
    for role in (*place.tokens, "complaint_clerk"):
        wire = Wire(stage.town.port, place.host, journal.missed, place.tokens[role])
        crowd.add(partial(load.by_clerk, wire, place, journal))
    return crowd


def _count(figure: Keep, journal: load.Journal, killer: Killer, found: books.Audit, seconds: float) -> None:
    lost = sum(sentence.startswith("lost") for sentence in found.wrong)
    counted = {
        "seconds of load": round(seconds),
        "reports that got a number": len(journal.filed),
        "reports sent again after their answer was lost, or for good measure": journal.repeated,
        "steps of clerks": found.acts,
        "requests without an answer": sum(journal.missed.values()),
        "files": found.files,
        "damaged files of the queue": killer.damaged,
        "mails sent": found.messages,
        "mails that went out once more": found.copies,
        "reports and steps lost": lost,
        "sentences of the audit": len(found.wrong),
    }
    for name, value in counted.items():
        figure(Subject.FAULTS, name, value)
    for part, times in killer.killed.items():
        figure(Subject.FAULTS, f"killed: {part.replace('_', ' ')}", times)
