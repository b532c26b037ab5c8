"""Governments and offices are made on the command line; what is wrong is said, and nothing half-made
stays.
"""

from __future__ import annotations

import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from central.delivery.models import CentralMessage
from central.offices import registry
from central.offices.access import office as inside
from central.offices.models import Domain, Government, Office
from central.onboarding.models import Invitation
from tenants.organization.models import Member, Position
from tenants.organization.queries import actor_for
from tenants.procedure.queries import rules_in_force
from tests.acceptance.entrance_steps import PASSWORD, at, path, text

GOVERNMENT = {
    "code": "bantul",
    "name": "Kabupaten Bantul",
    "subdomain": "bantul",
    "admin": "Admin@Bantul.go.id",
}
OFFICE = {
    "preset": "greged",
    "name": "Kecamatan Sewon",
    "subdomain": "sewon",
    "government": "bantul",
    "admin": "camat@sewon.go.id",
}


def run(*parts, **options) -> None:
    arguments = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    call_command(*parts, *arguments)


def link_in(output: str) -> str:
    found = re.search(r"http://\S+/undangan/\S+", output)
    assert found is not None, output
    return found.group()


def test_a_government_is_made_with_its_host_and_its_admins_link(db, capsys):
    run("government", "create", **GOVERNMENT)
    said = capsys.readouterr().out
    assert "http://bantul.localhost:8000/" in said
    link = link_in(said)
    assert link.startswith("http://bantul.localhost:8000/undangan/")
    assert Invitation.objects.get().email == "admin@bantul.go.id"
    assert CentralMessage.objects.filter(recipient="admin@bantul.go.id").exists()
    assert at("bantul.localhost").get("/").status_code == 200


def test_an_office_takes_complaints_at_once_and_its_admin_holds_every_role(real_commits, capsys):
    run("government", "create", **GOVERNMENT)
    capsys.readouterr()
    run("office", "create", **OFFICE, timezone="Asia/Makassar", colour="maroon")
    said = capsys.readouterr().out
    seconds = float(re.search(r"Database part: ([0-9.]+) s", said).group(1))
    assert seconds < 5  # on a busy machine; the benchmark holds the real aim
    office = Office.objects.get(code="sewon")
    assert (office.status, office.timezone, office.colour, office.kind) == (
        "ready",
        "Asia/Makassar",
        "maroon",
        "kecamatan",
    )
    link = link_in(said)
    assert link.startswith("http://sewon.localhost:8000/undangan/")
    client = at("sewon.localhost")
    assert client.get("/").status_code == 200
    answers = {"name": "Budi Santoso", "password": PASSWORD, "again": PASSWORD}
    response = client.post(link.partition(":8000")[2], answers)
    assert path(response) == "/akun/2fa/totp/activate/"
    with inside(office):
        member = Member.objects.get()
        assert (member.name, member.email, member.is_admin) == ("Budi Santoso", "camat@sewon.go.id", True)
        assert Position.objects.filter(code="camat").exists()
        person = actor_for(member.user_id)
        roles = {role.code for role in rules_in_force().procedure.roles if role.scope.value == "office"}
        assert person is not None
        assert person.roles >= roles


def test_a_variant_brings_its_own_units(real_commits):
    run("government", "create", **GOVERNMENT)
    run("office", "create", **{**OFFICE, "preset": "mojokerto"}, variant="dinkes")
    with inside(Office.objects.get(code="sewon")):
        assert Position.objects.filter(code="kabid-pencegahan").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"government": "atlantis"}, r"no government 'atlantis'.*Known: .*bantul"),
        ({"preset": "tidakada"}, r"no preset 'tidakada'.*greged"),
        ({"variant": "dinkes"}, r"Preset 'greged' has no variant 'dinkes'"),
        ({"admin": "bukan-surel"}, r"'bukan-surel' is no e-mail address"),
        ({"subdomain": "Tanda_Salah!"}, r"cannot be one"),
        ({"subdomain": "greged"}, r"was not made"),
        ({"subdomain": "bantul", "code": "lain"}, r"was not made"),
        ({"code": "greged"}, r"was not made"),
        ({"timezone": "Asia/Bandung"}, r"no time zone"),
    ],
)
def test_what_is_wrong_with_an_office_is_said_and_nothing_is_left(real_commits, offices, change, words):
    run("government", "create", **GOVERNMENT)
    before = (Office.objects.count(), Domain.objects.count(), Invitation.objects.count())
    with pytest.raises(CommandError, match=words):
        run("office", "create", **{**OFFICE, **change})
    assert (Office.objects.count(), Domain.objects.count(), Invitation.objects.count()) == before


