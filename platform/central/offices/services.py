"""Commands on governments and offices. Each is called in public mode."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from central.plaintext import clean_line

from .access import public
from .models import Domain, Government, Office
from .names import quoted, schema_name
from .provisioning import drop_schema, provision
from .rights import PUBLIC_TABLES


class OfficeProblem(Exception):
    """A command on an office or a government cannot be carried out. `code` is stable; the message is for
    people.
    """

    def __init__(self, code: str, message: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


@transaction.atomic
def create_government(*, code: str, name: str, subdomain: str, **fields: Any) -> Government:
    """Makes a government and its host name `<subdomain>.<BASE_HOST>`.

    Raises:
        OfficeProblem: the code or the host name is taken (`taken`), or not allowed (`invalid`).
    """
    if Government.objects.filter(code=code).exists():
        raise OfficeProblem("taken", _("Kode pemerintah daerah ini sudah dipakai."))
    if Government.objects.filter(subdomain=subdomain).exists():
        raise OfficeProblem("taken", _("Alamat ini sudah dipakai."))
    government = Government(code=code, name=clean_line(name), subdomain=subdomain, **fields)
    _validate(government)
    government.save()
    add_domain(host_for(subdomain), government=government)
    return government


def create_office(
    *,
    government: Government,
    code: str,
    name: str,
    subdomain: str = "",
    seed: dict[str, Any] | None = None,
    **fields: Any,
) -> Office:
    """Makes an office, ready to take complaints: its row, host name, schema, role and first contents.

    `seed` is handed to the hooks of the office's own apps (see `registry.register_after_provision`) and kept
    for another try. Not to be called in a transaction of its own: the request is stored first, so that a
    failure leaves an office that `provision` can finish.

    Raises:
        OfficeProblem: the code or the host name is taken (`taken`), or not allowed (`invalid`).
        ProvisioningFailed: the office is stored as failed.
    """
    return provision(
        request_office(government=government, code=code, name=name, subdomain=subdomain, seed=seed, **fields)
    )


@transaction.atomic
def request_office(
    *,
    government: Government,
    code: str,
    name: str,
    subdomain: str = "",
    seed: dict[str, Any] | None = None,
    **fields: Any,
) -> Office:
    """The first part of `create_office`: the rows of an office that is still to be provisioned."""
    if Office.objects.filter(code=code).exists():
        raise OfficeProblem("taken", _("Kode instansi ini sudah dipakai."))
    target = Office(
        government=government,
        code=code,
        name=clean_line(name),
        cell=settings.CELL_KEY,
        seed=seed or {},
        schema_name=f"requested-{code}",
        **fields,
    )
    _validate(target)
    target.save()
    target.schema_name = schema_name(target.pk)
    target.save(update_fields=["schema_name"])
    add_domain(host_for(subdomain or code), office=target)
    return target


@transaction.atomic
def add_domain(
    host: str, *, government: Government | None = None, office: Office | None = None, is_primary: bool = True
) -> Domain:
    """Has a host name lead to a government's site or an office's.

    A new primary host is the one that addresses are written with from now on; the older ones go on answering.

    Raises:
        OfficeProblem: the host name is taken (`taken`) or is none (`invalid`).
    """
    host = host.lower().rstrip(".")
    if host in settings.PLATFORM_HOSTS or Domain.objects.filter(host=host).exists():
        raise OfficeProblem("taken", _("Alamat ini sudah dipakai."))
    kind = Domain.Kind.OFFICE if office is not None else Domain.Kind.GOVERNMENT
    domain = Domain(
        host=host,
        kind=kind,
        office=office,
        government=government,
        is_primary=is_primary,
        cell=settings.CELL_KEY,
    )
    _validate(domain)
    if is_primary:
        Domain.objects.filter(office=office, government=government, is_primary=True).update(is_primary=False)
    domain.save()
    return domain


def host_for(subdomain: str) -> str:
    """The host name of a subdomain of the platform."""
    return f"{subdomain}.{settings.BASE_HOST}"


def note_procedure(target: Office, digest: str) -> None:
    """Keeps where all can see it which procedure is in force in an office, by the digest of its content.

    Called inside the office, in the transaction that puts it in force.
    """
    with public():
        Office.objects.filter(pk=target.pk).update(procedure_digest=digest)


@transaction.atomic
def suspend_office(target: Office, *, reason: str = "") -> Office:
    """Closes a ready office to everybody; its data stays. Its pages answer 503 with a plain explanation."""
    return _turn(target, Office.Status.READY, Office.Status.SUSPENDED, reason)


@transaction.atomic
def resume_office(target: Office) -> Office:
    """Opens a suspended office again."""
    return _turn(target, Office.Status.SUSPENDED, Office.Status.READY, "")


@transaction.atomic
def suspend_government(target: Government) -> Government:
    """Closes a government's site and all of its offices to everybody. Their data and their own statuses stay;
    meanwhile nothing is sent for the offices and none of their limits rings.

    Raises:
        OfficeProblem: it is suspended (`wrong_status`).
    """
    return _turn_government(target, Government.Status.ACTIVE, Government.Status.SUSPENDED)


@transaction.atomic
def resume_government(target: Government) -> Government:
    """Opens a suspended government again, and those of its offices that are not suspended themselves."""
    return _turn_government(target, Government.Status.SUSPENDED, Government.Status.ACTIVE)


def remove_office(target: Office, *, confirm: str) -> Office:
    """Removes a suspended office's tables and role for good, and its rows in the public tables it wrote to.

    The office's own row stays, so that its host answers 410 and what was handed over still names it.

    `confirm` is the office's code, written out by whoever orders it.

    Raises:
        OfficeProblem: not confirmed (`not_confirmed`), or not suspended before (`wrong_status`).
    """
    if confirm != target.code:
        raise OfficeProblem("not_confirmed", _("Tulis kode instansi untuk memastikan penghapusan."))
    with transaction.atomic():
        target = _turn(target, Office.Status.SUSPENDED, Office.Status.REMOVED, target.status_reason)
        with connection.cursor() as cursor:
            for table, rights in PUBLIC_TABLES.items():
                if rights.row_office:
                    cursor.execute(
                        f"DELETE FROM {quoted(table)} WHERE {quoted(rights.row_office)} = %s",  # noqa: S608  (own names)
                        [target.pk],
                    )
    drop_schema(target)
    return target


def _turn(target: Office, before: Office.Status, after: Office.Status, reason: str) -> Office:
    locked = Office.objects.select_for_update(no_key=True).get(pk=target.pk)
    if locked.status != before:
        raise OfficeProblem(
            "wrong_status",
            _("Tindakan ini tidak dapat dilakukan: status instansi %(status)s.")
            % {"status": locked.get_status_display()},
        )
    locked.status, locked.status_reason = after, reason[:250]
    locked.save(update_fields=["status", "status_reason"])
    return locked


def _turn_government(target: Government, before: Government.Status, after: Government.Status) -> Government:
    locked = Government.objects.select_for_update(no_key=True).get(pk=target.pk)
    if locked.status != before:
        raise OfficeProblem(
            "wrong_status",
            _("Tindakan ini tidak dapat dilakukan: status pemerintah daerah %(status)s.")
            % {"status": locked.get_status_display()},
        )
    locked.status = after
    locked.save(update_fields=["status"])
    return locked


def _validate(instance: Government | Office | Domain) -> None:
    try:
        instance.full_clean(exclude=["schema_name"])
    except ValidationError as error:
        raise OfficeProblem("invalid", "; ".join(error.messages)) from error
