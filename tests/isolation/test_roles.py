"""Roles, and everything else in the database that could lead past the rights on tables."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import connections
from psycopg.errors import InsufficientPrivilege

from central.offices.access import office
from central.offices.bootstrap import TAKEN_FUNCTIONS, WATCHING_FUNCTIONS, patterns
from central.offices.models import Office
from central.offices.names import group_name
from central.offices.owner import OWNER, app_login

from .support import as_owner, refused_by, rows

GROUP = group_name("main")

# What is left of the functions that do more than compute. Each is harmless for everybody: it gives numbers or
# times, tells of the session's own transaction or of the server as such, or asks for a right that no role of
# ours has (on a sequence, on a table as its owner, on replication, a superuser's).
HARMLESS = {
    "values and times": "array_sample array_shuffle clock_timestamp gen_random_uuid random random_normal "
    "timeofday uuidv4 uuidv7",
    "own transaction": "current_query pg_stat_clear_snapshot pg_xact_status txid_status",
    "own sequences only": "currval lastval nextval setval pg_get_sequence_data pg_sequence_last_value",
    "own tables only": "brin_desummarize_range brin_summarize_new_values brin_summarize_range "
    "currtid2 gin_clean_pending_list pg_clear_attribute_stats pg_clear_relation_stats "
    "pg_restore_attribute_stats pg_restore_relation_stats",
    "the server as such": "amvalidate pg_collation_actual_version pg_database_collation_actual_version "
    "pg_get_wait_events pg_get_wal_replay_pause_state pg_get_wal_resource_managers "
    "pg_get_wal_summarizer_state pg_is_in_recovery pg_is_wal_replay_paused pg_jit_available "
    "pg_last_wal_receive_lsn pg_last_wal_replay_lsn pg_last_xact_replay_timestamp "
    "pg_notification_queue_usage pg_prepared_xact pg_partition_ancestors pg_partition_tree",
    "replication only": "pg_copy_logical_replication_slot pg_copy_physical_replication_slot "
    "pg_create_logical_replication_slot pg_create_physical_replication_slot pg_drop_replication_slot "
    "pg_replication_slot_advance pg_sync_replication_slots",
    "superusers only": "pg_extension_config_dump pg_import_system_collations pg_nextoid "
    "pg_stop_making_pinned_objects",
    "of languages": "plpgsql_call_handler plpgsql_validator",
}


def test_no_role_has_a_power_over_the_server(office_a: Office) -> None:
    found = as_owner(
        """
        SELECT rolname, rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication,
               rolinherit, rolcanlogin, rolconfig IS NOT NULL
        FROM pg_roles WHERE rolname = ANY (%s) OR rolname LIKE 'o\\_main\\_%%'
        """,
        [[app_login(), GROUP]],
    )
    kinds = {name: flags for name, *flags in found}
    assert kinds.pop(app_login()) == [False, False, True, True]
    assert {f"o_main_{office_a.pk}", GROUP} <= kinds.keys()
    assert all(flags == [False, True, False, False] for flags in kinds.values()), kinds


@pytest.mark.usefixtures("db")
def test_the_owner_makes_roles_and_nothing_more() -> None:
    """It cannot become an office, nor a superuser, nor take the run-time login."""
    login = app_login()
    (flags,) = as_owner(
        "SELECT rolsuper, rolcreatedb, rolbypassrls, rolreplication, rolcreaterole FROM pg_roles "
        "WHERE rolname = current_user"
    )
    assert flags == (False, False, False, False, True)
    for statement in (
        f"ALTER ROLE {login} SUPERUSER",
        f"ALTER ROLE {login} PASSWORD 'x'",
        f"GRANT {login} TO CURRENT_USER",
        f"SET ROLE {GROUP}",
        "CREATE ROLE x SUPERUSER",
        "CREATE ROLE x BYPASSRLS",
        "GRANT pg_read_server_files TO CURRENT_USER",
        "ALTER ROLE CURRENT_USER BYPASSRLS",
    ):
        error = refused_by(lambda statement=statement: _refused(statement))
        assert error is None, statement


def _refused(statement: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        as_owner(statement)


@pytest.mark.usefixtures("db")
def test_memberships_are_those_of_the_design_and_no_other() -> None:
    """The login may become an office (not inherit from it); an office inherits from the group (and may not
    become it); the owner may do neither, it only grants them."""
    found = as_owner(
        """
        SELECT role.rolname, member.rolname, inherit_option, set_option, admin_option
        FROM pg_auth_members m JOIN pg_roles role ON role.oid = m.roleid
        JOIN pg_roles member ON member.oid = m.member
        WHERE role.rolname = %(app)s OR member.rolname = %(app)s OR role.rolname = %(group)s
           OR role.rolname LIKE %(offices)s OR member.rolname LIKE %(offices)s
           OR member.rolname = current_user
        """,
        {"app": app_login(), "group": GROUP, "offices": rf"{GROUP}\_%"},
    )
    kinds = Counter((_kind(role), _kind(member), *options) for role, member, *options in found)
    offices = kinds["office", "login", False, True, False]
    assert offices >= 5
    assert kinds == {
        ("office", "login", False, True, False): offices,
        ("group", "office", True, False, False): offices,
        ("office", "owner", False, False, True): offices,
        ("group", "owner", False, False, True): 1,
    }


def _kind(role: str) -> str:
    owner = str(connections[OWNER].settings_dict["USER"])
    names = {app_login(): "login", owner: "owner", GROUP: "group"}
    return names.get(role) or ("office" if role.startswith(f"{GROUP}_") else role)


@pytest.mark.usefixtures("db")
def test_nobody_but_the_owner_owns_anything() -> None:
    found = as_owner(
        "SELECT d.classid::regclass::text, r.rolname FROM pg_shdepend d "
        "JOIN pg_roles r ON r.oid = d.refobjid WHERE d.deptype = 'o' "
        "AND (r.rolname = %s OR r.rolname = %s OR r.rolname LIKE %s)",
        [app_login(), GROUP, rf"{GROUP}\_%"],
    )
    assert found == []


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("what", "query"),
    [
        ("functions that run as their owner", "SELECT oid::regprocedure FROM pg_proc WHERE prosecdef"),
        (
            "functions of ours",
            "SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
            "WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND NOT EXISTS (SELECT 1 FROM "
            "pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')",
        ),
        (
            "views, foreign tables and partitions",
            "SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relkind IN ('v', 'm', 'f', 'p') "
            "AND n.nspname NOT IN ('pg_catalog', 'information_schema')",
        ),
        ("rules", "SELECT rulename FROM pg_rules WHERE schemaname <> 'pg_catalog'"),
        ("triggers", "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"),
        ("event triggers", "SELECT evtname FROM pg_event_trigger"),
        ("foreign servers", "SELECT srvname FROM pg_foreign_server"),
        ("foreign data wrappers", "SELECT fdwname FROM pg_foreign_data_wrapper"),
        ("publications", "SELECT pubname FROM pg_publication"),
        ("large objects", "SELECT oid FROM pg_largeobject_metadata"),
        (
            "rights of everybody",
            "SELECT c.oid::regclass, acl.privilege_type FROM pg_class c, aclexplode(c.relacl) acl "
            "WHERE acl.grantee = 0 AND c.relnamespace NOT IN (SELECT oid FROM pg_namespace "
            "WHERE nspname IN ('pg_catalog', 'information_schema'))",
        ),
        (
            "schemas open to everybody",
            "SELECT nspname FROM pg_namespace, aclexplode(nspacl) acl WHERE acl.grantee = 0 "
            "AND nspname NOT IN ('pg_catalog', 'information_schema')",
        ),
        (
            "languages open to everybody",
            "SELECT lanname FROM pg_language WHERE has_language_privilege('public', oid, 'USAGE') "
            "AND lanpltrusted",
        ),
        (
            "the database open to everybody",
            "SELECT acl.privilege_type FROM pg_database, aclexplode(datacl) acl "
            "WHERE datname = current_database() AND acl.grantee = 0",
        ),
    ],
)
def test_there_is_no_way_round_by(what: str, query: str) -> None:
    assert as_owner(query) == [], what


@pytest.mark.usefixtures("db")
def test_what_is_made_later_is_given_to_nobody_else() -> None:
    """Rights by default: of an office's coming tables to its own role, and nothing to everybody."""
    found = as_owner(
        """
        SELECT coalesce(n.nspname, ''), d.defaclobjtype::text, coalesce(r.rolname, 'public')
        FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
        CROSS JOIN LATERAL aclexplode(d.defaclacl) acl LEFT JOIN pg_roles r ON r.oid = acl.grantee
        WHERE acl.grantee <> d.defaclrole
        """
    )
    assert found
    for schema, kind, role in found:
        assert (kind, role) == ("r", schema.replace("o_", "o_main_")), (schema, kind, role)
    revoked = as_owner("SELECT 1 FROM pg_default_acl WHERE defaclnamespace = 0 AND defaclobjtype = 'f'")
    assert revoked == [(1,)]


