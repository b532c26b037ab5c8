"""A direct handover, and the way back, that die at any statement leave everything as it was; the same request
does it once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import Error

from central.coordination.models import CaseIndex, Handover
from central.offices.access import office as inside
from central.offices.models import Government, Office
from tenants.complaints.errors import ComplaintError
from tenants.complaints.models import Attachment
from tenants.complaints.services import act
from tenants.complaints.services.direct import hand_over_directly
from tenants.complaints.services.handover import Delivered
from tests.acceptance.cast import Cast
from tests.acceptance.test_direct_handover import name_office
from tests.databases import TestServer
from tests.proof import Subject, scaled
from tests.races.crossing import (
    Killer,
    came,
    cut_at_commit,
    dying,
    five_offices,
    in_order,
    live_copies,
    staff_of,
)
from workflows.cases import Actor

REASON = "Bukan kewenangan kami."
EVERY = scaled(9, 1)
"""One statement in so many is the last."""


@dataclass(frozen=True)
class Pair:
    """Two offices with somebody who holds every role of each."""

    here: Office
    there: Office
    clerk: Actor
    operator: Actor

    @property
    def both(self) -> list[Office]:
        return [self.here, self.there]


@pytest.fixture
def pair(real_commits: str) -> Pair:
    """Two offices whose rules name the other one, where the government allows it."""
    here, there, *_others = five_offices()
    Government.objects.filter(pk=here.government_id).update(direct_handover=True, bounce_limit=2)
    cast = Cast()
    name_office(cast, here, there.code)
    name_office(cast, there, here.code)
    return Pair(here, there, staff_of(here), staff_of(there))


def handed(pair: Pair, uid: UUID, key: UUID) -> Delivered:
    with inside(pair.here):
        return hand_over_directly(uid, actor=pair.clerk, reason=REASON, key=key)


def given_back(pair: Pair, uid: UUID) -> None:
    with inside(pair.there):
        act(uid, "return_handover", actor=pair.operator, inputs={"reason": REASON})


def ledger_of(uid: UUID) -> list[tuple[str, int, bool]]:
    rows = Handover.objects.filter(uid=uid).order_by("id")
    return list(rows.values_list("state", "to_office", "direct"))


def where(uid: UUID) -> int:
    return CaseIndex.objects.get(uid=uid).office_id


def statements(pair: Pair, test_server: TestServer, *, back: bool) -> int:
    """How many a handover with a file sends, or its way back."""
    uid, counting = came(pair.here, pair.clerk, files=True).uid, Killer(test_server)
    if back:
        handed(pair, uid, uuid4())
    with dying(counting):
        if back:
            given_back(pair, uid)
        else:
            handed(pair, uid, uuid4())
    return counting.sent


def test_killed_at_any_statement_it_is_whole_here_and_goes_once_when_tried_again(
    pair: Pair, test_server: TestServer, figure: Any
) -> None:
    here, there = pair.here, pair.there
    many = statements(pair, test_server, back=False)
    assert many > 40
    deaths = 0
    for at in range(1, many + 1, EVERY):
        uid, key = came(here, pair.clerk, files=at % 2 == 0).uid, uuid4()
        survived = True
        try:
            with dying(Killer(test_server, at)):
                handed(pair, uid, key)
        except (Error, psycopg.Error):
            survived, deaths = False, deaths + 1
        assert live_copies(uid, pair.both) == [there if survived else here], at
        assert where(uid) == (there if survived else here).pk, at
        assert len(ledger_of(uid)) == survived, at
        assert handed(pair, uid, key).again is survived
        assert handed(pair, uid, key).again is True
        assert live_copies(uid, pair.both) == [there], at
        assert where(uid) == there.pk
        assert ledger_of(uid) == [("delivered", there.pk, True)]
    assert deaths >= many // EVERY - 1
    figure(Subject.FAULTS, "direct handovers killed at a statement of their own", deaths)
    in_order(pair.both)


def test_given_back_and_killed_at_any_statement_it_is_whole_there_and_comes_home_once(
    pair: Pair, test_server: TestServer, figure: Any
) -> None:
    here, there = pair.here, pair.there
    many = statements(pair, test_server, back=True)
    assert many > 40
    deaths = 0
    for at in range(1, many + 1, EVERY):
        complaint = came(here, pair.clerk, files=at % 2 == 0)
        uid = complaint.uid
        handed(pair, uid, uuid4())
        survived = True
        try:
            with dying(Killer(test_server, at)):
                given_back(pair, uid)
        except (Error, psycopg.Error):
            survived, deaths = False, deaths + 1
        assert live_copies(uid, pair.both) == [here if survived else there], at
        assert where(uid) == (here if survived else there).pk, at
        if survived:
            with pytest.raises(ComplaintError):
                given_back(pair, uid)
        else:
            given_back(pair, uid)
        assert live_copies(uid, pair.both) == [here], at
        assert ledger_of(uid) == [("returned", there.pk, True), ("delivered", here.pk, True)]
        assert CaseIndex.objects.get(uid=uid).number == complaint.number, "home under its old number"
    assert deaths >= many // EVERY - 1
    figure(Subject.FAULTS, "ways back killed at a statement of their own", deaths)
    in_order(pair.both)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_cut_at_the_commit_the_same_request_says_what_became_of_it(
    pair: Pair, test_server: TestServer, moment: str
) -> None:
    """Nobody can know on which side of the commit the connection broke: the key tells."""
    here, there = pair.here, pair.there
    uid, key = came(here, pair.clerk, files=True).uid, uuid4()
    with cut_at_commit(test_server, moment):
        handed(pair, uid, key)
    stored = moment == "after"
    assert live_copies(uid, pair.both) == [there if stored else here]
    assert handed(pair, uid, key).again is stored
    assert live_copies(uid, pair.both) == [there]
    assert ledger_of(uid) == [("delivered", there.pk, True)]

    with cut_at_commit(test_server, moment):
        given_back(pair, uid)
    assert live_copies(uid, pair.both) == [here if stored else there]
    if not stored:
        given_back(pair, uid)
    assert live_copies(uid, pair.both) == [here]
    with inside(here):
        assert Attachment.objects.filter(complaint__uid=uid).count() == 1
    in_order(pair.both)
