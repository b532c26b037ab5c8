"""An office that has noted absences keeps them, and who acts for whom, when it comes to rows of their own."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.migrations.recorder import MigrationRecorder

from central.offices.template import _RecordingExecutor, owner_in

OLD, TRIAL = "absence_rows_old", "absence_rows_new"
BEFORE, AFTER = [("organization", "0002_absence")], [("organization", "0003_absences")]

FILLED = """
INSERT INTO organization_member (id, name, email, phone, is_admin, is_active, joined_at, absent_from,
    absent_until, substitute_id)
VALUES (1, 'Dua', 'dua@example.id', '', false, true, now(), null, null, null),
    (2, 'Satu', 'satu@example.id', '', false, true, now(), '2026-03-02', '2026-03-06', 1),
    (3, 'Tiga', 'tiga@example.id', '', false, true, now(), '2026-03-09', '2026-03-09', null);
INSERT INTO organization_position (id, code, title, roles, is_active) VALUES (1, 'a', 'A', '{}', true),
    (2, 'b', 'B', '{}', true);
INSERT INTO organization_holding (id, member_id, position_id, acting_kind, starts_on, ends_on)
VALUES (1, 2, 1, '', '2026-01-01', null), (2, 1, 1, 'plh', '2026-03-02', '2026-03-06'),
    (3, 1, 2, 'plh', '2026-03-02', '2026-03-06'), (4, 1, 1, 'plh', '2026-04-02', '2026-04-06')
"""


def prepared(connection: Any, schema: str) -> None:
    """The office's people as the release before has them."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {schema}")
    connection.set_schema(schema, include_public=False)
    MigrationRecorder(connection).ensure_schema()
    executor = _RecordingExecutor(connection)
    executor.migrate(BEFORE, plan=executor.migration_plan(BEFORE))
    with connection.cursor() as cursor:
        cursor.execute(FILLED)


def test_what_was_noted_before_is_noted_still(real_commits: None) -> None:
    with owner_in(OLD) as connection:
        prepared(connection, OLD)
        executor = _RecordingExecutor(connection)
        executor.migrate(AFTER, plan=executor.migration_plan(AFTER))
        statements = [text for step in executor.steps for text in step["sql"]]
    with owner_in(TRIAL) as connection:
        prepared(connection, TRIAL)
        # As every office is brought there: what was recorded on the template, in one transaction.
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            for text in statements:
                cursor.execute(text)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, member_id, starts_on, ends_on, substitute_id FROM organization_absence ORDER BY 2"
            )
            noted = cursor.fetchall()
            cursor.execute("SELECT id FROM organization_holding WHERE absence_id = %s", [noted[0][0]])
            acting = cursor.fetchall()
    assert [row[1:] for row in noted] == [
        (2, date(2026, 3, 2), date(2026, 3, 6), 1),
        (3, date(2026, 3, 9), date(2026, 3, 9), None),
    ]
    assert acting == [(2,)]
