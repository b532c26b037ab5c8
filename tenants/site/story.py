"""A complaint as its reporter reads it: the receipt, the story, what may be done now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import segno
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tenants.complaints.answers import answer_rows
from tenants.complaints.contacts import shown_phone
from tenants.complaints.models import Attachment, Complaint, Reporter
from tenants.complaints.queries import Moment, reporter_offers, timeline_for_reporter
from tenants.complaints.queries.deadlines import is_provisional
from tenants.complaints.snapshot import pauses_of
from tenants.complaints.words import (
    area_words,
    category_words,
    moment_words,
    pause_reason_words,
    provisional_words,
    stage_words,
)
from tenants.procedure.queries import Rules, rules_of
from workflows.cases import MAIN, AlarmKind, CitizenStatus, Outcome, alarms_from_json, memory_from_json
from workflows.decision import Offer, OfferKind

from .forms.report import words
from .pages import tracking_address

TONES = {
    CitizenStatus.RECEIVED.value: "info",
    CitizenStatus.IN_PROCESS.value: "info",
    CitizenStatus.AWAITING_REPORTER.value: "warn",
    CitizenStatus.FORWARDED.value: "info",
    CitizenStatus.ANSWERED.value: "ok",
    CitizenStatus.CLOSED.value: "quiet",
}

MOST_STARS = 5

ACTION_ICONS = {"withdraw": "alert", "rate": "done", "object": "chat"}


def tone(complaint: Complaint) -> str:
    """The colour of a complaint's status."""
    if complaint.outcome == Outcome.RESOLVED.value:
        return "ok"
    return TONES.get(complaint.status, "quiet")


def qr_code(address: str) -> SafeString:
    """The address as a picture to point a telephone at."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(border=2, omitsize=True)
    label = escape(_("Kode QR ke halaman lacak"))
    return mark_safe(drawn.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1))  # noqa: S308  segno draws paths only


def ticket(complaint: Complaint, now: datetime) -> dict[str, Any]:
    """What a reporter keeps: number, code, QR code, and what happens next by which date."""
    address = tracking_address(complaint.tracking_code)
    return {
        "complaint": complaint,
        "number": complaint.number,
        "code": complaint.tracking_code,
        "track_url": address,
        "qr": qr_code(address),
        "steps": _next_steps(complaint, rules_of(complaint)),
        "now": now,
    }


def _next_steps(complaint: Complaint, rules: Rules) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = [
        {
            "title": _("Laporan diterima"),
            "text": category_words(rules.settings, complaint.category),
            "done": True,
        }
    ]
    if complaint.closed_at is None:
        work = complaint.work_items.filter(closed_at=None, line=MAIN).first()
        due_at = work.due_at if work else None
        promised = complaint.promised_due_at if rules.procedure.promises_whole else None
        stage = stage_words(rules.procedure, complaint.stage)
        steps.append({"title": _("Petugas bekerja: %(stage)s") % {"stage": stage}, "due_at": due_at})
        if promised is not None and promised != due_at:
            note = provisional_words() if is_provisional(complaint, promised, rules) else ""
            steps.append({"title": _("Jawaban untuk Anda"), "text": note, "due_at": promised})
    steps.append({"title": _("Kami mengabari Anda"), "text": _how_told(complaint)})
    return steps


def _how_told(complaint: Complaint) -> str:
    reporter: Reporter | None = getattr(complaint, "reporter", None)
    if reporter is not None and reporter.email:
        return _("Kabar dikirim ke %(email)s.") % {"email": reporter.email}
    if reporter is not None and reporter.phone:
        return _("Petugas menelepon %(phone)s.") % {"phone": shown_phone(reporter.phone)}
    return _("Anda tidak meninggalkan kontak. Buka halaman lacak dengan kode Anda untuk melihat kabarnya.")


def story_page(complaint: Complaint, now: datetime) -> dict[str, Any]:
    """Everything that the tracking page shows."""
    rules = rules_of(complaint)
    story = timeline_for_reporter(complaint, now=now, rules=rules)
    offers = [_offered(complaint, offer, rules) for offer in reporter_offers(complaint, rules=rules)]
    moved = (
        story.of_whole
        and story.due_at is not None
        and story.promised_due_at is not None
        and story.due_at != story.promised_due_at
    )
    return {
        "complaint": complaint,
        "story": story,
        "status_tone": tone(complaint),
        "answer": _event(complaint, story.answer) if story.answer else None,
        "events": [
            _pointed(complaint, moment) if moment is story.answer else _event(complaint, moment)
            for moment in reversed(story.moments)
        ],
        "moved": moved,
        "public_url": f"/aduan/{complaint.slug}/" if complaint.published_at else "",
        "reopened_at": memory_from_json(complaint.state.get("memory", {})).reopened_at,
        "answer_by": _answer_by(complaint) if story.question else None,
        "pauses": _pauses(complaint, rules),
        "report": _report(complaint, rules),
        "answers": [offer for offer in offers if offer["answers"]],
        "offers": [offer for offer in offers if not offer["answers"]],
        "now": now,
    }


def _pauses(complaint: Complaint, rules: Rules) -> list[dict[str, Any]]:
    """The times that did not count in the limits of the main line, and the one that runs now; each once."""
    found: dict[tuple[datetime, datetime | None], str] = {}
    for clock in complaint.clocks.filter(line=MAIN, cancelled=False).order_by("started_at", "id"):
        for pause in pauses_of(clock):
            found[pause.begin, pause.end] = pause.stage
        if clock.paused_at is not None and clock.stopped_at is None:
            found[clock.paused_at, None] = clock.paused_in
    return [
        {"begin": begin, "end": end, "why": pause_reason_words(rules.procedure, stage)}
        for (begin, end), stage in sorted(found.items(), key=lambda item: item[0][0])
    ]


def _answer_by(complaint: Complaint) -> datetime | None:
    """Until when the office waits for the reporter's answer; then it goes on without."""
    alarms = alarms_from_json(complaint.state.get("alarms", []))
    ends = [alarm.at for alarm in alarms if alarm.kind is AlarmKind.TIMEOUT and alarm.line == MAIN]
    return min(ends, default=None)


