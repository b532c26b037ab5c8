"""What happened to a complaint, told for staff: the timeline, and the words of single steps for sheets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from tenants.complaints import words
from tenants.complaints.models import Attachment, Message
from tenants.complaints.queries import Entry, history
from tenants.organization.queries import members_by_id, units
from workflows.actions import Input
from workflows.cases import ActorKind
from workflows.decision import ClockEvent, Fact, InputKind
from workflows.labels import label

from .case import Opened, file_rows

RECENT = 3


class Teller:
    """Puts the events of one complaint into words; units and people are read once, and only if needed."""

    def __init__(self, case: Opened) -> None:
        self.case = case
        self.files: list[Attachment] = list(case.complaint.attachments.order_by("id"))
        procedure = case.rules.procedure
        self.entries: list[Entry] = history(case.complaint, procedure=procedure, files=self.files)

    @cached_property
    def _units(self) -> dict[str, str]:
        return {unit.code: unit.name for unit in units(with_closed=True)}

    @cached_property
    def _members(self) -> dict[int, str]:
        wanted = {
            entry.event.data.get("inputs", {}).get(item.code)
            for entry in self.entries
            for item in self.inputs(entry)
            if item.kind is InputKind.MEMBER
        }
        return {pk: member.name for pk, member in members_by_id(filter(None, wanted)).items()}

    def inputs(self, entry: Entry) -> tuple[Input, ...]:
        """What the SOP's step asked for; nothing for a step of the platform's own, or of another office."""
        if entry.office:
            return ()
        for line in self.case.rules.procedure.lines:
            for stage in line.stages if line.code == entry.event.line else ():
                for action in stage.actions:
                    if action.code == entry.event.action:
                        return action.inputs
        return ()

    def texts(self, entry: Entry) -> list[tuple[str, Message]]:
        """What was written in the step, with the names of the inputs."""
        named = {item.code: words.said(item.label) for item in self.inputs(entry)}
        return [
            (named.get(message.field) or own_input(message.field), message)
            for message in entry.messages
            if message.kind != Message.Kind.NOTICE
        ]

    def choices(self, entry: Entry) -> list[tuple[Input, str]]:
        """What was chosen in the step, in words; what no list knows any more is left out."""
        chosen = entry.event.data.get("inputs", {})
        told = [(item, self._chosen(item, chosen.get(item.code))) for item in self.inputs(entry)]
        return [(item, text) for item, text in told if text]

    def chosen(self, entry: Entry, fact: Fact) -> str:
        """What the step chose for one fact, in words; "" where it chose none."""
        return next((text for item, text in self.choices(entry) if item.sets is fact), "")

    def timeline(self) -> list[dict[str, Any]]:
        """The history for the component `timeline`, newest first."""
        return [self._event(entry) for entry in reversed(self.entries)]

    def recent(self) -> list[dict[str, Any]]:
        """The last steps in which something was written, for whoever decides on them; newest first."""
        return [event for event in self.timeline() if event["body"]][:RECENT]

    def files_by_purpose(self, files: Iterable[Attachment]) -> list[dict[str, Any]]:
        """The office's own files, such as before and after the work, each group under the input's name."""
        names = {
            (entry.event.pk, item.code): words.said(item.label)
            for entry in self.entries
            for item in self.inputs(entry)
            if item.kind is InputKind.FILES
        }
        groups: dict[str, list[Attachment]] = {}
        for file in files:
            name = names.get((file.event_id or 0, file.purpose)) or own_input(file.purpose) or _("Lampiran")
            groups.setdefault(name, []).append(file)
        return [{"name": name, "files": file_rows(self.case, group)} for name, group in groups.items()]

    def _event(self, entry: Entry) -> dict[str, Any]:
        texts = self.texts(entry)
        choices = [f"{words.said(item.label)}: {text}" for item, text in self.choices(entry)]
        choices += [f"{name}: {value}" for name, value in self._own_numbers(entry)]
        choices += self.corrections(entry)
        named = len(texts) + len(choices) > 1
        parts = [f"{name}: {told}" if named and name else told for name, told in told_of(self.case, texts)]
        parts += ["\n".join(choices)] if choices else []
        stops = self._stops(entry)
        parts += ["\n".join(stops)] if stops else []
        kind = _kind(entry, [message for _name, message in texts])
        if kind != "reporter":
            parts += _told(entry)
        return {
            "title": entry.what,
            "when": entry.event.at,
            "by": actor_words(entry),
            "kind": kind,
            "body": "\n\n".join(parts),
            "status_text": entry.stage,
            "status_tone": "quiet",
            "files": file_rows(self.case, entry.attachments),
        }

    def corrections(self, entry: Entry) -> list[str]:
        """What of the routing the step put right, in words."""
        corrected = entry.event.data.get("corrected", {})
        settings, found = self.case.rules.settings, []
        if "category" in corrected:
            names = [words.category_words(settings, code) or _("tidak ada") for code in corrected["category"]]
            found.append(_("Kategori diubah dari %(before)s menjadi %(after)s.") % _change(names))
        if "unit" in corrected:
            units = self.case.rules.units
            names = [
                units[code].name if code in units else code or _("tidak ada") for code in corrected["unit"]
            ]
            found.append(_("Unit diubah dari %(before)s menjadi %(after)s.") % _change(names))
        return found

    def _stops(self, entry: Entry) -> list[str]:
        """Which limits stand still from here, and which go on, in words."""
        names = {clock.code: words.said(clock.name) for clock in self.case.rules.procedure.clocks}
        zone, told = self.case.case.timezone, []
        for row in entry.event.data.get("clocks", ()):
            name = names.get(row["code"], row["code"])
            if row["event"] == ClockEvent.PAUSE.value:
                told.append(_("Batas waktu “%(name)s” berhenti.") % {"name": name})
            elif row["event"] == ClockEvent.RESUME.value:
                until = words.moment_words(datetime.fromisoformat(row["due_at"]), zone)
                told.append(
                    _("Batas waktu “%(name)s” berjalan lagi, sampai %(until)s.")
                    % {"name": name, "until": until}
                )
        return told

    def _own_numbers(self, entry: Entry) -> list[tuple[str, int]]:
        """Numbers in a step of the platform's own, which no SOP names: the score of a rating."""
        if self.inputs(entry):
            return []
        told = entry.event.data.get("inputs", {}).items()
        return [(own_input(code), value) for code, value in told if type(value) is int and own_input(code)]

    def _chosen(self, item: Input, value: Any) -> str:
        if value in (None, ""):
            return ""
        match item.kind:
            case InputKind.CATEGORY:
                return words.category_words(self.case.rules.settings, str(value))
            case InputKind.UNIT:
                return self._units.get(str(value), "")
            case InputKind.MEMBER:
                return self._members.get(int(value), "")
            case InputKind.CHECKBOX:
                return _("ya") if value else _("tidak")
            case InputKind.CHOICE | InputKind.ROLE:
                return self._named(item, str(value))
        return str(value)

    def _named(self, item: Input, value: str) -> str:
        procedure = self.case.rules.procedure
        own = {choice.value: choice.label for choice in item.choices}
        known = {value.code: value.name for value in (*procedure.case_classes, *procedure.complexities)}
        known.update((role.code, role.name) for role in procedure.roles)
        return words.said(own.get(value) or known.get(value))


