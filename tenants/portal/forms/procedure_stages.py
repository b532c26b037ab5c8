"""Plain forms for the parts of a draft: a stage, its limits, a new stage, a role.

A form knows the procedure that it changes and gives the changed one: `changed()`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tenants.complaints.words import STATUSES, said, stage_words
from tenants.portal.procedure_words import clocks_of, condition_words, role_words
from workflows import editing
from workflows.cases import MAIN, CitizenStatus
from workflows.common import Span, TimeUnit
from workflows.editing import Gap, Name, NewLimit, NewStage
from workflows.procedure import Clock, Procedure, Stage

from .fields import PlainSelect, date_input, text_line

UNITS = (
    (TimeUnit.WORKING_DAYS.value, _("hari kerja")),
    (TimeUnit.WORKING_HOURS.value, _("jam kerja")),
    (TimeUnit.WORKING_MINUTES.value, _("menit kerja")),
    (TimeUnit.HOURS.value, _("jam, siang malam dan hari libur")),
    (TimeUnit.DAYS.value, _("hari kalender")),
)
LIMITED, WHOLE, NONE = "batas", "seluruh", "tanpa"
NEW = "baru"
STAGE_STATUSES = (CitizenStatus.RECEIVED, CitizenStatus.IN_PROCESS, CitizenStatus.ANSWERED)


class LimitGroup:
    """The fields of one limit in a form: a length for each branch, and what goes for all of them.

    `clock` None: a limit that is not there yet.
    """

    def __init__(self, procedure: Procedure, clock: Clock | None, prefix: str, title: str = "") -> None:
        self.procedure, self.clock, self.prefix, self.title = procedure, clock, prefix, title
        self.branches = clock.limits() if clock is not None else (None,)

    def fields(self, owner: Sequence[str]) -> dict[str, forms.Field]:
        """By their names."""
        made: dict[str, forms.Field] = {}
        for number, branch in enumerate(self.branches):
            made[f"{self.prefix}nilai{number}"] = _quiet(
                forms.IntegerField(
                    label=self._label(number),
                    min_value=1,
                    max_value=100_000,
                    required=False,
                    initial=branch.limit.value if branch is not None else None,
                )
            )
            made[f"{self.prefix}satuan{number}"] = forms.ChoiceField(
                label=self._named(gettext("Satuan")),
                choices=UNITS,
                initial=branch.limit.unit.value if branch is not None else TimeUnit.WORKING_DAYS.value,
                required=False,
                widget=PlainSelect,
            )
            _quiet(made[f"{self.prefix}satuan{number}"])
        return made | self._rest(owner)

    def _rest(self, owner: Sequence[str]) -> dict[str, forms.Field]:
        clock = self.clock
        above = [*editing.escalations(self.procedure, owner)]
        if clock is not None and clock.escalate_to not in above:
            above.append(clock.escalate_to)
        return {
            f"{self.prefix}dasar": text_line(
                500, label=self._named(gettext("Dasar hukum")), required=False,
                initial=clock.legal_basis if clock is not None else "",
            ),
            f"{self.prefix}sejak": forms.DateField(
                label=self._named(gettext("Berlaku sejak")), required=False, widget=date_input(),
                initial=clock.since if clock is not None else None,
            ),
            f"{self.prefix}ingat": _quiet(forms.IntegerField(
                label=self._named(gettext("Ingatkan pemilik setelah terpakai (persen)")),
                min_value=1, max_value=99, required=False,
                initial=round(100 * clock.warn_share) if clock is not None else 75,
            )),
            f"{self.prefix}eskalasi": _quiet(forms.ChoiceField(
                label=self._named(gettext("Bila lewat, diberi tahu")),
                choices=[(code, role_words(self.procedure, code)) for code in above],
                initial=clock.escalate_to if clock is not None else (above[0] if above else ""),
                required=False,
                widget=PlainSelect,
            )),
        }  # fmt: skip

    def _label(self, number: int) -> str:
        branch = self.branches[number]
        if branch is None or len(self.branches) == 1:
            return self._named(gettext("Batas waktu"))
        when = (
            condition_words(self.procedure, branch.when) if branch.when is not None else gettext("selain itu")
        )
        return self._named(gettext("Batas waktu, %(when)s") % {"when": when})

    def _named(self, label: str) -> str:
        return f"{label} ({self.title})" if self.title else label

    def demand(self, form: forms.Form) -> None:
        """Puts an error beside every length that is missing."""
        for number in range(len(self.branches)):
            name = f"{self.prefix}nilai{number}"
            if form.cleaned_data.get(name) is None and name not in form.errors:
                form.add_error(name, gettext("Isi batas waktunya dengan bilangan bulat."))

    def limit(self, data: dict[str, Any], owner: Sequence[str]) -> NewLimit:
        """What was filled in."""
        spans = tuple(
            Span(
                value=data[f"{self.prefix}nilai{number}"],
                unit=TimeUnit(data[f"{self.prefix}satuan{number}"] or TimeUnit.WORKING_DAYS),
            )
            for number in range(len(self.branches))
        )
        above = editing.escalations(self.procedure, owner)
        return NewLimit(
            spans=spans,
            escalate_to=data[f"{self.prefix}eskalasi"] or (above[0] if above else ""),
            warn_share=(data[f"{self.prefix}ingat"] or 75) / 100,
            legal_basis=data[f"{self.prefix}dasar"],
            since=data[f"{self.prefix}sejak"],
        )


class NamedForm(forms.Form):
    """Something with a name in both languages."""

    name = text_line(150, label=_("Nama"))
    name_en = text_line(150, label=_("Nama dalam bahasa Inggris"), required=False)

    def given_name(self) -> Name:
        return Name(self.cleaned_data["name"], self.cleaned_data["name_en"])


class StageForm(NamedForm):
    """A stage of a draft with its owners and limits."""

    def __init__(self, *args: Any, procedure: Procedure, line: str, stage: Stage, **options: Any) -> None:
        super().__init__(*args, **options)
        self.procedure, self.line, self.stage = procedure, line, stage
        self.initial = {**self.initial, "name": stage.name.id, "name_en": stage.name.en}
        self.groups: list[LimitGroup] = []
        if stage.final is not None:
            return
        self.fields["owner"] = forms.MultipleChoiceField(
            label=_("Pemilik"),
            help_text=_("Peran yang mengerjakan tahap ini."),
            choices=role_choices(procedure),
            widget=forms.CheckboxSelectMultiple,
            initial=list(stage.owner),
        )
        if stage.waits is not None:
            self._add_wait(stage.waits.cap)
        else:
            self._add_limits()

    def _add_wait(self, cap: Span) -> None:
        self.fields["tunggu"] = forms.IntegerField(
            label=_("Paling lama menunggu"), min_value=1, max_value=100_000, initial=cap.value
        )
        self.fields["satuan"] = forms.ChoiceField(
            label=_("Satuan"), choices=UNITS, initial=cap.unit.value, widget=PlainSelect
        )

    def _add_limits(self) -> None:
        clocks = clocks_of(self.procedure, self.line, self.stage.code)
        many = len(clocks) > 1
        self.groups = [
            LimitGroup(self.procedure, clock, f"jam{n}_", said(clock.name) if many else "")
            for n, clock in enumerate(clocks)
        ] or [LimitGroup(self.procedure, None, "jam0_")]
        kind = LIMITED if clocks else WHOLE if self.stage.within_whole else NONE
        self.fields["batas"] = kind_field(self.procedure, self.line, kind)
        for group in self.groups:
            self.fields.update(group.fields(self.stage.owner))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("batas") == LIMITED:
            for group in self.groups:
                group.demand(self)
        return data

    def changed(self) -> Procedure:
        """The procedure with what was filled in."""
        data, line, code = self.cleaned_data, self.line, self.stage.code
        owner = data.get("owner", [])
        cap = Span(value=data["tunggu"], unit=data["satuan"]) if "tunggu" in data else None
        new = editing.change_stage(self.procedure, line, code, name=self.given_name(), owner=owner, cap=cap)
        if "batas" not in data:
            return new
        if data["batas"] != LIMITED:
            return editing.take_limits(new, line, code, within_whole=data["batas"] == WHOLE)
        for group in self.groups:
            limit = group.limit(data, owner)
            if group.clock is None:
                new = editing.give_limit(new, line, code, limit)
            else:
                new = editing.change_limit(new, group.clock.code, limit)
        return new


class LimitForm(forms.Form):
    """One limit by itself, such as that of the whole process."""

    def __init__(self, *args: Any, procedure: Procedure, clock: Clock, **options: Any) -> None:
        super().__init__(*args, **options)
        self.procedure, self.clock = procedure, clock
        self.group = LimitGroup(procedure, clock, "jam_")
        self.fields.update(self.group.fields(()))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        self.group.demand(self)
        return data

    def changed(self) -> Procedure:
        """The procedure with the limit as it was filled in."""
        return editing.change_limit(self.procedure, self.clock.code, self.group.limit(self.cleaned_data, ()))


class NewStageForm(NamedForm):
    """A stage that is to be added on the way from one to the next, with an owner that may be new, too."""

    def __init__(self, *args: Any, procedure: Procedure, **options: Any) -> None:
        super().__init__(*args, **options)
        self.procedure = procedure
        self.gaps = {f"{gap.line}/{gap.before}/{gap.after}": gap for gap in editing.gaps(procedure)}
        self.group = LimitGroup(procedure, None, "jam_")
        self.fields["name"].label = _("Nama tahap")
        self.fields["letak"] = forms.ChoiceField(
            label=_("Letak"),
            choices=[("", _("Pilih satu")), *((key, self._place(gap)) for key, gap in self.gaps.items())],
            widget=PlainSelect,
        )
        self.fields["status"] = forms.ChoiceField(
            label=_("Status bagi pelapor"),
            choices=[(status.value, STATUSES[status]) for status in STAGE_STATUSES],
            initial=CitizenStatus.IN_PROCESS.value,
            widget=forms.RadioSelect,
        )
        self.fields["owner"] = forms.ChoiceField(
            label=_("Pemilik"),
            choices=[*role_choices(procedure), (NEW, _("Peran baru, namanya di bawah"))],
            widget=PlainSelect,
        )
        self.fields["peran"] = text_line(150, label=_("Nama peran baru"), required=False)
        self.fields["tindakan"] = text_line(
            150,
            label=_("Tindakan yang menyelesaikannya"),
            help_text=_("Tertulis pada tombol, misalnya “Nyatakan lengkap”."),
        )
        self.fields["batas"] = kind_field(procedure, MAIN, LIMITED)
        self.fields.update(self.group.fields(()))
        above = [(code, role_words(procedure, code)) for code in editing.escalations(procedure, ())]
        self.fields["jam_eskalasi"] = forms.ChoiceField(
            label=_("Bila lewat, diberi tahu"),
            choices=[("", _("Menurut tangga eskalasi")), *above],
            required=False,
            widget=PlainSelect,
        )
        _quiet(self.fields["jam_eskalasi"])
        order = ["letak", "name", "name_en", "status", "owner", "peran", "tindakan", "batas"]
        self.order_fields(order)

    def _place(self, gap: Gap) -> str:
        words = {
            "before": stage_words(self.procedure, gap.before, gap.line),
            "after": stage_words(self.procedure, gap.after, gap.line),
        }
        place = gettext("Setelah “%(before)s”, sebelum “%(after)s”") % words
        if gap.line == MAIN:
            return place
        line = next(one for one in self.procedure.lines if one.code == gap.line)
        return f"{said(line.name)}: {place}"

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("batas") == LIMITED:
            self.group.demand(self)
        if data.get("owner") == NEW and not data.get("peran"):
            self.add_error("peran", gettext("Isi nama peran yang baru."))
        owner = data.get("owner")
        if owner and owner != NEW and data.get("jam_eskalasi") == owner:
            self.add_error(
                "jam_eskalasi", gettext("Pilih peran lain: pemilik tahap tidak memberi tahu dirinya sendiri.")
            )
        return data

    def changed(self) -> Procedure:
        """The procedure with the new stage, and the new role if one was named."""
        data, procedure = self.cleaned_data, self.procedure
        owner = data["owner"]
        if owner == NEW:
            procedure, owner = editing.add_role(procedure, Name(data["peran"]))
        new = NewStage(
            name=self.given_name(),
            owner=owner,
            action=Name(data["tindakan"]),
            limit=self.group.limit(data, [owner]) if data["batas"] == LIMITED else None,
            status=CitizenStatus(data["status"]),
            within_whole=data["batas"] == WHOLE,
        )
        return editing.add_stage(procedure, self.gaps[data["letak"]], new)[0]


class RoleForm(NamedForm):
    """A role of a draft; `role` None: a new one."""

    def __init__(self, *args: Any, procedure: Procedure, role: str | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.procedure, self.role = procedure, role
        self.fields["name"].label = _("Nama peran")
        found = procedure.role(role) if role is not None else None
        if found is not None:
            self.initial = {**self.initial, "name": found.name.id, "name_en": found.name.en}

    def changed(self) -> Procedure:
        """The procedure with the role under its name."""
        if self.role is None:
            return editing.add_role(self.procedure, self.given_name())[0]
        return editing.rename_role(self.procedure, self.role, self.given_name())


def role_choices(procedure: Procedure) -> list[tuple[str, str]]:
    """The roles of a procedure by their names."""
    return [(role.code, said(role.name)) for role in procedure.roles]


def kind_field(procedure: Procedure, line: str, initial: str) -> forms.ChoiceField:
    """Whether a stage has a limit; that of the whole process is offered where there is one."""
    choices = [(LIMITED, _("Ada batas waktunya, diisi di bawah"))]
    if any(clock.whole and clock.line == line for clock in procedure.clocks):
        choices.append((WHOLE, _("Hanya batas seluruh proses")))
    choices.append((NONE, _("Tanpa batas waktu: SOP tidak menyebutnya")))
    return forms.ChoiceField(
        label=_("Apakah ada batas waktunya?"), choices=choices, initial=initial, widget=forms.RadioSelect
    )


def _quiet(field: forms.Field) -> forms.Field:
    """A field that is demanded only with others: it says nothing of being optional."""
    field.hide_optional = True  # type: ignore[attr-defined]  # read by the renderer
    return field
