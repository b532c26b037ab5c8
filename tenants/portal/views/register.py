"""The register book of a year or a month: to look at, to print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from tenants.channels.registry import label as channel_label
from tenants.complaints import words
from tenants.complaints.models import Complaint, Message
from tenants.complaints.queries import Reader, register_book, register_years
from tenants.organization.queries import today
from tenants.portal import rows
from tenants.portal.door import StaffRequest, note_look, staff
from tenants.portal.pages import page
from tenants.portal.paging import Order, paged
from tenants.portal.printing import sheet as printed
from tenants.procedure.queries import rules_in_force
from workflows.cases import Visibility

MOST_ROWS = 2000
"""So many rows stand on one page to print; a longer book is printed in parts."""

MOST_PDF_ROWS = 500
"""A PDF of so many rows takes some seconds; a longer book comes in parts."""

FROM = "dari"
"""The parameter of a sheet that names the number where a part begins."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the book on the screen. `url`: of the complaint's page. `cells`: header and text."""

    url: str
    cells: list[tuple[str, str]]


class PeriodForm(forms.Form):
    """A year, or one month of it."""

    tahun = forms.TypedChoiceField(label=gettext_lazy("Tahun"), coerce=int)
    bulan = forms.TypedChoiceField(label=gettext_lazy("Bulan"), coerce=int, required=False, empty_value=None)

    def __init__(self, data: Any, *, years: list[int]) -> None:
        super().__init__(data)
        self.fields["tahun"].choices = [(year, year) for year in years]  # type: ignore[attr-defined]
        months = [("", _("Satu tahun penuh")), *MONTHS.items()]
        self.fields["bulan"].choices = months  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.hide_optional = True  # type: ignore[attr-defined]  # read by the renderer


@require_safe
@staff
def register(request: StaffRequest) -> HttpResponse:
    """The book on the screen, in pages."""
    form, year, month = _period(request)
    shown = paged(_book(request, year, month), Order("register_seq", counts=True), request.GET, size=50)
    sheet_url = _sheet_url(year, month)
    return page(
        request,
        "register",
        {
            "form": form,
            "period": _period_words(year, month),
            "headers": headers(),
            "rows": _lines(request, shown.rows),
            "print_url": sheet_url,
            "pdf_url": f"{sheet_url}&format=pdf",
            **shown.links(request.path, dict(request.GET.lists())),
        },
    )


@require_safe
@staff
def register_sheet(request: StaffRequest) -> HttpResponse:
    """The book as a sheet: a page to print or, with `format=pdf`, a file. Of a book that is too long for one
    the parts are listed; `dari` names the number where a part begins.
    """
    _form, year, month = _period(request)
    book, most = _book(request, year, month), _most(request)
    begins = _number(request.GET.get(FROM, ""))
    found = list((book.filter(register_seq__gte=begins) if begins else book)[: most + 1])
    if len(found) > most and not begins:
        return _parts(request, year, month)
    found = found[:most]
    rules = rules_in_force()
    name = f"register-{year}-{month:02d}" if month else f"register-{year}"
    period = _period_words(year, month)
    if begins and found:
        name = f"{name}-{found[0].register_seq}"
        period = f"{period}, {_numbers_words(found[0].register_seq, found[-1].register_seq)}"
    context = {
        "head": rules.procedure.head,
        "printed_at": words.moment_words(timezone.now(), request.office.timezone),
        "period": period,
        "headers": headers(),
        "rows": _rows(request, found),
    }
    back = _sheet_url(year, month, pdf=_wants_pdf(request)) if begins else _book_url(year, month)
    return printed(request, "register", context, name=name, back_url=back)


def _parts(request: StaffRequest, year: int, month: int) -> HttpResponse:
    """The page of a book that is too long for one sheet: each part by its numbers. Reads no complaint."""
    most, pdf = _most(request), _wants_pdf(request)
    numbers = list(_book(request, year, month).values_list("register_seq", flat=True))
    parts = [numbers[place : place + most] for place in range(0, len(numbers), most)]
    sheet_url = _sheet_url(year, month, pdf=pdf)
    context = {
        "period": _period_words(year, month),
        "total": len(numbers),
        "most": most,
        "pdf": pdf,
        "parts": [
            {
                "url": f"{sheet_url}&{FROM}={part[0]}",
                "label": _numbers_words(part[0], part[-1]),
                "count": len(part),
            }
            for part in parts
        ],
        "book_url": _book_url(year, month),
    }
    return page(request, "register_parts", context)


