"""What a channel hands over: what was said, by whom, by which way, with which files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from central.numbers import Grouped
from central.plaintext import NO_ADDRESS, clean_line, clean_text, holds_address
from workflows.cases import Intake, Visibility
from workflows.common import REGION_CODE

from .answers import FIELD, is_storable, normal_answers
from .contacts import normal_email, normal_phone
from .errors import ComplaintError
from .files import StoredFile
from .models import Complaint

_LONGEST = {"name": 150, "address": 250, "place": 250, "occurred_at": 100, "email": 254}
_SIXTH = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Report:
    """A report before it is a complaint. Strings as they were typed; `normal_report` puts them right.

    `channel`: a code of `tenants.channels.registry`. `region`: code of the place's region, for routing.
    `occurred_at`: the reporter's own words or a date. `received_at`: when a letter or call came in; None:
    now. `files`: as `files.accept` stored them. `answers`: by the code of the category's question.
    `language`: in which the reporter is written to.
    """

    description: str
    category: str = ""
    visibility: str = Visibility.OPEN.value
    channel: str = "website"
    name: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    place: str = ""
    region: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    occurred_at: str = ""
    files: tuple[StoredFile, ...] = ()
    language: str = "id"
    received_at: datetime | None = None
    answers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def anonymous(self) -> bool:
        """Nothing of the reporter is kept."""
        return self.visibility == Visibility.ANONYMOUS.value

    def digest(self) -> str:
        """SHA-256 over everything that was sent, to tell a repeated request from another one."""
        apart = {"files", "answers"}
        parts = [repr(getattr(self, name)) for name in self.__slots__ if name not in apart]
        parts += [repr(pair) for pair in sorted(self.answers.items())]
        parts += [f"{file.digest} {file.name}" for file in self.files]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def normal_report(report: Report, now: datetime) -> Report:
    """The report with its contacts and numbers in their stored form; an anonymous one without its reporter.

    Raises `ComplaintError("bad_input")` naming each field that cannot be read. What the procedure demands
    is the engine's to check.
    """
    errors: dict[str, str | Promise] = {}
    name = clean_line(report.name)
    email, phone = normal_email(report.email), normal_phone(report.phone)
    if email is None:
        errors["email"] = _("Alamat surel ini keliru. Contoh: nama@contoh.id")
    if phone is None:
        errors["phone"] = _("Nomor telepon ini keliru. Contoh: 0812 3456 7890")
    for part, longest in _LONGEST.items():
        if len(getattr(report, part)) > longest:
            errors[part] = _("Terlalu panjang: paling banyak %(count)s karakter.") % {
                "count": Grouped(longest)
            }
    if holds_address(name):
        errors["name"] = NO_ADDRESS
    if report.visibility not in set(Visibility):
        errors["visibility"] = _("Pilih salah satu pilihan yang tersedia.")
    region = clean_line(report.region)
    if region and not REGION_CODE.fullmatch(region):
        errors["region"] = _("Kode wilayah ini keliru. Tulis angka dan titik, paling banyak 20 karakter.")
    point = _point(report, errors)
    if report.received_at is not None and report.received_at > now:
        errors["received_at"] = _("Waktu diterima tidak boleh di masa depan.")
    if any("\x00" in str(getattr(report, name)) for name in ("description", "category", *_LONGEST)):
        errors["description"] = _("Isian memuat tanda yang tidak dapat disimpan.")
    if not is_storable(report.answers):
        errors[FIELD] = _("Isian memuat tanda yang tidak dapat disimpan.")
    if errors:
        raise ComplaintError(
            "bad_input", _("Ada isian yang belum lengkap atau keliru. Perbaiki isian yang ditandai."), errors
        )
    assert email is not None
    assert phone is not None
    if report.anonymous:
        report = replace(report, address="")
        name = email = phone = ""
    return replace(
        report,
        description=clean_text(report.description).strip(),
        name=name,
        address=clean_line(report.address),
        place=clean_line(report.place),
        region=region,
        occurred_at=clean_line(report.occurred_at),
        email=email,
        phone=phone,
        latitude=point[0],
        longitude=point[1],
        answers=normal_answers(report.answers),
    )


def _point(report: Report, errors: dict[str, str | Promise]) -> tuple[Decimal | None, Decimal | None]:
    """Latitude and longitude to six decimals (a tenth of a metre); both or none."""
    if report.latitude is None and report.longitude is None:
        return None, None
    words = _("Isi lintang dan bujur kedua-duanya: lintang -90 sampai 90, bujur -180 sampai 180.")
    if report.latitude is None or report.longitude is None:
        errors["latitude"] = words
        return None, None
    if not (report.latitude.is_finite() and report.longitude.is_finite()):
        errors["latitude"] = words
        return None, None
    if abs(report.latitude) > 90 or abs(report.longitude) > 180:
        errors["latitude"] = words
        return None, None
    return report.latitude.quantize(_SIXTH), report.longitude.quantize(_SIXTH)


def intake_again(complaint: Complaint, *, timezone: str, category: str | None = None) -> Intake:
    """What routing looks at, of a complaint that is here already. `timezone`: the office's. `category`: that
    of another moment; None: as it stands now.
    """
    code = complaint.category if category is None else category
    return Intake(
        received_at=complaint.arrived_at or complaint.received_at,
        timezone=timezone,
        description=complaint.description,
        category=code or None,
        visibility=Visibility(complaint.visibility),
        intake_channel=complaint.channel,
        place=complaint.place,
        region=complaint.region,
        answers={row["code"]: row["value"] for row in complaint.answers},
    )


def intake_of(report: Report, *, timezone: str, now: datetime, on_behalf: bool = False) -> Intake:
    """The report as the engine sees it. `timezone`: the office's."""
    received_at = report.received_at or now
    return Intake(
        received_at=received_at,
        timezone=timezone,
        description=report.description,
        category=report.category or None,
        visibility=Visibility(report.visibility),
        intake_channel=report.channel,
        name=report.name,
        address=report.address,
        email=report.email,
        phone=report.phone,
        place=report.place or ("-" if report.latitude is not None else ""),
        region=report.region,
        # The engine asks only whether it was said; people say "last night".
        occurred_at=received_at if report.occurred_at else None,
        files=len(report.files),
        on_behalf=on_behalf,
        answers=report.answers,
    )
