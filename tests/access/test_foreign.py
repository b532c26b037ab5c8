"""What belongs to another office, another complaint or another stage is not found, whoever asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import transaction
from django.utils import timezone

from central.coordination.models import GovernmentWork
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import CallTask, Complaint, Message
from tenants.organization.models import Absence, Holding, Member, Position, Unit
from tenants.procedure.models import ProcedureDraft, ProcedureVersion, SettingsVersion
from tests.access.actors import Actor
from tests.access.asking import Asker
from tests.access.conftest import Everybody
from tests.access.judging import Judge
from tests.inventory import Endpoint, Place, World, endpoints
from tests.plugins.figures import Keep
from tests.proof import Subject, scaled

FAR = 9_000_001
"""A key that no row of the other office has."""

NOT_AN_OBJECT = {
    "account_reset_password_from_key": "a word in the place of the key, which the session holds",
    "account_token_revoke": "a token is its owner's, wherever: nobody else's is taken back",
    "invitation": "sends on to the host where the invited person will work",
    "portal:closing_drop": "a place in the office's own list, with its day as a check",
    "portal:text": "the name of a text that every office has",
    "site:report_question": "the name of a page",
}
"""Addresses with a placeholder that names no object of an office, and why that is well."""


@pytest.fixture
def foreign(world: World) -> Iterator[Place]:
    """The other office with objects whose keys the first office does not have."""
    place = world("jenawi")
    assert place.office is not None
    with transaction.atomic():
        with inside(place.office):
            call = _objects(place)
        case = replace(place.cases["phone"], calls=(call,))
        plain = replace(place.person("plain"), member_id=FAR)
        yield replace(
            place,
            cases={**place.cases, "phone": case},
            people={**place.people, "plain": plain},
            things=replace(
                place.things,
                unit=FAR,
                position=FAR,
                holding=FAR,
                absence=FAR,
                invited=FAR + 1,
                version=FAR,
                sop_draft=FAR,
                settings=FAR,
            ),
        )
        transaction.set_rollback(True)


def _objects(place: Place) -> int:
    Unit.objects.create(id=FAR, code="jauh", name="Unit Jauh")
    position = Position.objects.create(id=FAR, code="jauh", title="Jabatan Jauh")
    member = Member.objects.create(id=FAR, name="Anggota Jauh", email="jauh@jenawi.example.id")
    Member.objects.create(id=FAR + 1, name="Calon Jauh", email="calon-jauh@jenawi.example.id")
    document = ProcedureVersion.objects.values_list("document", flat=True)[0]
    ProcedureVersion.objects.create(number=FAR, document=document, digest="far", state="retired")
    ProcedureDraft.objects.create(id=FAR, title="Konsep Jauh", text="x", digest="far")
    settings = SettingsVersion.objects.values_list("document", flat=True)[0]
    SettingsVersion.objects.create(number=FAR, document=settings, digest="far")
    Holding.objects.create(id=FAR, member=member, position=position, starts_on=timezone.localdate())
    day = timezone.localdate()
    Absence.objects.create(id=FAR, member=member, starts_on=day, ends_on=day)
    message = Message.objects.filter(complaint_id=place.cases["phone"].pk, channel="call").order_by("id")[0]
    copy = Message.objects.create(
        complaint_id=message.complaint_id,
        kind=message.kind,
        channel="call",
        recipient=message.recipient,
        subject=message.subject,
        body=message.body,
        created_at=message.created_at,
    )
    complaint = Complaint.objects.get(pk=message.complaint_id)
    return CallTask.objects.create(id=FAR, complaint=complaint, message=copy, opened_at=timezone.now()).pk


def _entitled(asked: Endpoint, actors: dict[str, Actor]) -> Actor:
    """Who may do there what there is to do, with objects of their own office."""
    if asked.name.startswith("api-") and asked.name != "api-tracking":
        return actors["token"]
    if not asked.name.startswith("portal:"):
        return actors["anonymous"]
    return actors["admin" if asked.pattern.startswith("kantor/atur/") else "clerk"]


def test_objects_of_another_office_are_not_found_here(
    world: World, foreign: Place, everybody: Everybody, asker: Asker, figure: Keep
) -> None:
    """The other office's ids, codes and digests at this office's host, asked for by who is entitled here."""
    actors = {actor.name: actor for actor in everybody["office"]}
    judge, wrong, tried = Judge(world, asker), [], 0
    for asked in endpoints("office"):
        if "<" not in asked.pattern or asked.name in NOT_AN_OBJECT:
            continue
        path = foreign.path(asked)
        for method in ("GET", "POST"):
            if method in asked.methods:
                actor = _entitled(asked, actors)
                asks = {"cookies": actor.cookies, "token": actor.token}
                body = foreign.body(asked) if method == "POST" else {}
                answer = asker.ask(method, world("greged").host, path, **asks, **body)
                tried += 1
                judge.look(f"{asked.key} {method}", answer, actor, f"{path} {body}")
                if answer.status != 404 or answer.changed:
                    wrong.append(f"{asked.key} {method}: {answer.status} {sorted(answer.changed)}")
    figure(Subject.ACCESS, "requests made", asker.requests)
    figure(Subject.ACCESS, "leaks", len(judge.verdict.leaks))
    assert tried > 30
    assert wrong == []
    assert judge.verdict.leaks == []


def test_what_is_said_to_name_no_object_is_an_address(world: World) -> None:
    names = {found.name for found in endpoints("office") if "<" in found.pattern}
    assert set(NOT_AN_OBJECT) <= names


def test_a_file_is_found_with_its_own_complaint_only(
    world: World, everybody: Everybody, asker: Asker, figure: Keep
) -> None:
    """The files of two complaints under the address of every other: at the portal, by its code, in public."""
    place = world("greged")
    clerk = next(actor for actor in everybody["office"] if actor.name == "clerk")
    wrong = []
    names = scaled(("new", "answered", "published", "confidential"), tuple(place.cases))
    for case in (place.cases[name] for name in names):
        for other in place.cases.values():
            for kind, file in other.files.items():
                own = case is other
                portal = place.reverse("portal:file", uid=case.uid, file_uid=file)
                by_code = place.reverse("site:reporter_file", code=case.code, uid=file)
                public = place.reverse("site:published_picture", uid=case.uid, picture_uid=file)
                expected = {
                    portal: own,
                    by_code: own and kind in ("photo", "letter", "answer"),
                    public: own and case.name == "published" and kind == "photo",
                }
                if not own and other.name not in ("new", "published"):
                    continue  # the files of two, one published, are tried everywhere
                for path, found in expected.items():
                    cookies = clerk.cookies if path == portal else {}
                    answer = asker.ask("GET", place.host, path, cookies=cookies)
                    if answer.status != (200 if found else 404):
                        wrong.append(f"{kind} of {other.name} as of {case.name}: {path} {answer.status}")
    figure(Subject.ACCESS, "requests made", asker.requests)
    assert wrong == []


def test_the_public_finds_what_was_published_and_nothing_else(
    world: World, asker: Asker, figure: Keep
) -> None:
    """By its address, by its number, in the list and in its search; not by any word that was not released."""
    place = world("greged")
    listed = asker.ask("GET", place.host, place.path("site:published")).content
    for case in place.cases.values():
        public = case.name == "published"
        page = asker.ask("GET", place.host, place.reverse("site:published_complaint", uid=case.uid))
        number = asker.ask("POST", place.host, place.path("site:track"), data={"code": case.number})
        search = asker.ask("GET", place.host, place.path("site:published", cari=case.story.word))
        assert (page.status, number.status) == ((200, 303) if public else (404, 404)), case.name
        assert (case.slug.encode() in listed) == public
        assert case.slug.encode() not in search.content
    figure(Subject.ACCESS, "requests made", asker.requests)


DESKS = scaled(("mojokerto", "cirebon"), ("mojokerto", "cirebon", "karanganyar", "jogja"))
ROLES = scaled(
    ("admin", "central_admin", "editor"), ("admin", "central_admin", "editor", "press_coordinator")
)


def test_a_desk_opens_what_lies_open_with_it_and_nothing_else(
    world: World, asker: Asker, figure: Keep
) -> None:
    """Every complaint of every office by everybody at every desk, under every office's code."""
    wrong, opened = [], 0
    work = list(GovernmentWork.objects.filter(closed_at=None).values("uid", "role", "government__code"))
    for desk, role in ((desk, role) for desk in DESKS for role in ROLES):
        place, player = world(desk), world(desk).person(role)
        player.sign_in()
        cookies = {name: morsel.value for name, morsel in player.client.cookies.items()}
        for office in world.offices:
            for case in office.cases.values():
                mine = any(
                    row["uid"] == case.uid
                    and row["government__code"] == desk
                    and (role == "admin" or row["role"] == role)
                    for row in work
                )
                opened += mine
                path = place.reverse("desk:case", code=office.code, uid=case.uid)
                answer = asker.ask("GET", place.host, path, cookies=cookies)
                if answer.status != (200 if mine else 404):
                    wrong.append(f"{case.name} of {office.code} by {role} of {desk}: {answer.status}")
        for office in Office.objects.filter(government=place.government):
            stranger = world("jenawi" if office.code != "jenawi" else "greged").cases["handed_up"]
            path = place.reverse("desk:case", code=office.code, uid=stranger.uid)
            if asker.ask("GET", place.host, path, cookies=cookies).status != 404:
                wrong.append(f"another office's under {office.code} by {role} of {desk}")
    figure(Subject.ACCESS, "requests made", asker.requests)
    assert wrong == []
    assert opened > 6


def test_papers_and_steps_that_there_are_not_are_not_found(
    world: World, everybody: Everybody, asker: Asker, figure: Keep
) -> None:
    place = world("greged")
    clerk = next(actor for actor in everybody["office"] if actor.name == "clerk")
    new = place.cases["new"]
    paths = [
        place.path("portal:entered", "new"),  # sent by the reporter, who has the code
        *(
            place.reverse("portal:sheet", uid=new.uid, kind=kind)
            for kind in ("receipt", "disposition_sheet", "response_letter", "no-such-paper")
        ),
        place.reverse("portal:action", uid=new.uid, line="main", action="approve"),
        place.reverse("portal:action", uid=new.uid, line="publication", action="release"),
        "/api/v1/cases/not-a-slug/",
        "/api/v1/cases/" + "0" * 32 + "/",
    ]
    for path in paths:
        answer = asker.ask("GET", place.host, path, cookies=clerk.cookies)
        assert answer.status == 404, path
        assert new.code.encode() not in answer.content
    figure(Subject.ACCESS, "requests made", asker.requests)
