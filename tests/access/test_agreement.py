"""One rule for who may know a reporter: a complaint's page, every list, search, book and the API agree.

Every member sees every complaint of the office. Who reported it knows nobody where it is anonymous; every
member with a role where it is open; where it is confidential those who act on every complaint, and whoever
has its work or has taken a step on it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import cached_property

import pytest
from django.db import transaction
from django.test import Client
from pypdf import PdfReader

from tests.access.actors import Actor, found
from tests.access.asking import Answer, Asker
from tests.access.conftest import Everybody
from tests.inventory import Place, World
from tests.inventory.cases import Case
from tests.inventory.stories import GREGED
from tests.plugins.figures import Keep
from tests.plugins.tools import pango
from tests.proof import Subject, scaled

PEOPLE = scaled(
    ("plain", "clerk", "unit", "other_unit", "admin"),
    ("plain", "ended", "paired", "clerk", "secretary", "head", "unit", "other_unit", "admin"),
)
CASES = scaled(
    ("new", "confidential", "anonymous", "confidential_phone"),
    tuple(story.case for story in GREGED),
)
KNOWS: dict[str, frozenset[str]] = {
    "open": frozenset({"clerk", "secretary", "head", "unit", "other_unit"}),
    "confidential": frozenset({"clerk", "secretary", "head", "unit"}),  # the unit has the work
    "anonymous": frozenset(),
}
"""Who may know the reporter of a complaint of each visibility."""

PRINTERS = scaled(("other_unit",), ("clerk", "unit", "other_unit", "plain"))
TABS = ("saya", "unit", "terbuka", "terlambat", "menunggu", "selesai")


class Reading:
    """What one person is told of the office's complaints, page by page. Each list is read once."""

    def __init__(self, asker: Asker, actor: Actor, place: Place) -> None:
        self.asker, self.actor, self.place = asker, actor, place
        self._lists: dict[str, bytes] = {}

    def get(self, path: str) -> Answer:
        return self.asker.ask("GET", self.place.host, path, cookies=self.actor.cookies)

    def list(self, path: str) -> bytes:
        if path not in self._lists:
            self._lists[path] = self.get(path).content
        return self._lists[path]

    @cached_property
    def lists(self) -> dict[str, str]:
        """Every list of complaints by what it is called here."""
        path = self.place.path
        return {
            "list": path("portal:complaints"),
            "board": path("portal:board"),
            **{f"inbox, {tab}": path("portal:inbox", tab=tab) for tab in TABS},
            "API, my work": path("api-work"),
        }

    @cached_property
    def books(self) -> dict[str, str]:
        return {
            "register": self.place.path("portal:register"),
            "register, printed": self.place.path("portal:register_sheet"),
        }

    def finds(self, case: Case, words: str) -> set[str]:
        """In which lists a search finds a complaint."""
        side = "selesai" if case.name in ("answered", "published", "withdrawn") else "terbuka"
        asked = {
            "list": self.place.path("portal:complaints", q=words),
            "inbox": self.place.path("portal:inbox", q=words, tab=side),
        }
        return {name for name, path in asked.items() if self._leads_to(path, case)}

    def _leads_to(self, path: str, case: Case) -> bool:
        answer = self.get(path)
        return case.slug in answer.location or case.slug.encode() in answer.content


def told(content: bytes, case: Case) -> bool:
    """Whether the reporter's name, mail or telephone number stands there."""
    story = case.story
    mail = f"{story.word.lower().replace(' ', '-')}@warga.example.org"
    return bool(
        found(content, [*filter(None, [story.name]), mail, *(s for s in case.secrets if s.isdecimal())])
    )


@pytest.fixture
def readings(world: World, everybody: Everybody, asker: Asker) -> list[Reading]:
    actors = {actor.name: actor for actor in everybody["office"]}
    return [Reading(asker, actors[name], world("greged")) for name in PEOPLE]


@pytest.fixture
def cases(world: World) -> list[Case]:
    return [world("greged").cases[name] for name in CASES]


