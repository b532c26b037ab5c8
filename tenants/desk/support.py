"""Support visits: an admin of the desk begins to look at how an office is set up, and the office is told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from central.accounts import post
from central.accounts.models import User
from central.accounts.sites import full_address
from central.coordination import support
from central.coordination.models import SupportVisit
from central.offices.access import office as inside
from central.offices.access import public
from central.offices.models import Domain, Government, Office
from central.plaintext import clean_line
from tenants.complaints.masking import mask
from tenants.complaints.words import moment_words
from tenants.errors import ServiceError
from tenants.organization import queries as people

from .queries import DeskPerson

LEAST_REASON = 10
"""Characters of a reason, at least."""


class VisitError(ServiceError):
    """A visit was not begun. Codes: `not_found`, `not_admin`, `office_halted`, `no_reason`, `member_here`,
    `nobody_to_tell`, `runs_already`.
    """


def begin_visit(
    government: Government, code: str, *, person: DeskPerson, reason: str, minutes: int
) -> SupportVisit:
    """Begins a visit to one of the government's offices, and tells the office's admins by mail, in one
    transaction. Names, numbers and addresses of people in the reason are hidden.

    `minutes`: one of `support.MINUTES`. Called in public mode. Raises `VisitError`.
    """
    reason = clean_line(reason)
    if len(reason) < LEAST_REASON:
        text = _("Tulis alasannya, paling sedikit %(n)d karakter.") % {"n": LEAST_REASON}
        raise VisitError("no_reason", text, {"reason": text})
    target = Office.objects.filter(government=government, code=code).first()
    if target is None:
        raise VisitError("not_found", _("Instansi ini tidak ada di pemerintah daerah Anda."))
    if target.status != Office.Status.READY:
        text = _("Layanan %(name)s sedang dihentikan sementara dan tidak dapat dilihat.")
        raise VisitError("office_halted", text % {"name": target.name})
    now = timezone.now()
    with inside(target):
        _demand(target, person, now)
        told = people.admins()
        if not told:
            raise VisitError(
                "nobody_to_tell",
                _("%(name)s belum mempunyai admin yang dapat diberi tahu. Tetapkan adminnya dahulu.")
                % {"name": target.name},
            )
        by = (person.user_id, person.name)
        visit = support.open_visit(target, by=by, reason=mask(reason).text[:500], minutes=minutes, now=now)
        _tell(visit, target, told)
    return visit


def set_up_addresses(offices: Iterable[int], page: str = "") -> dict[int, str]:
    """A page of each office's set-up, on its own host, by the office's key; of an office without a host none.
    In public mode.
    """
    hosts = Domain.objects.filter(office__in=list(offices)).order_by("is_primary", "-id")
    return {
        office_id: full_address(host, f"/kantor/atur/{page}")
        for office_id, host in hosts.values_list("office_id", "host")
        if office_id is not None
    }


def _demand(target: Office, person: DeskPerson, now: datetime) -> None:
    with public():
        # Two clicks follow one another.
        User.objects.select_for_update(no_key=True).get(pk=person.user_id)
        running = support.running_visit(target.pk, person.user_id, now)
    present = person.at_present()
    if present is None or not present.is_admin:
        raise VisitError("not_admin", _("Kunjungan dukungan hanya untuk admin meja pusat."))
    if running is not None:
        raise VisitError(
            "runs_already",
            _("Kunjungan Anda ke %(name)s masih berlangsung. Akhiri dahulu untuk memulai yang baru.")
            % {"name": target.name},
        )
    if people.member_of_user(person.user_id) is not None:
        raise VisitError(
            "member_here",
            _("Anda anggota %(name)s. Masuk saja ke portalnya seperti biasa.") % {"name": target.name},
        )


def _tell(visit: SupportVisit, target: Office, admins: list[people.Person]) -> None:
    with public():
        users = User.objects.in_bulk([admin.user_id for admin in admins if admin.user_id])
        address = set_up_addresses([target.pk], f"kunjungan/{visit.pk}/").get(target.pk, "")
        for admin in admins:
            language = users[admin.user_id].language if admin.user_id in users else ""
            subject, body = _words(language or "id", visit, target, address)
            post.send("support_visit", admin.email, subject, body, language=language)


def _words(language: str, visit: SupportVisit, target: Office, address: str) -> tuple[str, str]:
    with translation.override(language):
        values = {
            "who": visit.user_name,
            "office": target.name,
            "reason": visit.reason,
            "until": moment_words(visit.until_at, target.timezone),
            "url": address,
        }
        subject = _("Kunjungan dukungan di %(office)s") % values
        body = (
            _(
                "%(who)s dari meja pusat melihat pengaturan %(office)s sampai %(until)s.\n\n"
                "Alasan: %(reason)s\n\n"
                "Yang dapat dilihat hanya pengaturan, bukan aduan; tidak ada yang dapat diubah.\n"
                "Halaman yang dibuka, dan tombol untuk mengakhirinya: %(url)s"
            )
            % values
        )
    return subject, body
