"""A release costs an office the same however many others there are, and gives it all that is its own."""

from __future__ import annotations

import pytest

from central.offices import rollout
from central.offices.access import office as inside
from central.offices.models import Office, OfficeTemplate
from central.offices.names import office_role
from central.offices.owner import owner_transaction
from central.offices.template import current_template
from tests.isolation.support import as_owner, rows


@pytest.mark.usefixtures("real_commits")
def test_a_release_gives_the_rights_on_every_table_anew(office_a: Office) -> None:
    now = current_template()
    schema, role = office_a.schema_name, office_role(office_a)
    as_owner(f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}")
    as_owner(f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} REVOKE ALL ON TABLES FROM {role}")
    new = [{"sql": ["CREATE TABLE next_release (id bigint)", "CREATE VIEW next_view AS SELECT 1"]}]
    release = OfficeTemplate(version="next", ddl=now.ddl, append_only=now.append_only, change=new)
    rollout.advance(office_a, release)
    with inside(office_a):
        rows("INSERT INTO next_release VALUES (1)")
        rows("SELECT * FROM next_view")
        rows("SELECT id FROM complaints_complaint")
        denied = rows("SELECT has_table_privilege('complaints_event', 'DELETE')")
    assert denied == [(False,)]
    assert office_a.schema_version == "next"


def test_an_offices_tables_are_found_without_reading_those_of_others(office_a: Office) -> None:
    """The catalogue holds the tables of all."""
    with owner_transaction() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = cursor.execute(f"EXPLAIN {rollout._TABLES}", [office_a.schema_name]).fetchall()
    assert "pg_depend_reference_index" in str(plan)
    assert "pg_class_oid_index" in str(plan)
    assert "Seq Scan" not in str(plan)
