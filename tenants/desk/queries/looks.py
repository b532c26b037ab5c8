"""Who of the desk looked at what, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from central.coordination.models import CaseIndex, DeskLook, GovernmentWork
from central.offices.models import Government
from tenants.portal.paging import Order, Page, paged

from .names import Names

NEWEST_FIRST = Order("at", newest_first=True)


@dataclass(frozen=True, slots=True)
class Look:
    """One look. `what`: code of its purpose. `stage`: in words, of a step; "" of anything else."""

    at: datetime
    who: str
    office: str
    number: str
    what: str
    stage: str


def looks(government: Government, query: Mapping[str, str]) -> tuple[Page[DeskLook], list[Look]]:
    """A page of the log, the newest first."""
    rows = DeskLook.objects.filter(government=government).select_related("office")
    page = paged(rows, NEWEST_FIRST, query)
    uids = {row.uid for row in page.rows}
    numbers = dict(CaseIndex.objects.filter(uid__in=uids).values_list("uid", "number"))
    work = GovernmentWork.objects.filter(government=government, uid__in=uids)
    digests = dict(work.values_list("uid", "procedure_digest"))
    names = Names()
    names.read((row.office, row.uid, digests.get(row.uid, "")) for row in page.rows if ":" in row.purpose)
    listed = []
    for row in page.rows:
        what, _sep, stage = row.purpose.partition(":")
        told = names.stage(row.uid, stage) if stage else ""
        listed.append(Look(row.at, row.user_name, row.office.name, numbers.get(row.uid, ""), what, told))
    return page, listed
