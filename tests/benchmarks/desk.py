"""The desk's worklist over 1,000 offices with 1,000,000 rows of the case index, and over 100 with as many.

Rows only: one office of each government is real, so that its procedure gives the stages their names; nothing
of the worklist enters the others. One in five complaints is open.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any

import psycopg

from tests.benchmarks.client import Client
from tests.benchmarks.figures import Figure, Report, p50, p95
from tests.benchmarks.sides import Side, two_sides, using

if TYPE_CHECKING:
    from central.offices.models import Government, Office

OFFICES = (100, 1_000)
CASES = 1_000_000
OPEN_SHARE = 5
"""One complaint in so many is open."""

HANDED_UP = 2_000
ROUNDS, WARM_UP = 15, 2
AIM, GATE = 100, 300  # milliseconds
PATH = "/meja/aduan/"

PAGES = {
    "all": "",
    "late": "sisi=terlambat",
    "about to be late": "sisi=hampir",
    "handed up": "sisi=diserahkan",
    "bounced": "sisi=berpindah",
    "unowned": "sisi=belum-ditangani",
    "of an office": "instansi={office}",
    "of offices by name": "instansi=Dinas+1",
    "of a category": "kategori=kategori-3&sisi=terlambat",
    "by age": "umur=30&urut=umur",
    "old ones by time left": "umur=60",
    "of an office, unowned, old": "instansi={office}&sisi=belum-ditangani&umur=14",
    "far down": "sesudah={place}",
}
"""What is looked at, by its query."""

MAY_BE_EMPTY = ("old ones by time left",)
"""A page that has to look far to show nothing."""

_FILL = """
INSERT INTO coordination_caseindex (uid, office_id, government_id, number, tracking_digest, status, stage,
    received_at, promised_due_at, due_at, closed_at, updated_at, category, category_name, taken_at, hop)
SELECT gen_random_uuid(), (%(offices)s::bigint[])[1 + k %% %(count)s], %(government)s,
    lpad(n::text, 7, '0') || '/UJI', md5(%(government)s || '-' || n), 'in_process', %(stage)s,
    now() - age, now() - age + limits, CASE WHEN n %% 50 = 0 THEN NULL ELSE now() - age + limits END,
    CASE WHEN n %% %(share)s = 0 THEN NULL ELSE now() - age + interval '2 days' END, now() - age,
    'kategori-' || k %% 15, 'Kategori ' || k %% 15,
    CASE WHEN k * 7919 %% 97 < 10 THEN NULL ELSE now() - age + interval '1 hour' END,
    CASE WHEN k * 104729 %% 101 = 0 THEN 2 ELSE 0 END
FROM (
    SELECT n, n::bigint / %(share)s AS k, interval '1 minute' * (n::bigint * 7919 %% 86400) AS age,
        interval '1 hour' * (24 * 14 + n::bigint * 104729 %% 1200) AS limits
    FROM generate_series(1, %(cases)s) AS n
) AS made
"""

_HAND_UP = """
INSERT INTO coordination_governmentwork (uid, office_id, government_id, number, kind, role, line, stage,
    procedure_digest, reason_code, due_at, opened_at)
SELECT uid, office_id, government_id, number, 'handed_up', 'central_admin', 'main', 'with_government', '', '',
    due_at, received_at
