"""The hours in which an office works, set by its admins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.test import Client
from django.utils import timezone

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Complaint
from tenants.complaints.services import upkeep
from tenants.organization.queries import actor_for_member
from tenants.procedure.queries import procedure_in_force
from tests.acceptance.cast import Player
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.settings_steps import another_admin, done, seen, send, stored, versions
from tests.signed import put_signed
from workflows.cases import Actor
from workflows.loading import as_data

Clock = Callable[..., datetime]
Warga = Callable[[Office], Citizen]
HOURS = "/kantor/atur/jam-kerja/"
OPENINGS = "/kantor/atur/hari-buka/"

WEEK = {
    **dict.fromkeys(("mon", "tue", "wed", "thu"), "07:30-12:00, 13:00-16:00"),
    "fri": "07.30–11.30, 13.00 - 16.30",
    "sat": "",
    "sun": "",
    "national_holidays": "on",
    "joint_leave": "on",
    "decreed_until": "",
}


@pytest.fixture
def admin(greged: Office, as_admin: Callable[[Office], Player]) -> Player:
    return as_admin(greged)


# Working hours


def test_hours_have_a_break_and_another_friday(greged: Office, admin: Player) -> None:
    done(send(admin, HOURS, WEEK))
    week = stored(greged).calendar.week
    assert [f"{a:%H%M}-{b:%H%M}" for a, b in week.mon] == ["0730-1200", "1300-1600"]
    assert [f"{a:%H%M}-{b:%H%M}" for a, b in week.fri] == ["0730-1130", "1300-1630"]
    assert week.sat == ()
    assert "13:00-16:30" in admin.get(HOURS).content.decode()


def test_hours_until_just_before_midnight_are_not_shown_as_midnight(greged: Office, admin: Player) -> None:
    done(send(admin, HOURS, {**WEEK, "sat": "20:00-23:59", "sun": "20:00-24:00"}))
    page = admin.get(HOURS).content.decode()
    assert 'value="20:00-23:59"' in page
    assert 'value="20:00-24:00"' in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("pagi sampai sore", "bukan jam kerja"),
        ("16:00-07:30", "harus sesudah jam mulainya"),
        ("07:30-12:00, 11:00-16:00", "tidak boleh bertumpuk"),
        ("23:00-24:30", "harus sesudah jam mulainya"),
    ],
)
def test_hours_that_cannot_be_are_refused_and_stay_as_typed(
    greged: Office, admin: Player, typed: str, said: str
) -> None:
    answer = send(admin, HOURS, {**WEEK, "tue": typed})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert f'value="{typed}"' in answer.content.decode()
    assert versions(greged) == 1


def test_a_week_without_a_working_hour_is_refused(greged: Office, admin: Player) -> None:
    answer = send(admin, HOURS, dict.fromkeys(WEEK, ""))
    assert answer.status_code == 422
    assert "paling sedikit untuk satu hari" in text_of(answer)


def test_hours_by_which_a_limit_would_never_end_are_refused(
    jenawi: Office, as_admin: Callable[[Office], Player], as_member: Callable[..., Player], warga: Warga
) -> None:
    """A hundred working hours at a minute a week: no calendar reaches so far."""
    as_member(jenawi, "web_admin")
    admin = as_admin(jenawi)
    with inside(jenawi):
        document = as_data(procedure_in_force())
        document["clocks"][0]["limit"] = {"value": 100, "unit": "WH"}
        put_signed(document, actor=_admin_of(admin))
    warga(jenawi).report()
    minute = {**WEEK, **dict.fromkeys(("tue", "wed", "thu", "fri"), ""), "mon": "08:00-08:01"}
    answer = send(admin, HOURS, minute)
    assert answer.status_code == 422, text_of(answer)
    assert "Jangka waktu 100 WH lebih dari 10 tahun" in text_of(answer)
    assert versions(jenawi) == 1


def _admin_of(player: Player) -> Actor:
    found = actor_for_member(player.member_id)
    assert found is not None
    return found


def test_saving_hours_says_how_many_open_complaints_get_a_new_deadline(
    greged: Office, admin: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    warga(greged).report()
    warga(greged).report()
    short = {**WEEK, "tue": "", "wed": ""}
    shown = send(admin, HOURS, {**short, "pratinjau": "1"})
    assert "2 aduan terbuka mendapat batas waktu baru" in text_of(shown)
    assert "Pelapor dikabari" in text_of(shown)
    assert versions(greged) == 1
    done(admin.post(HOURS, {**short, "terlihat": seen(shown)}))
    assert "2 aduan terbuka mendapat batas waktu baru" in text_of(admin.get(HOURS))
    with inside(greged):
        before = dict(Complaint.objects.values_list("pk", "due_at"))
        upkeep.on_recompute_alarm("0", timezone.now())
        moved = [c.pk for c in Complaint.objects.all() if c.clocks.exists() and c.version > 1]
        assert len(moved) == len(before) == 2
    done(send(admin, HOURS, {**short, "decreed_until": "2030"}))
    assert "Tidak ada batas waktu aduan terbuka yang berubah" in text_of(admin.get(HOURS))


def test_a_period_such_as_ramadan_has_its_own_hours(greged: Office, admin: Player, at: Clock) -> None:
    at("2025-02-03 10:00")
    new = f"{HOURS}masa/"
    ramadan = {**WEEK, "name": "Ramadan 1446 H", "starts_on": "2025-03-01", "ends_on": "2025-03-29"}
    ramadan |= {**dict.fromkeys(("mon", "tue", "wed", "thu"), "08:00-15:00"), "fri": "08:00-15:30"}
    done(send(admin, new, ramadan))
    calendar = stored(greged).calendar
    assert [f"{a:%H%M}-{b:%H%M}" for a, b in calendar.frames_on(date(2025, 3, 3))] == ["0800-1500"]
    assert len(calendar.frames_on(date(2025, 4, 14))) == 1
    assert "Ramadan 1446 H" in text_of(admin.get(HOURS))
    code = calendar.periods[0].code
    overlapping = send(admin, new, {**ramadan, "name": "Lain", "starts_on": "2025-03-20"})
    assert overlapping.status_code == 422
    assert "bertumpuk dengan masa “Ramadan 1446 H”" in text_of(overlapping)
    backwards = send(admin, new, {**ramadan, "ends_on": "2025-02-01"})
    assert backwards.status_code == 422
    page = f"{new}{code}/"
    done(send(admin, page, {**ramadan, "ends_on": "2025-03-30"}))
    assert stored(greged).calendar.periods[0].ends_on.day == 30
    done(send(admin, page, {"hapus": "1"}))
    assert stored(greged).calendar.periods == ()
    assert admin.get(page).status_code == 404


SATURDAY = {"name": "Pelayanan Sabtu", "on": "2025-03-08", "frames": "08.00-11.00, 12:00-14:00"}


def test_a_day_on_which_the_office_opens_although_it_would_not(
    greged: Office, admin: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    warga(greged).report()
    with inside(greged):
        promised = Complaint.objects.get().promised_due_at
    shown = send(admin, OPENINGS, {**SATURDAY, "pratinjau": "1"})
    assert "1 aduan terbuka mendapat batas waktu baru" in text_of(shown)
    assert versions(greged) == 1
    done(admin.post(OPENINGS, {**SATURDAY, "terlihat": seen(shown)}))
    calendar = stored(greged).calendar
    frames = [f"{a:%H%M}-{b:%H%M}" for a, b in calendar.frames_on(date(2025, 3, 8))]
    assert frames == ["0800-1100", "1200-1400"]
    page = admin.get(OPENINGS)
    assert "Hari buka ditambahkan. 1 aduan terbuka" in text_of(page)
    assert "Sabtu, 8 Maret 2025" in text_of(page)
    assert "Pelayanan Sabtu" in text_of(admin.get("/kantor/atur/kalender/"))
    with inside(greged):
        upkeep.on_recompute_alarm("0", timezone.now())
        complaint = Complaint.objects.get()
        assert complaint.promised_due_at == promised
        assert complaint.due_at is not None
        assert promised is not None
        assert complaint.due_at < promised, "a working day more: due earlier, while the promise stands"
    twice = send(admin, OPENINGS, SATURDAY)
    assert twice.status_code == 422
    assert "sudah tercatat" in text_of(twice)
    done(send(admin, OPENINGS, {"hapus": "2025-03-08"}))
    assert stored(greged).calendar.openings == ()
    assert send(admin, OPENINGS, {"hapus": "2025-03-08"}).status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"frames": ""}, "Isi “Jam kerja”"),
        ({"frames": ","}, "Isi jam kerja hari itu"),
        ({"frames": "siang"}, "bukan jam kerja"),
        ({"frames": "12:00-14:00, 08:00-11:00"}, "tidak boleh bertumpuk"),
        ({"on": "besok"}, "tanggal"),
        ({"name": ""}, "Isi “Sebab”"),
    ],
)
def test_an_opening_that_cannot_be_is_refused_and_stays_as_typed(
    greged: Office, admin: Player, typed: dict[str, str], said: str
) -> None:
    answer = send(admin, OPENINGS, {**SATURDAY, **typed})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert "Pelayanan Sabtu" in answer.content.decode() or "name" in typed
    assert versions(greged) == 1


def test_of_two_admins_at_the_openings_the_second_is_told_and_loses_nothing(
    greged: Office, admin: Player, as_member: Callable[..., Player]
) -> None:
    mine = seen(admin.get(OPENINGS))
    other = another_admin(greged, as_member(greged, "district_head"))
    done(send(other, OPENINGS, {**SATURDAY, "on": "2025-04-05"}))
    late = admin.post(OPENINGS, {**SATURDAY, "terlihat": mine})
    assert late.status_code == 409
    assert 'value="Pelayanan Sabtu"' in late.content.decode()
    assert len(stored(greged).calendar.openings) == 1
    assert admin.post(OPENINGS, {"hapus": "2025-04-05", "terlihat": mine}).status_code == 409
    assert len(stored(greged).calendar.openings) == 1


def test_days_off_beyond_the_last_decreed_year_are_provisional(
    greged: Office, admin: Player, at: Clock
) -> None:
    at("2025-03-03 10:00")
    done(send(admin, HOURS, {**WEEK, "decreed_until": "2025"}))
    words = text_of(admin.get(HOURS))
    assert "ditetapkan sampai tahun 2025" in words
    assert "2026 (sementara)" in words
    assert "2025 (sementara)" not in words
    assert "Hari Raya Natal" in words


@pytest.mark.parametrize(("day", "provisional"), [("2025-12-22", True), ("2025-03-03", False)])
def test_a_limit_beyond_the_last_decreed_year_is_called_provisional_wherever_it_is_told(
    greged: Office, admin: Player, petugas: Player, warga: Warga, at: Clock, day: str, provisional: bool
) -> None:
    """On the receipt, in the letters, on the tracking page, by API, and at the office."""
    at(f"{day} 10:00")
    done(send(admin, HOURS, {**WEEK, "decreed_until": "2025"}))
    citizen = warga(greged)
    number, code = citizen.report()
    said = "sementara: cuti bersama tahun itu belum ditetapkan"
    assert (said in text_of(citizen.get(f"/lacak/{code}/"))) is provisional
    with inside(greged):
        complaint = Complaint.objects.get(number=number)
        receipt, work = (
            complaint.messages.filter(to_reporter=reporter).first() for reporter in (True, False)
        )
        assert receipt is not None
        assert work is not None
        assert (said in receipt.body) is provisional
        slug = complaint.slug
    answer = Client(HTTP_HOST=admin.host).get(f"/api/v1/complaints/{code}/").json()
    assert answer["due_at_provisional"] is provisional
    assert (said in text_of(petugas.get(f"/kantor/aduan/{slug}/"))) is provisional
    clocks = {clock["code"]: clock for clock in petugas.get(f"/api/v1/cases/{slug}/").json()["clocks"]}
    assert clocks["whole_process"]["provisional"] is provisional
    assert clocks["verification"]["provisional"] is False
    assert said not in work.body, "the next step ends this year"


def test_of_two_admins_at_the_hours_the_second_is_told_and_loses_nothing(
    greged: Office, admin: Player, petugas: Player
) -> None:
    other = another_admin(greged, petugas)
    mark = seen(admin.get(HOURS))
    done(other.post(HOURS, {**WEEK, "terlihat": mark, "sat": "08:00-12:00"}))
    late = admin.post(HOURS, {**WEEK, "terlihat": mark, "mon": "09:00-17:00"})
    assert late.status_code == 409
    assert f"{other.user.name} baru saja mengubah pengaturan" in text_of(late)
    assert 'value="09:00-17:00"' in late.content.decode()
    assert "08:00-12:00" in text_of(late)  # what is stored now
    assert versions(greged) == 2
    done(admin.post(HOURS, {**WEEK, "terlihat": seen(late), "mon": "09:00-17:00"}))
    assert versions(greged) == 3
