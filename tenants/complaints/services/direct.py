"""From office to office without the desk, where the government allows it: only to the office that the routing
rules name, and only until the complaint has changed offices often enough.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from central.coordination import ledger
from central.offices.models import Office
from tenants.complaints.errors import from_refusal
from tenants.complaints.models import Complaint
from tenants.complaints.report import intake_again
from tenants.complaints.snapshot import case_of
from tenants.procedure.queries import Rules, current_rules, rules_of
from tenants.procedure.targets import offices_named, targets_now
from workflows import engine
from workflows.cases import HANDED_OVER, Actor, Case
from workflows.decision import ActionRefused, OfferedInput
from workflows.own import HAND_OVER, RETURN, own_action
from workflows.routing import route

from .handover import Delivered, HandoverError, bring_along, move, used_before
from .people import as_now
from .step import as_meant, demand_unchanged, here, locked

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Way:
    """Where a complaint could go straight away. `refused`: why it cannot, None where it can."""

    to: Office | None
    refused: HandoverError | None = None


def way_of(office: Office, complaint: Complaint, rules: Rules, around: ledger.Around | None = None) -> Way:
    """The office that the routing rules in effect name for this complaint now. In the office; reads only.

    `rules`: the complaint's. `around`: what `around_of` has found, where it was asked already.
    """
    rules = current_rules(rules)
    around = around or around_of(office, complaint, rules)
    if not around.government.direct_handover:
        return Way(None, HandoverError("not_direct", _not_direct()))
    working = [code for code, named in around.offices.items() if _works(office, named)]
    found = route(
        rules.settings, intake_again(complaint, timezone=office.timezone), targets_now(rules, offices=working)
    )
    passed_over = [rule.target.office for rule in rules.settings.routing if rule.code in found.broken]
    code = found.office or next((named for named in passed_over if named), None)
    if code is None:
        return Way(None, HandoverError("no_route", _no_route()))
    to = around.offices.get(code)
    refused = _unfit(office, to)
    if refused is None and around.moves >= around.government.bounce_limit:
        refused = HandoverError("desk_decides", desk_decides())
    return Way(to, refused)


def around_of(office: Office, complaint: Complaint, rules: Rules, more: Iterable[str] = ()) -> ledger.Around:
    """What the way depends on beside the office's own rules; with the offices that have `more` codes."""
    return ledger.around(office, complaint.uid, {*offices_named(rules.settings), *more})


def _works(office: Office, named: Office) -> bool:
    ready = named.status == Office.Status.READY
    return ready and named.pk != office.pk and named.government_id == office.government_id


def hand_over_directly(
    uid: UUID,
    *,
    actor: Actor,
    reason: str,
    key: UUID,
    consent: bool | None = None,
    expected_version: int | None = None,
) -> Delivered:
    """Hands a complaint straight to the office that routing names. One transaction over both schemas, with
    the office's that we are in.

    `key`: of the request, made when the form was shown: the same key delivers once. `consent`: the
    reporter's, where the SOP demands it. Raises `HandoverError`, `ComplaintConflict`, and `ComplaintError`
    with the engine's codes; then nothing has changed anywhere.
    """
    source = here()
    complaint = locked(uid)
    before, gone = ledger.by_key(key), complaint.stage == HANDED_OVER
    if before is not None and before.to_office is not None:
        if before.uid == uid and before.from_office_id == source.pk and gone:
            return Delivered(before, before.to_office, before.number_there, again=True)
        raise used_before()
    if gone:
        raise HandoverError("stale", _("Aduan ini sudah dialihkan ke instansi lain."))
    demand_unchanged(complaint, expected_version)
    person, rules, now = as_now(actor), rules_of(complaint), timezone.now()
    case = case_of(complaint, source.timezone)
    asked = own_action(rules.procedure, HAND_OVER).offer.inputs
    given: dict[str, Any] = {"reason": reason}
    if consent is not None:
        given["consent"] = consent
    try:
        decision = engine.hand_over(
            rules.procedure, rules.settings, case, HAND_OVER, person, now, as_meant(asked, given)
        )
    except ActionRefused as refused:
        raise from_refusal(refused) from refused
    way = way_of(source, complaint, rules)
    if way.refused is not None:
        raise way.refused
    assert way.to is not None
    bring_along(complaint, way.to)
    number = complaint.number
    arrived = move(source, complaint, case, rules, decision, way.to, asked=asked)
    handover = ledger.delivered_directly(
        source,
        uid=uid,
        to=way.to,
        number=number,
        number_there=arrived.number,
        by=person.name,
        key=key,
        now=now,
    )
    log.info("handover %s: office %s straight to office %s", handover.pk, source.pk, way.to.pk)
    return Delivered(handover, way.to, arrived.number)


