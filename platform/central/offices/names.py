"""Names that PostgreSQL knows an office by.

Schemas belong to a database, roles to the whole server: a role's name therefore carries the key of its cell,
so that two databases on one server never share a role.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models import Office

CELL_KEY = re.compile(r"[a-z0-9]{1,20}")

PUBLIC_SCHEMA = "public"
TEMPLATE_SCHEMA = "o_template"


def schema_name(office_id: int) -> str:
    """The schema of an office, such as `o_12`."""
    return f"o_{office_id:d}"


def role_name(cell: str, office_id: int) -> str:
    """The database role of an office, such as `o_main_12`. Row-level security reads the id from it."""
    return f"{group_name(cell)}_{office_id:d}"


def group_name(cell: str) -> str:
    """The role that holds what every office of a cell may do in the public schema, such as `o_main`."""
    if not CELL_KEY.fullmatch(cell):
        raise ValueError(f"A cell's key is 1 to 20 lower-case letters and digits, not {cell!r}.")
    return f"o_{cell}"


def office_role(office: Office) -> str:
    return role_name(office.cell, office.pk)


def quoted(name: str) -> str:
    """A name as an SQL identifier. A name that would need escaping is refused: ours never do."""
    if not name or '"' in name or "\x00" in name:
        raise ValueError(f"{name!r} is no name for a schema or a role.")
    return f'"{name}"'
