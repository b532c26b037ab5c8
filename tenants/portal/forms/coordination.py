"""The forms of questions to other offices and officials: to ask, to take back, to answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.complaints.services.answering import LONGEST, SHORTEST
from tenants.complaints.services.asking import MEMBER, OFFICE
from tenants.organization.models import Member
from workflows.coordination import ASKED, NUMBER

from .actions import StepForm
from .fields import one_of, text_area


class CoordinationForm(StepForm):
    """A question, with those who can be asked in one list: the government's offices, and the own people."""

    def __init__(
        self, *args: Any, offices: Mapping[str, str], people: Iterable[Member], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        groups = [
            (_("Instansi lain"), [(f"{OFFICE}{code}", name) for code, name in offices.items()]),
            (_("Pejabat instansi ini"), [(f"{MEMBER}{row.pk}", row.name) for row in people]),
        ]
        self.fields[ASKED] = forms.ChoiceField(
            label=self.fields[ASKED].label,
            choices=[("", _("Pilih satu")), *((name, rows) for name, rows in groups if rows)],
        )
        # Whoever is no longer in the list gets the service's own words.
        self.fields[ASKED].error_messages["invalid_choice"] = _(
            "Instansi atau pejabat itu sekarang tidak dapat ditanya. Pilih dari daftar."
        )


class EndCoordinationForm(StepForm):
    """Taking a question back, with those that wait by whom they were put to."""

    def __init__(self, *args: Any, named: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        asked = next(item for item in self.offer.inputs if item.code == NUMBER)
        words = {value: label.get(self._language) for value, label in asked.choices}
        waiting = [
            (value, f"{text}: {named[value]}" if value in named else text) for value, text in words.items()
        ]
        self.fields[NUMBER] = one_of(waiting, label=self.fields[NUMBER].label)
        if len(waiting) == 1:
            self.initial.setdefault(NUMBER, waiting[0][0])


class AnswerForm(forms.Form):
    """The answer to a question."""

    answer = text_area(LONGEST, least=SHORTEST, label=_("Jawaban"))


class DeclineForm(forms.Form):
    """Why a question cannot be answered here."""

    reason = text_area(4_000, least=SHORTEST, label=_("Alasan"), rows=4)
