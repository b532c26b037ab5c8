"""The tree of categories, and what a reporter is asked in each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenants.complaints.words import said
from tenants.errors import ServiceError
from tenants.organization.queries import units
from tenants.portal.changing import Change, new_code
from tenants.portal.door import StaffRequest, admins
from tenants.portal.forms.categories import KINDS, CategoryForm, QuestionForm
from tenants.portal.pages import page
from tenants.procedure.queries import rules_in_force
from workflows.settings import Category, Settings

REMOVE = "hapus"
Row = dict[str, Any]


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def categories(request: StaffRequest) -> HttpResponse:
    """The whole tree; moves one category up or down among its sisters."""
    change = Change(request)
    if request.method == "POST":
        document = change.document
        _move(document["categories"], request)
        change.put(document)
        messages.success(request, _("Urutan kategori diubah."))
        return redirect("portal:categories")
    return page(request, "settings/categories", {"rows": _rows(change.settings), **change.mark})


def _move(rows: list[Row], request: StaffRequest) -> None:
    for button, step in (("naik", -1), ("turun", 1)):
        place = _find(rows, request.POST.get(button, ""))
        if place is not None:
            sisters, number = place
            other = number + step
            if 0 <= other < len(sisters):
                sisters[number], sisters[other] = sisters[other], sisters[number]
            return
    raise _gone()


def _find(rows: list[Row], code: str) -> tuple[list[Row], int] | None:
    """The list in which a category stands in the document, and its place there."""
    for number, row in enumerate(rows):
        if row["code"] == code:
            return rows, number
        found = _find(row.get("children", []), code)
        if found is not None:
            return found
    return None


def _rows(settings: Settings) -> list[Row]:
    rules = rules_in_force()
    classes = {value.code: said(value.name) for value in rules.procedure.case_classes}
    rows = []
    for category, above in settings.walk():
        sisters = above[-1].children if above else settings.categories
        unit = rules.units.get(settings.unit_of(category.code) or "")
        rows.append(
            {
                "code": category.code,
                "name": said(category.name),
                "depth": len(above),
                "above": " › ".join(said(part.name) for part in above),
                "unit": unit.name if unit else "",
                "case_class": classes.get(settings.case_class_of(category.code) or "", ""),
                "questions": len(category.questions),
                "in_use": category.in_use,
                "first": category is sisters[0],
                "last": category is sisters[-1],
            }
        )
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def category_new(request: StaffRequest) -> HttpResponse:
    """Adds a category."""
    return _category_page(request, Change(request), None)


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def category(request: StaffRequest, code: str) -> HttpResponse:
    """One category: changes, moves or retires it, or takes it out while no complaint has it."""
    change = Change(request)
    return _category_page(request, change, _known(change.settings, code))


def _known(settings: Settings, code: str) -> Category:
    found = settings.category(code)
    if found is None:
        raise _gone()
    return found


def _gone() -> ServiceError:
    return ServiceError("not_found", _("Kategori itu tidak ada lagi. Buka lagi daftar kategori."))


def _category_page(request: StaffRequest, change: Change, found: Category | None) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = _category_form(posted, change.settings, found)
    removing = posted is not None and found is not None and REMOVE in posted
    if posted is not None and (form.is_valid() or removing):
        document = change.document
        if removing and found is not None:
            _take(document["categories"], found.code)
        else:
            _put(document["categories"], form, found, set(change.settings.paths))
        if change.put_by(form, document):
            messages.success(request, _("Kategori dihapus.") if removing else _("Kategori disimpan."))
            return redirect("portal:categories")
    context = {
        "category": found,
        "category_name": said(found.name) if found else "",
        "questions": [_question_row(question) for question in found.questions] if found else [],
    }
    return change.page(
        "settings/category",
        form,
        context,
        now=lambda: _category_form(
            None, change.settings, change.settings.category(found.code) if found else None
        ),
    )


def _category_form(posted: Any, settings: Settings, found: Category | None) -> CategoryForm:
    rules = rules_in_force()
    inside = {code for code, path in settings.paths.items() if found is not None and found in path}
    parents = [
        (code, " › ".join(said(part.name) for part in path))
        for code, path in settings.paths.items()
        if code not in inside
    ]
    path = settings.paths[found.code] if found else ()
    return CategoryForm(
        posted,
        parents=parents,
        units={unit.code: unit.name for unit in units()},
        classes={value.code: said(value.name) for value in rules.procedure.case_classes},
        category=found,
        initial={"parent": path[-2].code if len(path) > 1 else ""},
    )


def _question_row(question: Any) -> Row:
    return {
        "code": question.code,
        "label": said(question.label),
        "kind": dict(KINDS)[question.kind.value],
        "required": question.required,
    }


def _take(rows: list[Row], code: str) -> Row:
    """Takes a category out of the document."""
    place = _find(rows, code)
    if place is None:
        raise _gone()
    sisters, number = place
    return sisters.pop(number)


def _put(rows: list[Row], form: CategoryForm, found: Category | None, taken: set[str]) -> None:
    """Puts what was typed into the document: where it was, or last under another category."""
    parent = form.cleaned_data["parent"]
    if found is None:
        row = form.changed({"code": new_code(form.cleaned_data["name"], taken, "kategori")})
        _sisters(rows, parent).append(row)
        return
    place = _find(rows, found.code)
    if place is None:
        raise _gone()
    sisters, number = place
    row = form.changed(sisters[number])
    if sisters is _sisters(rows, parent):
        sisters[number] = row
    else:
        del sisters[number]
        _sisters(rows, parent).append(row)


def _sisters(rows: list[Row], parent: str) -> list[Row]:
    """The list of the categories under one, or at the top."""
    if not parent:
        return rows
    place = _find(rows, parent)
    if place is None:
        raise _gone()
    found: list[Row] = place[0][place[1]].setdefault("children", [])
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def question_new(request: StaffRequest, code: str) -> HttpResponse:
    """Adds a question to a category."""
    return _question_page(request, Change(request), code, None)


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def question(request: StaffRequest, code: str, question: str) -> HttpResponse:
    """One question: changes it or takes it out; answers that were given keep its words."""
    return _question_page(request, Change(request), code, question)


def _question_page(request: StaffRequest, change: Change, code: str, asked: str | None) -> HttpResponse:
    above = _known(change.settings, code)
    found = next((item for item in above.questions if item.code == asked), None)
    if asked is not None and found is None:
        raise ServiceError("not_found", _("Pertanyaan itu tidak ada lagi. Buka lagi kategorinya."))
    posted = request.POST if request.method == "POST" else None
    form = QuestionForm(posted, question=found)
    removing = posted is not None and found is not None and REMOVE in posted
    if posted is not None and (form.is_valid() or removing):
        document = change.document
        _ask(document["categories"], code, found.code if found else "", None if removing else form, change)
        if change.put_by(form, document):
            messages.success(request, _("Pertanyaan dihapus.") if removing else _("Pertanyaan disimpan."))
            return redirect("portal:category", code)
    context = {"category": above, "category_name": said(above.name), "question": found}
    return change.page(
        "settings/question",
        form,
        context,
        now=lambda: QuestionForm(question=change.settings.questions.get(asked or "")),
    )


def _ask(rows: list[Row], code: str, asked: str, form: QuestionForm | None, change: Change) -> None:
    """Puts a question into the document, or takes it out where there is no form."""
    place = _find(rows, code)
    if place is None:
        raise _gone()
    category_row = place[0][place[1]]
    questions: list[Row] = category_row.setdefault("questions", [])
    number = next((n for n, row in enumerate(questions) if row["code"] == asked), len(questions))
    if form is None:
        del questions[number]
    else:
        label = form.cleaned_data["label"]
        asked = asked or new_code(label, set(change.settings.questions), "pertanyaan")
        questions[number : number + 1] = [form.data_of(asked)]
