"""Looking after a referral on the day that the desk has set itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from central.coordination import ledger
from tenants.complaints.errors import not_found
from tenants.complaints.services import add_note
from tenants.complaints.services.referral import follow_up as set_follow_up
from tenants.desk.cases import opened
from tenants.desk.door import DeskRequest, desk
from tenants.desk.pages import page
from tenants.errors import ServiceError
from tenants.portal.forms.fields import date_input, text_area
from tenants.portal.pages import STATUS, refuse, status_of
from tenants.portal.steps import version_of


class FollowUpForm(forms.Form):
    """What came of it, and whether the desk looks again."""

    note = text_area(10_000, label=gettext_lazy("Apa hasilnya?"))
    again_on = forms.DateField(
        label=gettext_lazy("Tindak lanjuti lagi pada tanggal"),
        required=False,
        widget=date_input(),
        help_text=gettext_lazy("Kosongkan bila sudah selesai; rujukan ini keluar dari antrean."),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        day = data.get("again_on")
        if day is not None and day < timezone.localdate():
            self.add_error("again_on", _("Tanggal ini sudah lewat. Pilih hari ini atau sesudahnya."))
        return data


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def follow_up(request: DeskRequest, code: str, uid: UUID) -> HttpResponse:
    """Writes down what came of a referral, and takes it off the queue or sets another day."""
    with opened(request, code, uid, again=request.method != "POST") as found:
        work = found.follow_up
        if work is None:
            raise not_found()
        case = found.opened
        version = case.complaint.version
        form, status = FollowUpForm(request.POST if request.method == "POST" else None), 0
        if request.method == "POST" and form.is_valid():
            now, again = timezone.now(), form.cleaned_data["again_on"]
            try:
                # A second click finds what the first has written.
                read = version_of(request)
                add_note(uid, form.cleaned_data["note"], actor=case.person, expected_version=read)
            except ServiceError as error:
                refuse(form, error)
                status = STATUS.get(error.code, 422)
                version = getattr(error, "current_version", version)
            else:
                if again is not None:
                    set_follow_up(case.office, case.complaint, case.rules, again, now)
                else:
                    ledger.end_follow_up(uid, case.office, now)
                messages.success(request, _("Tindak lanjut dicatat."))
                return redirect("desk:queue")
        context = {"form": form, "work": work, "complaint": case.complaint, "code": code, "version": version}
        return page(request, "follow_up", context, status=status or status_of(form))
