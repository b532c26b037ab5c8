"""Keeps people and units as they are while work is given to them, until the transaction ends.

Whoever takes a member or a unit away locks its row first, and waits for no complaint while holding it. So
either that command finds the work, or the work is not given; and neither waits for the other for ever.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

_MEMBERS = "SELECT id FROM organization_member WHERE is_active AND id = ANY(%s) ORDER BY id FOR SHARE"
_UNITS = "SELECT code FROM organization_unit WHERE is_active AND code = ANY(%s) ORDER BY id FOR SHARE"


def present(members: Collection[int]) -> set[int]:
    """Those of the members, by id, who work here; they do not leave meanwhile. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, [list(members)])
        return {row[0] for row in cursor.fetchall()}


def in_use(units: Collection[str]) -> set[str]:
    """Those of the units, by code, that are not closed; they are not closed meanwhile. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_UNITS, [list(units)])
        return {row[0] for row in cursor.fetchall()}
