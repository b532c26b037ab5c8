"""The demo: its people can sign in, its offices are alive, and its pages exist nowhere else."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import override_settings
from django.utils import timezone

from central.accounts.models import User
from central.coordination.models import CaseIndex
from central.delivery.models import Outbox
from central.offices.access import office as inside
from central.offices.models import Government, Office
from tenants.complaints.models import Complaint, WorkItem
from tenants.demo.cast import cast
from tenants.demo.history import make_history
from tenants.demo.people import bring_in
from tenants.demo.stories import planned, stories, told
from tests.acceptance.entrance_steps import PLATFORM, at, path, text

OFFICES = {
    "greged",
    "jenawi",
    "triharjo",
    "dishub-mojokerto",
    "dpupr-mojokerto",
    "dinkes-mojokerto",
    "dpupkp-jogja",
    "dlh-jogja",
}


def test_the_demo_names_five_governments_and_eight_offices():
    demo = cast()
    assert {government.code for government in demo.governments} == {
        "cirebon",
        "karanganyar",
        "mojokerto",
        "kulonprogo",
        "jogja",
    }
    assert {office.code for office in demo.offices} == OFFICES == set(told())


def test_every_office_has_about_forty_complaints_of_its_own_categories():
    from workflows.preset import load_preset

    for office in cast().offices:
        settings = load_preset(office.preset, office.variant).settings
        assert {words.category for words in told()[office.code]} <= set(settings.selectable), office.code
        assert 35 <= sum(story.weight for story in stories()[office.preset]) <= 45


def test_every_role_of_every_sop_has_somebody():
    from workflows.cases import Scope
    from workflows.preset import load_preset

    demo = cast()
    desks = {g.code: {role for person in g.people for role in person.roles} for g in demo.governments}
    for office in demo.offices:
        preset = load_preset(office.preset, office.variant)
        held = {person.position for person in office.people}
        staffed = {
            role
            for position in preset.organisation.positions
            if position.code in held
            for role in position.roles
        }
        for role in preset.procedure.roles:
            have = desks[office.government] if role.scope is Scope.GOVERNMENT else staffed
            assert role.code in have, (office.code, role.code)


def test_steps_follow_one_another_at_whatever_hour_the_demo_is_loaded():
    from zoneinfo import ZoneInfo

    from tenants.demo.stories import moments
    from workflows.preset import load_preset

    zone = ZoneInfo("Asia/Jakarta")
    for hour in (2, 9, 14, 23):
        now = datetime(2026, 11, 25, hour, 30, tzinfo=zone)
        for office in cast().offices:
            settings = load_preset(office.preset, office.variant).settings
            calendar = settings.calendar.working_time("Asia/Jakarta")
            for plan in planned(office, now, zone):
                times = [plan.received_at, *(at for at, _step in moments(plan, calendar, zone, now)), now]
                assert times == sorted(times), (office.code, plan.number)


def test_the_plan_is_the_same_in_every_load():
    from zoneinfo import ZoneInfo

    now = timezone.now()
    zone = ZoneInfo("Asia/Jakarta")
    office = cast().offices[0]
    first = [(plan.received_at, plan.text, plan.reporter) for plan in planned(office, now, zone)]
    again = [(plan.received_at, plan.text, plan.reporter) for plan in planned(office, now, zone)]
    assert first == again
    assert all(received_at < now for received_at, _text, _reporter in first)
    assert not any("{tempat}" in text for _at, text, _reporter in first)


@pytest.fixture(scope="module")
def loaded(django_db_setup, test_server, django_db_blocker, first_office_id, tmp_path_factory):
    """A database with all of the demo's people, and the past of one office that has side lines and a desk."""
    store = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path_factory.mktemp("files"), "base_url": None},
    }
    with (
        override_settings(DEMO=True, STORAGES={**settings.STORAGES, "default": store}),
        django_db_blocker.unblock(),
        test_server.using_fresh_clone(first_office_id=first_office_id + 700),
    ):
        now = timezone.now()
        offices = {plan.code: (plan, office) for plan, office in bring_in(cast(), now)}
        plan, office = offices["dinkes-mojokerto"]
        yield office, make_history(plan, office, now), now


