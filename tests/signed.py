"""An admin who reads the warnings of a procedure and signs for them."""

from __future__ import annotations

from typing import Any

from tenants.procedure.models import ProcedureVersion
from tenants.procedure.proof import prove
from tenants.procedure.queries import settings_now
from tenants.procedure.services import check_draft, enforce_draft, put_procedure
from tenants.procedure.signing import mark_of
from workflows.cases import Actor
from workflows.loading import procedure_from


def put_signed(document: dict[str, Any], *, actor: Actor, **options: Any) -> ProcedureVersion:
    """Puts a procedure in force with its warnings, whatever they are. Inside an office."""
    warned = prove(procedure_from(document), options.get("settings") or settings_now())
    return put_procedure(document, actor=actor, signed=mark_of(warned), **options)


def enforce_signed(pk: int, *, actor: Actor, expected_version: int = 1) -> ProcedureVersion:
    """Puts a draft in force with its warnings, whatever they are. Inside an office."""
    warned = check_draft(pk, actor=actor).problems
    return enforce_draft(pk, actor=actor, expected_version=expected_version, signed=mark_of(warned))
