"""What happens to the demo's complaints: texts, places, and how each one goes on, the same in every load.

Everything is drawn from a generator that is seeded by the office and the complaint's place in the list, so
that one complaint stays what it is whatever is added beside it. Moments are counted back from the moment of
loading.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from tenants.demo.cast import DemoOffice, data, words
from workflows.worktime import WorkCalendar

REPORTER = "reporter"
MINUTE = 60_000_000  # microseconds


@dataclass(frozen=True)
class Told:
    """A complaint's category and words, and what the office answered in the end."""

    category: str
    text: str
    answer: str


@dataclass(frozen=True)
class Step:
    """Who does what, on which line, after how many minutes (from, to), with which inputs given."""

    by: str
    action: str
    line: str
    after: tuple[int, int]
    inputs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Story:
    weight: int
    age: tuple[float, float]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Planned:
    """One complaint to be: everything but what the services make of it."""

    number: int
    office: DemoOffice
    told: Told
    place: str
    reporter: str
    received_at: datetime
    story: Story
    random: Random

    @property
    def text(self) -> str:
        return self._filled(self.told.text)

    @property
    def answer(self) -> str:
        return self._filled(self.told.answer)

    def _filled(self, text: str) -> str:
        return text.replace("{tempat}", self.place.split(",")[0])


@cache
def told() -> dict[str, list[Told]]:
    """The texts by office."""
    found: dict[str, list[Told]] = {}
    for row in csv.DictReader(io.StringIO(data("complaints.tsv")), delimiter="\t", quoting=csv.QUOTE_NONE):
        found.setdefault(row["office"], []).append(Told(row["category"], row["text"], row["answer"]))
    return found


@cache
def stories() -> dict[str, list[Story]]:
    """The stories by preset."""
    written: dict[str, list[dict[str, Any]]] = yaml.safe_load(data("stories.yaml"))
    return {
        preset: [
            Story(item["weight"], (item["age"][0], item["age"][1]), tuple(map(_step, item["steps"])))
            for item in items
        ]
        for preset, items in written.items()
    }


def _step(line: str) -> Step:
    by, action, after, *inputs = line.split()
    side, slash, name = action.partition("/")
    low, high = after.split("-")
    given = dict(item.split("=", 1) for item in inputs)
    return Step(by, name if slash else action, side if slash else "main", (int(low), int(high)), given)


def planned(office: DemoOffice, now: datetime, zone: ZoneInfo) -> list[Planned]:
    """The office's complaints in the order in which they came in."""
    texts = told()[office.code]
    chosen = [story for story in stories()[office.preset] for _ in range(story.weight)]
    plans = [_plan(office, number, texts, story, now, zone) for number, story in enumerate(chosen)]
    return sorted(plans, key=lambda plan: plan.received_at)


def _plan(
    office: DemoOffice, number: int, texts: list[Told], story: Story, now: datetime, zone: ZoneInfo
) -> Planned:
    random = Random(f"{office.code}:{number}")  # noqa: S311  (a demo is to be the same each time)
    # Texts are dealt out in a mixed order; those that come round again have another place and another
    # beginning.
    deck = Random(office.code).sample(texts, len(texts))  # noqa: S311  (no secret, the same each time)
    chosen, known = deck[number % len(deck)], words()
    again = number >= len(deck)
    text = (
        f"{random.choice(known['openings'])}{chosen.text}{random.choice(known['endings'])}"
        if again
        else chosen.text
    )
    place = f"{office.area} {random.choice(office.places)}, {random.choice(known['landmarks'])}"
    reporter = f"{random.choice(known['first_names'])} {random.choice(known['last_names'])}"
    received_at = _awake(now - timedelta(days=random.uniform(*story.age)), random, zone)
    if received_at >= now:
        received_at = now - timedelta(minutes=random.randint(10, 300))
    return Planned(
        number,
        office,
        Told(chosen.category, text, chosen.answer),
        place,
        reporter,
        received_at,
        story,
        random,
    )


def _awake(moment: datetime, random: Random, zone: ZoneInfo) -> datetime:
    """The moment itself, or the following morning where people sleep."""
    local = moment.astimezone(zone)
    if 6 <= local.hour < 22:
        return moment
    day = local if local.hour < 6 else local + timedelta(days=1)
    return day.replace(hour=random.randint(6, 9), minute=random.randint(0, 59)).astimezone(moment.tzinfo)


def moments(
    plan: Planned, calendar: WorkCalendar, zone: ZoneInfo, now: datetime
) -> Iterator[tuple[datetime, Step]]:
    """When each step of a complaint is done; ends at the first that lies ahead of now."""
    at = plan.received_at
    for step in plan.story.steps:
        minutes = plan.random.randint(*step.after)
        if step.by == REPORTER:
            at = _awake(at + timedelta(minutes=minutes), plan.random, zone)
        else:
            at = calendar.add_working(at, minutes * MINUTE)
        if at >= now:
            return
        yield at, step
