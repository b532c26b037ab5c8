"""Commands that change who is who in the office we are in. Only its admins may give them.

Each is one transaction and takes the actor; each is called inside `central.offices.access.office()`.
"""

from .absence import ABSENCE_ALARM, change_absence, end_absence, note_absence, on_absence_alarm
from .common import EVERY_NIGHT, STAFF_ALARM, STAFF_CHANGED, OrganizationError, conflict, watch_staff
from .handovers import hand_over_work
from .holdings import HOLDING_ALARM, assign, end_holding, on_holding_alarm, roles_besides
from .people import add_member, deactivate_member, end_tokens, link_user, update_member
from .structure import create_position, create_unit, update_position, update_unit

__all__ = [
    "ABSENCE_ALARM",
    "EVERY_NIGHT",
    "HOLDING_ALARM",
    "STAFF_ALARM",
    "STAFF_CHANGED",
    "OrganizationError",
    "add_member",
    "assign",
    "change_absence",
    "conflict",
    "create_position",
    "create_unit",
    "deactivate_member",
    "end_absence",
    "end_holding",
    "end_tokens",
    "hand_over_work",
    "link_user",
    "note_absence",
    "on_absence_alarm",
    "on_holding_alarm",
    "roles_besides",
    "update_member",
    "update_position",
    "update_unit",
    "watch_staff",
]