def knows(reading: Reading, case: Case) -> bool:
    return reading.actor.name in KNOWS[case.story.visibility]


def test_everything_about_one_complaint_names_its_reporter_to_the_same_people(
    readings: list[Reading], cases: list[Case], asker: Asker, figure: Keep
) -> None:
    wrong = []
    for reading in readings:
        for case in cases:
            for name, path in _pages(reading.place, case).items():
                answer = reading.get(path)
                if answer.status != 200 or told(answer.content, case) != knows(reading, case):
                    wrong.append(f"{name} of {case.name} by {reading.actor.name}: {answer.status}")
    figure(Subject.ACCESS, "requests made", asker.requests)
    assert wrong == []


def _pages(place: Place, case: Case) -> dict[str, str]:
    slug, found = case.slug, place.path
    pages = {
        "page": found("portal:complaint", case.name),
        "form": found("portal:sheet", case.name),
        "API": f"/api/v1/cases/{slug}/",
    }
    if case.calls:
        pages["call"] = found("portal:call", case.name)
    return pages


def test_a_step_names_the_reporter_to_the_same_people(
    readings: list[Reading], cases: list[Case], asker: Asker, figure: Keep
) -> None:
    wrong = []
    for reading in readings:
        for case in cases:
            answer = reading.get(reading.place.path("portal:action", case.name))
            may_act = reading.actor.name in KNOWS["open"]
            if (answer.status == 200) != may_act or told(answer.content, case) != (
                may_act and knows(reading, case)
            ):
                wrong.append(f"note on {case.name} by {reading.actor.name}: {answer.status}")
    figure(Subject.ACCESS, "requests made", asker.requests)
    assert wrong == []


def test_every_list_and_book_names_a_reporter_to_whom_the_page_does(
    readings: list[Reading], cases: list[Case], asker: Asker, figure: Keep
) -> None:
    wrong, shown = [], 0
    for reading in readings:
        for case in cases:
            for name, path in {**reading.lists, **reading.books}.items():
                content = reading.list(path)
                listed = case.number.encode() in content
                shown += listed
                if listed and told(content, case) != knows(reading, case):
                    wrong.append(f"{name}: {case.name} by {reading.actor.name}")
                if not listed and (told(content, case) or name in ("list", *reading.books)):
                    wrong.append(f"{name}: {case.name} by {reading.actor.name} is not listed")
    figure(Subject.ACCESS, "requests made", asker.requests)
    figure(Subject.ACCESS, "rows of lists compared with their page", shown)
    assert wrong == []


def test_a_search_finds_by_name_whose_name_may_be_known_and_by_number_everything(
    readings: list[Reading], cases: list[Case], asker: Asker, figure: Keep
) -> None:
    wrong = []
    for reading in readings:
        for case in cases:
            for what, words, expected in _searches(reading, case):
                found_in = reading.finds(case, words)
                if found_in != ({"list", "inbox"} if expected else set()):
                    wrong.append(
                        f"{what} of {case.name} by {reading.actor.name}: found in {sorted(found_in)}"
                    )
    figure(Subject.ACCESS, "requests made", asker.requests)
    assert wrong == []


def _searches(reading: Reading, case: Case) -> Iterable[tuple[str, str, bool]]:
    """What is searched for, the words, and whether it should be found."""
    known = knows(reading, case)
    yield "whole number", case.number, True
    yield "part of the number", case.number[:9], True
    if case.story.visibility == "anonymous":
        yield "word", case.story.word, True  # nobody is told by it
        return
    yield "name", case.story.name, known
    yield "word", case.story.word, known  # the reporter's own words may name them
    yield "telephone", f"0{next(s for s in case.secrets if s.isdecimal())}", known


def test_what_was_sent_is_listed_without_a_name(
    readings: list[Reading], cases: list[Case], asker: Asker, figure: Keep
) -> None:
    """Calls and deliveries are for all members: they say about which complaint, not about whom."""
    for reading in readings:
        for name in ("portal:calls", "portal:deliveries"):
            content = reading.list(reading.place.path(name))
            assert [case.name for case in cases if told(content, case)] == []
    figure(Subject.ACCESS, "requests made", asker.requests)


