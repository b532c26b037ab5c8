"""Which offices of a government have roles that the government gives to people."""

from __future__ import annotations

from central.offices.access import office as inside
from central.offices.models import Government, Office
from tenants.complaints.words import said
from tenants.procedure.queries import kept_procedure, procedure_in_force
from workflows.procedure import Assigner, Procedure

from .people import in_service


def appointing_offices(government: Government) -> list[tuple[Office, list[str]]]:
    """The offices whose procedure in force keeps roles for the government to give, with the roles' names.
    Each procedure is read once a process.
    """
    read: dict[str, list[str]] = {}
    found = []
    for target in in_service(government).order_by("name", "id"):
        if target.procedure_digest not in read:
            read[target.procedure_digest] = kept_names(_procedure(target))
        if read[target.procedure_digest]:
            found.append((target, read[target.procedure_digest]))
    return found


def appointing_office(government: Government, code: str) -> Office | None:
    """One of them by its code; None for any other."""
    target = in_service(government).filter(code=code).first()
    return target if target is not None and kept_names(_procedure(target)) else None


def kept_names(procedure: Procedure) -> list[str]:
    """The names of the roles that the government gives."""
    return [said(role.name) for role in procedure.roles if role.assigned_by is Assigner.GOVERNMENT]


def _procedure(target: Office) -> Procedure:
    known = kept_procedure(target.procedure_digest)
    if known is not None:
        return known
    with inside(target):
        return procedure_in_force()
