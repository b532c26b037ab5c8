"""Watching that there are people for the work (W06, W14) and that routing rules name what exists (R01): every
night, whenever somebody leaves or moves, and when a report meets such a rule.

A gap is told to the office's admins, and to the admins of the government's desk where there is one: once when
it is found, and again every week until it is mended.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from types import MappingProxyType

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from central.accounts.sites import full_address
from central.coordination.services import clear_alarm, set_alarm, tell_desk_admins
from central.delivery.services import send_central
from central.offices.access import OfficeAccessError, current_office, public
from central.offices.models import Domain, Office
from tenants.complaints.services.stranded import watch_stranded
from tenants.complaints.services.upkeep import watch_decrees
from tenants.organization import queries as people
from tenants.organization.services import EVERY_NIGHT, STAFF_ALARM
from tenants.procedure.cures import Cures
from tenants.procedure.models import StaffGap
from tenants.procedure.proof import holders_of
from tenants.procedure.queries import NoProcedure, procedures_in_use
from tenants.procedure.targets import broken_targets
from workflows.problems import Problem
from workflows.procedure import Procedure, Stage
from workflows.staffing import check_staff

log = logging.getLogger(__name__)

REPEAT = timedelta(days=7)
"""After which a gap that is still there is told again."""

_Words = Callable[[str, str, str, Sequence[StaffGap]], tuple[str, str]]
"""Subject and body, in a language, with the address of the settings and the office's name."""


@dataclass(frozen=True, slots=True)
class _Gap:
    """One finding, with the procedure at which it was made."""

    problem: Problem
    procedure: Procedure | None = None

    @property
    def stage(self) -> Stage | None:
        """The stage that the finding is about."""
        path = self.problem.path
        if self.procedure is None or path[:1] != ("lines",):
            return None
        return self.procedure.lines[int(path[1])].stages[int(path[3])]


_NO_CURES: Mapping[str, str] = MappingProxyType({})

_BROKEN = "R01"
"""Code of what names something that is no more."""

_NIGHT = time(1, 0)
_SPREAD = 180
"""Minutes after one o'clock, local, over which the offices' nights are spread."""


def on_staff_alarm(key: str, now: datetime) -> None:
    """Looks at the people of the office we are in. `key`: one of the organisation's keys for this alarm."""
    office = _here()
    if key == EVERY_NIGHT:
        watch_every_night(office, now)
        watch_decrees(now)
    else:
        clear_alarm(office, kind=STAFF_ALARM, key=key)
    watch(office, now)
    watch_stranded(now)


def watch_every_night(office: Office, now: datetime) -> None:
    """Has the office called in its next night."""
    zone = people.local_zone()
    minute = timedelta(minutes=office.pk % _SPREAD)
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    at = datetime.combine(tomorrow, _NIGHT, zone) + minute
    set_alarm(office, kind=STAFF_ALARM, key=EVERY_NIGHT, due_at=at)


def watch(office: Office, now: datetime) -> list[StaffGap]:
    """Notes which gaps there are and which are mended, and tells the new ones; returns the open ones."""
    gaps = _gaps()
    found = {key: gap.problem for key, gap in gaps.items()}
    known = {(row.code, row.text_id): row for row in StaffGap.objects.filter(ended_at=None)}
    mended = [row.pk for key, row in known.items() if key not in found]
    StaffGap.objects.filter(pk__in=mended).update(ended_at=now)
    new = [
        StaffGap(code=item.code, text_id=item.text.id, text_en=item.text.get("en"), found_at=now)
        for key, item in found.items()
        if key not in known
    ]
    StaffGap.objects.bulk_create(new)
    rows = [*new, *(row for key, row in known.items() if key in found)]
    telling = [row for row in rows if row.told_at is None or now - row.told_at >= REPEAT]
    if telling:
        _tell(office, telling, gaps)
        StaffGap.objects.filter(pk__in=[row.pk for row in telling]).update(told_at=now)
    return rows


