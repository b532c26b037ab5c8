"""Celery tasks work in the office that they were sent for."""

from __future__ import annotations

from collections.abc import Iterator
from queue import Queue
from typing import Any

import pytest
from celery import Celery
from celery.contrib.testing.worker import start_worker
from django.db import connections

from central.offices.access import OfficeAccessError, current_office, office
from central.offices.models import Office
from central.offices.services import suspend_office
from central.offices.tasks import HEADER, OfficeTask

from .support import login, names, who, write


@pytest.fixture
def app() -> Iterator[Celery]:
    """A Celery of its own that keeps messages instead of sending them, and runs them when told."""
    app = Celery("isolation", task_cls=OfficeTask, set_as_current=False)
    app.conf.update(broker_url="memory://", task_ignore_result=True, task_always_eager=False)
    yield app
    app.close()


class Outbox:
    """The messages that were sent; `run` is what a worker does with each."""

    def __init__(self, app: Celery, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: list[tuple[Any, tuple[Any, ...], dict[str, Any], dict[str, Any]]] = []
        self.app = app
        monkeypatch.setattr(app, "send_task", self._send)

    def _send(self, name: str, args: Any, kwargs: Any, headers: Any = None, **options: Any) -> None:
        self.sent.append((self.app.tasks[name], tuple(args or ()), dict(kwargs or {}), dict(headers or {})))

    def run(self) -> list[Any]:
        results = []
        while self.sent:
            task, args, kwargs, headers = self.sent.pop(0)
            result = task.apply(args, kwargs, headers=headers, throw=False)
            results.append(result.result)
        return results


@pytest.fixture
def outbox(app: Celery, monkeypatch: pytest.MonkeyPatch) -> Outbox:
    return Outbox(app, monkeypatch)


def test_a_task_runs_in_the_office_that_sent_it(app: Celery, outbox: Outbox, offices: list[Office]) -> None:
    @app.task(shared=False)
    def note(name: str) -> str:
        write(name)
        return who()[0]

    for target in offices:
        with office(target):
            note.delay(f"t-{target.code}")
    assert outbox.run() == [f"o_main_{target.pk}" for target in offices]
    for target in offices:
        with office(target):
            assert names() == [f"t-{target.code}"]


@pytest.mark.usefixtures("db")
def test_a_task_without_an_office_is_not_sent(app: Celery, outbox: Outbox) -> None:
    @app.task(shared=False)
    def note() -> None: ...

    with pytest.raises(OfficeAccessError, match="outside an office"):
        note.delay()
    with pytest.raises(OfficeAccessError, match="outside an office"):
        note.delay_on_commit()
    assert outbox.sent == []


def test_a_message_without_an_office_does_not_run(app: Celery, outbox: Outbox, office_a: Office) -> None:
    ran = []

    @app.task(shared=False)
    def note() -> None:
        ran.append(who())

    for headers in ({}, {HEADER: 0}, {HEADER: 999_999}):
        outbox.sent.append((note, (), {}, headers))
    assert [type(result) for result in outbox.run()] == [OfficeAccessError] * 3
    assert ran == []


def test_a_task_for_an_office_that_is_closed_does_not_run(
    app: Celery, outbox: Outbox, office_a: Office
) -> None:
    @app.task(shared=False)
    def note() -> None: ...

    note.for_office(office_a)
    suspend_office(office_a)
    (result,) = outbox.run()
    assert isinstance(result, OfficeAccessError)
    assert "suspended" in str(result)


def test_central_tasks_run_in_public_mode(app: Celery, outbox: Outbox, office_a: Office) -> None:
    @app.task(shared=False, central=True)
    def count() -> tuple[str, object]:
        return who()[0], current_office()

    count.delay()
    with office(office_a):
        count.delay()
    assert outbox.run() == [(login(), None)] * 2


def test_manual_tasks_know_their_office_and_enter_it_themselves(
    app: Celery, outbox: Outbox, office_a: Office
) -> None:
    @app.task(shared=False, manual=True, bind=True)
    def fetch(self: OfficeTask) -> tuple[object, str]:
        before = current_office()
        with office(self.get_office()):
            return before, who()[0]

    with office(office_a):
        fetch.delay()
    assert outbox.run() == [(None, f"o_main_{office_a.pk}")]


@pytest.mark.usefixtures("real_commits")
def test_the_office_travels_with_the_message_to_a_worker(app: Celery, offices: list[Office]) -> None:
    done: Queue[tuple[str, str]] = Queue()

    @app.task(shared=False)
    def note(name: str) -> None:
        write(name)
        done.put((name, who()[0]))

    @app.task(shared=False, central=True)
    def finish() -> None:
        done.put(("", who()[0]))
        connections.close_all()

    with start_worker(app, pool="solo", perform_ping_check=False):
        for target in offices:
            with office(target):
                note.delay_on_commit(f"t-{target.code}")
        finish.delay()
        heard = [done.get(timeout=30) for _each in range(3)]
    assert heard == [(f"t-{target.code}", f"o_main_{target.pk}") for target in offices] + [("", login())]
    for target in offices:
        with office(target):
            assert names() == [f"t-{target.code}"]


def test_a_task_that_is_run_on_the_spot_behaves_as_in_a_worker(app: Celery, office_a: Office) -> None:
    app.conf.task_always_eager = True

    @app.task(shared=False)
    def note() -> tuple[str, object]:
        return who()[0], current_office()

    @app.task(shared=False, central=True)
    def count() -> tuple[str, object]:
        return who()[0], current_office()

    with office(office_a):
        assert note.delay().get() == (f"o_main_{office_a.pk}", office_a)
        assert count.delay().get() == (login(), None)
        assert who()[0] == f"o_main_{office_a.pk}"


def test_a_task_that_fails_stores_nothing(app: Celery, outbox: Outbox, office_a: Office) -> None:
    @app.task(shared=False)
    def fail() -> None:
        write("t-fail")
        raise ZeroDivisionError

    fail.for_office(office_a)
    assert isinstance(outbox.run()[0], ZeroDivisionError)
    with office(office_a):
        assert names() == []


def test_a_retry_goes_to_the_same_office(app: Celery, outbox: Outbox, office_a: Office) -> None:
    seen = []

    @app.task(shared=False, bind=True, max_retries=2)
    def stubborn(self: OfficeTask) -> None:
        seen.append(who()[0])
        raise self.retry(countdown=0)

    @app.task(shared=False, bind=True, manual=True, max_retries=1)
    def outside(self: OfficeTask) -> None:
        seen.append(self.get_office().pk)
        raise self.retry(countdown=0)

    stubborn.for_office(office_a)
    outbox.run()
    outside.for_office(office_a)
    outbox.run()
    assert seen == [f"o_main_{office_a.pk}"] * 3 + [office_a.pk] * 2


@pytest.mark.usefixtures("real_commits")
def test_a_task_is_sent_when_the_transaction_is_stored_for_the_office_it_was_in(
    app: Celery, outbox: Outbox, office_a: Office
) -> None:
    @app.task(shared=False)
    def note() -> str:
        return who()[0]

    with office(office_a):
        note.delay_on_commit()
        note.apply_async_on_commit(countdown=0)
        assert outbox.sent == []
    assert outbox.run() == [f"o_main_{office_a.pk}"] * 2
    with pytest.raises(ZeroDivisionError), office(office_a):
        note.delay_on_commit()
        _ = 1 / 0
    assert outbox.sent == []


def test_a_direct_call_stays_where_it_is(app: Celery, office_a: Office) -> None:
    @app.task(shared=False)
    def note() -> str:
        return who()[0]

    with office(office_a):
        assert note() == f"o_main_{office_a.pk}"


def test_the_platforms_tasks_are_office_tasks() -> None:
    from config.celery import app

    app.loader.import_default_modules()
    ours = [task for name, task in app.tasks.items() if not name.startswith("celery.")]
    assert all(isinstance(task, OfficeTask) for task in ours)
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert all(app.tasks[name].central for name in scheduled)
