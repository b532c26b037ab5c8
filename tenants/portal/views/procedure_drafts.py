"""Drafts of the office's procedure: begin one, read what its proof says, change its text, put it in force."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from central.oversize import answers_oversize, is_oversize
from tenants.errors import ServiceError
from tenants.portal.door import StaffRequest, admins
from tenants.portal.editing import SEEN, edit_page, seen_by
from tenants.portal.forms.procedure import EnforceForm, ImportForm, SourceForm, TextForm
from tenants.portal.pages import TOO_LARGE, page, refuse, status_of
from tenants.portal.procedure_difference import DifferenceRow, difference_rows
from tenants.portal.procedure_problems import problem_rows, proof_of
from tenants.portal.procedure_words import in_words
from tenants.portal.views.procedure import yaml_file
from tenants.procedure.models import ProcedureDraft, ProcedureVersion
from tenants.procedure.queries import Rules, procedure_in_force, procedures, rules_in_force
from tenants.procedure.services import (
    check_draft,
    draft_from_preset,
    draft_from_version,
    drop_draft,
    enforce_draft,
    proved,
    save_draft,
    start_draft,
)
from workflows.checking import Checked
from workflows.loading import oversize
from workflows.preset import load_preset, preset_codes
from workflows.problems import Problem
from workflows.procedure import Procedure

SHOWN = 262_144
"""Characters of a text that was pasted and refused that are given back on the page."""


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def draft_new(request: StaffRequest) -> HttpResponse:
    """A draft that begins as a version or a preset."""
    sources, in_force = _sources()
    data = request.POST if request.method == "POST" else None
    form = SourceForm(data, sources=sources, initial={"source": in_force})
    if request.method == "POST" and form.is_valid():
        kind, _colon, code = form.cleaned_data["source"].partition(":")
        try:
            if kind == "preset":
                draft = draft_from_preset(code, actor=request.person)
            else:
                draft = draft_from_version(int(code), actor=request.person)
        except ServiceError as error:
            refuse(form, error)
        else:
            return redirect("portal:draft", draft.pk)
    return page(request, "procedure/new", {"form": form}, status=status_of(form))


def _sources() -> tuple[list[tuple[str, str]], str]:
    """What a draft can begin as, and which of it is in force ("" where nothing is)."""
    language = get_language() or "id"
    found = list(procedures())
    versions = [
        (f"versi:{version.number}", _("Versi %(number)d (%(state)s)") % {
            "number": version.number, "state": version.get_state_display()})
        for version in found
    ]  # fmt: skip
    in_force = (f"versi:{one.number}" for one in found if one.state == ProcedureVersion.State.IN_FORCE)
    presets = [
        (f"preset:{code}", _("Contoh: %(name)s") % {"name": load_preset(code).name.get(language)})
        for code in preset_codes()
    ]
    return [*versions, *presets], next(in_force, "")


@answers_oversize
@require_http_methods(["GET", "HEAD", "POST"])
@admins
def draft_import(request: StaffRequest) -> HttpResponse:
    """A draft from a file or from pasted text. What cannot even be read is not taken, and says why; what can
    be read becomes a draft, sound or not.
    """
    if is_oversize(request):
        context = {"form": ImportForm(), "problems": problem_rows([oversize()], ""), "unread": True}
        return page(request, "procedure/import", context, status=TOO_LARGE)
    posted = request.method == "POST"
    form = ImportForm(request.POST if posted else None, request.FILES if posted else None)
    problems: tuple[Problem, ...] = ()
    if posted and form.is_valid():
        text, title = form.cleaned_data["text"], form.cleaned_data["title"]
        found = proved(text)
        problems = found.problems
        if found.procedure is None:
            form.add_error(None, _("Dokumen ini tidak dapat dibaca sebagai prosedur. Perbaiki yang berikut."))
            form = _given_back(form, text)
        else:
            try:
                draft = start_draft(actor=request.person, title=title or found.procedure.name.id, text=text)
            except ServiceError as error:
                refuse(form, error)
                form = _given_back(form, text)
            else:
                return redirect("portal:draft", draft.pk)
    elif posted:
        problems = form.problems
    rows = problem_rows(problems, form.cleaned_data.get("text", "") if posted else "")
    return page(request, "procedure/import", {"form": form, "problems": rows}, status=status_of(form))


def _given_back(form: ImportForm, text: str) -> ImportForm:
    """The form with the text in its box, also where it came as a file, so that it can be mended there."""
    form.data = {**form.data.dict(), "text": text if len(text) <= SHOWN else ""}  # type: ignore[attr-defined]  # a QueryDict
    return form


@require_safe
@admins
def draft(request: StaffRequest, pk: int) -> HttpResponse:
    """One draft: what its proof says, its stages, and what can be done with it."""
    found = draft_or_404(pk)
    checked = proved(found.text)
    return page(
        request,
        "procedure/draft",
        {
            "draft": found,
            "proof": proof_of(checked, found.text, pk),
            "procedure": in_words(checked.procedure) if checked.procedure else None,
            "seen_name": SEEN,
        },
    )


@require_POST
@admins
def draft_check(request: StaffRequest, pk: int) -> HttpResponse:
    """Proves a draft, and notes it as checked where nothing keeps it from being put in force."""
    draft_or_404(pk)
    if check_draft(pk, actor=request.person).sound:
        messages.success(request, _("Konsep ini lolos pemeriksaan dan dapat diberlakukan."))
    else:
        messages.warning(
            request, _("Konsep ini belum dapat diberlakukan. Perbaiki kesalahannya lebih dahulu.")
        )
    return redirect("portal:draft", pk)


@require_safe
@admins
def draft_difference(request: StaffRequest, pk: int) -> HttpResponse:
    """What a draft says otherwise than the procedure in force, in words."""
    found = draft_or_404(pk)
    checked = proved(found.text)
    rows = _difference(checked.procedure)
    context = {
        "draft": found,
        "readable": checked.procedure is not None,
        "rows": rows,
        "sound": proof_of(checked, found.text, pk).sound,
    }
    return page(request, "procedure/difference", context)


def _difference(procedure: Procedure | None) -> list[DifferenceRow]:
    return difference_rows(procedure_in_force(), procedure) if procedure is not None else []


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def draft_enforce(request: StaffRequest, pk: int) -> HttpResponse:
    """Puts a draft in force for complaints that come from now on."""
    found, refused = draft_or_404(pk), ""
    data = request.POST if request.method == "POST" else None
    rules, checked, form = _to_sign(found, data)
    seen = seen_version(request, found)
    changed = seen != found.version or form.followed != form.current
    # Who reads something else than what is there by now is told that first, whatever else is missing.
    if data is not None and (form.is_valid() or changed):
        try:
            version = enforce_draft(
                pk,
                actor=request.person,
                expected_version=seen,
                note=form.cleaned_data.get("note", ""),
                signed=form.signed,
                follows=form.followed,
            )
        except ServiceError as error:
            refused = error.code
            reread(found, error)
            again = data.copy()
            again["follows"] = str(rules_in_force().procedure_id)
            rules, checked, form = _to_sign(found, again)
            refuse(form, error)
        else:
            messages.success(
                request,
                _("Versi %(number)d berlaku mulai sekarang untuk aduan yang baru.")
                % {"number": version.number},
            )
            return redirect("portal:version", version.number)
    context = {
        "draft": found,
        "proof": proof_of(checked, found.text, pk),
        "rows": difference_rows(rules.procedure, checked.procedure) if checked.procedure else [],
    }
    return edit_page(request, "procedure/enforce", form, context, mark=str(found.version), refused=refused)


def _to_sign(found: ProcedureDraft, data: QueryDict | None) -> tuple[Rules, Checked, EnforceForm]:
    """What is in force, what the draft is worth beside it, and the form to put it in force."""
    rules, checked = rules_in_force(), proved(found.text)
    form = EnforceForm(
        data, warned=checked.problems, current=rules.procedure_id, initial={"note": found.title}
    )
    return rules, checked, form


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def draft_drop(request: StaffRequest, pk: int) -> HttpResponse:
    """Throws a draft away."""
    found = draft_or_404(pk)
    if request.method == "POST":
        drop_draft(pk, actor=request.person)
        messages.success(request, _("Konsep “%(title)s” dihapus.") % {"title": found.title})
        return redirect("portal:procedures")
    return page(request, "procedure/drop", {"draft": found})


@answers_oversize
@require_http_methods(["GET", "HEAD", "POST"])
@admins
def draft_text(request: StaffRequest, pk: int) -> HttpResponse:
    """The YAML of a draft, to be changed by hand. What is typed is kept, sound or not."""
    posted = request.method == "POST"
    if posted and not is_oversize(request) and not ProcedureDraft.objects.filter(pk=pk).exists():
        return _gone(request)
    found = draft_or_404(pk)
    form = TextForm(request.POST if posted else None, initial={"title": found.title, "text": found.text})
    refused, stored, unread = "", "", is_oversize(request)
    if posted and form.is_valid():
        try:
            save_draft(
                pk, actor=request.person, expected_version=seen_version(request, found), **form.cleaned_data
            )
        except ServiceError as error:
            refuse(form, error)
            refused = error.code
            if refused == "not_found":
                return _gone(request)
            if refused == "conflict":
                found.refresh_from_db()
                stored = found.text
        else:
            messages.success(request, _("Konsep disimpan."))
            return redirect("portal:draft", pk)
    text = form.cleaned_data.get("text", "") if posted else found.text
    problems = problem_rows([oversize()], "") if unread else problem_rows(proved(text).problems, text)
    answer = edit_page(
        request,
        "procedure/text",
        form,
        {"draft": found, "problems": problems, "stored_text": stored, "unread": unread},
        mark=str(found.version),
        refused=refused,
    )
    if unread:
        answer.status_code = TOO_LARGE
    return answer


def _gone(request: StaffRequest) -> HttpResponse:
    """What was typed into a draft that is no more, to be kept as another one."""
    typed = {name: request.POST.get(name, "") for name in ("title", "text")}
    form = ImportForm(typed)
    words = _("Konsep itu sudah tidak ada. Ketikan Anda ada di bawah; impor untuk menyimpannya lagi.")
    form.add_error(None, words)
    found = problem_rows(proved(typed["text"]).problems, typed["text"])
    context = {"form": form, "problems": found, "action": reverse("portal:draft_import")}
    return page(request, "procedure/import", context, status=404)


@require_safe
@admins
def draft_yaml(request: StaffRequest, pk: int) -> HttpResponse:
    """A draft as a YAML file."""
    found = draft_or_404(pk)
    return yaml_file(found.text, _("konsep-%(number)d.yaml") % {"number": pk})


def draft_or_404(pk: int) -> ProcedureDraft:
    """A draft of this office."""
    return get_object_or_404(ProcedureDraft, pk=pk)


def reread(found: ProcedureDraft, error: ServiceError) -> None:
    """The draft as it is by now, after a change of it was refused. Raises the refusal where it is gone."""
    if error.code == "not_found":
        raise error
    found.refresh_from_db()


def seen_version(request: StaffRequest, found: ProcedureDraft) -> int:
    """The change of the draft that the person saw when they opened the form."""
    text = seen_by(request) or ""
    return int(text) if text.isdecimal() and len(text) < 10 else found.version
