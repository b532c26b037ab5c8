"""Every version of the settings: who put it in effect, what it changed; out as YAML, in again, and back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from central.oversize import answers_oversize, is_oversize
from tenants.errors import ServiceError
from tenants.portal.changing import Change, sentences_of
from tenants.portal.door import StaffRequest, admins
from tenants.portal.forms.settings_versions import ImportForm
from tenants.portal.pages import STATUS, TOO_LARGE, page
from tenants.portal.procedure_problems import located_words
from tenants.portal.routing_words import named
from tenants.portal.settings_difference import settings_rows
from tenants.procedure.models import SettingsVersion
from tenants.procedure.queries import rules_in_force, settings_versions
from tenants.procedure.services import ProcedureError
from workflows.loading import as_data, as_yaml, build, oversize, read, settings_from
from workflows.problems import DocumentRefused
from workflows.settings import Settings

BACK, PREVIEW = "kembali", "pratinjau"
SHOWN = 100
"""Versions that the list shows."""


@require_safe
@admins
def versions(request: StaffRequest) -> HttpResponse:
    """The versions, newest first."""
    rows = list(settings_versions()[:SHOWN])
    return page(request, "settings/versions", {"rows": rows, "current": rows[0].number if rows else 0})


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def version(request: StaffRequest, number: int) -> HttpResponse:
    """What one version changed, and how it differs from what is in effect; puts it in effect again."""
    change = Change(request)
    found = _version(number)
    settings = settings_from(found.document, found.digest)
    refused: ServiceError | None = None
    if request.method == "POST":
        try:
            change.put(found.document)
        except ServiceError as error:
            refused = error
        else:
            messages.success(request, _("Isi versi %(number)d berlaku lagi.") % {"number": number})
            return redirect("portal:settings_versions")
    names = named(rules_in_force())
    before = SettingsVersion.objects.filter(number__lt=number).order_by("-number").first()
    context = {
        "version": found,
        "before": before,
        "changes": settings_rows(settings_from(before.document, before.digest), settings, names)
        if before
        else [],
        "is_current": number == change.version,
        "back": settings_rows(change.settings, settings, names),
        "refused": refused,
        "sentences": sentences_of(refused.problems) if isinstance(refused, ProcedureError) else [],
        **change.mark,
    }
    status = STATUS.get(refused.code, 422) if refused else 200
    return page(request, "settings/version", context, status=status)


@require_safe
@admins
def version_yaml(request: StaffRequest, number: int) -> HttpResponse:
    """One version as a YAML file."""
    found = _version(number)
    text = as_yaml(settings_from(found.document, found.digest))
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    name = f"pengaturan-{request.office.code}-{number}.yaml"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@answers_oversize
@require_http_methods(["GET", "HEAD", "POST"])
@admins
def settings_import(request: StaffRequest) -> HttpResponse:
    """Reads settings from YAML, shows what they would change, and puts them in effect."""
    change = Change(request)
    if is_oversize(request):
        answer = change.page("settings/import", ImportForm(), {"unread": located_words(oversize())})
        answer.status_code = TOO_LARGE
        return answer
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    changes: list[dict[str, Any]] | None = None
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["file"] is not None:
            # Its contents stand in the form when it comes back.
            form.data = {**request.POST.dict(), "text": form.cleaned_data["text"]}
        try:
            settings = build(Settings, read(form.cleaned_data["text"]))
        except DocumentRefused as refused:
            for problem in refused.problems[:20]:
                form.add_error("text", located_words(problem))
        else:
            changes = settings_rows(change.settings, settings, named(rules_in_force()))
            if PREVIEW not in request.POST and change.put_by(form, as_data(settings)):
                messages.success(request, _("Pengaturan dari berkas berlaku sekarang."))
                return redirect("portal:settings_versions")
    return change.page("settings/import", form, {"changes": changes})


def _version(number: int) -> SettingsVersion:
    found = SettingsVersion.objects.filter(number=number).first()
    if found is None:
        raise ServiceError("not_found", _("Versi itu tidak ada. Muat ulang daftar versinya."))
    return found
