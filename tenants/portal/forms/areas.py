"""The form for the areas that people can choose as the place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workflows.common import REGION_CODE
from workflows.settings import Area

from .fields import text_area

MOST = 1000
LONGEST_NAME = 150
_LINE = re.compile(rf"({REGION_CODE.pattern})\s+(\S.*)")


class AreasForm(forms.Form):
    """Areas, one a line: the official code and the name."""

    areas = text_area(
        200_000,
        label=_("Daftar wilayah"),
        required=False,
        rows=14,
        help_text=_("Satu per baris: kode resmi, spasi, lalu namanya. Misalnya 11.01.01.2001 Desa Contoh."),
    )

    def __init__(self, *args: Any, areas: Sequence[Area], **options: Any) -> None:
        super().__init__(*args, **options)
        self.known = {area.code: area.name for area in areas}
        self.initial["areas"] = "\n".join(f"{area.code} {area.name.id}" for area in areas)

    def clean_areas(self) -> list[dict[str, Any]]:
        """The areas as the document has them; a name that stays keeps its English words."""
        rows: dict[str, dict[str, Any]] = {}
        for line in filter(None, (" ".join(line.split()) for line in self.cleaned_data["areas"].split("\n"))):
            found = _LINE.fullmatch(line)
            if found is None or len(found[2]) > LONGEST_NAME:
                error = _(
                    "“%(line)s” bukan kode wilayah dan namanya. Tulis seperti 11.01.01.2001 Desa Contoh."
                )
                raise forms.ValidationError(error, params={"line": line[:80]})
            code, name = found[1], found[2]
            if code in rows:
                raise forms.ValidationError(
                    _("Kode %(code)s tertulis dua kali. Hapus salah satunya."), params={"code": code}
                )
            before = self.known.get(code)
            english = before.en if before is not None and before.id == name else ""
            rows[code] = {"code": code, "name": {"id": name, "en": english} if english else {"id": name}}
        if len(rows) > MOST:
            raise forms.ValidationError(_("Paling banyak %(count)s wilayah."), params={"count": MOST})
        return list(rows.values())
