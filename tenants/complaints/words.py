"""The core's values in words for people: statuses, limits, moments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, override
from django.utils.translation import gettext as _

from central.dates import HOUR, WEEKDAY, written
from workflows.cases import WITH_GOVERNMENT, CitizenStatus, Outcome
from workflows.common import Span, Text, TimeUnit
from workflows.labels import stage_label
from workflows.own import OWN_ACTIONS, own_action
from workflows.procedure import Procedure
from workflows.settings import Settings
from workflows.worktime import Frame

from .models import Complaint, Event

STATUSES: Mapping[str, Promise] = {
    CitizenStatus.RECEIVED: gettext_lazy("diterima"),
    CitizenStatus.IN_PROCESS: gettext_lazy("sedang ditangani"),
    CitizenStatus.AWAITING_REPORTER: gettext_lazy("menunggu jawaban pelapor"),
    CitizenStatus.FORWARDED: gettext_lazy("diteruskan"),
    CitizenStatus.ANSWERED: gettext_lazy("sudah dijawab"),
    CitizenStatus.CLOSED: gettext_lazy("ditutup"),
}

OUTCOMES: Mapping[str, Promise] = {
    Outcome.RESOLVED: gettext_lazy("selesai"),
    Outcome.DECLINED: gettext_lazy("tidak dapat ditindaklanjuti"),
    Outcome.REFERRED: gettext_lazy("diarahkan ke pihak lain"),
    Outcome.WITHDRAWN: gettext_lazy("dicabut oleh pelapor"),
}

_ZONES = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def said(text: Text | None) -> str:
    """A document's text in the language in use."""
    return text.get(get_language() or "id") if text is not None else ""


def status_words(status: str) -> str:
    """A citizen's status; an unknown one stays as it is."""
    return str(STATUSES.get(status, status))


def outcome_words(outcome: str) -> str:
    """How a complaint ended; "" while it has not."""
    return str(OUTCOMES.get(outcome, outcome))


def standing_words(complaint: Complaint) -> str:
    """How a complaint stands, in one word or two: moved to another office, how it ended, else its status."""
    if complaint.gone_at is not None:
        return _("dialihkan ke instansi lain")
    return outcome_words(complaint.outcome) or status_words(complaint.status)


def stage_words(procedure: Procedure, stage: str, line: str = "main") -> str:
    """A stage's name as the SOP or the platform has it."""
    found = procedure.stage(stage, line)
    return said(found.name if found else stage_label(stage)) or stage


def pause_reason_words(procedure: Procedure, stage: str, line: str = "main") -> str:
    """Why a clock stood still, by the stage in which it did; "" where that is not known."""
    if stage == WITH_GOVERNMENT:
        return _("di meja pusat")
    found = procedure.stage(stage, line) if stage else None
    if found is not None and found.status is CitizenStatus.AWAITING_REPORTER:
        return _("menunggu jawaban pelapor")
    return stage_words(procedure, stage, line) if stage else ""


def category_words(settings: Settings, code: str) -> str:
    """A category's full name from the top of the tree down; the code of one that was removed."""
    path = settings.paths.get(code)
    return " › ".join(said(category.name) for category in path) if path else code


def area_words(settings: Settings, code: str) -> str:
    """An area's name; the code of one that the office does not list."""
    return said(settings.area_names.get(code)) or code


def catalogue_entry(settings: Settings, code: str) -> tuple[str, str]:
    """A category's code and its full name in Indonesian, as the case index keeps it."""
    with override("id"):
        return code, category_words(settings, code) if code else ""


def listed(names: Sequence[str]) -> str:
    """`A`, `A dan B`, `A, B, dan C`."""
    *before, last = names
    if not before:
        return last
    if len(before) == 1:
        return _("%(first)s dan %(last)s") % {"first": before[0], "last": last}
    return _("%(names)s, dan %(last)s") % {"names": ", ".join(before), "last": last}


def zone_words(name: str, moment: datetime) -> str:
    """WIB, WITA or WIT; elsewhere the zone's own abbreviation."""
    return _ZONES.get(name) or moment.astimezone(ZoneInfo(name)).tzname() or name


