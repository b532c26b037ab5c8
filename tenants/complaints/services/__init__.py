"""The commands on complaints: the only code that changes one. Each is called inside
`central.offices.access.office()` and belongs to that transaction; whatever can be refused is refused
before the first row is written.
"""

from .byitself import recompute, ring
from .calls import record_call
from .handovers import HandedOver, Piece, hand_over_work_of, plan_handover
from .intake import Receipt, receive
from .lost_codes import send_lost_codes
from .passing import questions_to
from .publication import Suggestion, suggest
from .reporter import object_to, rate, reporter_act, withdraw
from .sorting import put_before_desk
from .step import act, add_note, hand_up, take_back, take_back_hand_up
from .upkeep import release_work_of

__all__ = [
    "HandedOver",
    "Piece",
    "Receipt",
    "Suggestion",
    "act",
    "add_note",
    "hand_over_work_of",
    "hand_up",
    "object_to",
    "plan_handover",
    "put_before_desk",
    "questions_to",
    "rate",
    "receive",
    "recompute",
    "record_call",
    "release_work_of",
    "reporter_act",
    "ring",
    "send_lost_codes",
    "suggest",
    "take_back",
    "take_back_hand_up",
    "withdraw",
]