def _change(names: Sequence[str]) -> dict[str, str]:
    before, after = names
    return {"before": before, "after": after}


def told_of(case: Opened, texts: Iterable[tuple[str, Message]]) -> list[tuple[str, str]]:
    """Texts with the names of their inputs, as the person who has the complaint open may read them."""
    return [(name, case.told(message.body)) for name, message in texts]


def own_input(field: str) -> str:
    """The platform's own name of an input; "" where it has none."""
    try:
        return words.said(label(f"input.{field}"))
    except KeyError:
        return ""


def actor_words(entry: Entry) -> str:
    """Who did it, with the title held then."""
    event = entry.event
    if event.actor_kind == ActorKind.REPORTER.value:
        return _("pelapor")
    if event.actor_kind == ActorKind.SYSTEM.value:
        return f"{_('sistem')} ({entry.office})" if entry.office else _("sistem")
    who = f"{event.actor_name}, {event.actor_title}" if event.actor_title else event.actor_name
    own = event.actor_kind == ActorKind.MEMBER.value  # the desk's people are no office's
    if event.actor_kind == ActorKind.GOVERNMENT.value and not event.actor_title:
        return _("%(name)s, meja pusat") % {"name": event.actor_name}
    return f"{who} ({entry.office})" if entry.office and own else who


def _told(entry: Entry) -> list[str]:
    notice = next((m for m in entry.messages if m.kind == Message.Kind.NOTICE and m.to_reporter), None)
    if notice is None:
        return []
    told = {"call": _("Pelapor dikabari lewat telepon."), "sms": _("Pelapor dikabari lewat SMS.")}
    return [told.get(notice.channel, _("Pelapor dikabari lewat surel."))]


def _kind(entry: Entry, texts: Sequence[Message]) -> str:
    if entry.event.kind == "note":
        return "note"
    if entry.event.actor_kind == ActorKind.REPORTER.value:
        return "reporter"
    if any(message.to_reporter for message in texts):
        return "reply"
    return "system" if entry.event.actor_kind == ActorKind.SYSTEM.value else "public"
