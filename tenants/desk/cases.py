"""Opening a complaint at the desk: first the right, then the note in the log, then the office."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from central.accounts.sites import full_address
from central.coordination.models import GovernmentWork
from central.offices.access import office as inside
from central.offices.middleware import host_name
from central.offices.models import Domain, Office
from tenants.complaints.errors import not_found
from tenants.complaints.models import Complaint
from tenants.errors import ServiceError
from tenants.portal.case import Addresses, Opened, open_for
from workflows.procedure import Procedure

from . import queries, services
from .door import DeskRequest
from .queries import DeskPerson


@dataclass(frozen=True, slots=True)
class DeskCase:
    """A complaint that is open at the desk, and the work that lets this person see it."""

    opened: Opened
    work: tuple[GovernmentWork, ...]

    @property
    def handed_up(self) -> GovernmentWork | None:
        """The row of the queue where the office handed it up; None for steps of the SOP."""
        return next((row for row in self.work if row.kind == GovernmentWork.Kind.HANDED_UP), None)

    @property
    def follow_up(self) -> GovernmentWork | None:
        """The row of the queue by which the desk looks after a referral; None where it does not."""
        return next((row for row in self.work if row.kind == GovernmentWork.Kind.FOLLOW_UP), None)

    @property
    def halted(self) -> bool:
        """Its office is suspended: it may be read and given to another office, but nothing is done there."""
        return self.opened.office.status != Office.Status.READY


class DeskAddresses(Addresses):
    """Where the pages of an office's complaint stand at its government's desk."""

    def __init__(self, office: Office, host: str) -> None:
        self._office, self._host = office, host

    def case(self, complaint: Complaint) -> str:
        return reverse("desk:case", args=[self._office.code, complaint.uid])

    def step(self, complaint: Complaint, line: str, action: str) -> str:
        return reverse("desk:action", args=[self._office.code, complaint.uid, line, action])

    def live_preview(self, complaint: Complaint, line: str, action: str) -> str:
        return reverse("desk:live_preview", args=[self._office.code, complaint.uid, line, action])

    def file(self, complaint: Complaint, file: UUID) -> str:
        return reverse("desk:file", args=[self._office.code, complaint.uid, file])

    def published(self, complaint: Complaint) -> str:
        return full_address(self._host, f"/aduan/{complaint.slug}/")


@contextmanager
def opened(
    request: DeskRequest,
    code: str,
    uid: UUID,
    *,
    purpose: str = "",
    again: bool = True,
    to_read: bool = False,
) -> Iterator[DeskCase]:
    """Opens a complaint of the office with this code for the person who asks; inside, that office is entered.

    The look is noted before the office is entered, and stays noted whatever follows. `purpose`: another one
    than the work gives; `again`: see `services.note_look`; `to_read`: no step is taken by it.

    Raises `ComplaintError("not_found")` where no open work lets this person see it, whether it exists or not,
    and `ServiceError("office_halted")` where the office is suspended, unless the desk reads what was handed
    up to it before: that is its own to decide.
    """
    work = queries.work_on(request.government, request.person, code, uid)
    if not work:
        raise not_found()
    target = work[0].office
    handed_up = any(row.kind == GovernmentWork.Kind.HANDED_UP for row in work)
    halted = target.status != Office.Status.READY
    if halted and not (to_read and handed_up):
        raise _halted(target)
    mine = next((row for row in work if row.role in request.person.roles), work[0])
    why = purpose or services.purpose_of(mine, request.person)
    services.note_look(request.person, request.government, target, uid, why, again=again)
    host = _host_of(target, request)
    addresses = DeskAddresses(target, host)
    with inside(target), timezone.override(ZoneInfo(target.timezone)):
        found = open_for(request.person, target, uid, host=host, addresses=addresses)
        signed = _titled(request.person, work, found.rules.procedure)
        # Nothing is done in an office that is suspended, and its letters would not go out.
        offers = [] if halted else found.offers
        yield DeskCase(replace(found, person=signed, offers=offers), tuple(work))


def _titled(person: DeskPerson, work: list[GovernmentWork], procedure: Procedure) -> DeskPerson:
    """The person with the names of the roles for which they have the complaint open, for the record."""
    mine = {row.role for row in work} & person.roles or person.roles
    names = [role.name.get("id") for role in procedure.roles if role.code in mine]
    return replace(person, title=", ".join(names))


def _host_of(office: Office, request: HttpRequest) -> str:
    hosts = Domain.objects.filter(office=office).order_by("-is_primary", "id")
    return hosts.values_list("host", flat=True).first() or host_name(request.get_host())


def _halted(office: Office) -> ServiceError:
    text = _(
        "Layanan %(name)s sedang dihentikan sementara. Aduannya tersimpan, tetapi tidak dapat dibuka atau "
        "dikerjakan sampai layanan itu berjalan kembali. Hubungi instansi tersebut untuk hal yang mendesak."
    )
    return ServiceError("office_halted", text % {"name": office.name})
