"""Reporters' names in lists: shown to those who act on every complaint, hidden from everybody else."""

from __future__ import annotations

from dataclasses import dataclass

from tenants.complaints.masking import hide
from tenants.complaints.models import Complaint, Reporter
from tenants.complaints.services.publication import known_of
from workflows.cases import Actor, Visibility
from workflows.procedure import Procedure

from .staff import may_read_names


@dataclass(frozen=True, slots=True)
class ListReader:
    """Somebody of the staff who reads a list or a book. `sees_names`: of confidential reporters, too.

    A list is stricter than a complaint's own page, which also opens a confidential name to whoever has its
    work or had it before: to know that row by row would cost statements for each.
    """

    person: Actor
    sees_names: bool

    @classmethod
    def of(cls, person: Actor, procedure: Procedure | None = None) -> ListReader:
        """`procedure`: the one in force, if it was read already."""
        return cls(person, may_read_names(person, procedure))

    def may_know(self, complaint: Complaint) -> bool:
        """Whether the reporter's name may stand in this person's list."""
        if complaint.visibility == Visibility.OPEN.value:
            return bool(self.person.roles)
        return complaint.visibility == Visibility.CONFIDENTIAL.value and self.sees_names

    def told(self, complaint: Complaint, text: str) -> str:
        """What was written about a complaint, as this person may read it in a list. Reads
        `complaint.reporter`: lists fetch it with the complaint.
        """
        if not text or self.may_know(complaint):
            return text
        reporter: Reporter | None = getattr(complaint, "reporter", None)
        return text if reporter is None else hide(text, known_of(reporter))
