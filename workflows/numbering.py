"""Registration numbers: from an office's pattern and its gapless sequence to what is printed."""

from __future__ import annotations

from datetime import date

from workflows.settings import NUMBER_PLACEHOLDER

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def register_number(pattern: str, sequence: int, received_on: date, office: str) -> str:
    """The number for a sequence of the year of `received_on`, which is the office's local date.

    Placeholders: `{seq}` (with at least so many digits as in `{seq:04}`), `{year}`, `{month}`,
    `{month_roman}`, `{office}` (the office's code in capitals). Anything else is printed as it is.
    """
    values: dict[str, str | int] = {
        "seq": sequence,
        "year": received_on.year,
        "month": f"{received_on.month:02d}",
        "month_roman": _ROMAN[received_on.month - 1],
        "office": office.upper(),
    }
    return NUMBER_PLACEHOLDER.sub(
        lambda match: str(values[match.group(1)]).zfill(int(match.group(2) or 0)), pattern
    )
