"""The office's logo, for everybody."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from central.offices.middleware import public_side
from central.offices.models import Office


@require_safe
@public_side
def logo(request: HttpRequest, digest: str) -> HttpResponse:
    """The picture of this digest, if it is the office's present logo."""
    office: Office = request.office  # type: ignore[attr-defined]  # set by OfficeHost
    if (
        not office.logo
        or not office.logo.endswith(f"/{digest}.png")
        or not default_storage.exists(office.logo)
    ):
        raise Http404
    with default_storage.open(office.logo) as file:
        response = HttpResponse(file.read(), content_type="image/png")
    response["Cache-Control"] = "public, max-age=604800"
    return response
