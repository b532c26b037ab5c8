"""What the operator's commands share: they refuse in plain words, before anything was begun."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.core.validators import validate_email

from central.offices.models import SUBDOMAIN, Domain, Government, Office
from central.offices.provisioning import drop_schema


def checked_email(text: str) -> str:
    """An e-mail address in lower case."""
    email = text.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise CommandError(f"--admin: {text!r} is no e-mail address.") from error
    return email


def checked_subdomain(text: str) -> str:
    """A subdomain in lower case."""
    subdomain = text.strip().lower()
    try:
        SUBDOMAIN(subdomain)
    except ValidationError as error:
        allowed = "1 to 63 small letters, digits and hyphens"
        raise CommandError(f"--subdomain: {text!r} cannot be one; use {allowed}.") from error
    return subdomain


def find_government(code: str) -> Government:
    """A government by its code; where there is none, names it and lists the known ones."""
    found = Government.objects.filter(code=code).first()
    if found is None:
        known = ", ".join(Government.objects.order_by("code").values_list("code", flat=True))
        raise CommandError(
            f"There is no government {code!r}. Known: {known or 'none yet (government create)'}."
        )
    return found


def find_office(code: str) -> Office:
    """An office by its code; where there is none, names it and lists the known ones."""
    found: Office | None = Office.objects.select_related("government").filter(code=code).first()
    if found is None:
        known = list(Office.objects.order_by("code").values_list("code", flat=True)[:50])
        raise CommandError(
            f"There is no office {code!r}. Known: {', '.join(known) or 'none yet (office create)'}."
        )
    return found


def main_host(place: Government | Office) -> str:
    """The primary host name of a government or an office; a dash where it has none."""
    of = {"office": place} if isinstance(place, Office) else {"government": place}
    return Domain.objects.filter(is_primary=True, **of).values_list("host", flat=True).first() or "-"


def discard(office: Office) -> None:
    """Takes back an office that could not be made: schema, role, host name and row, so that its name is free
    again.
    """
    drop_schema(office)
    office.domains.all().delete()
    office.delete()
