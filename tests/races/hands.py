"""Somebody with a step's page open, everything filled in, the finger on the button."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse

from tests.acceptance.citizen import text_of
from tests.acceptance.sops.page import Form, Page
from tests.races.arena import Arena, Brought, Somebody
from tests.races.ways import Place
from workflows.cases import Actor, ActorKind
from workflows.coordination import ASKED
from workflows.decision import InputKind, Offer

TEXTS = (InputKind.TEXT, InputKind.LINE)


@dataclass
class Hand:
    """`inputs`: what the engine is told of it. `typed`: the words that must not get lost."""

    who: Somebody
    place: Place
    offer: Offer
    inputs: Mapping[str, Any]
    typed: list[str]
    form: Form = field(repr=False)
    brought: Brought = field(repr=False)

    @property
    def actor(self) -> Actor:
        return self.who.actor

    @property
    def by_reporter(self) -> bool:
        return self.actor.kind is ActorKind.REPORTER

    @property
    def name(self) -> str:
        """As the other one is told of this person."""
        return "pelapor" if self.by_reporter else self.actor.name

    @property
    def label(self) -> str:
        return self.offer.label.get("id")

    def __call__(self) -> HttpResponse:
        """Presses the button."""
        player = self.who.player
        if player is None:
            return self.brought.citizen.post(self.form.action, self.form.data())
        return player.post(self.form.action, self.form.data())


def ready(arena: Arena, brought: Brought, place: Place, who: Somebody, mark: str) -> Hand:
    """Opens the step's page as a browser would and fills it in; every text says whose it is (`mark`)."""
    offer = arena.offer(brought.case(), place, who.actor)
    assert offer is not None, f"{place} is not offered to {who.actor.name}"
    inputs, typed = dict(arena.inputs(offer)), []
    for item in offer.inputs:
        if item.kind in TEXTS and item.code != ASKED:  # whom one asks is chosen, not written
            inputs[item.code] = f"Tulisan {mark} untuk {item.code}: sudah ditinjau, nomor {brought.number}."
            typed.append(inputs[item.code])
    path = address(brought, place, who)
    form = _form(brought, path, who)
    prefix = "isi-" if who.player is not None else ""
    for code, value in inputs.items():
        form.fill(f"{prefix}{code}", value if isinstance(value, bool) else str(value))
    return Hand(who, place, offer, inputs, typed, form, brought)


def address(brought: Brought, place: Place, who: Somebody) -> str:
    """Where the step's page stands for this person."""
    if who.player is None:
        return f"/lacak/{brought.code}/langkah/{place.line}/{place.action}/"
    if who.actor.kind is ActorKind.GOVERNMENT:
        return f"/meja/{brought.office.code}/{brought.slug}/tindakan/{place.line}/{place.action}/"
    return f"/kantor/aduan/{brought.slug}/tindakan/{place.line}/{place.action}/"


def _form(brought: Brought, path: str, who: Somebody) -> Form:
    response = brought.citizen.get(path) if who.player is None else who.player.get(path)
    assert response.status_code == 200, f"{path} for {who.actor.name}: {text_of(response)[:500]}"
    form = Page(response).form("versi" if who.player is not None else "csrfmiddlewaretoken")
    form.action = form.action or path
    return form
