"""The template schema: migrated once a release, and written down as the statements that make an office.

What a migration did to the template is recorded, so that the offices that are already there get the same
statements (`central.offices.rollout`). A migration that runs Python is repeated in each office instead.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import RunPython, SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation
from django.db.migrations.recorder import MigrationRecorder

from . import ddl
from .models import OfficeTemplate
from .names import TEMPLATE_SCHEMA, quoted
from .owner import OWNER, owner_transaction
from .registry import restrictions

READS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET ")


class TemplateProblem(RuntimeError):
    """The offices' tables cannot be brought to this release. The message says why."""


def migrate_template(say: Callable[[str], None] = lambda line: None) -> OfficeTemplate:
    """Migrates the template schema and stores what an office is from now on. Does nothing where nothing
    changed.
    """
    with owner_transaction() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(TEMPLATE_SCHEMA)}")
    steps = _migrate(say)
    present = OfficeTemplate.objects.using(OWNER).order_by("-pk").first()
    with owner_transaction() as cursor:
        statements = ddl.render(cursor, TEMPLATE_SCHEMA)
        _prove(cursor, statements)
    append_only = restrictions()
    version = digest(statements, append_only)
    if present is not None and present.version == version:
        return present
    made = OfficeTemplate.objects.using(OWNER).create(
        version=version,
        previous=present.version if present else "",
        ddl=statements,
        append_only=append_only,
        change=steps if present else [],
    )
    say(f"Offices are now at version {version[:12]}: {len(statements)} statements.")
    return made


def digest(statements: list[str], append_only: list[str]) -> str:
    """Names a state of an office's tables."""
    return hashlib.sha256(json.dumps([statements, append_only]).encode()).hexdigest()


def current_template() -> OfficeTemplate:
    """What a new office is made of.

    Raises:
        TemplateProblem: the database was never migrated.
    """
    template = OfficeTemplate.objects.order_by("-pk").first()
    if template is None:
        raise TemplateProblem("There is no template of an office yet: run `manage.py database migrate`.")
    return template


def tenant_labels() -> set[str]:
    """The labels of the apps whose tables every office has."""
    from .router import office_app_labels

    return set(office_app_labels())


class _Recorder:
    """Notes the statements that change a schema; what Django reads to decide on them is left out."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(self, execute: Any, text: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if not text.lstrip().upper().startswith(READS) and quoted(ddl.MIGRATIONS_TABLE) not in text:
            if params:
                raise TemplateProblem(
                    f"A statement with parameters cannot be repeated in the offices: {text}"
                )
            self.statements.append(text.strip().rstrip(";"))
        return execute(text, params, many, context)


class _RecordingExecutor(MigrationExecutor):
    """Applies migrations to the template and keeps, in order, what the other schemas need of them."""

    def __init__(self, connection: Any, progress_callback: Any = None) -> None:
        super().__init__(connection, progress_callback)
        self.steps: list[dict[str, Any]] = []

    def apply_migration(self, state: Any, migration: Migration, *args: Any, **kwargs: Any) -> Any:
        if not migration.atomic:
            raise TemplateProblem(
                f"{migration} is not atomic; an office's migration must be one transaction."
            )
        recorder = _Recorder()
        if runs_python(migration):
            state = super().apply_migration(state, migration, *args, **kwargs)
            self.steps.append({"migration": [migration.app_label, migration.name]})
            return state
        with self.connection.execute_wrapper(recorder):
            state = super().apply_migration(state, migration, *args, **kwargs)
        if recorder.statements:
            self.steps.append({"sql": recorder.statements})
        return state


def runs_python(migration: Migration) -> bool:
    """Whether a migration does more than SQL can say."""

    def inner(operation: Operation) -> Iterator[Operation]:
        if isinstance(operation, SeparateDatabaseAndState):
            for each in operation.database_operations:
                yield from inner(each)
        else:
            yield operation

    return any(
        isinstance(each, RunPython) and each.code is not RunPython.noop
        for operation in migration.operations
        for each in inner(operation)
    )


@contextmanager
def owner_in(schema: str) -> Iterator[Any]:
    """Django's connection of the owner with the search path of a schema, for migrations."""
    connection: Any = connections[OWNER]  # django-tenants' wrapper, which has no type hints
    connection.set_schema(schema)
    try:
        yield connection
    finally:
        connection.set_schema_to_public()
        connection.close()


def _migrate(say: Callable[[str], None]) -> list[dict[str, Any]]:
    with owner_in(TEMPLATE_SCHEMA) as connection:
        # Without public in the path, or public's table of migrations would be taken for the template's.
        connection.set_schema(TEMPLATE_SCHEMA, include_public=False)
        MigrationRecorder(connection).ensure_schema()
        connection.set_schema(TEMPLATE_SCHEMA)
        executor = _RecordingExecutor(connection)
        labels = tenant_labels()
        leaves = [node for node in executor.loader.graph.leaf_nodes() if node[0] in labels]
        plan = executor.migration_plan(leaves)
        if plan:
            say(f"Template of the offices: {len(plan)} migrations.")
            executor.migrate(leaves, plan=plan)
        return executor.steps


def _prove(cursor: Any, statements: list[str]) -> None:
    """Makes a schema of the statements, writes that down again and compares; takes the schema back.

    Raises:
        TemplateProblem: the statements make something else than what they were written from.
    """
    trial = f"{TEMPLATE_SCHEMA}_trial"
    cursor.execute("SAVEPOINT trial")
    cursor.execute(f"CREATE SCHEMA {quoted(trial)}")
    cursor.execute(f"SET LOCAL search_path = {quoted(trial)}, public")
    cursor.execute(";\n".join(statements))
    again = ddl.render(cursor, trial)
    cursor.execute("ROLLBACK TO SAVEPOINT trial")
    if again != statements:
        differing = [pair for pair in zip(statements, again, strict=False) if pair[0] != pair[1]]
        raise TemplateProblem(f"The template cannot be written exactly: {differing[:1]}")
