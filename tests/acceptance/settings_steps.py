"""An admin at the pages of the office's settings, by HTTP alone."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponse

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.organization.models import Member
from tenants.procedure.models import SettingsVersion
from tenants.procedure.queries import settings_now
from tests.acceptance.cast import Player
from tests.acceptance.citizen import text_of
from workflows.settings import Settings


def seen(page: HttpResponse) -> str:
    """The version of the settings that a page was opened with."""
    found = re.search(r'name="terlihat" value="(\d+)"', page.content.decode())
    assert found is not None, text_of(page)
    return found[1]


def send(player: Player, path: str, data: dict[str, Any], at: str = "") -> HttpResponse:
    """Opens the page, fills in the form and sends it."""
    page = player.get(at or path)
    assert page.status_code == 200, text_of(page)
    return player.post(path, {"terlihat": seen(page), **data})


def done(answer: HttpResponse) -> None:
    assert answer.status_code == 302, text_of(answer)


def stored(office: Office) -> Settings:
    with inside(office):
        return settings_now()


def versions(office: Office) -> int:
    with inside(office):
        return SettingsVersion.objects.count()


def another_admin(office: Office, player: Player) -> Player:
    with inside(office):
        Member.objects.filter(pk=player.member_id).update(is_admin=True)
    return player
