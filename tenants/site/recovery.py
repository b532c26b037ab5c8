"""Who lost a tracking code asks for it where the report was made; it may have gone to another office since.

The contact is written down nowhere: each office that may have such a report is entered for itself, one after
the other, and sends the codes to the contact that is stored there. Nobody learns whether there was any.
"""

from __future__ import annotations

from collections.abc import Sequence

from central.coordination import ledger
from central.offices.access import office as inside
from central.offices.models import Government, Office
from tenants.complaints.services.lost_codes import AT_MOST, contact_of, send_lost_codes

from . import limits


def ask_office(office: Office, contact: str, who: str) -> None:
    """Has the codes sent of the reports that were made with the contact and came to this office, wherever
    they are by now. `who`: the sender's network address. Outside an office.

    Raises `limits.TooMany`, and `ComplaintError("bad_contact")` for what is no contact.
    """
    with inside(office):
        limits.take("recovery", who, limits.RECOVERY_RATE)
        if not _may_get("recovery-contact", contact_of(contact).written):
            return
        send_lost_codes(contact)
    _send_onward([office], contact)


def ask_government(government: Government, offices: Sequence[Office], contact: str, who: str) -> None:
    """As `ask_office`, for reports that were made at a government's own address. `offices`: to which its form
    leads.
    """
    limits.take(f"recovery-{government.pk}", who, limits.RECOVERY_RATE)
    if not _may_get(f"recovery-contact-{government.pk}", contact_of(contact).written):
        return
    left = AT_MOST
    for office in offices:
        with inside(office):
            left -= send_lost_codes(contact, most=left, allowed=_may_get_here)
    _send_onward(offices, contact)


def _send_onward(offices: Sequence[Office], contact: str) -> None:
    """What these offices have handed over: the office that has it now sends it."""
    left, codes = AT_MOST, [office.code for office in offices]
    for other in ledger.reached_from(offices) if codes else ():
        with inside(other):
            left -= send_lost_codes(contact, by_way_of=codes, most=left, allowed=_may_get_here)


def _may_get_here(written: str) -> bool:
    """In the office that sends: its own limit holds, whichever address was asked at."""
    return _may_get("recovery-contact", written)


def _may_get(scope: str, written: str) -> bool:
    """Counts; nobody's mailbox is flooded by somebody else."""
    try:
        limits.take(scope, written, limits.RECOVERY_CONTACT_RATE)
    except limits.TooMany:
        return False
    return True
