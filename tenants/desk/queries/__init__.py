"""The desk's reads: whose work waits, what may be opened, who looked at what, who works here.

All of them run in public mode. Only `Names` enters offices, for the words of their procedures.
"""

from .appointing import appointing_office, appointing_offices
from .looks import Look, looks
from .names import Names
from .people import DeskMember, DeskPerson, desk_roles, member, members, open_invitations, person_at
from .work import (
    Counts,
    Filters,
    counts,
    done_before,
    filtered,
    newest_handed_up,
    open_offices,
    open_work,
    other_offices,
    work_on,
    zone_of,
)

__all__ = [
    "Counts",
    "DeskMember",
    "DeskPerson",
    "Filters",
    "Look",
    "Names",
    "appointing_office",
    "appointing_offices",
    "counts",
    "desk_roles",
    "done_before",
    "filtered",
    "looks",
    "member",
    "members",
    "newest_handed_up",
    "open_invitations",
    "open_offices",
    "open_work",
    "other_offices",
    "person_at",
    "work_on",
    "zone_of",
]
