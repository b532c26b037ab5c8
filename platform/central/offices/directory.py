"""Which site answers at a host name.

The answer is needed on every request, so each process keeps it for a few seconds. What is kept is the
directory of offices (names, states), never an office's data; whoever changes it clears it here, and the other
processes follow within `KEEP_SECONDS`.
"""

from __future__ import annotations

import copy
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_delete, post_save

from .access import public
from .models import Domain, Government, Office

KEEP_SECONDS = 5.0


@dataclass(frozen=True)
class Site:
    """What a host name leads to: the platform, a government's site or an office's."""

    kind: str
    government: Government | None = None
    office: Office | None = None

    @property
    def is_open(self) -> bool:
        """Whether it answers with more than an explanation."""
        if self.government is not None and self.government.status != Government.Status.ACTIVE:
            return False
        return self.office is None or self.office.status == Office.Status.READY


_kept: dict[str, tuple[float, Site | None]] = {}  # open sites only, so not more than there are host names
_working: dict[int, tuple[float, frozenset[str]]] = {}  # by government


def find(host: str) -> Site | None:
    """The site at a host name (lower case, without port), or None. One indexed query, or none if it is kept.

    Each caller gets copies of its own, so that what a request changes on them stays in that request.
    """
    if host in settings.PLATFORM_HOSTS:
        return Site(Domain.Kind.PLATFORM)
    moment = time.monotonic()
    until, site = _kept.get(host, (0.0, None))
    if site is None or until <= moment:
        site = _read(host)
        if site is None or not site.is_open:
            return site  # not kept: it opens the moment that it is ready
        _kept[host] = (moment + KEEP_SECONDS, site)
    return _copied(site)


def _copied(site: Site) -> Site:
    government, office = copy.copy(site.government), copy.copy(site.office)
    if office is not None and government is not None:
        office.government = government
    return Site(site.kind, government, office)


def working(government_id: int) -> frozenset[str]:
    """Codes of a government's offices that work. One query, or none if it is kept; within an office too."""
    moment = time.monotonic()
    until, codes = _working.get(government_id, (0.0, frozenset()))
    if until <= moment:
        rows = Office.objects.filter(government_id=government_id, status=Office.Status.READY)
        with public():
            codes = frozenset(rows.values_list("code", flat=True))
        _working[government_id] = (moment + KEEP_SECONDS, codes)
    return codes


def forget() -> None:
    """Clears what this process keeps."""
    _kept.clear()
    _working.clear()


def _changed(**_signal: Any) -> None:
    forget()
    transaction.on_commit(forget)  # another thread may have read the old state until now


def connect() -> None:
    """Has changes of the directory clear what is kept. Called once, at start-up."""
    for model in (Domain, Government, Office):
        post_save.connect(_changed, sender=model, dispatch_uid=f"{__name__}.{model.__name__}.save")
        post_delete.connect(_changed, sender=model, dispatch_uid=f"{__name__}.{model.__name__}.delete")


def _read(host: str) -> Site | None:
    domain = Domain.objects.select_related("office__government", "government").filter(host=host).first()
    if domain is None:
        return None
    government = domain.government or (domain.office.government if domain.office else None)
    return Site(domain.kind, government, domain.office)
