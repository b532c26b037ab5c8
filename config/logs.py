"""Every log line says which office it is about."""

from __future__ import annotations

import logging


class OfficeFilter(logging.Filter):
    """Adds ``office`` to a record: the code of the office that the thread is in, or a dash."""

    def filter(self, record: logging.LogRecord) -> bool:
        from central.offices.access import current_office

        office = current_office()
        record.office = office.code if office else "-"
        return True
