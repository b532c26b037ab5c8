"""By which ways complaints come in, when staff are reminded, what the masking hides, and the areas."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenants.portal.changing import Change
from tenants.portal.door import StaffRequest, admins
from tenants.portal.forms.areas import AreasForm
from tenants.portal.forms.channels import ChannelsForm, MaskingForm


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def channels(request: StaffRequest) -> HttpResponse:
    """The ways that the office offers, and the reminder."""
    change = Change(request)
    form = ChannelsForm(request.POST if request.method == "POST" else None, settings=change.settings)
    if request.method == "POST" and form.is_valid() and change.put_by(form, form.changed(change.document)):
        messages.success(request, _("Kanal dan pengingat disimpan."))
        return redirect("portal:channels")
    return change.page("settings/channels", form, now=lambda: ChannelsForm(settings=change.settings))


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def masking(request: StaffRequest) -> HttpResponse:
    """Words that are always hidden before something is published, and words that never are."""
    change = Change(request)
    form = MaskingForm(request.POST if request.method == "POST" else None, masking=change.settings.masking)
    if request.method == "POST" and form.is_valid():
        words = {name: form.cleaned_data[name] for name in ("hide", "keep")}
        if change.put_by(form, {**change.document, "masking": words}):
            messages.success(request, _("Kata samaran disimpan."))
            return redirect("portal:masking")
    return change.page("settings/masking", form, now=lambda: MaskingForm(masking=change.settings.masking))


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def areas(request: StaffRequest) -> HttpResponse:
    """The areas that people can choose as the place, and that routing rules look at."""
    change = Change(request)
    form = AreasForm(request.POST if request.method == "POST" else None, areas=change.settings.areas)
    posted = request.method == "POST" and form.is_valid()
    if posted and change.put_by(form, {**change.document, "areas": form.cleaned_data["areas"]}):
        messages.success(request, _("Daftar wilayah disimpan."))
        return redirect("portal:areas")
    return change.page("settings/areas", form, now=lambda: AreasForm(areas=change.settings.areas))
