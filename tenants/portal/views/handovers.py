"""People change: an admin looks at whose work is whose, and gives it to others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants.complaints.services import HandedOver, Piece, plan_handover, questions_to
from tenants.errors import ServiceError
from tenants.organization import queries as people
from tenants.organization import services
from tenants.organization.models import Absence, Holding, Member
from tenants.portal import queries
from tenants.portal.door import StaffRequest, admins
from tenants.portal.forms.handovers import AbsenceForm, HeirForm
from tenants.portal.pages import page, refuse, status_of
from tenants.portal.rows import Names, complaint_url

SHOWN = 200
"""The most pieces of work that a page lists; what it says of their number is about all."""

CHANGE = "simpan"
"""Names the button that does it; every other one shows what would happen."""


@require_safe
@admins
def handovers(request: StaffRequest) -> HttpResponse:
    """Who has how much open work that is meant for them alone, and who is away."""
    day = people.today()
    counts = queries.personal_work()
    away: dict[int, list[dict[str, Any]]] = {}
    for absence in people.absences():
        away.setdefault(absence.member_id, []).append(_noted(absence, day))
    rows: list[dict[str, Any]] = [
        {"member": member, "count": counts.get(member.pk, 0), "absences": away.get(member.pk, ())}
        for member in Member.objects.filter(is_active=True)
    ]
    rows.sort(key=lambda row: -row["count"])
    return page(request, "settings/handovers", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def handover(request: StaffRequest, pk: int) -> HttpResponse:
    """One member's open work: lists it with where each piece would go, then gives it away."""
    found = get_object_or_404(Member, pk=pk, is_active=True)
    form = heir_form(request, found)
    if request.method == "POST" and form.is_valid():
        try:
            done = services.hand_over_work(found, actor=request.person, heir=form.heir)
        except ServiceError as error:
            refuse(form, error)
        else:
            messages.success(request, done_words(done))
            return redirect("portal:handovers")
    context = {"member": found, "form": form, **plan_of(request, found, form)}
    return page(request, "settings/handover", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def absence(request: StaffRequest, pk: int) -> HttpResponse:
    """When a member is away; notes another time, and shows first which work goes where."""
    return _absence(request, get_object_or_404(Member, pk=pk, is_active=True), None)


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def absence_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Other days of an absence, or another substitute."""
    found = _absence_or_404(pk)
    return _absence(request, found.member, found)


@require_POST
@admins
def absence_end(request: StaffRequest, pk: int) -> HttpResponse:
    """The member is back before the noted day, or does not go."""
    found = _absence_or_404(pk)
    begun = found.starts_on <= people.today()
    services.end_absence(found, actor=request.person)
    words = _("%(name)s tercatat hadir kembali.") if begun else _("Ketidakhadiran %(name)s dihapus.")
    messages.success(request, words % {"name": found.member.name})
    return redirect("portal:absence", pk=found.member_id)


def absences_of(member: Member) -> list[dict[str, Any]]:
    """What is noted of a member and not over, for the template."""
    day = people.today()
    return [_noted(absence, day) for absence in people.absences([member])]


def _noted(absence: Absence, day: date) -> dict[str, Any]:
    return {"absence": absence, "begun": absence.starts_on <= day}


def _absence_or_404(pk: int) -> Absence:
    rows = people.absences().select_related("member").filter(member__is_active=True)
    return get_object_or_404(rows, pk=pk)


def _absence(request: StaffRequest, member: Member, changed: Absence | None) -> HttpResponse:
    """Notes or changes one. Below the form: which of the member's work goes where."""
    posted = request.method == "POST"
    noted = absences_of(member) if changed is None else []
    initial = {} if noted else {"starts_on": people.today()}
    form = AbsenceForm(request.POST if posted else None, member=member, absence=changed, initial=initial)
    if posted and form.is_valid() and CHANGE in request.POST:
        try:
            if changed is None:
                services.note_absence(member, actor=request.person, **form.cleaned_data)
            else:
                services.change_absence(changed, actor=request.person, **form.cleaned_data)
        except ServiceError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Ketidakhadiran %(name)s dicatat.") % {"name": member.name})
            return redirect("portal:absence", pk=member.pk)
    substitute = form.cleaned_data.get("substitute") if posted and form.is_valid() else None
    roles = _roles_of(member) if substitute is not None else frozenset()
    rows = _rows(request, plan_handover(member.pk, substitute.pk if substitute else None, also=roles))
    context = {
        "member": member,
        "form": form,
        "rows": rows[:SHOWN],
        "questions": questions_to(member.pk)[:SHOWN],
        "count": len(rows),
        "more": max(0, len(rows) - SHOWN),
        "heir": substitute,
        "looked": posted and not form.errors,
        "changed": changed,
        "absences": noted,
    }
    return page(request, "settings/absence", context, status=status_of(form))


def heir_form(request: StaffRequest, member: Member) -> HeirForm:
    """Who gets the work: what was sent, or what is only looked at."""
    data = request.POST if request.method == "POST" else request.GET
    return HeirForm(data, member=member)


def plan_of(request: StaffRequest, member: Member, form: HeirForm) -> dict[str, Any]:
    """The pieces of open work with where each goes, for the template."""
    heir = form.heir if form.is_valid() else None
    rows = _rows(request, plan_handover(member.pk, heir.pk if heir else None))
    return {
        "rows": rows[:SHOWN],
        "questions": questions_to(member.pk)[:SHOWN],
        "count": len(rows),
        "more": max(0, len(rows) - SHOWN),
        "heir": heir,
    }


def left_behind(request: StaffRequest, holding: Holding) -> dict[str, Any]:
    """The work for which its holder has no role once a holding is over, for the template."""
    kept = services.roles_besides(holding.member_id, holding=holding)
    rows = _rows(request, plan_handover(holding.member_id, None, keeping=kept))
    return {
        "rows": rows[:SHOWN],
        "questions": questions_to(holding.member_id, kept)[:SHOWN],
        "count": len(rows),
        "more": max(0, len(rows) - SHOWN),
    }


def done_words(done: HandedOver) -> str:
    """What was done, in a sentence."""
    told = []
    if done.to_heir:
        told.append(
            ngettext("%(n)d aduan dialihkan.", "%(n)d aduan dialihkan.", done.to_heir) % {"n": done.to_heir}
        )
    if done.questions:
        words = ngettext(
            "%(n)d pertanyaan koordinasi tidak lagi menunggu jawabannya.",
            "%(n)d pertanyaan koordinasi tidak lagi menunggu jawabannya.",
            done.questions,
        )
        told.append(words % {"n": done.questions})
    if done.to_role or not told:
        told.append(
            ngettext(
                "%(n)d aduan kembali kepada pemegang peran.",
                "%(n)d aduan kembali kepada pemegang peran.",
                done.to_role,
            )
            % {"n": done.to_role}
        )
    return " ".join(told)


def _roles_of(member: Member) -> frozenset[str]:
    person = people.actor_for_member(member.pk)
    return person.position_roles if person is not None else frozenset()


def _rows(request: StaffRequest, pieces: Sequence[Piece]) -> list[dict[str, Any]]:
    if not pieces:
        return []
    names = Names(request.person)
    return [
        {
            "url": complaint_url(piece.complaint),
            "number": piece.complaint.number,
            "category": names.category(piece.complaint.category),
            "step": names.stage(piece.complaint, piece.item.stage, piece.item.line),
            "due_at": piece.due_at,
            "fits": piece.fits,
            "unit": piece.item.unit.name if piece.item.unit else "",
        }
        for piece in pieces
    ]
