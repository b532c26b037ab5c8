"""The reads of complaints, and the only doors to one: what is not offered here, nobody sees."""

from .mine import my_work
from .names import Reader, handling_roles, may_read_reporter, reporter_for_staff
from .paging import Page
from .public import PublicComplaint, public_by_number, public_by_slug, public_list
from .registers import register_book, register_years
from .reporter import (
    Moment,
    Story,
    attachment_for_reporter,
    by_tracking_code,
    reporter_offers,
    timeline_for_reporter,
)
from .staff import (
    Entry,
    attachment_for_staff,
    complaint_for_staff,
    history,
    input_choices,
    offers_for,
    open_work_of,
    prefilled,
)
from .work import Counts, Filters, WorkList, condition, searched, work_of

__all__ = [
    "Counts",
    "Entry",
    "Filters",
    "Moment",
    "Page",
    "PublicComplaint",
    "Reader",
    "Story",
    "WorkList",
    "attachment_for_reporter",
    "attachment_for_staff",
    "by_tracking_code",
    "complaint_for_staff",
    "condition",
    "handling_roles",
    "history",
    "input_choices",
    "may_read_reporter",
    "my_work",
    "offers_for",
    "open_work_of",
    "prefilled",
    "public_by_number",
    "public_by_slug",
    "public_list",
    "register_book",
    "register_years",
    "reporter_for_staff",
    "reporter_offers",
    "searched",
    "timeline_for_reporter",
    "work_of",
]
