"""Lists come by an index, in its order, so that a page costs the same however much was kept.

PostgreSQL is asked for its plan with reading from end to end and sorting forbidden: what it then still does
so, it cannot do otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from central.offices.access import office as inside
from central.offices.models import Office
from central.offices.owner import owner_transaction
from tenants.organization.queries import Person
from tenants.portal.queries import by_number, menu_counts, tab_counts
from tests.acceptance.cast import Cast, Player
from workflows.cases import ActorKind

LONG = {
    *("complaints_complaint", "complaints_workitem", "complaints_message", "complaints_calltask"),
    *("complaints_publication", "delivery_outbox", "coordination_governmentwork", "coordination_desklook"),
}
"""Tables that every complaint makes longer, and that lists are made of."""

PLACE = "2025-06-02T03:00:00%2B00:00~7"
"""Where a page begins that is not the first."""

LISTS = (
    "/kantor/",
    "/kantor/?tab=terbuka",
    "/kantor/?tab=selesai",
    f"/kantor/?tab=selesai&sesudah={PLACE}",
    "/kantor/aduan/",
    f"/kantor/aduan/?sesudah={PLACE}",
    f"/kantor/aduan/?sebelum={PLACE}",
    "/kantor/register/",
    "/kantor/register/?sesudah=40~41",
    "/kantor/pengiriman/",
    f"/kantor/pengiriman/?sesudah={PLACE}",
    "/kantor/telepon/",
    "/aduan/",
    "/api/v1/work/",
)


DESK_LISTS = ("/meja/catatan/", f"/meja/catatan/?sesudah={PLACE}")


@pytest.mark.parametrize("path", LISTS)
def test_an_offices_list_is_read_in_the_order_of_an_index(office_a: Office, path: str) -> None:
    _demand_order(_statements(Cast().member(office_a, "complaint_clerk"), path), office_a)


@pytest.mark.parametrize("path", DESK_LISTS)
def test_a_desks_list_is_read_in_the_order_of_an_index(office_a: Office, path: str) -> None:
    _demand_order(_statements(Cast().desk(office_a.government, "admin"), path), office_a)


def test_failed_messages_are_counted_by_an_index(office_a: Office) -> None:
    """The count stands beside the menu of every page; what was sent grows for ever."""
    with CaptureQueriesContext(connection) as queries, inside(office_a):
        menu_counts(Person(ActorKind.MEMBER, id=1))
    (counted,) = [row["sql"] for row in queries.captured_queries if "delivery_outbox" in row["sql"]]
    scans = [
        node for node in _nodes(_plan(counted, office_a)) if node.get("Relation Name") == "delivery_outbox"
    ]
    assert [node["Index Name"] for node in scans] == ["outbox_failed"]


def test_open_complaints_are_counted_by_an_index_alone(office_a: Office) -> None:
    """Beside them lie all that were ever closed."""
    with CaptureQueriesContext(connection) as queries, inside(office_a):
        tab_counts(Person(ActorKind.MEMBER, id=1, units=frozenset({"trantib"})))
    (counted,) = [row["sql"] for row in queries.captured_queries if "numbercounter" in row["sql"]]
    scans = [n for n in _nodes(_plan(counted, office_a)) if n.get("Relation Name") == "complaints_complaint"]
    assert len(scans) == 2
    assert {(node["Node Type"], node.get("Index Name")) for node in scans} == {
        ("Index Only Scan", "complaint_open_due")
    }


def test_a_number_is_looked_up_by_an_index(office_a: Office) -> None:
    with CaptureQueriesContext(connection) as queries, inside(office_a):
        by_number("00001/greged/2026")
    (looked_up,) = [row["sql"] for row in queries.captured_queries if "UPPER" in row["sql"]]
    scans = [node for node in _nodes(_plan(looked_up, office_a, sort=True)) if "Index Name" in node]
    assert [node["Index Name"] for node in scans] == ["complaint_number_once"]


def _statements(player: Player, path: str) -> list[str]:
    """What a page asks in order and in part, of the tables that grow."""
    with CaptureQueriesContext(connection) as queries:
        answer = player.get(path)
    assert answer.status_code == 200
    asked = [row["sql"] for row in queries.captured_queries]
    return [
        sql for sql in asked if "ORDER BY" in sql and " LIMIT " in sql and any(name in sql for name in LONG)
    ]


def _demand_order(statements: list[str], office: Office) -> None:
    assert statements
    for statement in statements:
        plan = _plan(statement, office)
        for node in _nodes(plan):
            below = list(_nodes(node))
            if node["Node Type"] == "Sort":
                # A page that was cut off already may be sorted anew.
                sorts_a_page = any(part["Node Type"] == "Limit" for part in below)
                assert sorts_a_page or not any(part.get("Relation Name") in LONG for part in below), statement
            assert node["Node Type"] != "Seq Scan" or node["Relation Name"] not in LONG, statement


def _plan(statement: str, office: Office, *, sort: bool = False) -> dict[str, Any]:
    with owner_transaction() as cursor:
        cursor.execute(f'SET LOCAL search_path = "{office.schema_name}", public')
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"SET LOCAL enable_sort = {'on' if sort else 'off'}")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}")
        found: Any = cursor.fetchone()
    plan: dict[str, Any] = found[0][0]["Plan"]
    return plan


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for part in node.get("Plans", ()):
        yield from _nodes(part)
