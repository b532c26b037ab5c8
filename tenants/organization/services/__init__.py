"""Commands that change who is who in the office we are in. Only its admins may give them.

Each is one transaction and takes the actor; each is called inside `central.offices.access.office()`.
"""

from .common import EVERY_NIGHT, STAFF_ALARM, STAFF_CHANGED, OrganizationError, conflict, watch_staff
from .holdings import HOLDING_ALARM, assign, end_holding, on_holding_alarm
from .people import add_member, deactivate_member, end_tokens, link_user, update_member
from .structure import create_position, create_unit, update_position, update_unit

__all__ = [
    "EVERY_NIGHT",
    "HOLDING_ALARM",
    "STAFF_ALARM",
    "STAFF_CHANGED",
    "OrganizationError",
    "add_member",
    "assign",
    "conflict",
    "create_position",
    "create_unit",
    "deactivate_member",
    "end_holding",
    "end_tokens",
    "link_user",
    "on_holding_alarm",
    "update_member",
    "update_position",
    "update_unit",
    "watch_staff",
]
