"""The matrix sees what it is there to see: with one check taken out of the platform it turns red."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.access.asking import Asker
from tests.access.conftest import Everybody
from tests.access.judging import Judge, Verdict
from tests.access.tables import read
from tests.inventory import World

Try = Callable[..., Verdict]


@pytest.fixture
def on(world: World, everybody: Everybody, asker: Asker) -> Try:
    """`on("office", "portal:unit")`: the verdict on some rows of a table."""

    def attempt(site: str, *routes: str) -> Verdict:
        rows = [row for row in read(site) if row.route in routes]
        assert {row.route for row in rows} == set(routes)
        return Judge(world, asker).hear(rows, everybody[site], everybody=False)

    return attempt


def test_the_door_of_the_portal(on: Try, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the look at the second factor, an admin who showed none is let in."""
    assert on("office", "portal:inbox").clean
    monkeypatch.setattr("tenants.organization.middleware.second_factor.was_shown", lambda request: True)
    assert any("by hasty: ok instead of factor" in line for line in on("office", "portal:inbox").wrong)


def test_the_admins_pages(on: Try, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the question whether somebody is an admin, a member changes a unit."""
    from tenants.organization.queries import Person

    monkeypatch.setattr(Person, "is_admin", property(lambda person: True, lambda person, value: None))
    monkeypatch.setattr("tenants.organization.middleware.second_factor.was_shown", lambda request: True)
    verdict = on("office", "portal:unit")
    assert any("POST by plain: ok instead of 403" in line for line in verdict.wrong)


def test_the_desks_queue(on: Try, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the question whose work it is, the whole desk reads a complaint."""
    from django.db.models import Q

    monkeypatch.setattr("tenants.desk.queries.work.fitting", lambda person: Q())
    monkeypatch.setattr("tenants.complaints.queries.staff.desk_has_work", lambda uid, actor: True)
    verdict = on("government", "desk:case")
    assert any("by press_coordinator: ok instead of 404" in line for line in verdict.wrong)
    assert any("by press_coordinator" in line for line in verdict.leaks)


def test_a_reporters_file(on: Try, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the question whose file it is, one code opens another's file; the file's own words tell it."""
    from tenants.complaints.models import Attachment

    def anybodys(complaint: Any, uid: Any) -> Any:
        return Attachment.objects.get(uid=uid)

    monkeypatch.setattr("tenants.complaints.queries.attachment_for_reporter", anybodys)
    verdict = on("office", "site:reporter_file")
    assert any("by other_reporter: ok instead of 404" in line for line in verdict.wrong)
    assert any("by other_reporter" in line and "Kamboja" in line for line in verdict.leaks)


def test_a_change_before_the_refusal(on: Try, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is refused after something was written for them is noticed by what stayed."""
    from central.accounts import services
    from central.accounts.models import ApiToken

    def careless(user: Any, token_id: int, **more: Any) -> bool:
        ApiToken.objects.filter(pk=token_id).update(name="diganti")
        return False

    monkeypatch.setattr(services, "revoke_token", careless)
    verdict = on("office", "account_token_revoke")
    assert any("by plain: ok instead of on" in line for line in verdict.wrong)