def _gaps() -> dict[tuple[str, str], _Gap]:
    """What the proof of the people finds at the procedures in use, each finding once, and every routing rule
    whose target is no more; by code and Indonesian words.
    """
    found: dict[tuple[str, str], _Gap] = {}
    for procedure in procedures_in_use():
        for item in check_staff(procedure, holders_of(procedure)):
            found.setdefault((item.code, item.text.id), _Gap(item, procedure))
    try:
        broken = broken_targets()
    except NoProcedure:
        broken = []
    for item in broken:
        found.setdefault((item.code, item.text.id), _Gap(item))
    return found


def _tell(office: Office, rows: Sequence[StaffGap], gaps: Mapping[tuple[str, str], _Gap]) -> None:
    """Tells the admins, who read what to do at each gap, and the desk, which reads what is missing."""
    routing = [row for row in rows if row.code == _BROKEN]
    staff = [row for row in rows if row.code != _BROKEN]
    if routing:
        _tell_admins(office, "routing_broken", _routing_words, routing)
    if staff:
        _tell_admins(office, "staff_gap", partial(_words, cures=_cures(staff, gaps)), staff)
        tell_desk_admins(
            office, kind="staff_gap", words=lambda language, url: _words(language, url, office.name, staff)
        )
    log.warning("office %s: %d gaps were told", office.code, len(rows))


def _tell_admins(office: Office, kind: str, words: _Words, rows: Sequence[StaffGap]) -> None:
    admins = people.admins()
    with public():
        host = Domain.objects.filter(office=office).values_list("host", flat=True).first()
        url = full_address(host, "/kantor/atur/") if host else ""
        for admin in admins:
            subject, body = words("id", url, office.name, rows)
            send_central(kind=kind, recipient=admin.email, subject=subject, body=body)


def _words(
    language: str,
    url: str,
    office: str,
    rows: Sequence[StaffGap],
    cures: Mapping[str, str] = _NO_CURES,
) -> tuple[str, str]:
    """`cures`: what mends a row, by its Indonesian words."""
    with translation.override(language):
        values = {"office": office, "count": len(rows), "url": url}
        subject = _("%(office)s: ada tugas SOP tanpa petugas") % values
        begin = ngettext(
            "Ada %(count)d kekurangan petugas di %(office)s:",
            "Ada %(count)d kekurangan petugas di %(office)s:",
            len(rows),
        )
        end = _(
            "Selama kosong, admin yang paling lama terdaftar menjalankan tugasnya. "
            "Admin instansi mengisinya di: %(url)s"
        )
        listed = _listed(language, rows, cures)
        return subject, "\n".join([begin % values, "", *listed, "", end % values])


def _cures(rows: Sequence[StaffGap], gaps: Mapping[tuple[str, str], _Gap]) -> dict[str, str]:
    """What mends each row today, in Indonesian, which the letters to admins are written in."""
    known, found = Cures(), {}
    with translation.override("id"):
        for row in rows:
            gap = gaps[row.code, row.text_id]
            cure = known.of(gap.problem, gap.procedure, gap.stage)
            if cure is not None:
                found[row.text_id] = cure.text
    return found


def _routing_words(language: str, url: str, office: str, rows: Sequence[StaffGap]) -> tuple[str, str]:
    with translation.override(language):
        values = {"office": office, "url": url}
        subject = _("%(office)s: ada aturan penyaluran yang tidak berlaku lagi") % values
        begin = _("Aduan yang masuk ke %(office)s tetap diterima, tetapi penyalurannya perlu diperbaiki:")
        end = _("Perbaiki di: %(url)s")
        return subject, "\n".join([begin % values, "", *_listed(language, rows), "", end % values])


def _listed(language: str, rows: Sequence[StaffGap], cures: Mapping[str, str] = _NO_CURES) -> list[str]:
    found = []
    for row in rows:
        found.append(f"- {row.text_en if language == 'en' else row.text_id}")
        if row.text_id in cures:
            found.append(f"  {cures[row.text_id]}.")
    return found


def _here() -> Office:
    office = current_office()
    if office is None:
        raise OfficeAccessError("The people of an office are looked at inside it.")
    return office
