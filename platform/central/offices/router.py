"""Says early, and in words, what the database would refuse: an office's table in public mode, a central one
inside.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model

from .access import OfficeAccessError, current_office
from .rights import PUBLIC_TABLES


@cache
def office_app_labels() -> frozenset[str]:
    """The apps whose tables every office has."""
    return frozenset(config.label for config in apps.get_app_configs() if config.name in settings.TENANT_APPS)


class OfficeRouter:
    """Asked by the ORM before each query that names no database itself."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        _check(model, hints.get("instance"))
        return None

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        _check(model, hints.get("instance"))
        return None


def _check(model: type[Model], instance: Model | None) -> None:
    if instance is not None and instance._state.db not in (None, DEFAULT_DB_ALIAS):
        return  # a row that the owner read: a migration works with it
    office = current_office()
    options = model._meta
    if options.app_label in office_app_labels():
        if office is None:
            raise OfficeAccessError(
                f"{options.label} belongs to an office, and none was entered. "
                "Use central.offices.access.office()."
            )
    elif office is not None:
        rights = PUBLIC_TABLES.get(options.db_table)
        if rights is None or not rights.office:
            raise OfficeAccessError(
                f"{options.label} is central and closed to office {office.pk}. "
                "Read it before entering, or within central.offices.access.public()."
            )
