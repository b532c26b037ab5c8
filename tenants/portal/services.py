"""Commands of the portal on what lies in the public schema: the office's own row."""

from __future__ import annotations

import hashlib
import logging

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from central.offices.access import public
from central.offices.models import Office
from tenants.errors import ServiceError
from tenants.organization.queries import Person

log = logging.getLogger(__name__)


def change_office(
    office: Office,
    *,
    actor: Person,
    name: str,
    address: str,
    phone: str,
    email: str,
    colour: str,
    logo: bytes | None = None,
    drop_logo: bool = False,
) -> Office:
    """Changes how the office is called, reached and looks. One transaction with the office's.

    `logo`: a PNG; None keeps the present one. Raises `ServiceError("not_admin")`.
    """
    if not actor.is_admin:
        raise ServiceError("not_admin", _("Hanya admin instansi yang boleh mengubah ini."))
    stored = _store_logo(office, logo) if logo else ("" if drop_logo else office.logo)
    with public(), transaction.atomic():
        row = Office.objects.select_for_update(no_key=True).get(pk=office.pk)
        row.name, row.address, row.phone, row.email = name, address, phone, email
        row.colour, row.logo = colour, stored
        row.save(update_fields=["name", "address", "phone", "email", "colour", "logo"])
    log.info("office data changed by member %s", actor.id)
    return row


def _store_logo(office: Office, content: bytes) -> str:
    """Keeps a logo under the digest of its content, so that its address changes with it."""
    name = f"{office.schema_name}/logo/{hashlib.sha256(content).hexdigest()[:32]}.png"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(content))
    return name
