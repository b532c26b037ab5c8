"""A complaint's page in the portal, and its files."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from tenants.complaints import files
from tenants.complaints.errors import not_found
from tenants.complaints.models import Complaint
from tenants.complaints.queries import attachment_for_staff, complaint_for_staff
from tenants.complaints.services.publication import PICTURES
from tenants.portal import case as cases
from tenants.portal.asked import asked_rows
from tenants.portal.door import StaffRequest, staff
from tenants.portal.pages import hidden_for, page, procedure_now
from tenants.portal.sheets import papers
from tenants.portal.story import Teller
from tenants.portal.views.direct import around, direct
from tenants.portal.why import sent_to, why_here
from workflows.cases import Actor


@require_safe
@staff
def complaint(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Story, reporter, evidence, timeline, limits, and exactly what this person may do now."""
    case = cases.opened(request, uid)
    teller = Teller(case)
    values = cases.page_values(case, teller)
    others = around(case, sent_to(case, teller))
    names = {code: found.name for code, found in others.offices.items()} if others else {}
    more = {
        "papers": papers(case, teller),
        "routed": why_here(case, teller, names),
        "direct": direct(case, others),
        "questions": asked_rows(case),
        "nav_hidden": hidden_for(request.person, procedure_now(case.rules)),
    }
    return page(request, "complaint", {**values, **more})


@require_safe
@staff
def file(request: StaffRequest, uid: UUID, file_uid: UUID) -> HttpResponse:
    """A file of the complaint; with `kecil=1` a small copy of a picture."""
    return file_answer(request, complaint_for_staff(uid, request.person), request.person, file_uid)


def file_answer(request: HttpRequest, complaint: Complaint, person: Actor, file_uid: UUID) -> HttpResponse:
    """The file, if it is this complaint's and this person's to open. Raises `ComplaintError("not_found")`."""
    found = attachment_for_staff(file_uid, person)
    if found.complaint_id != complaint.pk:
        raise not_found()
    small = request.GET.get("kecil") == "1" and found.content_type in PICTURES
    if small:
        with files.thumbnail(found.digest) as picture:
            response = HttpResponse(picture.read(), content_type="image/jpeg")
    else:
        with files.opened(found.digest) as content:
            response = HttpResponse(content.read(), content_type=found.content_type)
        response["Content-Disposition"] = content_disposition_header(False, found.name) or "inline"
    # Nothing that a file holds runs on this host. (A sandbox would keep browsers from showing PDF.)
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
