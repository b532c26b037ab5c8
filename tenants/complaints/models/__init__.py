"""The core of an office: complaints and all that hangs on one. Changed by `tenants.complaints.services`
only.
"""

from .case import Clock, Complaint, NumberCounter, Reporter, WorkItem
from .coordination import Coordination
from .draft import Draft, DraftFile, IntakeKey
from .record import Attachment, CallLog, CallTask, Event, Message, Publication

__all__ = [
    "Attachment",
    "CallLog",
    "CallTask",
    "Clock",
    "Complaint",
    "Coordination",
    "Draft",
    "DraftFile",
    "Event",
    "IntakeKey",
    "Message",
    "NumberCounter",
    "Publication",
    "Reporter",
    "WorkItem",
]
