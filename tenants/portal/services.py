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
from tenants.organization.services import conflict

log = logging.getLogger(__name__)


_SHOWN = ("name", "address", "phone", "email", "colour", "logo")


def stored(office: Office) -> Office:
    """The office's row as it is stored: what the directory knows may be some seconds old."""
    with public():
        return Office.objects.get(pk=office.pk)


def fingerprint(office: Office) -> str:
    """Tells whether the office's data are as they were shown."""
    values = [getattr(office, name) for name in _SHOWN]
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


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
    seen: str | None = None,
) -> Office:
    """Changes how the office is called, reached and looks. One transaction with the office's.

    `logo`: a PNG; None keeps the present one. `seen`: the `fingerprint` of what the person was shown; None:
    whatever it is. Raises `ServiceError`: `not_admin`, or `conflict` where another admin has changed it.
    """
    if not actor.is_admin:
        raise ServiceError("not_admin", _("Hanya admin instansi yang boleh mengubah ini."))
    given = _store_logo(office, logo) if logo else None
    with public(), transaction.atomic():
        row = Office.objects.select_for_update(no_key=True).get(pk=office.pk)
        if seen is not None and seen != fingerprint(row):
            raise conflict()
        row.name, row.address, row.phone, row.email = name, address, phone, email
        row.colour, row.logo = colour, "" if drop_logo and not given else given or row.logo
        row.save(update_fields=list(_SHOWN))
    log.info("office data changed by member %s", actor.id)
    return row


def _store_logo(office: Office, content: bytes) -> str:
    """Keeps a logo under the digest of its content, so that its address changes with it."""
    name = f"{office.schema_name}/logo/{hashlib.sha256(content).hexdigest()[:32]}.png"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(content))
    return name
