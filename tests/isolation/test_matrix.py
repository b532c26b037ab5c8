"""Every right of every role on every table is really tried, and answered as `central.offices.rights` says.

Tables come from the catalogue: one that nobody declared is found, whatever the database answers.
"""

from __future__ import annotations

from django.db import transaction

from central.offices.access import office
from central.offices.models import Office
from central.offices.owner import app_login
from central.offices.services import create_office
from tests.plugins.figures import Keep
from tests.proof import Subject, scaled

from .attempts import VERBS, Matrix, Table, sequences, tables
from .support import as_owner

LIST = "django_migrations"


def matrix(offices: list[Office], found: list[Table]) -> Matrix:
    """Tries everything as each of the offices and as the run-time login."""
    tried = Matrix()
    numbers = sequences()
    for target in offices:
        with office(target):
            tried.add(target.code, target.schema_name, found)
            tried.add_sequences(target.code, numbers, lambda sequence: set())
    with transaction.atomic():
        tried.add(app_login(), None, found)
        tried.add_sequences(app_login(), numbers, lambda sequence: set())
    return tried


def test_every_statement_is_answered_as_declared(
    real_commits: str, offices: list[Office], figure: Keep
) -> None:
    """In full: 25 offices, each against all the others."""
    for number in range(scaled(0, 20)):
        create_office(
            government=offices[number % 2].government,
            code=f"kantor-{number}",
            name=f"Kantor {number}",
            preset="greged",
            seed={"preset": "greged"},
        )
    there = list(Office.objects.order_by("pk"))
    found = tables()
    schemas = {table.schema for table in found}
    assert schemas == {"public", "o_template"} | {target.schema_name for target in there}
    tried = matrix(scaled(offices, there), found)
    figure(Subject.ISOLATION, "schemas", len(schemas))
    figure(Subject.ISOLATION, "tables", len(found))
    figure(Subject.ISOLATION, "statements tried", tried.tried)
    figure(Subject.ISOLATION, "statements allowed", tried.allowed)
    figure(Subject.ISOLATION, "statements answered otherwise than declared", len(tried.otherwise))
    assert tried.otherwise == []
    assert tried.allowed > 100


def test_it_notices_whatever_is_otherwise(real_commits: str, office_a: Office, office_b: Office) -> None:
    """Each of these changes is reported, and nothing else is: without it the matrix would prove nothing."""
    login, role = app_login(), f"o_main_{office_a.pk}"
    own, other = office_a.schema_name, office_b.schema_name
    reports = {
        "CREATE TABLE public.forgotten (id bigint, name text)": ['"public"."forgotten" is not declared'],
        "CREATE TABLE public.known (id int, name text); GRANT SELECT ON public.known TO PUBLIC": [
            '"public"."known" is not declared',
            *(f'{who}: SELECT "public"."known": yes, declared no' for who in ("greged", login)),
        ],
        f"GRANT USAGE ON SCHEMA {other} TO {role}; GRANT DELETE ON {other}.organization_unit TO {role}": [
            f'greged: DELETE "{other}"."organization_unit": yes, declared no'
        ],
        f"GRANT USAGE ON SCHEMA o_template TO {login}; GRANT ALL ON o_template.{LIST} TO {login}": [
            f'{login}: {verb} "o_template"."{LIST}": yes, declared no' for verb in VERBS
        ],
        f"GRANT INSERT (name) ON public.offices_office TO {role}": [
            'greged: INSERT "public"."offices_office": yes, declared no'
        ],
        f"GRANT TRUNCATE ON {own}.complaints_intakekey TO {role}": [
            f'greged: TRUNCATE "{own}"."complaints_intakekey": yes, declared no'
        ],
        f"GRANT UPDATE ON {own}.complaints_event TO {role}": [
            f'greged: UPDATE "{own}"."complaints_event": yes, declared no'
        ],
        f"REVOKE DELETE ON {own}.organization_unit FROM {role}": [
            f'greged: DELETE "{own}"."organization_unit": no, declared yes'
        ],
        f"REVOKE INSERT ON public.offices_domain FROM {login}": [
            f'{login}: INSERT "public"."offices_domain": no, declared yes'
        ],
        "ALTER TABLE public.coordination_alarm DISABLE ROW LEVEL SECURITY": [
            'greged: INSERT "public"."coordination_alarm": yes, declared not this row'
        ],
        f"GRANT UPDATE ON SEQUENCE public.coordination_alarm_id_seq TO {role}": [
            f'greged: {what} "public"."coordination_alarm_id_seq": yes, declared no'
            for what in ("nextval", "setval")
        ],
    }
    for damage in reports:
        as_owner(damage)
    expected = {line for lines in reports.values() for line in lines}
    assert set(matrix([office_a], tables()).otherwise) == expected
