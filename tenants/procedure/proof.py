"""The proof of a procedure at an office: by itself, with its settings, and with the people of today."""

from __future__ import annotations

from tenants.organization.queries import role_holders
from workflows.cases import Scope
from workflows.problems import Problem
from workflows.procedure import Procedure
from workflows.settings import Settings
from workflows.soundness import check_procedure
from workflows.staffing import Holders, check_staff


def holders_of(procedure: Procedure) -> Holders:
    """The office's roles of a procedure, each with the ids of the members who hold it today."""
    roles = [role.code for role in procedure.roles if role.scope is Scope.OFFICE]
    held = role_holders()
    return {role: held.get(role, frozenset()) for role in roles}


def prove(procedure: Procedure, settings: Settings) -> list[Problem]:
    """Everything that keeps the procedure from being put in force here today, and every warning."""
    return [*check_procedure(procedure, settings), *check_staff(procedure, holders_of(procedure))]
