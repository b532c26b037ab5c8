"""Making an office: the platform's way against django-tenants' ordinary migrations, same tables."""

from __future__ import annotations

import time

from tests.benchmarks.figures import Figure, Report, p50

ROUNDS = 10


def measure(report: Report) -> None:
    """Rounds alternate between the two ways, so that both meet the same machine."""
    ours, theirs = [], []
    for index in range(ROUNDS):
        ours.append(_by_template(index))
        theirs.append(_by_migrations(index))
    report.add(Figure("make an office: database part", p50(ours) * 1000, "ms", aim=150))
    report.add(Figure("make an office: django-tenants' ordinary migrations", p50(theirs) * 1000, "ms"))
    ratio = p50(theirs) / p50(ours)
    report.add(Figure("make an office: times faster than those", ratio, "x", aim=10, gate=5, at_least=True))


def _by_template(index: int) -> float:
    """Seconds of `make_schema`: role, schema, tables, rights. The office is taken away again."""
    from central.offices.models import Office
    from central.offices.provisioning import drop_schema, make_schema
    from central.offices.template import current_template

    target = Office(
        pk=900_000 + index, code=f"bench-{index}", schema_name=f"o_{900_000 + index}", cell=_cell()
    )
    drop_schema(target)
    begin = time.perf_counter()
    make_schema(target, current_template())
    seconds = time.perf_counter() - begin
    drop_schema(target)
    return seconds


def _by_migrations(index: int) -> float:
    """Seconds of `CREATE SCHEMA` and of the executor that `migrate_schemas` runs for one tenant."""
    from django.db import connections
    from django_tenants.migration_executors.base import run_migrations

    schema = f"bench_migrated_{index}"
    connection = connections["owner"]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
    begin = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {schema}")
    run_migrations([], _options(), "standard", schema, allow_atomic=True)
    seconds = time.perf_counter() - begin
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {schema} CASCADE")
    connection.close()
    return seconds


def _options() -> dict[str, object]:
    return {
        "database": "owner",
        "verbosity": 0,
        "interactive": False,
        "fake": False,
        "fake_initial": False,
        "app_label": None,
        "migration_name": None,
        "run_syncdb": False,
        "plan": False,
        "check_unapplied": False,
        "prune": False,
        "skip_checks": True,
        "force_color": False,
        "no_color": True,
    }


def _cell() -> str:
    from django.conf import settings

    return str(settings.CELL_KEY)
