"""A case that lives in memory: people act on it, time passes, nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from workflows import engine
from workflows.cases import (
    CENTRAL_ADMIN,
    MAIN,
    REPORTER,
    Actor,
    ActorKind,
    Case,
    ClockState,
    Intake,
    Scope,
    Visibility,
)
from workflows.decision import Decision, Offer
from workflows.preset import Preset, load_preset
from workflows.replay import applied, received

PRESETS = ("greged", "jenawi", "mojokerto", "triharjo", "upik")


def wib(text: str) -> datetime:
    """A moment in Western Indonesia Time. The 2nd of June 2025 is a Monday; the 6th and the 9th are free."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Jakarta"))


def staff(*roles: str, id: int = 1, units: tuple[str, ...] = ()) -> Actor:
    return Actor(ActorKind.MEMBER, id, "Petugas", frozenset(roles), frozenset(units))


def desk(*roles: str, id: int = 90) -> Actor:
    return Actor(ActorKind.GOVERNMENT, id, "Meja", frozenset(roles))


def everybody(preset: Preset) -> list[Actor]:
    """One person a role and unit, on the side where the role belongs, and the reporter."""
    people = [REPORTER, desk(CENTRAL_ADMIN)]
    units = [unit.code for unit in preset.organisation.units]
    for number, role in enumerate(preset.procedure.roles):
        if role.scope is Scope.GOVERNMENT:
            people.append(desk(role.code, id=100 + number))
        else:
            people.append(staff(role.code, id=10 + number, units=tuple(units)))
    return people


@dataclass
class Life:
    """One complaint from its receipt on. `clock` moves only when told."""

    preset: Preset
    now: datetime
    case: Case = field(init=False)
    decisions: list[Decision] = field(default_factory=list)

    @classmethod
    def begins(cls, preset: str | Preset, received_at: str, **intake: Any) -> Life:
        life = cls(load_preset(preset) if isinstance(preset, str) else preset, wib(received_at))
        category = next(iter(life.preset.settings.selectable))
        given = {
            "description": "Jalan di depan balai desa rusak parah sejak bulan lalu.",
            "category": category,
            "name": "Siti",
            "address": "Dusun Satu",
            "phone": "+6281200000001",
            "place": "Balai desa",
            "visibility": Visibility.OPEN,
            **intake,
        }
        sent = Intake(received_at=life.now, timezone="Asia/Jakarta", **given)
        decision = engine.start(life.preset.procedure, life.preset.settings, sent, life.now)
        life.decisions.append(decision)
        life.case = received(sent, decision)
        return life

    def at(self, moment: str) -> Life:
        self.now = wib(moment)
        return self

    def does(self, who: Actor, action: str, line: str = MAIN, **inputs: Any) -> Decision:
        decision = engine.decide(
            self.preset.procedure, self.preset.settings, self.case, action, who, self.now, line, inputs
        )
        self.decisions.append(decision)
        self.case = applied(self.case, decision)
        return decision

    def waits(self, until: str) -> Decision | None:
        self.at(until)
        decision = engine.timeout(self.preset.procedure, self.preset.settings, self.case, self.now)
        if decision is not None:
            self.decisions.append(decision)
            self.case = applied(self.case, decision)
        return decision

    def offered(self, who: Actor) -> list[Offer]:
        return engine.offers(self.preset.procedure, self.preset.settings, self.case, who, self.now)

    def codes(self, who: Actor) -> set[str]:
        return {offer.action for offer in self.offered(who)}

    def stage(self, line: str = MAIN) -> str:
        return self.case.lines[line].stage

    def clock(self, code: str) -> ClockState:
        return self.case.clocks[code]

    def due(self, code: str) -> datetime:
        """Of a clock that runs."""
        clock = self.clock(code)
        assert clock.running, code
        return clock.due_at

    def running(self) -> set[str]:
        return {code for code, clock in self.case.clocks.items() if clock.running}


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)
