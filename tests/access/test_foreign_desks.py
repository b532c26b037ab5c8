"""What belongs to another government is not found at a desk, whoever of the desk asks for it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.access.asking import Asker
from tests.inventory import Endpoint, Place, World, endpoints
from tests.inventory.world import DESK
from tests.plugins.figures import Keep
from tests.proof import Subject

NOT_A_GOVERNMENTS = {
    "account_reset_password_from_key": "a word in the place of the key, which the session holds",
    "invitation": "sends on to the host where the invited person will work",
}
"""Addresses with a placeholder that names nothing of a government, and why that is well."""


REFUSED = {"desk:invitation_cancel": 400}
"""Where somebody is told in words that there is no such thing, or no longer."""


def cookies_of(place: Place, role: str) -> dict[str, str]:
    player = place.person(role)
    player.sign_in()
    return {name: morsel.value for name, morsel in player.client.cookies.items()}


def addressed() -> list[Endpoint]:
    """Every address of a government's host that names an object."""
    found = [asked for asked in endpoints("government") if "<" in asked.pattern]
    return [asked for asked in found if asked.name not in NOT_A_GOVERNMENTS]


def test_objects_of_another_government_are_not_found_at_this_desk(
    world: World, asker: Asker, figure: Keep
) -> None:
    """The other government's codes, uids and ids at this government's host, by everybody of this desk."""
    theirs, ours = world("mojokerto"), world("cirebon")
    sessions = {role: cookies_of(ours, role) for role in DESK}
    wrong, tried = [], 0
    for asked in addressed():
        path = theirs.path(asked)
        for method in sorted({"GET", "POST"} & set(asked.methods)):
            body = theirs.body(asked) if method == "POST" else {}
            for role, cookies in sessions.items():
                answer = asker.ask(method, ours.host, path, cookies=cookies, **body)
                tried += 1
                if asked.name.startswith("desk:"):
                    # Who may never do such a thing is told so before anything is looked up.
                    expected = {404, REFUSED.get(asked.name, 404)} | ({403} if role != "admin" else set())
                else:
                    expected = {303}  # a form that is not there: to its beginning
                if answer.status not in expected or answer.changed:
                    wrong.append(f"{asked.name} {method} by {role}: {answer.status} {sorted(answer.changed)}")
    figure(Subject.ACCESS, "requests made", asker.requests)
    assert wrong == []
    assert tried > 100


@pytest.mark.parametrize(
    ("name", "role", "fields"),
    [
        ("desk:hand_over", "central_admin", {}),
        ("desk:front", "admin", {}),
        ("desk:choice_new", "admin", {"name": "Rambu", "position": "1"}),
    ],
)
def test_no_form_of_a_desk_takes_another_governments_office(
    world: World, asker: Asker, figure: Keep, name: str, role: str, fields: dict[str, Any]
) -> None:
    ours = world("cirebon")
    path = ours.path(name)
    page = asker.ask("GET", ours.host, path, cookies=cookies_of(ours, role))
    assert page.status == 200
    assert b"dishub-mojokerto" not in page.content
    data = {"office": "dishub-mojokerto", "kunci": "0" * 32, **fields}
    sent = asker.ask("POST", ours.host, path, cookies=cookies_of(ours, role), data=data)
    figure(Subject.ACCESS, "requests made", asker.requests)
    assert (sent.status, sorted(sent.changed)) == (422, [])
