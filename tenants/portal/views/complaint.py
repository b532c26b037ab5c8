"""A complaint's page in the portal, and its files."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from tenants.complaints import files
from tenants.complaints.errors import not_found
from tenants.complaints.queries import attachment_for_staff, complaint_for_staff
from tenants.complaints.services.publication import PICTURES
from tenants.portal import case as cases
from tenants.portal.door import StaffRequest, staff
from tenants.portal.pages import page
from tenants.portal.sheets import papers
from tenants.portal.story import Teller


@require_safe
@staff
def complaint(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Story, reporter, evidence, timeline, limits, and exactly what this person may do now."""
    case = cases.opened(request, uid)
    teller = Teller(case)
    steps, others = cases.acts(case)
    attachments = list(case.complaint.attachments.order_by("id"))
    return page(
        request,
        "complaint",
        {
            "complaint": case.complaint,
            "head": cases.head_of(case),
            "steps": steps,
            "others": others,
            "reporter_rows": cases.reporter_rows(case),
            "story_rows": cases.story_rows(case),
            "evidence": cases.file_rows(case.complaint, [f for f in attachments if f.by_reporter]),
            "work_files": teller.files_by_purpose([f for f in attachments if not f.by_reporter]),
            "clocks": cases.clock_rows(case),
            "work": cases.work_rows(case),
            "events": teller.timeline(),
            "papers": papers(case, teller),
            "publication": getattr(case.complaint, "publication", None),
        },
    )


@require_safe
@staff
def file(request: StaffRequest, uid: UUID, file_uid: UUID) -> HttpResponse:
    """A file of the complaint; with `kecil=1` a small copy of a picture."""
    complaint = complaint_for_staff(uid, request.person)
    found = attachment_for_staff(file_uid, request.person)
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
