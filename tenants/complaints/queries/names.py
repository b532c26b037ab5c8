"""Who may know who reported a complaint: one rule for its page, every list, book and search, and the API."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from django.db.models import Exists, OuterRef, Q

from tenants.complaints.masking import hide
from tenants.complaints.models import Complaint, Event, Reporter, WorkItem
from tenants.complaints.services.publication import known_of
from tenants.procedure.queries import rules_in_force
from workflows.cases import MAIN, Actor, ActorKind, Scope, Visibility
from workflows.own import NOTE
from workflows.procedure import Procedure

from .mine import my_work


def handling_roles(procedure: Procedure) -> frozenset[str]:
    """Office roles that own a stage of the main line which is not narrowed to an assigned unit or person.

    Their holders act on every complaint of the office.
    """
    scopes = {role.code: role.scope for role in procedure.roles}
    main = next(line for line in procedure.lines if line.code == MAIN)
    return frozenset(
        code
        for stage in main.stages
        if not stage.assigned
        for code in stage.owner
        if scopes.get(code) is Scope.OFFICE
    )


class Reader:
    """Somebody of the staff as a reader of complaints. They may know the reporter

    - of an anonymous complaint: nobody, for there is nothing to know;
    - of an open one: whoever holds a role;
    - of a confidential one: members who act on it, that is who hold a role that acts on every complaint, who
      have its work open now, or who have taken a step on it before. A note is no step: everybody may write
      one. Nobody of the desk.

    `procedure`: the one in force, if it was read already.
    """

    def __init__(self, person: Actor, procedure: Procedure | None = None) -> None:
        self.person = person
        self._procedure = procedure
        self._acted: dict[int, bool] = {}

    @cached_property
    def acts_on_all(self) -> bool:
        """They hold a role that acts on every complaint."""
        if self.person.kind is not ActorKind.MEMBER or not self.person.roles:
            return False
        procedure = self._procedure or rules_in_force().procedure
        return not self.person.roles.isdisjoint(handling_roles(procedure))

    def look_over(self, complaints: Iterable[Complaint]) -> None:
        """Reads for all rows of a list at once what `may_know` would ask for each. At most one statement."""
        asked = [row.pk for row in complaints if row.visibility == Visibility.CONFIDENTIAL.value]
        if not asked or self.person.kind is not ActorKind.MEMBER or self.acts_on_all:
            return
        theirs = set(Complaint.objects.filter(self._acts_on(), pk__in=asked).values_list("pk", flat=True))
        self._acted.update((pk, pk in theirs) for pk in asked)

    def may_know(self, complaint: Complaint) -> bool:
        """Whether this person may know who reported it."""
        if complaint.visibility == Visibility.OPEN.value:
            return bool(self.person.roles)
        if complaint.visibility != Visibility.CONFIDENTIAL.value or self.person.kind is not ActorKind.MEMBER:
            return False
        if self.acts_on_all:
            return True
        if complaint.pk not in self._acted:
            self.look_over([complaint])
        return self._acted[complaint.pk]

    def told(self, complaint: Complaint, text: str) -> str:
        """What was written about a complaint, as this person may read it. Reads `complaint.reporter`: lists
        fetch it with the complaint.
        """
        if not text or self.may_know(complaint):
            return text
        reporter: Reporter | None = getattr(complaint, "reporter", None)
        return text if reporter is None else hide(text, known_of(reporter))

    def findable(self, of: str = "") -> Q:
        """Complaints that this person may find by the reporter, or by the reporter's own words, which may
        name them. `of`: the way to the complaint, such as `complaint__`.
        """
        if self.acts_on_all:
            return Q()
        found = Q(**{f"{of}visibility": Visibility.ANONYMOUS.value})
        if self.person.roles:
            found |= Q(**{f"{of}visibility": Visibility.OPEN.value})
        if self.person.kind is ActorKind.MEMBER:
            found |= Q(self._acts_on(of), **{f"{of}visibility": Visibility.CONFIDENTIAL.value})
        return found

    def _acts_on(self, of: str = "") -> Q:
        here = OuterRef(f"{of}pk")
        work = WorkItem.objects.filter(my_work(self.person), complaint=here)
        steps = Event.objects.filter(
            complaint=here, actor_kind=ActorKind.MEMBER.value, actor_id=self.person.id
        ).exclude(action=NOTE)
        return Q(Exists(work)) | Q(Exists(steps))


def may_read_reporter(complaint: Complaint, actor: Actor) -> bool:
    """Whether this person may know who reported it. At most two statements."""
    return Reader(actor).may_know(complaint)


def reporter_for_staff(complaint: Complaint, actor: Actor) -> Reporter | None:
    """Who reported it, if this person may know; None otherwise and where nobody is known."""
    if not may_read_reporter(complaint, actor):
        return None
    return Reporter.objects.filter(complaint=complaint).first()