def give_back(
    office: Office,
    complaint: Complaint,
    rules: Rules,
    case: Case,
    actor: Actor,
    inputs: Mapping[str, Any],
    now: datetime,
    *,
    asked: Sequence[OfferedInput],
) -> bool:
    """Gives a complaint that came straight from another office back to it. False where the desk decides: it
    had sent the complaint itself, or the complaint has gone to and fro often enough, or the sender does not
    serve now.

    The complaint is locked, in the office. Raises `ActionRefused`.
    """
    sender = _sender(office, complaint)
    if sender is None:
        return False
    decision = engine.hand_over(rules.procedure, rules.settings, case, RETURN, actor, now, inputs)
    bring_along(complaint, sender)
    number = complaint.number
    arrived = move(office, complaint, case, rules, decision, sender, asked=asked)
    handover = ledger.delivered_directly(
        office,
        uid=complaint.uid,
        to=sender,
        number=number,
        number_there=arrived.number,
        by=actor.name,
        key=None,
        now=now,
    )
    log.info("handover %s: office %s back to office %s", handover.pk, office.pk, sender.pk)
    return True


def _sender(office: Office, complaint: Complaint) -> Office | None:
    """The office that a complaint goes straight back to; None where the desk decides."""
    came_by = ledger.last_delivery(complaint.uid, office)
    if came_by is None or not came_by.direct or _unfit(office, came_by.from_office) is not None:
        return None
    around = ledger.around(office, complaint.uid, ())
    if not around.government.direct_handover or around.moves >= around.government.bounce_limit:
        return None
    return came_by.from_office


def _unfit(office: Office, to: Office | None) -> HandoverError | None:
    if to is None or to.government_id != office.government_id:
        return HandoverError("other_government", _other_government())
    if to.pk == office.pk:
        return HandoverError("same_office", _("Aturan penyaluran menunjuk instansi ini sendiri."))
    if not to.serves:
        return HandoverError("office_halted", _halted() % {"name": to.name})
    return None


def desk_decides() -> str:
    """What an office reads about a complaint that has gone to and fro often enough."""
    return _(
        "Aduan ini sudah berpindah instansi sebanyak batas dari pemerintah daerah, jadi hanya meja pusat "
        "yang memutuskan. Serahkan kepada meja pusat."
    )


def _not_direct() -> str:
    return _(
        "Pemerintah daerah Anda tidak mengizinkan penyerahan langsung. Serahkan aduan ini kepada meja pusat."
    )


def _no_route() -> str:
    return _("Aturan penyaluran tidak menunjuk instansi lain untuk aduan ini. Serahkan kepada meja pusat.")


def _other_government() -> str:
    return _(
        "Instansi yang ditunjuk aturan penyaluran bukan bagian dari pemerintah daerah ini. Serahkan kepada "
        "meja pusat."
    )


def _halted() -> str:
    return _(
        "Layanan %(name)s sedang tidak berjalan, jadi tidak dapat menerima aduan. Serahkan aduan ini kepada "
        "meja pusat."
    )
