"""Makes an office in the database: its role, its schema, its tables; then has the office's own apps begin.

A small state machine on `Office.status`: requested -> provisioning -> ready, or failed, from where
`provision` may be called again. The database part is one transaction of the owner, so that a schema is there
whole or not at all.
"""

from __future__ import annotations

import logging
from typing import Any

import psycopg
from django.conf import settings
from django.db import transaction

from .access import office as inside
from .access import public
from .grants import ensure_role
from .models import Office, OfficeTemplate
from .names import group_name, office_role, quoted
from .owner import app_login, owner_transaction
from .registry import after_provision_hooks
from .rights import OWN_LOG, OWN_TABLE, split
from .template import current_template

logger = logging.getLogger(__name__)

TRIES = 3
# Two provisionings at once can meet on a catalogue row of a shared role; the next try finds it done.
COLLISIONS = (
    psycopg.errors.UniqueViolation,
    psycopg.errors.DuplicateSchema,
    psycopg.errors.DuplicateObject,
    psycopg.errors.InternalError_,
    psycopg.errors.DeadlockDetected,
)
UNFINISHED = (Office.Status.REQUESTED, Office.Status.PROVISIONING, Office.Status.FAILED)


class ProvisioningFailed(RuntimeError):
    """An office could not be made ready. Its status says why; `provision` tries again."""


def provision(target: Office) -> Office:
    """Brings a requested or failed office to ready. A ready office is left as it is.

    Raises:
        ProvisioningFailed: it did not work; nothing half-done is left, and the office's status is failed.
    """
    if target.status == Office.Status.READY:
        return target
    if target.status not in UNFINISHED:
        raise ProvisioningFailed(f"{target.code} is {target.status}; there is nothing to make ready.")
    _set(target, Office.Status.PROVISIONING)
    try:
        template = current_template()
        make_schema(target, template)
        with inside(target):
            if _is_mine_to_begin(target):
                for hook in after_provision_hooks():
                    hook(target, target.seed)
                with public():
                    _set(target, Office.Status.READY, schema_version=template.version)
    except Exception as error:
        logger.exception("Office %s could not be made ready", target.code)
        _set(target, Office.Status.FAILED, reason=f"{type(error).__name__}: {error}")
        raise ProvisioningFailed(f"{target.code}: {error}") from error
    return target


def _is_mine_to_begin(target: Office) -> bool:
    """Locks the office's row until the end of the transaction; false if another process was faster."""
    with public():
        target.status = Office.objects.select_for_update(no_key=True).get(pk=target.pk).status
    return target.status != Office.Status.READY


def make_schema(target: Office, template: OfficeTemplate) -> None:
    """The owner's part: role, schema, tables, rights. Does nothing if the schema is there."""
    for left in reversed(range(TRIES)):
        try:
            with owner_transaction() as cursor:
                if not _schema_is_there(cursor, target.schema_name):
                    _make(cursor, target, template)
            return
        except COLLISIONS:
            if not left:
                raise


def drop_schema(target: Office) -> None:
    """Removes the office's tables and role for good. The role stays where another database still uses it."""
    with owner_transaction() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {quoted(target.schema_name)} CASCADE")
        cursor.execute("SAVEPOINT role")
        try:
            cursor.execute(f"DROP ROLE IF EXISTS {quoted(office_role(target))}")
        except psycopg.errors.DependentObjectsStillExist:
            cursor.execute("ROLLBACK TO SAVEPOINT role")


def _make(cursor: psycopg.Cursor[Any], target: Office, template: OfficeTemplate) -> None:
    schema = quoted(target.schema_name)
    cursor.execute(f"CREATE SCHEMA {schema}")
    role = _role(cursor, target)
    cursor.execute(
        f"GRANT USAGE ON SCHEMA {schema} TO {role}; "
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} "
        f"GRANT {OWN_TABLE} ON TABLES TO {role}; "
        f"SET LOCAL search_path = {schema}, public"
    )
    run_statements(cursor, template.ddl)
    restrict(cursor, template.append_only, role=role)


def restrict(cursor: psycopg.Cursor[Any], append_only: list[str], *, role: str) -> None:
    """Takes UPDATE and DELETE on append-only tables away, and gives UPDATE on the columns of sealed tables
    that may change back; `append_only` is as in `registry.restrictions`. The search path must be the
    office's.
    """
    if not append_only:
        return
    entries = [entry.rstrip(")").partition("(") for entry in append_only]
    tables = ", ".join(quoted(table) for table, _, _ in entries)
    taken = ", ".join(sorted(split(OWN_TABLE) - split(OWN_LOG)))
    cursor.execute(f"REVOKE {taken} ON {tables} FROM {role}")
    for table, sealed, columns in entries:
        if sealed:
            kept = ", ".join(quoted(column) for column in columns.split(", "))
            cursor.execute(f"GRANT UPDATE ({kept}) ON {quoted(table)} TO {role}")


def grantee(target: Office) -> str:
    """Who uses an office's tables, as an SQL identifier: its role, or on Citus the run-time login."""
    return quoted(office_role(target) if settings.OFFICE_ROLES else app_login())


def run_statements(cursor: psycopg.Cursor[Any], statements: list[str]) -> None:
    """All at once on PostgreSQL; one by one on a Citus cell, which cannot take several in one message."""
    if settings.OFFICE_ROLES:
        cursor.execute(";\n".join(statements))
    else:
        for statement in statements:
            cursor.execute(statement)


def _role(cursor: psycopg.Cursor[Any], target: Office) -> str:
    role = grantee(target)
    if settings.OFFICE_ROLES:
        ensure_role(cursor, office_role(target))
        cursor.execute(
            f"GRANT {quoted(group_name(target.cell))} TO {role} WITH INHERIT TRUE, SET FALSE; "
            f"GRANT {role} TO {quoted(app_login())} WITH INHERIT FALSE, SET TRUE"
        )
    return role


def _schema_is_there(cursor: psycopg.Cursor[Any], schema: str) -> bool:
    found = cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema]).fetchone()
    return found is not None


def _set(target: Office, status: Office.Status, *, reason: str = "", **changes: Any) -> None:
    target.status = status
    target.status_reason = reason[:250]
    for name, value in changes.items():
        setattr(target, name, value)
    with transaction.atomic():
        target.save(update_fields=["status", "status_reason", *changes])
