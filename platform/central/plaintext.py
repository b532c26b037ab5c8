"""Words that people type, without what is not writing: signs that nobody sees, or that turn a line round.

Such signs hide words from whoever searches or masks them, make one name look like another, break the lines
of logs and the heads of e-mails, and spill over what stands beside them. Markup is none of them: a page or a
PDF shows `<b>` as it was typed.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MOST_MARKS = 4
"""Signs above or below one letter. No script of Indonesia needs more; heaps of them cover the next lines."""

NO_ADDRESS = _("Isi nama saja, tanpa alamat web.")

# Letters by name that show nothing: a name of them would be none.
_BLANK = dict.fromkeys(map(ord, "\u115f\u1160\u2800\u3164\uffa0"), " ")
# Join letters and the parts of an emoji.
_JOINERS = "\u200c\u200d"
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_ADDRESS = re.compile(
    # Programs make links of what ends like this; "Ka.Subbag/Kasi" is somebody's position.
    r"://|www\.|[\w-]{2,}\.(?:(?-i:[a-z]{2,})/|(?:com|net|org|info|biz|xyz|id|io|me|ly|link|site|online|shop|top)\b)",
    re.IGNORECASE,
)
_UNSEEN = {"Cc", "Cf", "Cs"}


def clean_text(text: str) -> str:
    """A text of several lines, as it was meant: line ends are one character, unseen signs are left out."""
    text = _BREAKS.sub("\n", text)
    if text.isascii():
        return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")
    return _few_marks("".join(filter(_is_writing, text.translate(_BLANK))))


def clean_line(text: str) -> str:
    """One line: breaks and runs of blanks become one blank."""
    return " ".join(clean_text(text).split())


def holds_address(name: str) -> bool:
    """Whether a name holds an address of the web. Who may have a name stand in a message to anybody could
    else have us send advertisements.
    """
    return bool(_ADDRESS.search(name))


def _is_writing(sign: str) -> bool:
    return sign in "\n\t" or sign in _JOINERS or unicodedata.category(sign) not in _UNSEEN


def _few_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for sign in unicodedata.normalize("NFC", text):
        marks = marks + 1 if unicodedata.category(sign) in ("Mn", "Me") else 0
        if marks <= MOST_MARKS:
            kept.append(sign)
    return "".join(kept)


class LineField(forms.CharField):
    """One line of a form."""

    def to_python(self, value: Any) -> str:
        return super().to_python(clean_line(str(value)) if value not in self.empty_values else value) or ""


class TextField(forms.CharField):
    """A text of several lines."""

    def to_python(self, value: Any) -> str:
        return super().to_python(clean_text(str(value)) if value not in self.empty_values else value) or ""


def demand_name(value: str) -> None:
    """A validator: the name of a person or an office."""
    if holds_address(value):
        raise ValidationError(NO_ADDRESS, code="address")
