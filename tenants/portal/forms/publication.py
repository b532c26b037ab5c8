"""The form of a step that writes what the public will read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.complaints.models import Attachment
from tenants.complaints.services.publication import PLACE_LENGTH, Suggestion
from workflows.decision import Fact, Offer, PublicationEffect

from .actions import StepForm
from .fields import text_line

PUBLIC = (Fact.PUBLIC_TITLE, Fact.PUBLIC_COMPLAINT, Fact.PUBLIC_ANSWER)


class PublicationForm(StepForm):
    """The step's own inputs, and the pictures: each stays hidden unless it is ticked. `proposal`: what the
    platform would publish.
    """

    def __init__(self, offer: Offer, *args: Any, proposal: Suggestion, place: str, **options: Any) -> None:
        super().__init__(offer, *args, **options)
        self.proposal = proposal
        self.pictures: Sequence[Attachment] = ()
        if offer.publication is PublicationEffect.RELEASE:
            self.pictures = proposal.pictures
        if self.writes:
            self.fields["tempat"] = text_line(
                PLACE_LENGTH,
                label=_("Tempat yang diterbitkan"),
                help_text=_("Kosongkan bila tempatnya menunjuk rumah seseorang."),
                required=False,
                initial=place,
            )
        if self.pictures:
            self.fields["foto"] = forms.MultipleChoiceField(
                label=_("Foto yang ikut diterbitkan"),
                choices=[(file.uid.hex, file.name) for file in self.pictures],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )

    def released(self) -> list[UUID]:
        """The pictures that were ticked."""
        return [UUID(hex=value) for value in self.cleaned_data.get("foto", ())]

    @property
    def writes(self) -> bool:
        """Whether this step writes what the public reads; else an earlier one has."""
        return any(item.sets is not None and item.sets in PUBLIC for item in self.offer.inputs)

    def place(self) -> str | None:
        """Where it happened, for the public; None where the step does not say it anew."""
        return str(self.cleaned_data["tempat"]) if "tempat" in self.fields else None

    def inputs(self) -> dict[str, Any]:
        own = {item.code for item in self.offer.inputs}
        return {code: value for code, value in super().inputs().items() if code in own}

    def ticked(self) -> set[str]:
        """Which pictures are ticked on the page as it stands."""
        return set(self["foto"].value() or ()) if "foto" in self.fields else set()
