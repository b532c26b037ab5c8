"""An office with two of everybody, and the ways of its complaints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.test import Client
from django.utils import timezone

from central.accounts.models import User
from central.coordination.models import GovernmentWork
from central.offices.access import office as inside
from central.offices.models import Government, GovernmentMember, Office
from tenants.complaints.models import Complaint
from tenants.complaints.report import Report, intake_of, normal_report
from tenants.complaints.services import act, receive
from tenants.complaints.snapshot import case_of
from tenants.desk.queries import person_at
from tenants.organization.models import Holding, Member, Position
from tenants.organization.queries import actor_for_member
from tenants.procedure.queries import Rules, rules_in_force
from tests.acceptance.cast import Player, host_of
from tests.acceptance.citizen import Citizen
from tests.races.ways import Move, Place, Way, Ways, World, answers, ways
from workflows import engine
from workflows.cases import CENTRAL_ADMIN, REPORTER, Actor, ActorKind, Case, Scope
from workflows.decision import Offer

LONG_AGO = timedelta(days=20 * 365)


def browser() -> Client:
    """One that shows the page of an error. Two that raise it, at work at once, raise each other's."""
    return Client(raise_request_exception=False)


@dataclass
class Somebody:
    """A person as the engine knows them, with a browser."""

    actor: Actor
    player: Player | None = None
    """None: the reporter, whose browser is the complaint's own."""

    def again(self) -> Somebody:
        """The same person in a second window."""
        if self.player is None:
            return self
        return Somebody(
            self.actor, Player(self.player.user, self.player.host, member_id=self.player.member_id)
        )


@dataclass
class Brought:
    """A complaint that was brought somewhere."""

    office: Office
    uid: UUID
    number: str
    code: str
    citizen: Citizen = field(repr=False)

    @property
    def slug(self) -> str:
        return self.uid.hex

    def row(self) -> Complaint:
        """As it is stored now. Inside the office."""
        return Complaint.objects.select_related("unit", "member").get(uid=self.uid)

    def case(self) -> Case:
        """As the engine sees it now."""
        with inside(self.office):
            return case_of(self.row(), self.office.timezone)


