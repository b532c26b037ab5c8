"""An office's admin at the pages of its procedure, over HTTP: fill a form in, read where it led."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpResponse

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.procedure.models import ProcedureDraft, ProcedureVersion
from tests.acceptance.cast import Player
from tests.acceptance.citizen import text_of
from tests.acceptance.sops.page import Form, Page
from workflows.loading import as_yaml, procedure_from

SOP = "/kantor/atur/prosedur/"


def form_of(page: HttpResponse, button: str = "") -> Form:
    """The page's own form: the last that is posted, or the one with a named button."""
    forms = [form for form in Page(page).forms if form.method == "post" and "language" not in form.fields]
    return next((form for form in forms if button and button in form.buttons), forms[-1])


def sent(player: Player, path: str, button: str = "", **values: Any) -> HttpResponse:
    """Opens a page, fills its form in and sends it."""
    page = player.get(path)
    assert page.status_code == 200, text_of(page)
    form = form_of(page)
    for name, value in values.items():
        form.fill(name, value)
    data = form.data()
    return player.post(path, {**data, button: "1"} if button else data)


def put_in_force(player: Player, draft: str, **values: Any) -> HttpResponse:
    """Puts a draft in force, signing for its warnings where it has any."""
    path = f"{draft}berlakukan/"
    form = form_of(player.get(path))
    fill_known(form, signed=True, **values)
    return player.post(path, form.data())


def fill_known(form: Form, **values: Any) -> None:
    """Fills in those fields that the form has."""
    for name, value in values.items():
        if name in form.fields:
            form.fill(name, value)


def done(answer: HttpResponse) -> str:
    """Where a success leads."""
    assert answer.status_code == 302, text_of(answer)
    return answer["Location"]


def new_draft(player: Player, source: str = "versi:1") -> str:
    """A draft's address."""
    return done(sent(player, f"{SOP}konsep/baru/", source=source))


def with_text(office: Office, text: str, title: str = "Uji") -> str:
    with inside(office):
        draft = ProcedureDraft.objects.create(
            title=title, text=text, digest=hashlib.sha256(text.encode()).hexdigest()
        )
    return f"{SOP}konsep/{draft.pk}/"


def in_force(office: Office) -> ProcedureVersion:
    with inside(office):
        return ProcedureVersion.objects.get(state="in_force")


def text_now(office: Office, draft: str) -> str:
    with inside(office):
        return ProcedureDraft.objects.get(pk=int(draft.split("/")[-2])).text


def changed(office: Office, old: str, new: str) -> str:
    """The YAML in force with some words changed."""
    text = as_yaml(procedure_from(in_force(office).document))
    assert old in text
    return text.replace(old, new, 1)
