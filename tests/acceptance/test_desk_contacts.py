"""All reminders and calls of the desk on one page: newest first, by office and by what came of them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from central.coordination.models import CaseIndex, DeskCall, Reminder
from central.offices.models import Office
from tests.acceptance.cast import Cast, Player, host_of, neighbour_of
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.desk_steps import case_path
from tests.acceptance.portal_steps import slug_of

Clocked = Callable[..., datetime]
PATH = "/meja/pengingat/"


@pytest.fixture
def editor(mojokerto: Office, cast: Cast) -> Player:
    return cast.desk(mojokerto.government, "editor")


@pytest.fixture
def neighbour(mojokerto: Office) -> Office:
    return neighbour_of(mojokerto, "greged")


def reminded(office: Office, number: str, at: datetime, state: str = "sent", uid: str = "") -> Reminder:
    return Reminder.objects.create(
        uid=uid or uuid.uuid4(), office=office, government_id=office.government_id, number=number,
        by_id=1, by_name="Koordinator", state=state, made_at=at, follow_at=at + timedelta(days=1),
    )  # fmt: skip


def numbers(player: Player, **query: str) -> list[str]:
    """Those on the page, in its order."""
    body = player.get(PATH, query).content.decode()
    found = re.findall(r'<th role="rowheader" scope="row">(?:<a[^>]*>)?([^<]+)<', body)
    return [number.strip() for number in found]


def test_reminders_of_all_offices_stand_newest_first_and_are_narrowed(
    mojokerto: Office, neighbour: Office, editor: Player, at: Clocked
) -> None:
    now = at("2025-03-04 10:00")
    reminded(mojokerto, "SATU", now, "escalated")
    reminded(neighbour, "DUA", now + timedelta(hours=1))
    reminded(mojokerto, "TIGA", now + timedelta(hours=2), "scheduled")
    assert numbers(editor) == ["TIGA", "DUA", "SATU"]
    assert numbers(editor, instansi=mojokerto.code) == ["TIGA", "SATU"]
    assert numbers(editor, instansi="greged") == ["DUA"]
    assert numbers(editor, keadaan="escalated") == ["SATU"]
    assert numbers(editor, instansi="greged", keadaan="escalated") == []
    assert "Tidak ada yang cocok" in text_of(editor.get(PATH, {"keadaan": "cancelled"}))
    assert numbers(editor, keadaan="apa saja", sesudah="x~y") == ["TIGA", "DUA", "SATU"]


def test_a_row_leads_to_the_complaint_where_it_is_now(mojokerto: Office, editor: Player, at: Clocked) -> None:
    now = at("2025-03-04 10:00")
    number, _code = Citizen(host_of(mojokerto)).report()
    slug = slug_of(mojokerto, number)
    reminded(mojokerto, number, now, uid=slug)
    reminded(mojokerto, "TANPA-INDEKS", now)
    page = editor.get(PATH)
    assert f'href="{case_path(mojokerto, slug)}pantauan/"' in page.content.decode()
    assert page.content.decode().count("/pantauan/") == 1
    assert PATH in editor.get("/meja/aduan/").content.decode()
    CaseIndex.objects.all().delete()
    assert number in text_of(editor.get(PATH))


def test_calls_have_a_part_of_their_own(mojokerto: Office, editor: Player, at: Clocked) -> None:
    now = at("2025-03-04 10:00")
    for number, outcome in (("SATU", "reached"), ("DUA", "no_answer")):
        DeskCall.objects.create(
            uid=uuid.uuid4(), office=mojokerto, government_id=mojokerto.government_id, number=number,
            by_id=1, by_name="Koordinator", called="Kepala Seksi", outcome=outcome, note="Dicek.", at=now,
        )  # fmt: skip
    assert numbers(editor) == []
    assert "Belum ada pengingat" in text_of(editor.get(PATH))
    assert numbers(editor, bagian="telepon") == ["DUA", "SATU"]
    assert numbers(editor, bagian="telepon", keadaan="reached") == ["SATU"]
    shown = text_of(editor.get(PATH, {"bagian": "telepon"}))
    for words in ("Kepala Seksi", "tersambung", "Dicek.", mojokerto.name):
        assert words in shown


def test_page_after_page_each_stands_once(mojokerto: Office, editor: Player, at: Clocked) -> None:
    now = at("2025-03-04 10:00")
    for number in range(45):
        reminded(mojokerto, f"N{number:02}", now + timedelta(minutes=number // 3))
    seen: list[str] = []
    path: str | None = f"{PATH}?instansi={mojokerto.code}"
    while path:
        body = editor.get(path).content.decode()
        seen += re.findall(r">(N\d\d)<", body)
        found = re.search(r'href="([^"]+)" rel="next"', body)
        path = found[1].replace("&amp;", "&") if found else None
    assert seen == [f"N{number:02}" for number in reversed(range(45))]


def test_another_government_and_who_does_not_work_here_see_nothing(
    mojokerto: Office, upik: Office, cast: Cast, at: Clocked
) -> None:
    reminded(mojokerto, "SATU", at("2025-03-04 10:00"))
    assert numbers(cast.desk(upik.government, "admin")) == []
    assert cast.admin(mojokerto).at(mojokerto.government).get(PATH).status_code == 403
