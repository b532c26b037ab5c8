"""The SOP engine: pure functions from a procedure, the settings and a case to a `Decision`.

Nothing here reads a clock, a database or a file: `now` is an argument, and the same arguments always give the
same answer. The shell (`tenants.complaints.services`) builds a `Case` under the row's lock, calls one of
these functions and stores the `Decision` in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from workflows.cases import MAIN, Actor, Case, Intake
from workflows.decision import Decision, FieldError, Offer
from workflows.procedure import Procedure
from workflows.settings import Settings


def intake_errors(procedure: Procedure, settings: Settings, intake: Intake) -> dict[str, FieldError]:
    """What the procedure still demands of a report, by field name; empty if it can be received.

    Field names are those of `Intake`; `contact` stands for "e-mail or telephone".
    """
    raise NotImplementedError


def start(procedure: Procedure, settings: Settings, intake: Intake, now: datetime) -> Decision:
    """Receive a report: open the main line, route it, set up the clocks that count from receipt.

    Clocks count from `intake.received_at`, which is not later than `now` (a letter may have been stamped
    earlier). Raises `ActionRefused(BAD_INPUT)` with the fields that `intake_errors` names.
    """
    raise NotImplementedError


def offers(procedure: Procedure, settings: Settings, case: Case, actor: Actor, now: datetime) -> list[Offer]:
    """Exactly what this person may do now, on every line, in the procedure's order; the platform's own last.

    `decide` accepts an action if and only if it is offered here, given right inputs. For `kind="reporter"`
    these are the reporter's own actions. `SYSTEM` is offered nothing: what time does, `timeout` does.
    """
    raise NotImplementedError


def decide(
    procedure: Procedure,
    settings: Settings,
    case: Case,
    action: str,
    actor: Actor,
    now: datetime,
    line: str = MAIN,
    inputs: Mapping[str, Any] = MappingProxyType({}),
) -> Decision:
    """Take one step. Raises `ActionRefused`; then nothing has changed.

    Actions that every procedure has beside its own: `note`, `hand_up`, `take_back_hand_up`, `refer`,
    `take_back` for staff; `withdraw`, `rate`, `object` for the reporter. The shell has checked that a unit or
    member in `inputs` exists in the office; everything else about the inputs is checked here.
    """
    raise NotImplementedError


def timeout(procedure: Procedure, settings: Settings, case: Case, now: datetime) -> Decision | None:
    """Do what time alone does: everything in `case.alarms` that is due by `now`, in one decision.

    A warning, an overdue notice and a reminder become messages; the cap of a wait moves the line by the
    stage's own way out. None if nothing is due. The actor is `SYSTEM`, the action `timeout`, the line the one
    that moved. Calling it twice at the same moment does nothing the second time, if the shell has stored the
    first decision.
    """
    raise NotImplementedError


def recompute(procedure: Procedure, settings: Settings, case: Case, now: datetime) -> Decision | None:
    """Reckon every running clock anew, after the calendar was changed. None if no moment moves.

    The action is `recompute`, each moved clock a `ClockChange(MOVE)` with its previous moment. Where the
    moment told to the reporter moved, a message says so. `promised_due_at` is the shell's and stays.
    """
    raise NotImplementedError


def due_at(procedure: Procedure, case: Case) -> datetime | None:
    """The moment to tell the citizen: of the whole-process clock, else of the next running clock, else
    None.
    """
    raise NotImplementedError
