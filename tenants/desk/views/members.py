"""Who works at the desk, kept by its admins."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from central.accounts import audit
from central.onboarding.services import InvitationProblem
from tenants.desk import queries, services
from tenants.desk.door import DeskRequest, desk_admins
from tenants.desk.forms import InvitationForm, RolesForm
from tenants.desk.pages import page
from tenants.desk.queries import DeskMember
from tenants.errors import ServiceError
from tenants.portal.pages import refuse, status_of


@require_safe
@desk_admins
def members(request: DeskRequest) -> HttpResponse:
    """Everybody who works at the desk, open invitations, and on request those who left."""
    former = request.GET.get("bekas") == "1"
    roles = queries.desk_roles(request.government)
    people = queries.members(request.government, with_former=former)
    held = {code for known in people for code in known.roles}
    context = {
        "rows": [{"member": known, "roles": _words(known.roles, roles)} for known in people],
        "invitations": [
            {"invitation": found, "role": roles.get(found.role, found.role)}
            for found in queries.open_invitations(request.government, timezone.now())
        ],
        "vacant": [name for code, name in roles.items() if code not in held],
        "former": former,
    }
    return page(request, "members", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_admins
def invite(request: DeskRequest) -> HttpResponse:
    """Invites somebody by mail."""
    roles = queries.desk_roles(request.government)
    form = InvitationForm(request.POST if request.method == "POST" else None, roles=roles.items())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.invite(request.government, **data, invited_by=request.person.id)
        except (ServiceError, InvitationProblem) as error:
            refuse(form, error)
        else:
            audit.line("desk-invited", request, by=request.person.id, role=data["role"])
            messages.success(request, _("Undangan dikirim ke %(email)s.") % {"email": data["email"]})
            return redirect("desk:members")
    return page(request, "invite", {"form": form}, status=status_of(form))


@require_POST
@desk_admins
def cancel_invitation(request: DeskRequest, pk: int) -> HttpResponse:
    """Has a link that was sent stop working."""
    email = services.cancel_invitation(request.government, pk)
    messages.success(request, _("Undangan untuk %(email)s dibatalkan.") % {"email": email})
    return redirect("desk:members")


@require_http_methods(["GET", "HEAD", "POST"])
@desk_admins
def member(request: DeskRequest, pk: int) -> HttpResponse:
    """One person's roles."""
    known = _member(request, pk)
    roles = queries.desk_roles(request.government)
    # A role that no procedure in force knows any more can still be taken away.
    listed = {**roles, **{code: code for code in sorted(known.roles - roles.keys())}}
    posted = request.POST if request.method == "POST" else None
    form = RolesForm(posted, roles=listed.items(), initial={"roles": sorted(known.roles)})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["roles"]
        try:
            services.set_roles(request.government, known.user, chosen)
        except ServiceError as error:
            refuse(form, error)
        else:
            audit.line("desk-roles", request, by=request.person.id, user=pk, roles=",".join(sorted(chosen)))
            messages.success(
                request, _("Peran %(name)s disimpan dan berlaku sekarang.") % {"name": known.user}
            )
            return redirect("desk:members")
    return page(request, "member", {"member": known, "form": form}, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_admins
def leave(request: DeskRequest, pk: int) -> HttpResponse:
    """Asks, then ends somebody's work at the desk."""
    known = _member(request, pk)
    errors: list[str] = []
    if request.method == "POST":
        try:
            services.deactivate(request.government, known.user)
        except ServiceError as error:
            errors.append(str(error))
        else:
            audit.line("desk-left", request, by=request.person.id, user=pk)
            messages.success(request, _("%(name)s bukan lagi anggota meja ini.") % {"name": known.user})
            return redirect("desk:members")
    return page(request, "leave", {"member": known, "errors": errors}, status=422 if errors else 200)


def _member(request: DeskRequest, pk: int) -> DeskMember:
    found = queries.member(request.government, pk)
    if found is None:
        raise Http404
    return found


def _words(codes: frozenset[str], roles: Mapping[str, str]) -> list[str]:
    return [roles.get(code, code) for code in sorted(codes)]