def _offered(complaint: Complaint, offer: Offer, rules: Rules) -> dict[str, Any]:
    return {
        "url": f"/lacak/{complaint.tracking_code}/langkah/{offer.line}/{offer.action}/",
        "title": words(offer.label),
        "text": f"{words(offer.help)} {_limit(complaint, offer, rules)}".strip(),
        "icon": ACTION_ICONS.get(offer.action, "chat"),
        "answers": offer.kind is OfferKind.PROCEDURE,
    }


def _limit(complaint: Complaint, offer: Offer, rules: Rules) -> str:
    """Until when a closed report may be rated or objected to; "" for every other step."""
    if offer.kind is OfferKind.PROCEDURE or offer.action not in ("rate", "object") or not complaint.closed_at:
        return ""
    reporter = rules.procedure.reporter
    window = reporter.rate if offer.action == "rate" else reporter.object
    if window is None:
        return ""
    zone = timezone.get_current_timezone_name()
    until = rules.settings.work_calendar(zone).add(complaint.closed_at, window.within)
    return _("Dapat dilakukan sampai %(moment)s.") % {"moment": moment_words(until, zone)}


def _event(complaint: Complaint, moment: Moment) -> dict[str, Any]:
    written = "\n\n".join(moment.texts)
    if moment.public and written:
        written = _("Yang dibaca umum, dengan data pribadi disamarkan:") + f"\n\n{written}"
    elif moment.rated:
        written = "\n\n".join(part for part in (_rating(complaint), complaint.rating_comment) if part)
    kind = "reporter" if moment.by_reporter else "reply" if written else "public"
    return {
        "title": moment.text,
        "when": moment.at,
        "body": written,
        "by": _("Anda") if moment.by_reporter else "",
        "kind": kind,
        "files": [file_link(complaint, attachment) for attachment in moment.files],
    }


def _pointed(complaint: Complaint, moment: Moment) -> dict[str, Any]:
    """The moment of an answer that stands at the top of the page already, with its files."""
    above = _("Jawabannya ada di bagian atas halaman ini.")
    return {**_event(complaint, moment), "body": above, "files": []}


def _rating(complaint: Complaint) -> str:
    """The reporter's own rating, in stars and in words."""
    score = complaint.rating or 0
    stars = "★" * score + "☆" * (MOST_STARS - score)
    return _("%(stars)s %(score)d dari %(most)d") % {"stars": stars, "score": score, "most": MOST_STARS}


def file_link(complaint: Complaint, attachment: Attachment) -> dict[str, Any]:
    """A file as the list of files shows it."""
    address = f"/lacak/{complaint.tracking_code}/berkas/{attachment.uid.hex}/"
    picture = attachment.content_type.startswith("image/")
    return {
        "name": attachment.name,
        "size": attachment.size,
        "url": address,
        "thumbnail_url": f"{address}?kecil=1" if picture else "",
    }


def _report(complaint: Complaint, rules: Rules) -> list[dict[str, str]]:
    """What the reporter said."""
    rows = [
        {"key": _("Kategori"), "value": category_words(rules.settings, complaint.category)},
        *({"key": question, "value": answer} for question, answer in answer_rows(complaint)),
        {"key": _("Apa yang terjadi"), "value": complaint.description},
        {"key": _("Di mana"), "value": complaint.place},
        {"key": _("Wilayah"), "value": area_words(rules.settings, complaint.region)},
        {"key": _("Kapan"), "value": complaint.occurred_at},
        {"key": _("Kerahasiaan"), "value": str(complaint.get_visibility_display())},
    ]
    return [row for row in rows if row["value"]]


def happened(action: str) -> str:
    """What the reporter has just done, in a sentence; "" for nothing."""
    sentences = {
        "withdraw": _("Laporan Anda sudah dicabut."),
        "rate": _("Terima kasih atas penilaian Anda."),
        "object": _("Keberatan Anda sudah kami terima. Laporan dibuka kembali."),
    }
    if not action.isidentifier():
        return ""
    return sentences.get(action, _("Jawaban Anda sudah kami terima."))
