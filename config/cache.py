"""Cache keys carry the office they were made in, so no office is answered with a neighbour's value."""

from __future__ import annotations


def office_key(key: str, key_prefix: str, version: int) -> str:
    """The key under which a value is kept; outside an office it is the platform's own."""
    from central.offices.access import current_office

    office = current_office()
    return f"tanggap:{office.pk if office else 'public'}:{key_prefix}:{version}:{key}"
