"""Commands on the office's documents. Only its admins may give them; each is one transaction."""

from .documents import put_procedure, put_settings
from .drafts import (
    check_draft,
    draft_from_preset,
    draft_from_version,
    drop_draft,
    enforce_draft,
    proved,
    proved_again,
    roll_back,
    save_draft,
    start_draft,
)
from .errors import ProcedureError
from .moves import MovePlan, begin_move, on_move_alarm, plan_move
from .watch import on_staff_alarm, watch, watch_every_night

__all__ = [
    "MovePlan",
    "ProcedureError",
    "begin_move",
    "check_draft",
    "draft_from_preset",
    "draft_from_version",
    "drop_draft",
    "enforce_draft",
    "on_move_alarm",
    "on_staff_alarm",
    "plan_move",
    "proved",
    "proved_again",
    "put_procedure",
    "put_settings",
    "roll_back",
    "save_draft",
    "start_draft",
    "watch",
    "watch_every_night",
]
