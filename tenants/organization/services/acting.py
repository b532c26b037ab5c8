"""Who acts for somebody who is away: the substitute holds their positions on exactly the noted days."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from workflows.cases import SYSTEM, Actor

from ..models import Absence, Holding, Position
from ..queries import absences, today
from .holdings import assign, running, shorten

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Span:
    """Days, both included, on which somebody who is away holds a position."""

    position: Position
    first: date
    last: date


def settle(
    absence: Absence, actor: Actor, only: Collection[int] | None = None, done: frozenset[int] = frozenset()
) -> None:
    """Ends what a substitute holds beyond an absence as it is now, and gives them what they lack of it, from
    today on; then the same for whoever acts for that substitute. `only`: of these positions, by id.

    Work that was meant for somebody who acts no more is given back by the worker, whom the caller has look:
    no member may be locked while a step that is under way is waited for.
    """
    spans = [span for span in _spans(absence) if only is None or span.position.pk in only]
    ended = _end_beyond(absence, spans, only)
    begun = _begin(absence, spans, actor)
    # Who acts for a substitute follows them; who acts in a position for one no more may still for another.
    positions = {position for _member, position in ended}
    for member, others in ((pair[0], {pair[1]}) for pair in sorted(ended | begun)):
        for other in absences().filter(Q(member=member) | Q(substitute=member)).exclude(pk=absence.pk):
            if other.pk not in done and (other.member_id == member or others <= positions):
                settle(other, SYSTEM, others, done | {absence.pk})


def _spans(absence: Absence) -> list[_Span]:
    """What the absent member holds on the days of the absence from today on."""
    first, last = max(absence.starts_on, today()), absence.ends_on
    if absence.substitute_id is None or last < first:
        return []
    held = Holding.objects.filter(member=absence.member_id, position__is_active=True, starts_on__lte=last)
    held = held.filter(Q(ends_on=None) | Q(ends_on__gte=first))
    return [
        _Span(one.position, max(first, one.starts_on), min(last, one.ends_on or last))
        for one in held.select_related("position").order_by("pk")
    ]


def _end_beyond(absence: Absence, spans: list[_Span], only: Collection[int] | None) -> set[tuple[int, int]]:
    """Ends what is held for the absence on other days, or by another than its substitute. Answers whose
    position, by id, ended."""
    acting = running().filter(absence=absence).select_for_update(no_key=True, of=("self",)).order_by("pk")
    found = set()
    for holding in acting if only is None else acting.filter(position__in=only):
        assert holding.ends_on is not None  # as for everybody who acts
        begins = max(holding.starts_on, today())
        lasts = [
            span.last
            for span in spans
            if span.position.pk == holding.position_id
            and holding.member_id == absence.substitute_id
            and span.first <= begins <= span.last
        ]
        last = max(lasts, default=today() - _DAY)
        if last < holding.ends_on:
            shorten(holding, last)
            found.add((holding.member_id, holding.position_id))
    return found


def _begin(absence: Absence, spans: list[_Span], actor: Actor) -> set[tuple[int, int]]:
    """Gives the substitute these positions on the days on which they do not hold them anyway. Answers whose
    position, by id, began."""
    substitute, found = absence.substitute, set()
    for span in spans if substitute is not None else ():
        assert substitute is not None
        for first, last in list(_free(substitute.pk, span)):
            assign(
                actor=actor,
                member=substitute,
                position=span.position,
                acting_kind=Holding.Acting.PLH,
                starts_on=first,
                ends_on=last,
                absence=absence,
            )
            found.add((substitute.pk, span.position.pk))
    return found


def _free(member_id: int, span: _Span) -> Iterator[tuple[date, date]]:
    """The days of the span, first and last of each piece, on which somebody does not hold its position."""
    held = Holding.objects.filter(member=member_id, position=span.position, starts_on__lte=span.last)
    held = held.filter(Q(ends_on=None) | Q(ends_on__gte=span.first)).order_by("starts_on")
    first = span.first
    for starts_on, ends_on in held.values_list("starts_on", "ends_on"):
        if first < starts_on:
            yield first, starts_on - _DAY
        if ends_on is None:
            return
        first = max(first, ends_on + _DAY)
    if first <= span.last:
        yield first, span.last