def _wants_pdf(request: StaffRequest) -> bool:
    return request.GET.get("format") == "pdf"


def _most(request: StaffRequest) -> int:
    return MOST_PDF_ROWS if _wants_pdf(request) else MOST_ROWS


def _number(text: str) -> int:
    """A number of the book as a part's address names it; 0 for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _numbers_words(first: int, last: int) -> str:
    return _("No. %(first)s sampai %(last)s") % {"first": first, "last": last}


def _book_url(year: int, month: int) -> str:
    return f"{reverse('portal:register')}?tahun={year}&bulan={month or ''}"


def _sheet_url(year: int, month: int, *, pdf: bool = False) -> str:
    query = f"tahun={year}&bulan={month or ''}{'&format=pdf' if pdf else ''}"
    return f"{reverse('portal:register_sheet')}?{query}"


def _period(request: StaffRequest) -> tuple[PeriodForm, int, int]:
    """The form, the year and the month (0: the whole year); what cannot be read becomes this year."""
    this_year = today().year
    years = sorted({this_year, *register_years()}, reverse=True)
    data = {"tahun": request.GET.get("tahun") or this_year, "bulan": request.GET.get("bulan", "")}
    form = PeriodForm(data, years=years)
    if not form.is_valid():
        form = PeriodForm({"tahun": this_year, "bulan": ""}, years=years)
        form.is_valid()
    return form, form.cleaned_data["tahun"], form.cleaned_data["bulan"] or 0


def _book(request: StaffRequest, year: int, month: int) -> Any:
    book = register_book(year).select_related("unit", "reporter", "member")
    if not month:
        return book
    zone = ZoneInfo(request.office.timezone)
    first = datetime.combine(date(year, month, 1), time(), zone)
    after = datetime.combine(date(year + month // 12, month % 12 + 1, 1), time(), zone)
    return book.filter(events__kind="received", events__at__gte=first, events__at__lt=after)


def _period_words(year: int, month: int) -> str:
    if not month:
        return _("Tahun %(year)d") % {"year": year}
    return _("%(month)s %(year)d") % {"month": MONTHS[month], "year": year}


def headers() -> list[str]:
    """The columns of the book."""
    return [
        _("No."),
        _("Nomor register"),
        _("Diterima"),
        _("Pelapor"),
        _("Kanal"),
        _("Kategori"),
        _("Uraian singkat"),
        _("Unit"),
        _("Jawaban"),
        _("Selesai"),
        _("Status"),
    ]


def _lines(request: StaffRequest, found: list[Complaint]) -> list[Line]:
    """The lines of the book on the screen. Whoever reads it is a member, who may open each complaint in it,
    also what another office has by now: what stayed of it here.
    """
    return [
        Line(reverse("portal:complaint", args=[row.slug]), list(zip(headers(), cells, strict=True)))
        for row, cells in zip(found, _rows(request, found), strict=True)
    ]


def _rows(request: StaffRequest, found: list[Complaint]) -> list[list[str]]:
    """The lines of the book. A confidential name stands there only for somebody who may read it."""
    reader = Reader(request.person)
    reader.look_over(found)
    settings = rules_in_force().settings
    answers = _answers(found)
    if any(row.visibility == Visibility.CONFIDENTIAL.value and reader.may_know(row) for row in found):
        note_look(request, "-", "register")
    return [
        [
            str(row.register_seq),
            row.number,
            _day(row.received_at),
            _reporter(row, reader),
            channel_label(row.channel),
            words.category_words(settings, row.category) if row.category else "",
            rows.summary(reader.told(row, row.description)),
            row.unit.name if row.unit else "",
            rows.summary(reader.told(row, answers.get(row.pk, ""))),
            _day(row.closed_at),
            words.standing_words(row),
        ]
        for row in found
    ]


def _answers(found: list[Complaint]) -> dict[int, str]:
    """The newest official answer of each complaint. One statement."""
    texts = Message.objects.filter(
        complaint_id__in=[row.pk for row in found], kind=Message.Kind.ANSWER
    ).order_by("id")
    return dict(texts.values_list("complaint_id", "body"))


def _reporter(row: Complaint, reader: Reader) -> str:
    if row.visibility == Visibility.ANONYMOUS.value:
        return _("tanpa nama")
    if not reader.may_know(row):
        return _("dirahasiakan")
    reporter = getattr(row, "reporter", None)
    return ", ".join(filter(None, (reporter.name, reporter.address))) if reporter else ""


def _day(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%d-%m-%Y}" if moment else ""
