"""How many statements each page sends, and that no page sends more for more rows or more offices.

A number here is a decision: whoever changes one says why the page is worth it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core.cache import cache

from central.coordination.tasks import dispatch_alarms
from central.delivery.models import Outbox
from central.delivery.tasks import send, sweep
from central.offices import directory
from tests.acceptance.citizen import Citizen
from tests.inventory import World, build_world
from tests.plugins.figures import Keep
from tests.proof import Subject

from .counting import Opened, as_people, counted, every_page
from .growing import add_offices, hire, multiply

pytestmark = pytest.mark.slow

TIMES = 4
"""How many copies of everything are added: 5 rows become 25, more than a page of any list."""

MORE_OFFICES = 10

PAGES = {
    "platform empty": 0,
    "platform style_guide": 0,
    "platform set_language": 0,
    "platform api-schema": 0,
    "platform api-sop-schema": 0,
    "platform api-offices": 1,
    "platform api/^.*$": 0,
    "platform directory": 4,
    "platform where_to_sign_in": 3,
    "platform register": 0,
    "platform registered": 0,
    "platform look_up": 0,
    "platform track": 2,
    "platform t/<str:code>/": 2,
    "platform privacy": 0,
    "platform about": 1,
    "platform invitation": 2,
    "platform demo": 0,
    "platform demo_codes": 0,
    "platform demo_mails": 0,
    "platform demo_mail": 0,
    "government sign_in": 0,
    "government invitation": 3,
    "government set_language": 0,
    "government desk:queue": 9,
    "government desk:watch": 11,
    "government desk:contacts": 7,
    "government desk:visits": 9,
    "government desk:visit_begin": 7,
    "government desk:watched": 10,
    "government desk:remind": 7,
    "government desk:call": 7,
    "government desk:looks": 9,
    "government desk:members": 9,
    "government desk:rules": 10,
    "government desk:front": 8,
    "government desk:choice_new": 8,
    "government desk:choice": 12,
    "government desk:choice_drop": 7,
    "government desk:outside": 7,
    "government desk:outside_new": 6,
    "government desk:outside_edit": 7,
    "government desk:outside_remove": 7,
    "government desk:follow_up": 20,
    "government desk:hand_over": 9,
    "government government_report": 3,
    "government government_report_start": 6,
    "government government_report_check": 6,
    "government government_report_sent": 7,
    "government government_report_question": 5,
    "government government_lost_code": 1,
    "government government_lost_code_sent": 1,
    "government desk:invite": 7,
    "government desk:member": 8,
    "government desk:leave": 7,
    "government desk:appointments": 7,
    "government desk:office_appointments": 20,
    "government desk:case": 25,
    "government desk:file": 20,
    "government desk:action": 26,
    "government government_front": 5,
    "office sign_in": 0,
    "office invitation": 3,
    "office set_language": 2,
    "office api-schema": 0,
    "office api-sop-schema": 0,
    "office api-tracking": 7,
    "office api-categories": 3,
    "office api-areas": 3,
    "office api-work": 7,
    "office api-case": 8,
    "office api-outside": 7,
    "office api-questions": 6,
    "office api-case-questions": 9,
    "office api/^.*$": 0,
    "office portal:inbox": 12,
    "office portal:complaints": 13,
    "office portal:board": 16,
    # Greged may hand over directly here: the page asks where to, as few offices' do. Without, it sends 15.
    "office portal:complaint": 18,
    "office portal:hand_over": 14,
    "office portal:file": 8,
    "office portal:sheet": 10,
    "office portal:action": 14,
    "office portal:enter": 9,
    "office portal:entered": 11,
    "office portal:register": 12,
    "office portal:register_sheet": 11,
    "office portal:calls": 9,
    "office portal:call": 9,
    "office portal:inquiries": 9,
    "office portal:inquiry": 9,
    "office portal:inquiry_no": 9,
    "office portal:deliveries": 9,
    "office portal:tokens": 5,
    "office portal:settings": 20,
    "office portal:delivery_health": 11,
    "office portal:visits": 13,
    "office portal:visit": 14,
    "office portal:units": 12,
    "office portal:unit": 13,
    "office portal:positions": 18,  # a position can be given roles of earlier versions and of drafts
    "office portal:position": 16,
    "office portal:members": 14,
    "office portal:member_new": 12,
    "office portal:member": 13,
    "office portal:member_leave": 13,
    "office portal:holdings": 18,
    "office portal:holding_end": 14,
    "office portal:handovers": 14,
    "office portal:handover": 13,
    "office portal:absence": 15,
    "office portal:absence_change": 14,
    "office portal:office": 15,
    "office portal:calendar": 11,
    "office portal:hours": 11,
    "office portal:period_new": 11,
    "office portal:period": 11,
    "office portal:openings": 11,
    "office portal:categories": 12,
    "office portal:category_new": 13,
    "office portal:category": 13,
    "office portal:question_new": 11,
    "office portal:question": 11,
    "office portal:texts": 11,
    "office portal:text": 11,
    "office portal:channels": 11,
    "office portal:areas": 11,
    "office portal:masking": 11,
    "office portal:settings_versions": 11,
    "office portal:settings_import": 11,
    "office portal:settings_version": 18,
    "office portal:settings_yaml": 9,
    "office portal:routing": 19,
    "office portal:rule_new": 16,
    "office portal:routing_trial": 11,
    "office portal:rule": 16,
    "office portal:rule_drop": 11,
    "office portal:procedures": 14,
    "office portal:version": 12,
    "office portal:version_yaml": 9,
    "office portal:version_back": 15,
    "office portal:procedure_move": 14,
    "office portal:draft_new": 11,
    "office portal:draft_import": 10,
    "office portal:draft": 14,
    "office portal:draft_difference": 15,
    "office portal:draft_enforce": 15,
    "office portal:draft_drop": 11,
    "office portal:draft_text": 14,
    "office portal:draft_yaml": 9,
    "office portal:draft_stage_new": 11,
    "office portal:draft_stage": 11,
    "office portal:draft_stage_drop": 11,
    "office portal:draft_limit": 11,
    "office portal:draft_role_new": 11,
    "office portal:draft_role": 11,
    "office office_logo": 0,
    "office site:home": 4,
    "office site:privacy": 3,
    "office site:report": 5,
    "office site:report_check": 5,
    "office site:report_sent": 6,
    "office site:report_question": 4,
    "office site:track": 2,
    "office site:story": 9,
    "office site:receipt": 4,
    "office site:reporter_step": 5,
    "office site:reporter_file": 4,
    "office site:lost_code": 0,
    "office site:lost_code_sent": 2,
    "office site:published": 4,
    "office site:published_complaint": 5,
    "office site:published_picture": 4,
}

BY_ROLE = {
    "office portal:inbox": {"clerk": 12, "unit": 13, "admin": 16},
    "office portal:complaint": {"clerk": 18, "unit": 15, "admin": 17},
    "office portal:complaints": {"clerk": 13, "unit": 14, "admin": 17},
    "office portal:register": {"clerk": 12, "head": 12},
    "government desk:queue": {"editor": 9, "central_admin": 9, "admin": 9},
    "government desk:case": {"editor": 25, "admin": 24},
}
"""The same page for people of several roles: an admin's roles take two statements more."""

