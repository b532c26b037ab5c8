"""Forms for the hours in which an office works."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, time
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workflows.calendar import Period, Week
from workflows.worktime import Frame

from .fields import date_input, mark_english, text_line

DAYS: dict[str, str | Promise] = {
    "mon": _("Senin"),
    "tue": _("Selasa"),
    "wed": _("Rabu"),
    "thu": _("Kamis"),
    "fri": _("Jumat"),
    "sat": _("Sabtu"),
    "sun": _("Minggu"),
}
_FRAME = re.compile(
    r"([01]?\d|2[0-4])[.:]([0-5]\d)\s*(?:-|–|—|s\.?d\.?|sampai)\s*([01]?\d|2[0-4])[.:]([0-5]\d)"
)
_BETWEEN = re.compile(r"[,;\n]|\bdan\b")


def frames_text(frames: tuple[Frame, ...]) -> str:
    """Frames as they are typed."""
    ends = ("24:00" if end == time.max else f"{end:%H:%M}" for _begin, end in frames)
    return ", ".join(f"{begin:%H:%M}-{end}" for (begin, _end), end in zip(frames, ends, strict=True))


def week_initial(week: Week) -> dict[str, str]:
    """The fields of a week."""
    return {day: frames_text(frames) for day, frames in zip(DAYS, week.days(), strict=True)}


class WeekForm(forms.Form):
    """The frames of each weekday, as one types them: `07:30-12:00, 13:00-16:00`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for code, name in DAYS.items():
            self.fields[code] = text_line(200, label=name, required=False)
            self.fields[code].hide_optional = True  # type: ignore[attr-defined]  # an empty day is an answer

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for code in DAYS:
            if code in data:
                try:
                    data[code] = frames_of(data[code])
                except forms.ValidationError as error:
                    self.add_error(code, error)
        if not self.errors and not any(data[code] for code in DAYS):
            self.add_error("mon", _("Isi jam kerja paling sedikit untuk satu hari."))
        return data

    @property
    def week(self) -> dict[str, list[str]]:
        """The week as the document has it; days off are left out."""
        return {code: self.cleaned_data[code] for code in DAYS if self.cleaned_data[code]}


def frames_of(text: str) -> list[str]:
    """What was typed for a day, in the document's form. Raises `ValidationError`."""
    found: list[str] = []
    last = -1
    for part in (piece.strip() for piece in _BETWEEN.split(text)):
        if not part:
            continue
        match = _FRAME.fullmatch(part)
        if match is None:
            raise forms.ValidationError(
                _("“%(part)s” bukan jam kerja. Tulis seperti 07:30-12:00, 13:00-16:00."),
                params={"part": part[:40]},
            )
        hour, minute, to_hour, to_minute = (int(number) for number in match.groups())
        begin, end = hour * 60 + minute, to_hour * 60 + to_minute
        if begin >= end or end > 24 * 60:
            raise forms.ValidationError(
                _("Jam selesai “%(part)s” harus sesudah jam mulainya."), params={"part": part}
            )
        if begin < last:
            raise forms.ValidationError(
                _("Jam kerja sehari ditulis berurutan dan tidak boleh bertumpuk. Periksa “%(part)s”."),
                params={"part": part},
            )
        last = end
        found.append(f"{hour:02}:{minute:02}-{to_hour:02}:{to_minute:02}")
    return found


class HoursForm(WeekForm):
    """The ordinary week, and on which of the nation's days off the office rests."""

    national_holidays = forms.BooleanField(label=_("Tutup pada hari libur nasional"), required=False)
    joint_leave = forms.BooleanField(label=_("Tutup pada cuti bersama"), required=False)
    decreed_until = forms.IntegerField(
        label=_("Cuti bersama sudah ditetapkan sampai tahun"),
        required=False,
        min_value=2000,
        max_value=2100,
        help_text=_(
            "Kosongkan untuk memakai data sistem. "
            "Batas waktu yang berakhir sesudah tahun itu ditandai sementara."
        ),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.order_fields([*DAYS, "national_holidays", "joint_leave", "decreed_until"])


class OpeningForm(forms.Form):
    """A date on which the office works although it would not, or in other hours. `taken`: dates that are
    noted already.
    """

    name = text_line(
        150, label=_("Sebab"), help_text=_("Misalnya “Pelayanan Sabtu” atau “Pengganti cuti bersama”.")
    )
    name_en = text_line(150, label=_("Nama dalam bahasa Inggris"), required=False)
    on = forms.DateField(label=_("Tanggal"), widget=date_input())
    frames = text_line(
        200,
        label=_("Jam kerja"),
        help_text=_("Tulis seperti 08:00-12:00, 13:00-15:00; istirahat ialah jeda di antaranya."),
    )

    def __init__(self, *args: Any, taken: Collection[date] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        mark_english(self)
        self.taken = taken

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day in self.taken:
            raise forms.ValidationError(
                _("Tanggal ini sudah tercatat. Hapus dahulu yang lama bila jamnya berubah.")
            )
        return day

    def clean_frames(self) -> list[str]:
        found = frames_of(self.cleaned_data["frames"])
        if not found:
            raise forms.ValidationError(_("Isi jam kerja hari itu."))
        return found


class PeriodForm(WeekForm):
    """Other hours for a range of dates, such as Ramadan: entered, never computed."""

    name = text_line(150, label=_("Nama masa"), help_text=_("Misalnya “Ramadan 1448 H”."))
    name_en = text_line(150, label=_("Nama dalam bahasa Inggris"), required=False)
    starts_on = forms.DateField(label=_("Mulai tanggal"), widget=date_input())
    ends_on = forms.DateField(label=_("Sampai tanggal"), widget=date_input())

    def __init__(self, *args: Any, others: tuple[Period, ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        mark_english(self)
        self.others = others

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        first, last = data.get("starts_on"), data.get("ends_on")
        if not first or not last:
            return data
        if last < first:
            self.add_error("ends_on", _("Tanggal selesai lebih awal daripada tanggal mulai."))
        elif (last - first).days > 366:
            self.add_error("ends_on", _("Paling lama satu tahun sekali isi."))
        elif other := next((p for p in self.others if p.starts_on <= last and first <= p.ends_on), None):
            self.add_error(
                "starts_on",
                forms.ValidationError(
                    _("Tanggal ini bertumpuk dengan masa “%(name)s”. Ubah salah satunya."),
                    params={"name": other.name.id},
                ),
            )
        return data
