"""A draft by plain forms: its stages, limits and roles. The YAML is written anew from what the draft says."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenants.complaints.words import said, stage_words
from tenants.errors import ServiceError
from tenants.portal.door import StaffRequest, admins
from tenants.portal.editing import edit_page
from tenants.portal.forms.procedure import SeenForm
from tenants.portal.forms.procedure_stages import LimitForm, NewStageForm, RoleForm, StageForm
from tenants.portal.pages import refuse
from tenants.portal.procedure_words import clocks_of
from tenants.portal.views.procedure_drafts import draft_or_404, reread, seen_version
from tenants.procedure.models import ProcedureDraft
from tenants.procedure.services import save_draft
from workflows import editing
from workflows.checking import check
from workflows.loading import as_yaml
from workflows.problems import DocumentRefused
from workflows.procedure import Procedure, Stage

_COMMENT = re.compile(r"(?:^|\s)#", re.MULTILINE)
PlainForm = StageForm | LimitForm | NewStageForm | RoleForm
Maker = Callable[..., PlainForm]


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def draft_stage(request: StaffRequest, pk: int, line: str, stage: str) -> HttpResponse:
    """One stage: its name, owners and limits."""
    found, procedure = _readable(pk)
    part = _stage_or_404(procedure, line, stage)
    shared = {
        stage_words(procedure, code, line)
        for clock in clocks_of(procedure, line, stage)
        for code in clock.live
        if code != stage
    }
    context = {
        "heading": said(part.name),
        "shared": sorted(shared),
        "drop": (line, stage) if editing.next_of(procedure, line, stage) else None,
    }
    return _edit(
        request,
        found,
        lambda data: StageForm(data, procedure=procedure, line=line, stage=part),
        context,
        _("Tahap disimpan. Lihat hasil pemeriksaannya."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def draft_stage_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Adds a stage on the way from one to the next."""
    found, procedure = _readable(pk)
    return _edit(
        request,
        found,
        lambda data: NewStageForm(data, procedure=procedure),
        {"heading": _("Tambah tahap"), "closing": _last_words(procedure), "adding": True},
        _("Tahap ditambahkan. Lihat hasil pemeriksaannya."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def draft_stage_drop(request: StaffRequest, pk: int, line: str, stage: str) -> HttpResponse:
    """Takes a stage out; what led to it leads to the next one."""
    found, procedure = _readable(pk)
    part = _stage_or_404(procedure, line, stage)
    after = editing.next_of(procedure, line, stage)
    if after is None:
        raise Http404("It cannot be taken out by itself.")
    form = SeenForm(request.POST if request.method == "POST" else None)
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, found, editing.remove_stage(procedure, line, stage))
        except ServiceError as error:
            refuse(form, error)
            refused = error.code
            reread(found, error)
        else:
            messages.success(request, _("Tahap “%(name)s” dihapus.") % {"name": said(part.name)})
            return redirect("portal:draft", pk)
    context = {"draft": found, "name": said(part.name), "after": stage_words(procedure, after, line)}
    mark = str(found.version)
    return edit_page(request, "procedure/stage_drop", form, context, mark=mark, refused=refused)


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def draft_limit(request: StaffRequest, pk: int, clock: str) -> HttpResponse:
    """One limit by itself, such as that of the whole process."""
    found, procedure = _readable(pk)
    part = next((one for one in procedure.clocks if one.code == clock), None)
    if part is None:
        raise Http404("No such limit.")
    return _edit(
        request,
        found,
        lambda data: LimitForm(data, procedure=procedure, clock=part),
        {"heading": _("Batas waktu “%(name)s”") % {"name": said(part.name)}},
        _("Batas waktu disimpan. Lihat hasil pemeriksaannya."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def draft_role_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Adds a role."""
    found, procedure = _readable(pk)
    return _edit(
        request,
        found,
        lambda data: RoleForm(data, procedure=procedure),
        {"heading": _("Tambah peran")},
        _("Peran ditambahkan."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def draft_role(request: StaffRequest, pk: int, role: str) -> HttpResponse:
    """Gives a role another name."""
    found, procedure = _readable(pk)
    part = procedure.role(role)
    if part is None:
        raise Http404("No such role.")
    return _edit(
        request,
        found,
        lambda data: RoleForm(data, procedure=procedure, role=role),
        {"heading": _("Ganti nama peran “%(name)s”") % {"name": said(part.name)}},
        _("Nama peran disimpan."),
    )


def _edit(
    request: StaffRequest, found: ProcedureDraft, make: Maker, context: dict[str, Any], done: str
) -> HttpResponse:
    """The page of a plain form; saves the draft as the form has changed it."""
    form = make(request.POST if request.method == "POST" else None)
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, found, form.changed())
        except DocumentRefused as error:
            form.add_error(None, said(error.problems[0].text))
        except ServiceError as error:
            refuse(form, error)
            refused = error.code
            reread(found, error)
        else:
            messages.success(request, done)
            return redirect("portal:draft", found.pk)
    return edit_page(
        request,
        "procedure/edit",
        form,
        {**context, "draft": found, "has_comments": _COMMENT.search(found.text) is not None},
        mark=str(found.version),
        refused=refused,
    )


def _save(request: StaffRequest, found: ProcedureDraft, procedure: Procedure) -> None:
    save_draft(
        found.pk,
        actor=request.person,
        text=as_yaml(procedure),
        expected_version=seen_version(request, found),
    )


def _readable(pk: int) -> tuple[ProcedureDraft, Procedure]:
    """A draft with its procedure. Raises `ServiceError` where its text has not the format of one."""
    found = draft_or_404(pk)
    procedure = check(found.text).procedure
    if procedure is None:
        raise ServiceError(
            "unreadable",
            _("Isi konsep ini belum dapat dibaca sebagai prosedur. Perbaiki YAML-nya lebih dahulu."),
        )
    return found, procedure


def _last_words(procedure: Procedure) -> list[str]:
    """The names of the steps whose answer a stage before the end would have wait."""
    found = [gap for gap in editing.gaps(procedure) if editing.closes(procedure, gap)]
    return [stage_words(procedure, gap.before, gap.line) for gap in found]


def _stage_or_404(procedure: Procedure, line: str, code: str) -> Stage:
    found = procedure.stage(code, line)
    if found is None:
        raise Http404("No such stage.")
    return found