LISTS = (
    *(f"office portal:{name}" for name in ("inbox", "complaints", "board", "register", "calls", "members")),
    *(f"office portal:{name}" for name in ("units", "positions", "holdings", "complaint")),
    *("office api-work", "office account_tokens", "office site:published", "office site:story"),
    *("government desk:queue", "government desk:looks", "government desk:members", "government desk:case"),
    *("government government_front", "platform directory", "platform api-offices"),
)
"""Pages that must have more to show in the grown world: else nothing was tried."""

COMMANDS = {
    # A routing rule of Greged names another office; which offices work is asked once in a while.
    "the report form's last button": 12,
    "a complaint by the API": 7,
    "a note of the clerk": 16,
    "sending a message": 7,
    "a sweep with nothing lost": 1,
    "alarms with nothing due": 1,
}

FRAMEWORK = 12
"""The most that a page of allauth's may send: its numbers are not ours to decide."""


@dataclass(frozen=True)
class Measured:
    """The world's pages as it was, by person too; what commands cost; and all pages when it had grown."""

    few: dict[str, Opened]
    people: dict[str, dict[str, int]]
    commands: dict[str, int]
    many: dict[str, Opened]


_KEPT: list[Measured] = []
"""Measured once a process."""


@pytest.fixture
def measured(request: pytest.FixtureRequest) -> Measured:
    if not _KEPT:
        request.getfixturevalue("real_commits")
        _KEPT.append(_measure())
    return _KEPT[0]