class Arena:
    """An office whose every position is held by two people, as is every role at its government's desk."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.host = host_of(office)
        self.complaints = (office.schema_name, "complaints_complaint")
        with inside(office):
            self.rules: Rules = rules_in_force()
            positions = list(Position.objects.select_related("unit").order_by("id"))
        self.staff = [[self._hired(position, turn) for position in positions] for turn in "ab"]
        self.desk = [[self._at_desk(role, turn) for role in self._desk_roles()] for turn in "ab"]
        self.reporter = Somebody(REPORTER)

    # People

    def _hired(self, position: Position, turn: str) -> Somebody:
        user = _user(
            f"{position.code}-{turn}@{self.office.code}.example.id", f"{position.title} {turn.upper()}"
        )
        with inside(self.office):
            member = Member.objects.create(user_id=user.pk, name=user.name, email=user.email)
            since = timezone.now().date() - LONG_AGO
            Holding.objects.create(member=member, position=position, starts_on=since)
            person = actor_for_member(member.pk)
        assert person is not None
        return Somebody(person, Player(user, self.host, "", member.pk, browser()))

    def _desk_roles(self) -> list[str]:
        declared = [role.code for role in self.rules.procedure.roles if role.scope is Scope.GOVERNMENT]
        return list(dict.fromkeys([CENTRAL_ADMIN, *declared]))

    def _at_desk(self, role: str, turn: str) -> Somebody:
        government: Government = self.office.government
        user = _user(f"{role}-{turn}@{government.code}.example.id", f"Meja {role} {turn.upper()}")
        GovernmentMember.objects.create(user=user, government=government, role=role)
        person = person_at(government, user)
        assert person is not None
        return Somebody(person, Player(user, host_of(government), "", None, browser()))

    def admin(self, name: str) -> Somebody:
        """Another of the office's admins, who holds no position."""
        user = _user(f"{name}@{self.office.code}.example.id", f"Admin {name}")
        with inside(self.office):
            member = Member.objects.create(user_id=user.pk, name=user.name, email=user.email, is_admin=True)
            person = actor_for_member(member.pk)
        assert person is not None
        return Somebody(person, Player(user, self.host, "", member.pk, browser()))

    @property
    def everybody(self) -> Iterator[Somebody]:
        """The reporter, then all first ones, then all second ones."""
        yield self.reporter
        for staff, desk in zip(self.staff, self.desk, strict=True):
            yield from staff
            yield from desk

    # Ways

    @cached_property
    def world(self) -> World:
        holders: dict[str, int] = {}
        for one in self.staff[0]:
            for role in one.actor.roles:
                holders.setdefault(role, one.actor.id or 0)
        people = [self.reporter, *self.staff[0], *self.desk[0]]
        units = [code for one in self.staff[0] for code in sorted(one.actor.units) if _works(self.rules, one)]
        return World(self.rules.procedure, self.rules.settings, [one.actor for one in people], units, holders)

    @cached_property
    def ways(self) -> Ways:
        now = timezone.now()
        intake = intake_of(normal_report(self.report(), now), timezone=self.office.timezone, now=now)
        return ways(self.world, intake, now)

    def report(self, **changes: Any) -> Report:
        """What somebody sends in."""
        given: dict[str, Any] = {
            "description": "Jalan di depan sekolah berlubang dalam, kemarin ada anak jatuh.",
            "category": next(iter(self.rules.settings.selectable)),
            "name": "Siti Aminah",
            "address": "Jalan Melati 7",
            "email": "siti.aminah@example.org",
            "phone": "0812-3456-7890",
            "place": "Depan SD Negeri 1",
        }
        return Report(**{**given, **changes})

    def citizen(self) -> Citizen:
        """Somebody with a browser of their own."""
        return Citizen(self.host, browser())

    def received(self) -> Brought:
        """A complaint that has just come in."""
        with inside(self.office):
            complaint = receive(self.report()).complaint
        return Brought(self.office, complaint.uid, complaint.number, complaint.tracking_code, self.citizen())

    def brought(self, way: Way) -> Brought:
        """A complaint that was taken this way, step by step, by the commands that every page uses."""
        found = self.received()
        for move in way:
            self.moved(found, move)
        return found

    def moved(self, brought: Brought, move: Move) -> None:
        with inside(self.office):
            act(
                brought.uid,
                move.place.action,
                actor=move.who,
                line=move.place.line,
                inputs=move.inputs,
            )

    # Who may

    def may(self, brought: Brought, place: Place) -> list[Somebody]:
        """Who is offered the step and can get to its page, the first ones before the second ones."""
        case, desk = brought.case(), self._roles_at_work(brought)
        return [
            one
            for one in self.everybody
            if self.offer(case, place, one.actor) is not None
            and (one.actor.kind is not ActorKind.GOVERNMENT or one.actor.roles & desk)
        ]

    def _roles_at_work(self, brought: Brought) -> set[str]:
        """The roles at the desk for which the complaint lies open there."""
        work = GovernmentWork.objects.filter(uid=brought.uid, closed_at=None)
        return set(work.values_list("role", flat=True))

    def offer(self, case: Case, place: Place, actor: Actor) -> Offer | None:
        offers = engine.offers(self.rules.procedure, self.rules.settings, case, actor, timezone.now())
        fits = [offer for offer in offers if (offer.line, offer.stage, offer.action) == _names(place)]
        return fits[0] if fits else None

    def two(self, brought: Brought, first: Place, second: Place) -> tuple[Somebody, Somebody]:
        """Two who may take these steps: two people, or where only one person may, that one in two windows."""
        ones, others = self.may(brought, first), self.may(brought, second)
        assert ones, f"nobody may {first}"
        assert others, f"nobody may {second}"
        different = [one for one in others if one.actor != ones[0].actor]
        return ones[0], (different[0] if different else others[0].again())

    def inputs(self, offer: Offer) -> Mapping[str, Any]:
        """The least that the step asks for."""
        return next(answers(self.world, offer))


def _works(rules: Rules, one: Somebody) -> bool:
    """Whether somebody of a unit owns work that is assigned."""
    assigned = {
        role
        for line in rules.procedure.lines
        for stage in line.stages
        if stage.assigned
        for role in stage.owner
    }
    return bool(one.actor.roles & assigned)


def _names(place: Place) -> tuple[str, str, str]:
    return place.line, place.stage, place.action


def _user(email: str, name: str) -> User:
    user = User(email=email, name=name)
    user.set_unusable_password()
    user.save()
    return user
