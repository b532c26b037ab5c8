"""Members of the office and who holds which position, kept by its admins."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from central.offices.access import give_up
from central.onboarding.models import Invitation
from central.onboarding.services import InvitationProblem, invite
from tenants.errors import ServiceError
from tenants.organization import queries as people
from tenants.organization import services
from tenants.organization.models import Holding, Member, Position
from tenants.portal.door import StaffRequest, admins, assigners
from tenants.portal.editing import edit_page, seen_by
from tenants.portal.forms.organization import EndHoldingForm, HoldingForm, MemberForm, NewMemberForm
from tenants.portal.pages import page, refuse, status_of
from tenants.portal.views.handovers import absences_of, heir_form, left_behind, plan_of
from workflows.procedure import Assigner


@require_http_methods(["GET", "HEAD"])
@admins
def members(request: StaffRequest) -> HttpResponse:
    """Everybody who works here, and on request those who did."""
    former = request.GET.get("bekas") == "1"
    rows = [
        {"member": member, "titles": _titles(member)}
        for member in people.members(with_former=former).order_by("-is_active", "name")
    ]
    return page(request, "settings/members", {"rows": rows, "former": former})


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def new_member(request: StaffRequest) -> HttpResponse:
    """Adds a person and mails the invitation."""
    form = NewMemberForm(request.POST if request.method == "POST" else None, positions=people.positions())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            member = services.add_member(
                actor=request.person,
                name=data["name"],
                email=data["email"],
                phone=data["phone"],
                is_admin=data["is_admin"],
            )
            if data["position"]:
                services.assign(actor=request.person, member=member, position=data["position"])
            _invite(request, member)
        except (ServiceError, InvitationProblem) as error:
            refuse(form, error)
        else:
            messages.success(
                request,
                _("%(name)s ditambahkan. Undangan dikirim ke %(email)s.")
                % {"name": member.name, "email": member.email},
            )
            return redirect("portal:members")
    context = {"form": form, "save_label": _("Kirim undangan")}
    return page(request, "settings/member_new", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def member(request: StaffRequest, pk: int) -> HttpResponse:
    """One person: data, positions, and leaving."""
    found = get_object_or_404(Member, pk=pk)
    form = MemberForm(request.POST if request.method == "POST" else None, member=found)
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            services.update_member(found, actor=request.person, seen=seen_by(request), **form.cleaned_data)
        except ServiceError as error:
            refuse(form, error)
            refused = error.code
            found.refresh_from_db()
        else:
            messages.success(request, _("Perubahan data anggota disimpan."))
            return redirect("portal:members")
    holdings = found.holdings.select_related("position").order_by("-starts_on")
    return edit_page(
        request,
        "settings/member",
        form,
        {
            "member": found,
            "holdings": holdings,
            "absences": absences_of(found) if found.is_active else (),
            "today": people.today(),
        },
        mark=people.fingerprint(found),
        refused=refused,
        now=lambda: MemberForm(member=found),
    )


@require_POST
@admins
def invite_again(request: StaffRequest, pk: int) -> HttpResponse:
    """Mails a new invitation; links sent before stop working."""
    found = get_object_or_404(Member, pk=pk, is_active=True, user_id=None)
    try:
        _invite(request, found)
    except InvitationProblem as problem:
        give_up()
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Undangan baru dikirim ke %(email)s.") % {"email": found.email})
    return redirect("portal:member", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def deactivate(request: StaffRequest, pk: int) -> HttpResponse:
    """Asks, then ends somebody's work here."""
    found = get_object_or_404(Member, pk=pk, is_active=True)
    form = heir_form(request, found)
    if request.method == "POST" and form.is_valid():
        try:
            services.deactivate_member(found, actor=request.person, heir=form.heir)
        except ServiceError as error:
            refuse(form, error)
        else:
            messages.success(request, _("%(name)s bukan lagi anggota instansi ini.") % {"name": found.name})
            return redirect("portal:members")
    context = {"member": found, "form": form, **plan_of(request, found, form)}
    return page(request, "settings/member_leave", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@assigners
def holdings(request: StaffRequest) -> HttpResponse:
    """Who holds which position now and next; gives a position to somebody, Plt. and Plh. among them."""
    day = people.today()
    form = HoldingForm(
        request.POST if request.method == "POST" else None,
        members=people.members(),
        positions=_positions_for(request),
        initial={"starts_on": day, "acting_kind": request.GET.get("sebagai", "")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            holding = services.assign(actor=request.person, **form.cleaned_data)
        except ServiceError as error:
            refuse(form, error)
        else:
            messages.success(
                request,
                _("%(name)s bertugas sebagai %(title)s.")
                % {"name": holding.member.name, "title": holding_title(holding)},
            )
            return redirect("portal:holdings")
    rows = [
        {"holding": holding, "title": holding_title(holding), "begun": holding.starts_on <= day}
        for holding in people.holdings()
        if holding.ends_on is None or holding.ends_on >= day
    ]
    return page(request, "settings/holdings", {"rows": rows, "form": form}, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@assigners
def end_holding(request: StaffRequest, pk: int) -> HttpResponse:
    """Says when somebody's holding of a position ends."""
    running = people.holdings().filter(Q(ends_on=None) | Q(ends_on__gte=people.today()))
    found = get_object_or_404(running, pk=pk)
    form = EndHoldingForm(
        request.POST if request.method == "POST" else None,
        initial={"ends_on": found.ends_on or people.today()},
        latest=found.ends_on,
    )
    if request.method == "POST" and form.is_valid():
        ends_on, seen = form.cleaned_data["ends_on"], seen_by(request)
        services.end_holding(found, actor=request.person, ends_on=ends_on, seen=seen)
        messages.success(request, _("Akhir penugasan disimpan."))
        return redirect("portal:holdings")
    context = {
        "holding": found,
        "title": holding_title(found),
        "member": found.member,
        **left_behind(request, found),
    }
    mark = people.fingerprint(found)
    return edit_page(request, "settings/holding_end", form, context, mark=mark)


def _positions_for(request: StaffRequest) -> list[Position]:
    """The positions that this person may give: of a head who is no admin those that are theirs to give."""
    if request.person.is_admin:
        return list(people.positions())
    return [position for position, by in people.kept_positions().items() if by == {Assigner.HEAD}]


def holding_title(holding: Holding) -> str:
    """A position as its holder signs: an acting officer's with `Plt.` or `Plh.` before it."""
    title = holding.position.title
    return f"{holding.acting_kind.capitalize()}. {title}" if holding.acting_kind else title


def _titles(member: Member) -> list[str]:
    day = people.today()
    return [
        holding_title(holding)
        for holding in member.holdings.all()
        if holding.starts_on <= day and (holding.ends_on is None or holding.ends_on >= day)
    ]


def _invite(request: StaffRequest, member: Member) -> None:
    kind = Invitation.Kind.OFFICE_ADMIN if member.is_admin else Invitation.Kind.OFFICE_MEMBER
    invite(
        kind,
        member.email,
        office=request.office,
        member_id=member.pk,
        name=member.name,
        invited_by=request.user.pk,
        now=timezone.now(),
    )
