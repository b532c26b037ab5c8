"""The form for a complaint that a member enters for somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tenants.channels.registry import IntakeChannel
from tenants.complaints.contacts import normal_email, normal_phone
from tenants.complaints.models import Complaint
from tenants.complaints.report import Report
from tenants.complaints.words import said
from tenants.organization.models import Member
from workflows.procedure import IntakeRules
from workflows.settings import Settings

from .fields import moment_input, one_of, text_area, text_line
from .files import StoredFilesField
from .questions import PREFIX, given_answers, question_fields

ASKED = "ditanyakan"
"""Names the kind of complaint whose questions stood on the page."""

CONTACT = ("name", "address", "phone", "email")
FIRST = ("channel", "received_at", "visibility", *CONTACT)
"""What stands before the complaint itself: errors are told in the order of the page."""


def _hint(channel: IntakeChannel) -> str:
    """What counts as the moment of receipt on this channel."""
    when = str(channel.received_hint)
    return gettext("Waktu diterima: %(when)s") % {"when": when[:1].lower() + when[1:]} if when else ""


class OnBehalfForm(forms.Form):
    """What somebody said, by which way and when it came, and who it was; not who enters it."""

    channel = forms.ChoiceField(label=_("Lewat apa aduan ini datang?"), widget=forms.RadioSelect)
    received_at = forms.DateTimeField(
        label=_("Kapan aduan ini diterima?"),
        help_text=_("Batas waktu dihitung sejak saat itu. Boleh di masa lalu, tidak boleh di masa depan."),
        widget=moment_input(),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )
    name = text_line(150, label=_("Nama pelapor"), required=False)
    address = text_line(250, label=_("Alamat pelapor"), required=False)
    phone = text_line(
        40,
        label=_("Nomor telepon pelapor"),
        help_text=_("Untuk mengabari pelapor. Tanpa surel, petugas akan menelepon."),
        required=False,
    )
    email = text_line(254, label=_("Alamat surel pelapor"), required=False)
    visibility = forms.ChoiceField(
        label=_("Apa yang boleh ditampilkan tentang pelapor?"), widget=forms.RadioSelect
    )
    place = text_line(250, label=_("Tempat kejadian"), required=False)
    occurred_at = text_line(
        100,
        label=_("Waktu kejadian"),
        help_text=_("Seperti kata pelapor, misalnya “kemarin sore”."),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        channels: Sequence[IntakeChannel],
        rules: IntakeRules,
        settings: Settings,
        member: Member,
        owner: str,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.member = member
        self._rules = rules
        channel = self.fields["channel"]
        channel.choices = [(c.code, c.label) for c in channels]  # type: ignore[attr-defined]  # a field of choices
        channel.choice_hints = {c.code: _hint(c) for c in channels}  # type: ignore[attr-defined]  # read by the renderer
        choices = [(code, said(name)) for code, name in settings.category_choices]
        required = set(rules.staff_required)
        self.fields["category"] = one_of(
            choices,
            required="category" in required,
            label=_("Kategori"),
            help_text=_("Boleh diperbaiki saat verifikasi."),
        )
        self._settings = settings
        # What is asked follows the kind of complaint that was chosen; see `asks_more`.
        chosen = str(self.data.get("category", "")) if self.is_bound else ""
        self._asked = settings.questions_of(chosen or None)
        self.fields.update(question_fields(self._asked, demand=False))
        self.fields["visibility"].choices = self._visibilities()  # type: ignore[attr-defined]  # a field of choices
        self.fields["description"] = text_area(
            rules.max_description,
            least=rules.min_description,
            label=_("Uraian aduan"),
            help_text=_("Tulis dengan kata-kata pelapor."),
            rows=8,
        )
        if rules.max_files:
            self.fields["files"] = StoredFilesField(
                most=rules.max_files,
                owner=owner,
                required=False,
                label=_("Foto atau dokumen"),
                help_text=_("Misalnya pindaian surat."),
            )
        if settings.areas:
            areas = [(area.code, said(area.name)) for area in settings.areas]
            self.fields["region"] = one_of(areas, label=_("Wilayah tempat kejadian"), required=False)
        for name in (*CONTACT, "place", "occurred_at"):
            self.fields[name].required = name in required
        asked = [PREFIX + question.code for question in self._asked]
        self.order_fields(
            [*FIRST, "category", *asked, "description", "place", "region", "occurred_at", "files"]
        )
        now = timezone.localtime().replace(second=0, microsecond=0)
        self.initial = {
            "received_at": now,
            "visibility": Complaint.Visibility.OPEN,
            "channel": channels[0].code if channels else "",
        }

    def _visibilities(self) -> list[tuple[str, Any]]:
        found: list[tuple[str, Any]] = [
            (Complaint.Visibility.OPEN, _("Nama boleh ditampilkan kepada petugas")),
        ]
        if self._rules.confidential:
            found.append(
                (
                    Complaint.Visibility.CONFIDENTIAL,
                    _("Nama dirahasiakan, hanya untuk petugas yang menangani"),
                )
            )
        if self._rules.anonymous:
            found.append((Complaint.Visibility.ANONYMOUS, _("Tanpa nama: data pelapor tidak disimpan")))
        return found

    def clean_received_at(self) -> datetime:
        moment: datetime = self.cleaned_data["received_at"]
        if moment > timezone.now():
            raise forms.ValidationError(_("Waktu diterima tidak boleh di masa depan."))
        return moment

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email and normal_email(email) == normal_email(self.member.email):
            raise forms.ValidationError(
                _("Ini alamat surel Anda sendiri. Isi milik pelapor, atau kosongkan.")
            )
        return email

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        own = normal_phone(self.member.phone)
        if phone and own and normal_phone(phone) == own:
            raise forms.ValidationError(
                _("Ini nomor telepon Anda sendiri. Isi milik pelapor, atau kosongkan.")
            )
        return phone

    @property
    def asked_for(self) -> str:
        """The kind of complaint whose questions the page shows; "" while it shows none."""
        return str(self.data.get("category", "")) if self._asked else ""

    @property
    def asks_more(self) -> bool:
        """Whether the chosen kind of complaint has questions that were not on the page that was sent in."""
        return bool(self.asked_for) and self.data.get(ASKED, "") != self.asked_for

    @property
    def questions(self) -> list[forms.BoundField]:
        """The questions' fields, for the template."""
        return [self[PREFIX + question.code] for question in self._asked]

    def report(self) -> Report:
        """What was entered, for the service."""
        data = {
            name: value
            for name, value in self.cleaned_data.items()
            if name != "files" and not name.startswith(PREFIX)
        }
        answers = given_answers(self._settings, data["category"], self.cleaned_data)
        return Report(**data, files=tuple(self.cleaned_data.get("files", ())), answers=answers)
