"""What the offices call their lines, stages and roles, and the reasons that they gave for handing up."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints import words
from tenants.complaints.models import Complaint, Message
from tenants.complaints.queries import Reader
from tenants.procedure.queries import NoProcedure, kept_procedure, rules_of
from workflows.cases import MAIN, SYSTEM, Actor
from workflows.own import HAND_UP
from workflows.procedure import Procedure

from .people import role_words
from .work import IN_SERVICE

Case = tuple[Office, UUID, str]
"""A complaint by its office and uid, with the digest of the procedure that it is pinned to, "" if unknown."""

REASON = "reason"
"""The input of a hand-up that says why."""


class Names:
    """Words for complaints of several offices. An office is entered where this process has not read the
    procedure yet, and only that is read there, save for the reasons that are asked for. `person`: who of the
    desk reads them.
    """

    def __init__(self, person: Actor = SYSTEM) -> None:
        # Nobody of the desk knows confidential reporters, so that no office's procedure need be asked.
        self._reader = Reader(person)
        self._seen: set[UUID] = set()
        self._procedures: dict[UUID, Procedure] = {}
        self._reasons: dict[UUID, str] = {}

    def read(self, cases: Iterable[Case], *, reasons_of: Collection[UUID] = ()) -> None:
        """Reads what these complaints' pinned procedures say. `reasons_of`: complaints whose hand-up reason
        is wanted; that is content, so whoever asks has noted the look.
        """
        digests: dict[UUID, str] = {}
        by_office: dict[int, tuple[Office, set[UUID]]] = {}
        for target, uid, digest in cases:
            digests[uid] = digest
            by_office.setdefault(target.pk, (target, set()))[1].add(uid)
        for target, uids in by_office.values():
            new = {uid for uid in uids - self._seen if not self._knows(uid, digests[uid])}
            wanted = uids.intersection(reasons_of)
            if target.status not in IN_SERVICE or not (new or wanted):
                continue
            with inside(target):
                if new:
                    self._seen |= new
                    self._read_procedures(new)
                if wanted:
                    self._read_reasons(wanted)

    def stage(self, uid: UUID, stage: str, line: str = "") -> str:
        """A stage's name; without a line it is looked for on every line."""
        procedure = self._procedures.get(uid)
        if procedure is None:
            return stage
        lines = [line] if line else [known.code for known in procedure.lines]
        on = next((code for code in lines if procedure.stage(stage, code)), MAIN)
        return words.stage_words(procedure, stage, on)

    def line(self, uid: UUID, code: str) -> str:
        """A line's name; its code where the complaint's procedure is not known."""
        procedure = self._procedures.get(uid)
        lines = procedure.lines if procedure is not None else ()
        return next((words.said(line.name) for line in lines if line.code == code), code)

    def role(self, uid: UUID, code: str) -> str:
        """A role's name."""
        return role_words(self._procedures.get(uid), code)

    def reason(self, uid: UUID) -> str:
        """Why the office handed the complaint up; "" where nobody asked for it."""
        return self._reasons.get(uid, "")

    def _knows(self, uid: UUID, digest: str) -> bool:
        """Whether the complaint's procedure was read before, be it in another office."""
        procedure = kept_procedure(digest)
        if procedure is not None:
            self._seen.add(uid)
            self._procedures[uid] = procedure
        return procedure is not None

    def _read_procedures(self, uids: Iterable[UUID]) -> None:
        known: dict[int, Procedure] = {}
        for complaint in Complaint.objects.filter(uid__in=list(uids)).only("uid", "procedure_id"):
            pinned = complaint.procedure_id
            if pinned not in known:
                try:
                    known[pinned] = rules_of(complaint).procedure
                except NoProcedure:
                    continue
            self._procedures[complaint.uid] = known[pinned]

    def _read_reasons(self, uids: Iterable[UUID]) -> None:
        rows = Message.objects.filter(complaint__uid__in=list(uids), event__action=HAND_UP, field=REASON)
        for message in rows.select_related("complaint__reporter").order_by("id"):
            self._reasons[message.complaint.uid] = self._reader.told(message.complaint, message.body)
