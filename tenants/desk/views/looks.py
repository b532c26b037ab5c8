"""The log of looks, for the desk's admins."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from central.coordination.models import GovernmentWork
from tenants.desk import queries, services
from tenants.desk.door import DeskRequest, desk_admins
from tenants.desk.pages import page
from tenants.portal.rows import page_words

PURPOSES: dict[str, Promise] = {
    GovernmentWork.Kind.STEP.value: _("Langkah SOP"),
    GovernmentWork.Kind.HANDED_UP.value: _("Aduan yang diserahkan ke meja pusat"),
    GovernmentWork.Kind.FOLLOW_UP.value: _("Tindak lanjut rujukan"),
    services.REASON: _("Alasan penyerahan, dalam antrean"),
    services.FILE: _("Berkas aduan"),
    services.OVERSIGHT: _("Pengawasan oleh admin meja"),
}


@require_safe
@desk_admins
def looks(request: DeskRequest) -> HttpResponse:
    """Who opened which complaint's content, when and for what; the newest first."""
    shown, listed = queries.looks(request.government, request.GET)
    rows = [{"look": look, "purpose": PURPOSES.get(look.what, look.what)} for look in listed]
    context = {
        "rows": rows,
        "shown": page_words(len(rows)),
        **shown.links(request.path, dict(request.GET.lists())),
    }
    return page(request, "looks", context)
