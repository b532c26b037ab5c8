"""A support visit: who looks, and at which pages of the portal. What is not named here is not shown.

An admin of the government's desk may look at how an office is set up, and at nothing else: no complaint, no
list or search of complaints, no file, no register, no person's own page. `guests.let_in` asks at the door,
`door.staff` once more at the view, and the transaction is read-only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from central.coordination.models import SupportVisit
from tenants.organization.queries import Person

READS = ("GET", "HEAD")

PAGES: Mapping[str, Promise] = {
    "portal:settings": _("Atur instansi"),
    "portal:units": _("Unit"),
    "portal:unit": _("Unit"),
    "portal:positions": _("Jabatan"),
    "portal:position": _("Jabatan"),
    "portal:members": _("Anggota"),
    "portal:holdings": _("Penugasan"),
    "portal:office": _("Data instansi"),
    "portal:hours": _("Jam kerja"),
    "portal:period": _("Masa dengan jam kerja lain"),
    "portal:openings": _("Hari buka khusus"),
    "portal:calendar": _("Kalender"),
    "portal:procedures": _("Prosedur"),
    "portal:version": _("Versi prosedur"),
    "portal:version_yaml": _("Versi prosedur (YAML)"),
    "portal:draft": _("Konsep prosedur"),
    "portal:draft_difference": _("Konsep prosedur: perbedaan"),
    "portal:draft_text": _("Konsep prosedur: teks"),
    "portal:draft_yaml": _("Konsep prosedur (YAML)"),
    "portal:categories": _("Kategori"),
    "portal:category": _("Kategori"),
    "portal:question": _("Pertanyaan kategori"),
    "portal:routing": _("Penyaluran"),
    "portal:rule": _("Aturan penyaluran"),
    "portal:texts": _("Teks"),
    "portal:text": _("Teks"),
    "portal:channels": _("Kanal dan pengingat"),
    "portal:areas": _("Wilayah"),
    "portal:masking": _("Kata samaran"),
    "portal:settings_versions": _("Riwayat pengaturan"),
    "portal:settings_version": _("Versi pengaturan"),
    "portal:settings_yaml": _("Versi pengaturan (YAML)"),
    "portal:delivery_health": _("Kelancaran pengiriman"),
}
"""The pages that a visitor may read, by the name of their address, in words for the log of looks."""


@dataclass(frozen=True, slots=True)
class Visitor(Person):
    """Somebody of the desk who looks at an office's set-up. Holds no role, is no admin, and takes no step."""

    visit: SupportVisit | None = None


def may_look(request: HttpRequest) -> bool:
    """Whether a visitor may have this page."""
    match = request.resolver_match
    return request.method in READS and match is not None and match.view_name in PAGES