@pytest.mark.usefixtures("db")
def test_no_table_of_an_office_is_called_like_a_public_one() -> None:
    """The path holds both: where an office lacked a table, the public one would answer."""
    both = as_owner(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' INTERSECT "
        "SELECT tablename FROM pg_tables WHERE schemaname LIKE 'o\\_%'"
    )
    assert both == [("django_migrations",)]  # the template has one, no office


def test_system_tables_are_not_written(office_a: Office) -> None:
    writes = "has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')"
    query = (
        f"SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {writes} "
        "AND n.nspname IN ('pg_catalog', 'information_schema', 'pg_toast') AND c.relkind <> 'S'"
    )
    assert rows(query) == []
    with office(office_a):
        assert rows(query) == []


def test_an_office_makes_nothing(office_a: Office) -> None:
    query = (
        "SELECT nspname FROM pg_namespace WHERE has_schema_privilege(oid, 'CREATE') UNION ALL "
        "SELECT datname FROM pg_database WHERE datname = current_database() "
        "AND has_database_privilege(oid, 'CREATE, TEMPORARY')"
    )
    assert rows(query) == []
    with office(office_a):
        assert rows(query) == []


def test_functions_that_do_more_than_compute_are_known(office_a: Office) -> None:
    """A release of PostgreSQL, or an extension, that brings another one has it looked at here."""
    known = {name for names in HARMLESS.values() for name in names.split()}
    query = """
        SELECT DISTINCT p.proname FROM pg_proc p
        WHERE p.provolatile = 'v' AND has_function_privilege(p.oid, 'EXECUTE')
          AND p.proname NOT LIKE 'binary\\_upgrade\\_%'
          AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
          AND 'internal'::regtype <> ALL (p.proargtypes)
    """
    assert {name for (name,) in rows(query)} - known == set()
    with office(office_a):
        assert {name for (name,) in rows(query)} - known == set()


def test_functions_that_were_taken_stay_with_those_who_need_them(office_a: Office) -> None:
    query = """
        SELECT p.oid::regprocedure::text FROM pg_proc p
        WHERE p.proname LIKE ANY (%s) AND has_function_privilege(%s::name, p.oid, 'EXECUTE')
    """
    every = patterns(TAKEN_FUNCTIONS + WATCHING_FUNCTIONS)
    for role in (app_login(), GROUP, f"o_main_{office_a.pk}", "public"):
        assert as_owner(query, [every, role]) == [], role
    owner = as_owner("SELECT current_user")[0][0]
    assert len(as_owner(query, [every, owner])) > 150
    assert as_owner(query, [patterns(WATCHING_FUNCTIONS), "pg_monitor"]) != []
    assert as_owner(query, [patterns(("set_config", "query_to_%")), "pg_monitor"]) == []