def test_the_demo_comes_alive(loaded):
    office, made, now = loaded
    assert made.refused == []
    assert made.complaints == CaseIndex.objects.filter(office=office).count() > 35
    with inside(office):
        stages = set(Complaint.objects.values_list("stage", flat=True))
        assert {"received", "study", "closed", "with_government", "declined"} <= stages
        assert Complaint.objects.exclude(published_at=None).count() > 5
        assert Complaint.objects.exclude(rating=None).count() > 5
        assert WorkItem.objects.filter(closed_at=None, due_at__lt=now).exists()
        numbers = list(Complaint.objects.order_by("received_at").values_list("register_seq", flat=True))
        assert numbers == sorted(numbers)
        oldest = Complaint.objects.earliest("received_at")
        assert now - oldest.received_at > timedelta(days=20)
        first = oldest.events.earliest("seq")
        assert first.at == oldest.received_at
        waiting = Outbox.objects.filter(state="pending").count()
        assert waiting <= 2
        assert Outbox.objects.filter(state="sent").exclude(sent_at=F("created_at")).count() == 0
    assert not Outbox.objects.filter(state="pending").exclude(office=office).exists()


def test_loading_again_changes_nothing(loaded):
    office, _made, now = loaded
    plan = next(plan for plan in cast().offices if plan.code == office.code)
    bring_in(cast(), now)
    again = make_history(plan, office, now)
    assert (again.complaints, again.steps) == (0, 0)
    assert Office.objects.filter(code__in=OFFICES).count() == 8
    assert Government.objects.count() >= 5


@pytest.mark.usefixtures("loaded")
def test_people_of_the_demo_sign_in():
    demo = cast()
    client = at("dinkes-mojokerto.localhost")
    response = client.post("/akun/login/", {"login": "operator@dinkes.demo", "password": demo.password})
    assert path(response) == "/kantor/"
    admin = at("dinkes-mojokerto.localhost")
    admin.post("/akun/login/", {"login": "admin@dinkes.demo", "password": demo.password})
    codes = json.loads(at(PLATFORM).get("/demo/kode.json").content)["codes"]
    assert path(admin.post("/akun/2fa/authenticate/", {"code": codes["admin@dinkes.demo"]})) == "/kantor/"
    desk = at("mojokerto.localhost")
    desk.post("/akun/login/", {"login": "redaktur@mojokerto.demo", "password": demo.password})
    code = json.loads(at(PLATFORM).get("/demo/kode.json").content)["codes"]["redaktur@mojokerto.demo"]
    assert path(desk.post("/akun/2fa/authenticate/", {"code": code})) == "/meja/"


def test_the_page_of_people_shows_the_codes_of_the_moment(offices, settings):
    settings.DEMO = True
    with time_machine.travel("2026-11-23T03:00:05Z", tick=False):
        page = text(at(PLATFORM).get("/demo/"))
        answer = json.loads(at(PLATFORM).get("/demo/kode.json").content)
    assert answer["left"] == 25
    assert answer["codes"]["admin@greged.demo"] in page
    assert cast().password in page
    assert "petugas@greged.demo" not in answer["codes"]


def test_the_mail_that_was_sent_can_be_read(offices, settings, tmp_path):
    from django.core.mail import EmailMessage, get_connection

    settings.DEMO = True
    settings.EMAIL_FILE_PATH = tmp_path
    backend = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=str(tmp_path))
    EmailMessage(
        "Perihal <b>uji</b>",
        "Buka http://localhost:8000/lacak/ sekarang.",
        "a@contoh.id",
        ["warga@contoh.id"],
        connection=backend,
    ).send()
    client = at(PLATFORM)
    page = client.get("/demo/surel/")
    assert "Perihal &lt;b&gt;uji&lt;/b&gt;" in text(page)
    key = page.context["mails"][0].key
    mail = text(client.get(f"/demo/surel/{key}/"))
    assert 'href="http://localhost:8000/lacak/"' in mail
    assert "warga@contoh.id" in mail
    assert client.get("/demo/surel/", {"kepada": "lain@"}).context["mails"] == []


@pytest.mark.parametrize("key", ["..%2f..%2fsettings", "20260101-000000-1-0", "x", "20260101-000000-1"])
def test_no_other_file_is_read_as_mail(offices, settings, key):
    settings.DEMO = True
    assert at(PLATFORM).get(f"/demo/surel/{key}/").status_code == 404


def test_people_whose_password_everybody_knows_come_into_a_demo_alone(db):
    before = User.objects.count()
    with pytest.raises(CommandError, match="TANGGAP_DEMO"):
        call_command("demo", "load")
    assert User.objects.count() == before


def test_the_command_says_how_to_sign_in(monkeypatch, capsys, offices, settings):
    from tenants.demo.management.commands import demo as command

    settings.DEMO = True
    monkeypatch.setattr(command, "bring_in", lambda cast, now: [])
    call_command("demo", "load")
    assert cast().password in capsys.readouterr().out