def test_every_member_opens_every_file(
    readings: list[Reading], cases: list[Case], asker: Asker, figure: Keep
) -> None:
    for reading in readings:
        for case in cases:
            for file in case.files.values():
                path = reading.place.reverse("portal:file", uid=case.uid, file_uid=file)
                assert reading.get(path).status == 200, (case.name, reading.actor.name)
    figure(Subject.ACCESS, "requests made", asker.requests)


def test_a_tracking_code_is_for_whom_the_reporter_is(
    readings: list[Reading], world: World, asker: Asker, figure: Keep
) -> None:
    """The code opens all that the reporter may do: it is no more for everybody than their name."""
    wrong = []
    for reading in readings:
        for name in ("phone", "confidential_phone"):
            case = world("greged").cases[name]
            receipt = reading.place.reverse("portal:sheet", uid=case.uid, kind="receipt")
            for path in (reading.place.path("portal:entered", name), receipt):
                answer = reading.get(path)
                if (answer.status == 200, case.code.encode() in answer.content) != (
                    (True, True) if knows(reading, case) else (False, False)
                ):
                    wrong.append(f"{path} by {reading.actor.name}: {answer.status}")
    figure(Subject.ACCESS, "requests made", asker.requests)
    assert wrong == []


def test_no_paper_of_a_step_names_a_confidential_reporter(
    readings: list[Reading], world: World, asker: Asker, figure: Keep
) -> None:
    """The exception, and on purpose: a sheet passes through many hands, so that it says "Dirahasiakan" where
    it came from, even to who may know. An open name stands there.
    """
    for reading in readings:
        for name, stands in (("assigned", reading.actor.name in KNOWS["open"]), ("confidential", False)):
            case = world("greged").cases[name]
            sheet = reading.place.reverse("portal:sheet", uid=case.uid, kind="disposition_sheet")
            printed = reading.get(sheet)
            assert printed.status == 200
            assert (case.story.name.encode() in printed.content) == stands, (name, reading.actor.name)
    figure(Subject.ACCESS, "requests made", asker.requests)


def test_a_printed_file_says_what_the_page_says(
    readings: list[Reading], world: World, asker: Asker, figure: Keep
) -> None:
    """The PDF of the register and of the form, read back as text."""
    pango()
    case = world("greged").cases["confidential"]
    for reading in (one for one in readings if one.actor.name in PRINTERS):
        pages = [
            reading.place.path("portal:register_sheet", format="pdf"),
            *scaled((), (reading.place.path("portal:sheet", "confidential", format="pdf"),)),
        ]
        for path in pages:
            printed = reading.get(path)
            assert printed.headers["Content-Type"] == "application/pdf"
            text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(printed.content)).pages)
            words = "".join(text.split())  # narrow columns break numbers and names
            assert case.number in words
            named = "".join(case.story.name.split()) in words
            assert named == knows(reading, case), (path, reading.actor.name)
    figure(Subject.ACCESS, "requests made", asker.requests)


def test_a_note_is_no_step_that_tells_who_reported(
    readings: list[Reading], world: World, asker: Asker, figure: Keep
) -> None:
    """Everybody with a role may write a note: it must not open a confidential name to its writer."""
    (outsider,) = (reading for reading in readings if reading.actor.name == "other_unit")
    case, place = world("greged").cases["confidential"], outsider.place
    path = place.path("portal:action", "confidential")
    with transaction.atomic():
        client = Client(HTTP_HOST=place.host)
        client.cookies.load(dict(outsider.actor.cookies))
        noted = client.post(path, **place.body("portal:action", "confidential"))
        assert noted.status_code == 302
        assert not told(outsider.get(place.path("portal:complaint", "confidential")).content, case)
        assert not told(outsider.list(place.path("portal:complaints")), case)
        assert outsider.finds(case, case.story.name) == set()
        transaction.set_rollback(True)
    figure(Subject.ACCESS, "requests made", asker.requests)
