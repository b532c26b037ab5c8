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
from django.db.models.signals import post_delete, post_save

from .models import Domain, Government, Office

KEEP_SECONDS = 5.0
KEEP_AT_MOST = 5000


@dataclass(frozen=True)
class Site:
    """What a host name leads to: the platform, a government's site or an office's."""

    kind: str
    government: Government | None = None
    office: Office | None = None


_kept: dict[str, tuple[float, Site | None]] = {}


def find(host: str) -> Site | None:
    """The site at a host name (lower case, without port), or None. One indexed query, or none if it is kept.

    Each caller gets copies of its own, so that what a request changes on them stays in that request.
    """
    if host in settings.PLATFORM_HOSTS:
        return Site(Domain.Kind.PLATFORM)
    moment = time.monotonic()
    until, site = _kept.get(host, (0.0, None))
    if until <= moment:
        site = _read(host)
        if len(_kept) >= KEEP_AT_MOST:  # host names come from outside
            _kept.clear()
        _kept[host] = (moment + KEEP_SECONDS, site)
    return None if site is None else _copied(site)


def _copied(site: Site) -> Site:
    government, office = copy.copy(site.government), copy.copy(site.office)
    if office is not None and government is not None:
        office.government = government
    return Site(site.kind, government, office)


def forget(**_signal: Any) -> None:
    """Clears what this process keeps."""
    _kept.clear()


def connect() -> None:
    """Has changes of the directory clear what is kept. Called once, at start-up."""
    for model in (Domain, Government, Office):
        post_save.connect(forget, sender=model, dispatch_uid=f"{__name__}.{model.__name__}.save")
        post_delete.connect(forget, sender=model, dispatch_uid=f"{__name__}.{model.__name__}.delete")


def _read(host: str) -> Site | None:
    domain = Domain.objects.select_related("office__government", "government").filter(host=host).first()
    if domain is None:
        return None
    government = domain.government or (domain.office.government if domain.office else None)
    return Site(domain.kind, government, domain.office)
