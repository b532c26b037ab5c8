"""Official sheets of one complaint."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenants.errors import ServiceError
from tenants.portal import case as cases
from tenants.portal import sheets
from tenants.portal.door import StaffRequest, staff
from tenants.portal.preview import lasting_address, tracking_address
from tenants.portal.printing import sheet as printed
from tenants.portal.story import Teller
from workflows.decision import DocumentKind


@require_safe
@staff
def sheet(request: StaffRequest, uid: UUID, kind: str) -> HttpResponse:
    """One paper as a page to print or, with `format=pdf`, as a file. `langkah`: the step that produced it."""
    case = cases.opened(request, uid)
    back_url = reverse("portal:complaint", args=[case.complaint.slug])
    name = f"{kind.replace('_', '-')}-{case.complaint.register_year}-{case.complaint.register_seq}"
    if kind == DocumentKind.COMPLAINT_FORM.value:
        return printed(request, "complaint_form", sheets.complaint_form(case), name=name, back_url=back_url)
    if kind == "receipt" and sheets.has_receipt(case):
        address = tracking_address(request.get_host(), case.complaint)
        context = sheets.receipt(case, address, lasting_address(case.complaint))
        return printed(request, "receipt", context, name=name, back_url=back_url)
    teller = Teller(case)
    number = request.GET.get("langkah", "")
    entry = next(
        (
            entry
            for entry in reversed(teller.entries)
            if kind in entry.event.data.get("documents", ()) and number in ("", str(entry.event.seq))
        ),
        None,
    )
    if entry is None:
        raise ServiceError("not_found", _("Lembar ini belum ada pada aduan tersebut."))
    context = sheets.of_step(case, teller, entry, kind)
    return printed(request, sheets.template_of(kind), context, name=name, back_url=back_url)
