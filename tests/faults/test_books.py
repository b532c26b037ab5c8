"""`books check`: content with books in order, and a sentence for each thing that somebody spoilt."""

from __future__ import annotations

import os
from collections import defaultdict
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from central.delivery.models import Outbox
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.files import accept
from tenants.complaints.models import Attachment, Complaint, Draft, Message
from tenants.complaints.report import Report
from tenants.complaints.services import act, receive
from tenants.complaints.snapshot import alarms_from_json
from tenants.organization.queries import Person, actor_for
from tenants.site import drafts
from tests.acceptance.cast import Cast
from tests.databases import TestServer
from tests.faults.load import picture
from tests.faults.spoilt import GHOST, SPOILT, SPOILT_ALONE
from tests.plugins.figures import Keep
from tests.proof import Subject

pytestmark = pytest.mark.usefixtures("real_commits")


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Settings) -> Path:
    """A store of the test's own."""
    files = {"BACKEND": "config.storage.WholeFiles", "OPTIONS": {"location": tmp_path, "base_url": None}}
    settings.STORAGES = {**settings.STORAGES, "default": files}
    return tmp_path


@pytest.fixture
def clerk(office_a: Office) -> Person:
    """The complaint clerk as an actor."""
    player = Cast().member(office_a, "complaint_clerk")
    with inside(office_a):
        found = actor_for(player.user.pk)
    assert found is not None
    return found


def told(office: Office, *options: str) -> tuple[bool, list[str]]:
    """Whether the command finds the office's books in order, and the lines that it says."""
    out, refused = StringIO(), ""
    try:
        call_command("books", "check", "--office", office.code, *options, stdout=out)
    except CommandError as error:
        refused = str(error)
    assert refused in ("", f"Not in order: {office.code}")
    return not refused, out.getvalue().splitlines()


def case(office: Office, clerk: Person, name: str) -> Complaint:
    """A complaint with a file of its own, after three steps, of a reporter with an address."""
    with inside(office):
        found = receive(
            Report(
                description=f"Jalan berlubang: {name}.",
                category="road",
                name="Siti Aminah",
                address="RT 01",
                place="Balai desa",
                email="siti@contoh.id",
                files=(accept(picture(name)[0]),),
            ),
            idempotency_key=name,
        ).complaint
        act(found.uid, "verify_complete", actor=clerk)
        inputs = {"category": "road", "case_class": "routine"}
        return act(found.uid, "propose_disposition", actor=clerk, inputs=inputs)


def names_of(office: Office, complaint: Complaint) -> dict[str, Any]:
    """What the sentences about a complaint speak of."""
    with inside(office):
        file = Attachment.objects.get(complaint=complaint)
        message = Message.objects.get(complaint=complaint, channel="email", to_reporter=True, event__seq=1)
    return {
        "id": complaint.pk,
        "uid": complaint.uid,
        "hex": complaint.uid.hex,
        "number": complaint.number,
        "alarm": min(alarm.at for alarm in alarms_from_json(complaint.state["alarms"])),
        "message": message.uid,
        "file": file.digest,
        "size": file.size,
    }


def spoil(database: Any, store: Path, office: Office, name: str, names: dict[str, Any]) -> None:
    """Does one thing to one complaint."""
    if SPOILT[name][0]:
        assert database.execute(SPOILT[name][0].format(**names)).rowcount > 0, name
        return
    path = store / office.schema_name / names["file"][:2] / names["file"]
    if name == "a file lost":
        path.unlink()
    else:
        os.truncate(path, 10)


def test_books_in_order_are_said_to_be(office_a: Office, office_b: Office, clerk: Person) -> None:
    assert told(office_b) == (True, ["jenawi: 0 complaints, 0 events, 0 messages, 0 files: in order"])
    case(office_a, clerk, "satu")
    fine, (line,) = told(office_a, "--contents")
    assert fine, line
    assert line.startswith("greged: 1 complaints, 3 events, ")
    assert line.endswith(", 1 files: in order")
    out = StringIO()
    call_command("books", "check", "--every-office", stdout=out)
    assert out.getvalue().count("in order") == Office.objects.count()


def test_each_thing_that_was_spoilt_is_named_and_nothing_else(
    office_a: Office, clerk: Person, store: Path, real_commits: str, test_server: TestServer, figure: Keep
) -> None:
    cases = {name: case(office_a, clerk, name) for name in SPOILT}
    untouched = case(office_a, clerk, "untouched")
    names = {name: names_of(office_a, complaint) for name, complaint in cases.items()}
    names["a number changed"]["now"] = "0099/X"
    with inside(office_a):
        draft, _token = drafts.begin()
        late = Message.objects.filter(complaint=untouched, channel="email").first()
        count = Complaint.objects.count()
    alone = {
        "office": office_a.pk,
        "ghost": GHOST,
        "late": late.uid,
        "draft": draft.uid,
        "year": untouched.register_year,
        "count": count,
        "ahead": count + 2,
        "missing": f"{count + 1}, {count + 2}",
    }
    fine, lines = told(office_a)
    assert fine, lines
    with test_server.superuser(real_commits) as database:
        database.execute(f'SET search_path = "{office_a.schema_name}", public')
        database.execute("SET session_replication_role = replica")  # foreign keys would refuse some of it
        for name in SPOILT:
            spoil(database, store, office_a, name, names[name])
        for statement, _said in SPOILT_ALONE.values():
            assert not statement or database.execute(statement.format(**alone)).rowcount > 0, statement
    fine, lines = told(office_a)
    assert not fine
    said: defaultdict[str, set[str]] = defaultdict(set)
    for line in lines[1:]:
        about, _, sentence = line.strip().partition(": ")
        said[about].add(sentence)
    figure(
        Subject.FAULTS, "kinds of damage that the check of the books names", len(SPOILT) + len(SPOILT_ALONE)
    )
    for name, complaint in cases.items():
        expected = set(SPOILT[name][1].format(**names[name]).split("; "))
        assert said.pop(names[name].get("now", complaint.number)) == expected, name
    others = {f"{about}: {sentence}" for about, sentences in said.items() for sentence in sentences}
    assert others == {sentence.format(**alone) for _statement, sentence in SPOILT_ALONE.values()}


def test_a_file_with_another_content_of_the_same_size_is_found_when_all_are_read(
    office_a: Office, clerk: Person, store: Path
) -> None:
    names = names_of(office_a, case(office_a, clerk, "satu"))
    path = store / office_a.schema_name / names["file"][:2] / names["file"]
    path.write_bytes(path.read_bytes()[::-1])
    assert told(office_a)[0]
    fine, lines = told(office_a, "--contents")
    assert not fine
    assert lines[1:] == [f"  {names['number']}: file {names['file']} has another content"]


def test_the_check_changes_nothing(office_a: Office, clerk: Person) -> None:
    case(office_a, clerk, "satu")

    def state() -> list[Any]:
        with inside(office_a):
            return [
                list(model.objects.order_by("pk").values()) for model in (Complaint, Message, Outbox, Draft)
            ]

    before, moment = state(), timezone.now()
    assert told(office_a)[0]
    assert state() == before
    assert timezone.now() > moment
