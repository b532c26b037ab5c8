"""The government's desk at work, by HTTP alone: its queue, a complaint, a step, and what brings work."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponse

from central.coordination.models import DeskLook
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Clock
from tests.acceptance.cast import Cast, Player, host_of
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.portal_steps import slug_of, step, version_on

ANSWER = "Lampu di tikungan sudah diganti oleh petugas kami, Bapak Joko Santoso (0813-9876-5432)."
STORY = (
    "Lampu lalu lintas di simpang lima mati. "
    "Saya Siti Aminah, tinggal di Jalan Melati 7, telepon 0812-3456-7890."
)


def case_path(office: Office, slug: str) -> str:
    return f"/meja/{office.code}/{slug}/"


def step_path(office: Office, slug: str, action: str, line: str = "publication") -> str:
    return f"{case_path(office, slug)}tindakan/{line}/{action}/"


def opened(player: Player, office: Office, slug: str) -> HttpResponse:
    """The complaint's page at the desk."""
    return player.get(case_path(office, slug))


def offered(player: Player, office: Office, slug: str) -> set[str]:
    """The steps that the page offers, as `line/action`."""
    page = opened(player, office, slug)
    assert page.status_code == 200, text_of(page)
    found = re.findall(rf"{case_path(office, slug)}tindakan/([a-z_]+/[a-z_]+)/", page.content.decode())
    return set(found)


def try_step(
    player: Player,
    office: Office,
    slug: str,
    action: str,
    line: str = "publication",
    *,
    extra: dict[str, Any] | None = None,
    **inputs: Any,
) -> HttpResponse:
    """Opens the step's page, fills it in and sends it. Returns the answer, whatever it is."""
    path = step_path(office, slug, action, line)
    page = player.get(path)
    if page.status_code != 200:
        return page
    data = {f"isi-{name}": value for name, value in inputs.items()}
    return player.post(path, {"versi": version_on(page), **data, **(extra or {})})


def hand_over_path(office: Office, slug: str) -> str:
    """Where the desk chooses another office for what an office has handed up."""
    return f"{case_path(office, slug)}alihkan/"


def send_to(
    desk: Player, office: Office, slug: str, to: Office, page: HttpResponse | None = None, message: str = ""
) -> HttpResponse:
    """Chooses the office on the page, or on one that was opened before, and sends it."""
    page = page or desk.get(hand_over_path(office, slug))
    assert page.status_code == 200, text_of(page)
    key = re.search(r'name="kunci" value="([0-9a-f]{32})"', page.content.decode())
    assert key
    return desk.post(
        hand_over_path(office, slug), {"office": to.code, "kunci": key.group(1), "message": message}
    )


def queued(player: Player, **query: str) -> list[str]:
    """The numbers in the queue, in its order."""
    page = player.get("/meja/", query)
    assert page.status_code == 200, text_of(page)
    found = re.findall(
        r'<th role="rowheader" scope="row">(?:<a[^>]*>|<span[^>]*>)([^<]+)<', page.content.decode()
    )
    return [number.strip() for number in found]


def answered(cast: Cast, office: Office, **changes: Any) -> tuple[str, str]:
    """A citizen's report that the office's operator has answered at once (A4). Gives number and slug."""
    number, _code = Citizen(host_of(office)).report(**{"description": STORY, **changes})
    slug = slug_of(office, number)
    operator = cast.member(office, "operator")
    step(operator, slug, "verify", case_class="urgent_general")
    step(operator, slug, "answer_directly", answer=ANSWER)
    return number, slug


def handed_up(cast: Cast, office: Office, reason: str = "Jalan ini jalan provinsi.") -> tuple[str, str]:
    """A citizen's report that the office's operator has handed up (A3). Gives number and slug."""
    number, _code = Citizen(host_of(office)).report()
    slug = slug_of(office, number)
    operator = cast.member(office, "operator")
    step(operator, slug, "verify", case_class="outside_duties")
    step(operator, slug, "hand_up", reason=reason)
    return number, slug


EDITED = {
    "public_title": "Lampu lalu lintas simpang lima mati",
    "public_complaint": "Lampu lalu lintas di simpang lima mati.",
    "public_answer": "Lampu sudah diganti oleh petugas kami.",
}


def edited(cast: Cast, office: Office, slug: str) -> None:
    """The editor's step (B1)."""
    answer = try_step(cast.desk(office.government, "editor"), office, slug, "submit_edited", **EDITED)
    assert answer.status_code == 302, text_of(answer)


def clock_of(office: Office, slug: str, code: str) -> Clock:
    """The newest round of one of the complaint's clocks."""
    with inside(office):
        return Clock.objects.filter(complaint__uid=slug, code=code).latest("round")


def looks_at(slug: str) -> list[tuple[str, str]]:
    """Name and purpose of every look at the complaint, in order."""
    return list(DeskLook.objects.filter(uid=slug).order_by("id").values_list("user_name", "purpose"))
