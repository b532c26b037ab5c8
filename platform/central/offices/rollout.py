"""Brings the offices that are there to this release: what changed the template is repeated in each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import psycopg
from django.db.migrations.executor import MigrationExecutor

from .models import Office, OfficeTemplate
from .names import quoted
from .owner import OWNER, owner_transaction
from .provisioning import grantee, restrict, run_statements
from .rights import OWN_TABLE
from .template import TemplateProblem, owner_in

WITH_TABLES = (Office.Status.READY, Office.Status.SUSPENDED)


def migrate_offices(
    say: Callable[[str], None] = lambda line: None, *, codes: Iterable[str] = ()
) -> list[str]:
    """Brings every office with tables (or the named ones) to the present template, one transaction each.

    Offices that are there already cost nothing. One that fails does not stop the others.

    Returns:
        The codes of those that failed.
    """
    templates = list(OfficeTemplate.objects.using(OWNER).order_by("pk"))
    if not templates:
        return []
    behind = (
        Office.objects.using(OWNER)
        .filter(status__in=WITH_TABLES)
        .exclude(schema_version=templates[-1].version)
    )
    if codes := list(codes):
        behind = behind.filter(code__in=codes)
    failed = []
    for target in behind.order_by("pk"):
        try:
            for template in path(templates, target.schema_version):
                advance(target, template)
        except (psycopg.Error, TemplateProblem) as error:
            failed.append(target.code)
            say(f"{target.code}: {error}")
        else:
            say(f"{target.code}: {target.schema_version[:12]}")
    return failed


def path(templates: list[OfficeTemplate], version: str) -> list[OfficeTemplate]:
    """The templates that an office of this version goes through to the last one.

    Raises:
        TemplateProblem: this version is not known.
    """
    for position in reversed(range(len(templates))):
        if templates[position].version == version:
            return templates[position + 1 :]
    raise TemplateProblem(
        f"Version {version[:12] or '(none)'} is not known here; the office is left as it is."
    )


def advance(target: Office, template: OfficeTemplate) -> None:
    """One step of the path. Pure SQL is one transaction together with the office's mark; a step in Python is
    a transaction of its own and comes before it.
    """
    pending: list[str] = []
    for step in template.change:
        if "migration" in step:
            _run(target, pending, template=None)
            pending = []
            _repeat(target, *step["migration"])
        else:
            pending.extend(step["sql"])
    _run(target, pending, template=template)


def _run(target: Office, statements: list[str], *, template: OfficeTemplate | None) -> None:
    with owner_transaction() as cursor:
        cursor.execute(f"SET LOCAL search_path = {quoted(target.schema_name)}, public")
        if statements:
            run_statements(cursor, statements)
        if template is not None:
            _set_rights(cursor, target, template)
            cursor.execute(
                "UPDATE public.offices_office SET schema_version = %s WHERE id = %s",
                [template.version, target.pk],
            )
            target.schema_version = template.version


def _set_rights(cursor: psycopg.Cursor[Any], target: Office, template: OfficeTemplate) -> None:
    role = grantee(target)
    tables = ", ".join(quoted(name) for name in _tables(cursor, target.schema_name))
    if tables:
        cursor.execute(f"GRANT {OWN_TABLE} ON {tables} TO {role}")
    restrict(cursor, template.append_only, role=role)


# `ON ALL TABLES IN SCHEMA` would read the catalogue from end to end, and it holds the tables of every office.
_TABLES = """
SELECT c.relname FROM pg_namespace n
JOIN pg_depend d ON d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid
    AND d.classid = 'pg_class'::regclass
JOIN pg_class c ON c.oid = d.objid
WHERE n.nspname = %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY c.relname
"""


def _tables(cursor: psycopg.Cursor[Any], schema: str) -> list[str]:
    """Tables and views of a schema, found by what depends on it."""
    return [name for (name,) in cursor.execute(_TABLES, [schema]).fetchall()]


def _repeat(target: Office, app_label: str, name: str) -> None:
    """Runs a migration's Python in the office's schema, as the owner, in one transaction."""
    with owner_in(target.schema_name) as connection:
        executor = MigrationExecutor(connection)
        migration = executor.loader.get_migration(app_label, name)
        node = (app_label, name)
        before = executor.loader.project_state(node, at_end=False)
        with connection.schema_editor(atomic=True) as editor:
            migration.apply(before, editor)
