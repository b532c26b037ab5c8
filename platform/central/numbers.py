"""Numbers as pages and messages write them: thousands apart, in the way of the language in use."""

from __future__ import annotations

from django.utils import formats


def grouped(number: int) -> str:
    """ "10.000" in Indonesian, "10,000" in English."""
    return str(formats.number_format(int(number), force_grouping=True))


class Grouped(int):
    """An integer that counts, compares and chooses a plural as one, and writes itself in groups (`%s`)."""

    def __str__(self) -> str:
        return grouped(self)