def moment_words(moment: datetime | None, zone: str) -> str:
    """A moment in an office's time zone, such as `Senin, 3 Maret 2025 pukul 10.00 WIB`; "" for None."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(zone))
    return _("%(date)s pukul %(time)s %(zone)s") % {
        "date": written(local, WEEKDAY),
        "time": written(local, HOUR),
        "zone": zone_words(zone, moment),
    }


def provisional_words() -> str:
    """What is said beside a moment that joint leave may still move."""
    return _("(sementara: cuti bersama tahun itu belum ditetapkan)")


def due_words(moment: datetime | None, zone: str, *, provisional: bool) -> str:
    """As `moment_words`, and whether it may still move."""
    said = moment_words(moment, zone)
    return f"{said} {provisional_words()}" if said and provisional else said


def limit_words(limit: str) -> str:
    """A limit such as `14 WD` in words; "" stays ""."""
    if not limit:
        return ""
    span = Span.model_validate(limit)
    count = span.value
    match span.unit:
        case TimeUnit.WORKING_DAYS:
            words = ngettext("%(n)d hari kerja", "%(n)d hari kerja", count)
        case TimeUnit.WORKING_HOURS:
            words = ngettext("%(n)d jam kerja", "%(n)d jam kerja", count)
        case TimeUnit.WORKING_MINUTES:
            words = ngettext("%(n)d menit kerja", "%(n)d menit kerja", count)
        case TimeUnit.HOURS:
            words = ngettext("%(n)d jam", "%(n)d jam", count)
        case _:
            words = ngettext("%(n)d hari", "%(n)d hari", count)
    return words % {"n": count}


def time_left(due_at: datetime | None, now: datetime | None = None) -> str:
    """`2 hari lagi`, `lewat 3 jam`; "" without a limit. Whole units, the largest that fits."""
    if due_at is None:
        return ""
    left = due_at - (now or timezone.now())
    span = abs(left)
    if span >= timedelta(days=1):
        count = span.days
        amount = ngettext("%(n)d hari", "%(n)d hari", count) % {"n": count}
    elif span >= timedelta(hours=1):
        count = int(span.total_seconds() // 3600)
        amount = ngettext("%(n)d jam", "%(n)d jam", count) % {"n": count}
    else:
        count = int(span.total_seconds() // 60)
        amount = ngettext("%(n)d menit", "%(n)d menit", count) % {"n": count}
    return (_("%(amount)s lagi") if left >= timedelta(0) else _("lewat %(amount)s")) % {"amount": amount}


def action_words(procedure: Procedure, event: Event) -> str:
    """The name of the step that an event records, as the SOP or the platform has it."""
    for stage_code in (event.from_stage, event.to_stage):
        stage = procedure.stage(stage_code, event.line) if stage_code else None
        for action in stage.actions if stage else ():
            if action.code == event.action:
                return said(action.name)
    for line in procedure.lines:
        if line.code == event.line:
            for stage in line.stages:
                for action in stage.actions:
                    if action.code == event.action:
                        return said(action.name)
    if event.action in OWN_ACTIONS:
        return said(own_action(procedure, event.action).offer.label)
    return str(EVENTS.get(event.action, event.action))


EVENTS: Mapping[str, Promise] = {
    "start": gettext_lazy("Laporan diterima"),
    "timeout": gettext_lazy("Batas waktu tunggu berakhir"),
    "notice": gettext_lazy("Pengingat dikirim"),
    "desk_reminder": gettext_lazy("Diingatkan oleh meja pusat"),
    "desk_escalation": gettext_lazy("Kepala diberi tahu bahwa pengingat meja pusat belum ditindaklanjuti"),
    "coordination_answered": gettext_lazy("Koordinasi dijawab"),
    "coordination_declined": gettext_lazy("Koordinasi tidak dapat dijawab"),
    "coordination_late": gettext_lazy("Koordinasi lewat batas waktu"),
    "recompute": gettext_lazy("Batas waktu dihitung ulang"),
    "arrive": gettext_lazy("Datang dari instansi lain"),
    "depart": gettext_lazy("Dialihkan ke instansi lain"),
    "sort": gettext_lazy("Masuk antrean meja pusat"),
    "move_version": gettext_lazy("Dipindahkan ke versi prosedur yang baru"),
    "hand_over_work": gettext_lazy("Tugas dialihkan kepada petugas lain"),
    "release_work": gettext_lazy("Tugas dikembalikan kepada pemegang peran"),
}


def hours_words(frames: Sequence[Frame]) -> str:
    """The working hours of a day, such as "07.30–12.00, 13.00–16.00"; "tutup" without any."""
    return ", ".join(f"{_clock(begin)}–{_clock(end)}" for begin, end in frames) or _("tutup")


def _clock(moment: time) -> str:
    if moment == time.max:
        return formats.time_format(time.min, "TIME_FORMAT").replace("00", "24", 1)
    return formats.time_format(moment, "TIME_FORMAT")