FROM coordination_caseindex WHERE government_id = %(government)s AND closed_at IS NULL
LIMIT %(most)s
"""


Execute = Callable[[str, dict[str, Any]], Any]


@dataclass(frozen=True)
class Desk:
    """A government, the code of an office of it, and the cookies of an admin of its desk."""

    government: Government
    office: str
    cookies: dict[str, str]


def measure(report: Report, *, offices: tuple[int, ...] = OFFICES, cases: int = CASES) -> None:
    with two_sides("desk") as (side,), using(side):
        with psycopg.connect(side.server.owner_url, autocommit=True) as owner:
            desks = [make_desk(count, cases, owner.execute) for count in offices]
            for table in ("coordination_caseindex", "coordination_governmentwork", "offices_office"):
                owner.execute(f"VACUUM ANALYZE {table}")  # what autovacuum would do within a minute
        for count, desk in zip(offices, desks, strict=True):
            _measure(report, side, desk, count)


def make_desk(offices: int, cases: int, execute: Execute) -> Desk:
    """A government with so many offices and complaints, by their rows. `execute`: sends a statement as the
    owner.
    """
    from central.offices.models import Office
    from central.offices.services import create_government, create_office

    code = f"meja-{offices}"
    government: Government = create_government(code=code, name=f"Kota Penguji {offices}", subdomain=code)
    seed = {"preset": "greged", "admin_name": "Admin", "admin_email": f"admin@{code}.example.id"}
    first = create_office(government=government, code=f"{code}-0", name="Dinas 0", seed=seed)
    first.refresh_from_db()
    rows = [_row_of(first, number) for number in range(1, offices)]
    keys = [first.pk, *(row.pk for row in Office.objects.bulk_create(rows))]
    values = {
        "offices": keys,
        "count": len(keys),
        "government": government.pk,
        "stage": _stage(first),
        "share": OPEN_SHARE,
        "cases": cases,
        "most": HANDED_UP,
    }
    execute(_FILL, values)
    execute(_HAND_UP, values)
    return Desk(government, f"{code}-{offices // 2}", _admin(government))


def _row_of(first: Office, number: int) -> Office:
    """An office that nobody enters."""
    code = f"{first.government.code}-{number}"
    return type(first)(
        government=first.government,
        schema_name=f"rows_{code.replace('-', '_')}",
        code=code,
        name=f"Dinas {number}",
        status=first.status,
        procedure_digest=first.procedure_digest,
    )


def _stage(office: Office) -> str:
    from central.offices.access import office as inside
    from tenants.procedure.queries import procedure_in_force

    with inside(office):
        return procedure_in_force().lines[0].stages[0].code


def _admin(government: Government) -> dict[str, str]:
    """Cookies of a session that has shown its second factor."""
    from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from central.accounts.models import User
    from central.offices.models import GovernmentMember

    user = User.objects.create_user(f"{uuid.uuid4().hex[:10]}@contoh.id", name="Admin Meja Penguji")
    GovernmentMember.objects.create(user=user, government=government, role=GovernmentMember.ADMIN)
    now = timezone.now().timestamp()
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": now},
        {"method": "mfa", "type": "totp", "at": now},
    ]
    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = str(user.pk)
    session.create()
    return {settings.SESSION_COOKIE_NAME: str(session.session_key)}


def queries_of(desk: Desk) -> dict[str, str]:
    """Each page's query; `far down` begins in the middle of the list."""
    from django.utils import timezone

    place = f"{(timezone.now() + timedelta(days=10)).isoformat()}~{uuid.UUID(int=0)}".replace("+", "%2B")
    return {name: query.format(office=desk.office, place=place) for name, query in PAGES.items()}


def _measure(report: Report, side: Side, desk: Desk, count: int) -> None:
    header = "; ".join(f"{name}={value}" for name, value in desk.cookies.items())
    client = Client(side.port, f"{desk.government.code}.localhost", {"Cookie": header})
    pages = {name: f"{PATH}?{query}" for name, query in queries_of(desk).items()}
    taken: dict[str, list[float]] = {name: [] for name in pages}
    for number in range(WARM_UP + ROUNDS):
        for name, path in pages.items():
            seconds, body = client.request("GET", path)
            assert b"/UJI" in body or name in MAY_BE_EMPTY, f"{name}: nothing is shown"
            if number >= WARM_UP:
                taken[name].append(seconds)
    every = list(chain(*taken.values()))
    title = f"desk's worklist, {count:,} offices, {CASES:,} rows"
    report.add(Figure(f"{title}: p50", p50(every) * 1000, "ms"))
    report.add(Figure(f"{title}: p95", p95(every) * 1000, "ms", aim=AIM, gate=GATE))
    slowest = max(taken, key=lambda name: p50(taken[name]))
    report.add(Figure(f"  slowest side ({slowest}): p50", p50(taken[slowest]) * 1000, "ms"))