def _measure() -> Measured:
    world = build_world(offices=("greged", "dishub-mojokerto"))
    as_people(world, "government desk:case", ["editor"])  # a look for the log of looks
    # From here on this process has read the procedures that these pages tell in words.
    as_people(world, "government desk:members", ["admin"])
    as_people(world, "office api-tracking", ["clerk"])
    few = every_page(world)
    people = {key: as_people(world, key, roles) for key, roles in BY_ROLE.items()}
    commands = dict(_commands(world))
    for place in world.offices:
        multiply(place, TIMES)
    desk = world("mojokerto").government
    assert desk is not None
    hire(desk, TIMES)
    add_offices(desk, world("dishub-mojokerto"), MORE_OFFICES)
    return Measured(few, people, commands, every_page(world))


def _commands(world: World) -> Iterator[tuple[str, int]]:
    """What changes something, and what runs by the clock."""
    cache.clear()
    office = world("greged")
    citizen = Citizen(office.host)
    citizen.fill()
    directory.working(office.government.pk)
    yield "the report form's last button", counted(citizen.send)
    program = office.caller()
    body = office.body("api-complaints")
    yield "a complaint by the API", counted(lambda: program.post("/api/v1/complaints/", **body))
    clerk = office.person("clerk")
    clerk.sign_in()
    path, form = office.path("portal:action", "new"), office.body("portal:action", "new")
    yield "a note of the clerk", counted(lambda: clerk.post(path, **form))
    waiting = Outbox.objects.filter(state=Outbox.State.PENDING, channel="email", office=office.office)
    uid = str(waiting.values_list("message_uid", flat=True)[0])
    yield "sending a message", counted(lambda: send.run([uid]))
    Outbox.objects.filter(state=Outbox.State.PENDING).update(state=Outbox.State.SENT)
    yield "a sweep with nothing lost", counted(sweep.run)
    yield "alarms with nothing due", counted(dispatch_alarms.run)


def test_every_page_sends_the_statements_that_are_written_down(measured: Measured, figure: Keep) -> None:
    own = {key: page for key, page in measured.few.items() if not _frameworks(key)}
    figure(Subject.SPEED, "pages whose statements are written down", len(own))
    assert {key: page.statements for key, page in own.items()} == PAGES


def test_people_with_other_roles_send_what_is_written_down(measured: Measured) -> None:
    assert measured.people == BY_ROLE


def test_commands_send_what_is_written_down(measured: Measured) -> None:
    assert measured.commands == COMMANDS


def test_a_page_of_the_framework_stays_small(measured: Measured) -> None:
    found = {key: page.statements for key, page in measured.few.items() if _frameworks(key)}
    assert {key: number for key, number in found.items() if number > FRAMEWORK} == {}


def test_no_page_sends_more_for_more_rows_and_more_offices(measured: Measured, figure: Keep) -> None:
    figure(Subject.SPEED, "pages opened with few and with many rows and offices", len(measured.few))
    more = {
        key: (page.statements, measured.many[key].statements)
        for key, page in measured.few.items()
        if measured.many[key].statements > page.statements
    }
    assert more == {}


def test_the_lists_were_longer_indeed(measured: Measured) -> None:
    same = {key for key in LISTS if measured.many[key].size < 1.2 * measured.few[key].size}
    assert same == set()


def _frameworks(key: str) -> bool:
    return key.split(" ")[1].startswith(("account_", "mfa_"))
