"""The form by which an admin of the desk begins to look at an office's set-up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from central.coordination.support import MINUTES
from tenants.portal.forms.fields import one_of, text_area

from .support import LEAST_REASON

USUAL = 30


class VisitForm(forms.Form):
    """Which office, why, and for how long."""

    def __init__(self, *args: Any, offices: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["office"] = one_of(offices, label=gettext_lazy("Instansi"))
        self.fields["reason"] = text_area(
            300,
            least=LEAST_REASON,
            rows=3,
            label=gettext_lazy("Alasan"),
            help_text=gettext_lazy(
                "Admin instansi membacanya. Jangan menulis nama, nomor, atau alamat warga; "
                "yang dikenali disamarkan."
            ),
        )
        self.fields["minutes"] = forms.TypedChoiceField(
            label=gettext_lazy("Lama kunjungan"),
            help_text=gettext_lazy("Sesudah itu kunjungan berakhir sendiri."),
            choices=[(str(n), _("%(n)d menit") % {"n": n}) for n in MINUTES],
            coerce=int,
            initial=str(USUAL),
            widget=forms.RadioSelect,
        )
