"""Units and positions of the office, kept by its admins."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tenants.errors import ServiceError
from tenants.organization import queries as people
from tenants.organization import services
from tenants.organization.models import Position, Unit
from tenants.portal.door import StaffRequest, admins, assigners
from tenants.portal.editing import edit_page, seen_by
from tenants.portal.forms.organization import PositionForm, UnitForm, code_of
from tenants.portal.pages import page, refuse, status_of
from tenants.portal.routing_words import broken_words
from tenants.portal.visiting import Visitor
from tenants.procedure.draft_roles import draft_roles
from tenants.procedure.queries import procedure_in_force, procedures_in_use
from tenants.procedure.targets import broken_targets
from workflows.cases import Scope


def role_names() -> list[tuple[str, str]]:
    """Code and name of the roles that this office's staff hold by the SOP in force."""
    language = get_language() or "id"
    return [
        (role.code, role.name.get(language))
        for role in procedure_in_force().roles
        if role.scope is Scope.OFFICE
    ]


def offered_roles(in_force: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Code and name of every role that a position can be given: of the SOP in force, of earlier versions that
    complaints still follow, and of drafts, so that somebody holds a new role before it is needed.
    """
    language = get_language() or "id"
    names = dict(in_force)
    for procedure in procedures_in_use():
        for role in procedure.roles:
            if role.scope is Scope.OFFICE and role.code not in names:
                words = _("%(role)s (SOP sebelumnya)") % {"role": role.name.get(language)}
                names[role.code] = words
    for code, role in draft_roles().items():
        if code not in names:
            names[code] = _("%(role)s (konsep SOP)") % {"role": role.name.get(language)}
    return list(names.items())


@require_safe
@assigners
def overview(request: StaffRequest) -> HttpResponse:
    """Where an admin sets the office up, and what is still missing. A head gives positions, and no more."""
    if not request.person.is_admin and not isinstance(request.person, Visitor):
        return redirect("portal:holdings")
    names = dict(role_names())
    vacant = people.roles_without_holder(names)
    return page(
        request,
        "settings/overview",
        {
            "vacant": [name for code, name in names.items() if code in vacant],
            "units": people.units().count(),
            "positions": people.positions().count(),
            "members": people.members().count(),
            "acting": people.holdings(on=people.today()).exclude(acting_kind="").count(),
            "broken": broken_words(broken_targets()),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def units(request: StaffRequest) -> HttpResponse:
    """All units; adds one."""
    every = list(people.units(with_closed=True).select_related("parent"))
    form = UnitForm(
        request.POST if request.method == "POST" else None, units=[unit for unit in every if unit.is_active]
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.create_unit(
                actor=request.person,
                code=code_of(data["name"], (unit.code for unit in every)),
                name=data["name"],
                parent=data["parent"],
            )
        except ServiceError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Unit %(name)s ditambahkan.") % {"name": data["name"]})
            return redirect("portal:units")
    return page(request, "settings/units", {"units": every, "form": form}, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def unit(request: StaffRequest, pk: int) -> HttpResponse:
    """One unit: rename, move, close."""
    found = get_object_or_404(Unit, pk=pk)
    form = UnitForm(request.POST if request.method == "POST" else None, units=people.units(), unit=found)
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            services.update_unit(found, actor=request.person, seen=seen_by(request), **form.cleaned_data)
        except ServiceError as error:
            refuse(form, error)
            refused = error.code
            found.refresh_from_db()
        else:
            messages.success(request, _("Perubahan unit disimpan."))
            return redirect("portal:units")
    return edit_page(
        request,
        "settings/unit",
        form,
        {"unit": found},
        mark=people.fingerprint(found),
        refused=refused,
        now=lambda: UnitForm(units=people.units(), unit=found),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def positions(request: StaffRequest) -> HttpResponse:
    """All positions with their roles and holders; adds one."""
    every = list(people.positions(with_closed=True))
    needed = dict(role_names())
    roles = offered_roles(needed.items())
    form = PositionForm(request.POST if request.method == "POST" else None, units=people.units(), roles=roles)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.create_position(
                actor=request.person,
                code=code_of(data["title"], (position.code for position in every)),
                title=data["title"],
                unit=data["unit"],
                roles=data["roles"],
            )
        except ServiceError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Jabatan %(name)s ditambahkan.") % {"name": data["title"]})
            return redirect("portal:positions")
    names = dict(roles)
    held: dict[int, list[str]] = {}
    for holding in people.holdings(on=people.today()):
        if holding.member.is_active:
            prefix = f"{holding.acting_kind.capitalize()}. " if holding.acting_kind else ""
            invited = "" if holding.member.user_id else _(" (diundang, belum masuk)")
            held.setdefault(holding.position_id, []).append(f"{prefix}{holding.member.name}{invited}")
    rows = [
        {
            "position": position,
            "roles": [names.get(code, code) for code in position.roles],
            "holders": held.get(position.pk, []),
        }
        for position in every
    ]
    vacant = people.roles_without_holder(needed)
    return page(
        request,
        "settings/positions",
        {"rows": rows, "form": form, "vacant": [needed[code] for code in needed if code in vacant]},
        status=status_of(form),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def position(request: StaffRequest, pk: int) -> HttpResponse:
    """One position: its title, unit and roles; close it."""
    found = get_object_or_404(Position.objects.select_related("unit"), pk=pk)
    roles = offered_roles(role_names())
    form = PositionForm(
        request.POST if request.method == "POST" else None,
        units=people.units(),
        roles=roles,
        position=found,
    )
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            services.update_position(found, actor=request.person, seen=seen_by(request), **form.cleaned_data)
        except ServiceError as error:
            refuse(form, error)
            refused = error.code
            found.refresh_from_db()
        else:
            messages.success(request, _("Perubahan jabatan disimpan."))
            return redirect("portal:positions")
    return edit_page(
        request,
        "settings/position",
        form,
        {"position": found},
        mark=people.fingerprint(found),
        refused=refused,
        now=lambda: PositionForm(units=people.units(), roles=roles, position=found),
    )
