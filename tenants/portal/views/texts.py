"""The texts of messages and of the reporter's story, each with the platform's own beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tenants.errors import ServiceError
from tenants.portal.changing import Change
from tenants.portal.door import StaffRequest, admins
from tenants.portal.forms.texts import MESSAGES, PLACEHOLDERS, STAFF, STORY, TextForm, shown, title_of
from tenants.portal.pages import page
from tenants.procedure.queries import settings_now
from workflows.settings import Settings
from workflows.texts import TextEntry, default_texts

RESET = "bawaan"


@require_safe
@admins
def texts(request: StaffRequest) -> HttpResponse:
    """All texts by whom they are for, with those that the office has changed."""
    settings = settings_now()
    known = {*MESSAGES, *STORY, *STAFF}
    own = [key for key in {**default_texts(), **settings.texts} if key not in known]
    groups = [
        (_("Pesan kepada pelapor"), [*MESSAGES, *own]),
        (_("Kalimat di halaman lacak pelapor"), list(STORY)),
        (_("Pesan kepada petugas"), list(STAFF)),
    ]
    rows = [(title, list(_rows(keys, settings))) for title, keys in groups]
    return page(request, "settings/texts", {"groups": rows})


def _rows(keys: Iterable[str], settings: Settings) -> Iterable[dict[str, Any]]:
    for key in keys:
        if settings.text(key) is not None:
            yield {"key": key, "title": title_of(key), "own": key in settings.texts}


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def text(request: StaffRequest, key: str) -> HttpResponse:
    """One text: changes it, or takes the platform's own again."""
    change = Change(request)
    entry, standard = change.settings.text(key), default_texts().get(key)
    if entry is None:
        raise ServiceError("not_found", _("Teks itu tidak ada. Buka lagi daftar teks."))
    posted = request.POST if request.method == "POST" else None
    form = TextForm(posted, entry=standard or entry, initial=_initial(entry))
    resetting = posted is not None and RESET in posted and standard is not None
    if posted is not None and (form.is_valid() or resetting):
        document = change.document
        document.setdefault("texts", {})
        if resetting or (standard is not None and form.entry == _data(standard)):
            document["texts"].pop(key, None)
        else:
            document["texts"][key] = form.entry
        if change.put_by(form, document):
            messages.success(request, _("Teks bawaan dipakai lagi.") if resetting else _("Teks disimpan."))
            return redirect("portal:texts")
    return change.page(
        "settings/text",
        form,
        {
            "title": title_of(key),
            "own": key in change.settings.texts,
            "standard": list(shown(standard)) if standard else [],
            "placeholders": [{"name": f"{{{name}}}", "words": words} for name, words in PLACEHOLDERS.items()],
        },
        now=lambda: _stored_form(change.settings, key, standard or entry),
    )


def _stored_form(settings: Settings, key: str, shape: TextEntry) -> TextForm:
    return TextForm(entry=shape, initial=_initial(settings.text(key) or shape))


def _initial(entry: TextEntry) -> dict[str, str]:
    parts = {part: getattr(entry, part) for part in ("subject", "body", "line")}
    return {
        f"{part}{suffix}": words
        for part, said in parts.items()
        if said is not None
        for suffix, words in (("", said.id), ("_en", said.en))
    }


def _data(entry: TextEntry) -> dict[str, Any]:
    data: dict[str, Any] = entry.model_dump(mode="json", exclude_defaults=True)
    return data
