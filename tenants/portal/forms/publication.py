"""The form of a step that writes what the public will read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.complaints.models import Attachment, Complaint
from tenants.complaints.services.publication import PICTURES
from workflows.decision import Offer, PublicationEffect

from .actions import StepForm


class PublicationForm(StepForm):
    """The step's own inputs, and the pictures: each stays hidden unless it is ticked."""

    def __init__(self, offer: Offer, *args: Any, complaint: Complaint, **options: Any) -> None:
        super().__init__(offer, *args, **options)
        self.pictures: Sequence[Attachment] = ()
        if offer.publication is PublicationEffect.RELEASE:
            self.pictures = list(complaint.attachments.filter(content_type__in=PICTURES).order_by("id"))
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

    def inputs(self) -> dict[str, Any]:
        return {code: value for code, value in super().inputs().items() if code != "foto"}

    def ticked(self) -> set[str]:
        """Which pictures are ticked on the page as it stands."""
        return set(self["foto"].value() or ()) if "foto" in self.fields else set()