def test_a_failure_on_the_way_leaves_nothing_and_the_name_is_free(real_commits, monkeypatch):
    run("government", "create", **GOVERNMENT)

    def fails(office, seed):
        raise RuntimeError("the disk is full")

    monkeypatch.setitem(registry._after_provision, "test", (999, fails))
    with pytest.raises(CommandError, match="nothing of it is left"):
        run("office", "create", **OFFICE)
    assert not Office.objects.filter(code="sewon").exists()
    assert not Domain.objects.filter(host="sewon.localhost").exists()
    monkeypatch.undo()
    run("office", "create", **OFFICE)
    assert Office.objects.get(code="sewon").status == "ready"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"admin": "x"}, "no e-mail address"),
        ({"code": "cirebon"}, "was not made"),
        ({"subdomain": "cirebon"}, "was not made"),
        ({"subdomain": "-x-"}, "was not made"),
    ],
)
def test_what_is_wrong_with_a_government_is_said(offices, change, words):
    before = Government.objects.count()
    with pytest.raises(CommandError, match=words):
        run("government", "create", **{**GOVERNMENT, **change})
    assert Government.objects.count() == before


def test_the_lists_name_everything(offices, capsys):
    run("government", "list")
    run("office", "list", government="cirebon")
    said = capsys.readouterr().out
    assert "code\thost\toffices\tstatus\tname\n" in said
    assert "cirebon\tcirebon.localhost\t" in said
    assert "code\thost\tstatus\tgovernment\tpreset\tname" in said
    assert "greged.localhost\tready" in said
    assert "jenawi" not in said


def test_an_office_is_suspended_and_resumed(office_a, capsys):
    call_command("office", "suspend", "greged", "--reason=Pindah kantor")
    page = at("greged.localhost").get("/")
    assert page.status_code == 503
    assert "dihentikan sementara" in text(page)
    with pytest.raises(CommandError):
        call_command("office", "suspend", "greged")
    call_command("office", "resume", "greged")
    assert at("greged.localhost").get("/").status_code == 200
    with pytest.raises(CommandError, match="no office 'tidakada'"):
        call_command("office", "suspend", "tidakada")


def test_a_government_is_suspended_with_its_offices_and_resumed(office_a, capsys):
    call_command("government", "suspend", "cirebon")
    for host in ("cirebon.localhost", "greged.localhost"):
        page = at(host).get("/")
        assert page.status_code == 503
        assert "dihentikan sementara" in text(page)
    assert at("jenawi.localhost").get("/").status_code == 200
    with pytest.raises(CommandError, match="Government 'cirebon'"):
        call_command("government", "suspend", "cirebon")
    call_command("government", "resume", "cirebon")
    for host in ("cirebon.localhost", "greged.localhost"):
        assert at(host).get("/").status_code == 200
    with pytest.raises(CommandError, match="no government 'tidakada'"):
        call_command("government", "suspend", "tidakada")


def test_an_office_that_is_suspended_itself_stays_so_when_its_government_is_resumed(office_a):
    call_command("office", "suspend", "greged")
    call_command("government", "suspend", "cirebon")
    call_command("government", "resume", "cirebon")
    assert at("greged.localhost").get("/").status_code == 503


def test_a_real_host_name_leads_to_an_office_and_the_old_one_goes_on(db, capsys):
    call_command("domain", "add", "Pengaduan.Greged.go.id", "--office=greged")
    assert "http://pengaduan.greged.go.id:8000/ leads to Kecamatan Greged" in capsys.readouterr().out
    for host in ("pengaduan.greged.go.id", "greged.localhost"):
        assert Client(HTTP_HOST=host).get("/").status_code == 200
    primary = Domain.objects.filter(office__code="greged", is_primary=True)
    assert [domain.host for domain in primary] == ["pengaduan.greged.go.id"]


@pytest.mark.parametrize("host", ["jenawi.localhost", "http://a.go.id/", "a_b.go.id", "a.go.id:80", ""])
def test_a_host_name_that_is_taken_or_none_is_refused(db, host):
    with pytest.raises(CommandError):
        call_command("domain", "add", host, "--office=greged")
    assert Domain.objects.filter(office__code="greged").count() == 1
