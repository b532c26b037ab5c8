"""Referring a complaint to somebody outside the platform: from the directory that the government keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from central.coordination.ledger import open_follow_up
from central.coordination.models import OutsideOffice
from central.offices.access import public
from central.offices.models import Office
from tenants.complaints import words
from tenants.complaints.errors import ComplaintError
from tenants.complaints.masking import hide
from tenants.complaints.models import Complaint, Message
from tenants.procedure.queries import Rules
from workflows.cases import MAIN, REFERRED, WITH_GOVERNMENT
from workflows.decision import Decision

from .notices import EMAIL, message_row
from .publication import known_of

_LANGUAGE = "id"


@dataclass(frozen=True, slots=True)
class Referral:
    """Whom of the directory a complaint is referred to, by its key; None: somebody who is written by hand.

    `follow_up_on`: the day on which the desk looks after it.
    """

    outside: int | None = None
    follow_up_on: date | None = None

    def office(self, office: Office) -> OutsideOffice | None:
        """The one that is meant. Raises `ComplaintError("bad_input")` where the directory has it no more."""
        if self.outside is None:
            return None
        with public():
            rows = OutsideOffice.objects.filter(government_id=office.government_id, pk=self.outside)
            found = rows.first()
        if found is None:
            text = _("Instansi ini tidak ada lagi dalam daftar. Pilih yang lain, atau tulis sendiri.")
            raise ComplaintError("bad_input", text, {"outside": text})
        return found


NOWHERE = Referral()


def directory_of(office: Office) -> list[OutsideOffice]:
    """Whom an office's government knows outside the platform, by name."""
    with public():
        return list(OutsideOffice.objects.filter(government_id=office.government_id).order_by("name"))


def said_of(outside: OutsideOffice) -> dict[str, str]:
    """The inputs of the step that name it and say how to reach it."""
    with translation.override(_LANGUAGE):
        lines = [
            (_("Alamat"), outside.address),
            (_("Telepon"), outside.phone),
            (_("Surel"), outside.email),
            (_("Situs web"), outside.website),
        ]
        contact = "\n".join(f"{name}: {value}" for name, value in lines if value)
    return {"authority": outside.name, "contact": contact}


def letter_to(
    outside: OutsideOffice, office: Office, rules: Rules, complaint: Complaint, decision: Decision
) -> Message:
    """Tells the office outside that somebody was referred to it: which complaint, of what kind and why.

    Neither who reported it nor what they wrote goes along: the reporter turns there themselves.
    """
    reporter = getattr(complaint, "reporter", None)
    with translation.override(_LANGUAGE):
        category = words.category_words(rules.settings, complaint.category)
        facts = [
            (_("Nomor aduan"), complaint.number),
            (_("Diterima"), words.moment_words(complaint.received_at, office.timezone)),
            (_("Kategori"), category),
            (_("Alasan rujukan"), hide(decision.reason, known_of(reporter)) if reporter else decision.reason),
        ]
        contact = ", ".join(part for part in (office.phone, office.email) if part)
        subject = _("Rujukan aduan %(number)s dari %(office)s")
        body = _(
            "Yth. %(name)s,\n\n"
            "sebuah aduan yang masuk ke %(office)s menjadi urusan Anda. Pelapor sudah diberi tahu cara "
            "menghubungi Anda.\n\n%(facts)s\n\n"
            "Data pelapor dan isi aduannya tidak kami sertakan. Untuk penjelasan, hubungi %(contact)s."
        )
        values = {
            "number": complaint.number,
            "office": office.name,
            "name": outside.name,
            "facts": "\n".join(f"{name}: {value}" for name, value in facts if value),
            "contact": f"{office.name} ({contact})" if contact else office.name,
        }
        return message_row(
            complaint,
            subject % values,
            body % values,
            _LANGUAGE,
            decision.at,
            channel=EMAIL,
            recipient=outside.email,
        )


def follow_up(office: Office, complaint: Complaint, rules: Rules, day: date, now: datetime) -> None:
    """Puts a referral before the desk again on a day, by its end there."""
    queue = rules.procedure.index.stage(MAIN, WITH_GOVERNMENT)
    open_follow_up(
        office,
        uid=complaint.uid,
        number=complaint.number,
        role=queue.owners[0] if queue is not None and queue.owners else "",
        stage=REFERRED,
        procedure_digest=rules.procedure_digest,
        due_at=datetime.combine(day, time(23, 59), tzinfo=ZoneInfo(office.timezone)),
        now=now,
    )
