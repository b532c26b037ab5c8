"""Where the open complaints of an old version of the procedure go in the one in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tenants.complaints.words import said, stage_words
from workflows.cases import MAIN, RESERVED_STAGES
from workflows.moving import Place
from workflows.procedure import Procedure

from .fields import PlainSelect


class MoveForm(forms.Form):
    """One choice for each place in which complaints stand: the stage where they go on. The stage of the same
    code is chosen already where there is one.
    """

    def __init__(
        self, *args: Any, old: Procedure, new: Procedure, live: Mapping[Place, int], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.places: dict[str, Place] = {}
        lines = {line.code: line for line in new.lines}
        for (line, stage), count in sorted(live.items()):
            if (line == MAIN and stage in RESERVED_STAGES) or line not in lines:
                continue
            stages = [one for one in lines[line].stages if one.final is None]
            name = f"tahap-{line}-{stage}"
            self.places[name] = (line, stage)
            self.fields[name] = forms.ChoiceField(
                label=stage_words(old, stage, line),
                help_text=ngettext("%(n)d aduan ada di sini.", "%(n)d aduan ada di sini.", count)
                % {"n": count},
                choices=[("", _("Pilih satu")), *((one.code, said(one.name)) for one in stages)],
                initial=stage if any(one.code == stage for one in stages) else "",
                widget=PlainSelect,
                error_messages={"required": gettext("Pilih tahap tujuannya.")},
            )

    def mapping(self) -> dict[Place, str]:
        """What was chosen."""
        return {place: self.cleaned_data[name] for name, place in self.places.items()}
