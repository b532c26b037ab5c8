"""The report form, sent twice, late, too often, or not by a person: one complaint, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from central.coordination.models import Alarm
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.site import drafts
from tests.acceptance.citizen import (
    ANSWERS,
    Citizen,
    assert_error_page,
    complaints_of,
    drafts_of,
    text_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def citizen(greged: Office, warga: Callable[[Office], Citizen]) -> Citizen:
    return warga(greged)


def test_sending_twice_makes_one_complaint(citizen: Citizen, greged: Office) -> None:
    citizen.fill()
    first, second = citizen.send(), citizen.send()
    assert first["Location"] == second["Location"] == "/lapor/terkirim/"
    assert len(complaints_of(greged)) == 1


def test_going_back_after_sending_shows_the_receipt(citizen: Citizen, greged: Office) -> None:
    number, _code = citizen.report()
    for path in ("/lapor/uraian/", "/lapor/periksa/"):
        page = citizen.follow(citizen.get(path))
        assert "sudah terkirim" in text_of(page)
        assert number in text_of(page)
    assert citizen.post("/lapor/uraian/", ANSWERS["uraian"])["Location"].startswith("/lapor/terkirim/")
    assert citizen.send()["Location"] == "/lapor/terkirim/"
    assert len(complaints_of(greged)) == 1


def test_the_next_person_at_the_same_browser_begins_with_an_empty_form(
    citizen: Citizen, greged: Office
) -> None:
    number, code = citizen.report()
    for path in ("/lapor/", "/lapor/kategori/"):
        page = citizen.get(path)
        assert page.status_code == 200
        assert 'action="/lapor/kategori/"' in page.content.decode()
        text = text_of(page)
        assert "Laporan terakhir dari peramban ini sudah terkirim." in text
        assert not [word for word in (number, code, "Siti Aminah") if word in page.content.decode()]
    citizen.reported = False  # filled without pressing "Buat laporan lain"
    second = citizen.report(name="Budi Santoso")
    assert second[0] != number
    assert [complaint.reporter.name for complaint in complaints_of(greged)] == ["Siti Aminah", "Budi Santoso"]
    assert "Siti Aminah" not in text_of(citizen.get("/lapor/terkirim/"))


def test_a_reload_of_the_sending_page_sends_nothing_of_a_report_begun_since(
    citizen: Citizen, greged: Office
) -> None:
    citizen.report()
    citizen.post("/lapor/kategori/", {"category": citizen.categories()[0]})
    assert citizen.send()["Location"].startswith("/lapor/uraian/")
    assert len(complaints_of(greged)) == 1


def test_a_draft_ends_after_a_day(citizen: Citizen, greged: Office) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        citizen.fill()
        clock.shift(timedelta(hours=24, seconds=1))
        for path in ("/lapor/periksa/", "/lapor/tempat/"):
            page = citizen.get(path)
            assert page.status_code == 410
            assert "kedaluwarsa" in text_of(page)
        assert citizen.send().status_code == 410
        assert complaints_of(greged) == []


def test_what_is_typed_into_an_expired_form_is_kept(citizen: Citizen) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        citizen.fill(until="tempat")
        clock.shift(timedelta(hours=25))
        page = citizen.post("/lapor/uraian/", {"description": "Ditulis kembali setelah satu hari lewat."})
        assert page.status_code == 410
        assert "sudah kami simpan" in text_of(page)
        citizen.post("/lapor/kategori/", {"category": citizen.categories()[0]})
        assert "Ditulis kembali setelah satu hari lewat." in text_of(citizen.get("/lapor/uraian/"))


def test_a_mistake_in_an_expired_form_is_shown_with_what_was_typed(citizen: Citizen) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        citizen.fill(until="tempat")
        clock.shift(timedelta(hours=25))
        page = citizen.post("/lapor/uraian/", {"description": "y" * 6000})
        assert_error_page(page, typed="y" * 6000)
        assert "lebih dari 24 jam" in text_of(page)


def test_an_alarm_sweeps_the_draft(citizen: Citizen, greged: Office) -> None:
    citizen.fill(until="tempat")
    (draft,) = drafts_of(greged)
    alarm = Alarm.objects.get(kind="draft")
    assert (alarm.office_id, alarm.key, alarm.due_at) == (greged.pk, draft.uid.hex, draft.expires_at)
    with inside(greged):
        drafts.sweep(alarm.key, draft.expires_at - timedelta(seconds=1))
    assert len(drafts_of(greged)) == 1
    with inside(greged):
        drafts.sweep(alarm.key, draft.expires_at)
    assert drafts_of(greged) == []
    assert not Alarm.objects.filter(kind="draft").exists()


def test_the_cookie_says_nothing_and_opens_nothing_elsewhere(
    citizen: Citizen, greged: Office, jenawi: Office, warga: Callable
) -> None:
    citizen.fill(until="tempat")
    cookie = citizen.client.cookies[settings.DRAFT_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/lapor/"
    (draft,) = drafts_of(greged)
    assert cookie.value not in f"{draft.cookie_digest} {draft.answers} {draft.uid}"
    neighbour = warga(jenawi)
    neighbour.client.cookies[settings.DRAFT_COOKIE_NAME] = cookie.value
    assert neighbour.get("/lapor/uraian/").status_code == 410


def test_a_robot_that_fills_every_field_is_stopped_and_told(citizen: Citizen, greged: Office) -> None:
    citizen.fill()
    page = citizen.post("/lapor/periksa/", {"situs_web": "https://spam.example"})
    assert_error_page(page)
    assert complaints_of(greged) == []
    assert citizen.send().status_code == 303
    assert len(complaints_of(greged)) == 1


def test_faster_than_anybody_types_needs_a_second_press(
    citizen: Citizen, greged: Office, settings: Settings
) -> None:
    settings.INTAKE_SECONDS = 3
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        citizen.fill()
        assert citizen.send().status_code == 422
        assert complaints_of(greged) == []
        clock.shift(timedelta(seconds=3))
        assert citizen.send().status_code == 303


def test_too_many_reports_of_one_sender(citizen: Citizen, greged: Office, settings: Settings) -> None:
    settings.INTAKE_RATE = "2/hour"
    now = timezone.now()
    with time_machine.travel(now.replace(minute=10, second=0), tick=False) as clock:
        citizen.report()
        citizen.report()
        citizen.fill()
        page = citizen.send()
        assert page.status_code == 429
        assert page["Retry-After"] == str(50 * 60)
        assert "tetap tersimpan" in text_of(page)
        assert len(complaints_of(greged)) == 2
        elsewhere = Citizen(citizen.host, Client(REMOTE_ADDR="203.0.113.9"))
        elsewhere.report()
        clock.shift(timedelta(minutes=51))
        assert citizen.send().status_code == 303
        assert len(complaints_of(greged)) == 4


def test_one_office_does_not_count_for_another(
    greged: Office, jenawi: Office, warga: Callable, settings: Settings
) -> None:
    settings.INTAKE_RATE = "1/hour"
    warga(greged).report()
    warga(jenawi).report()


# What every page keeps
