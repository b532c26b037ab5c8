"""Roles that only some may give: the head of the office, or the government's desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.organization.models import Absence, Holding, Member, Position
from tenants.organization.queries import actor_for
from tenants.organization.services import OrganizationError, assign
from tenants.procedure.queries import procedure_in_force
from tenants.procedure.services import ProcedureError, put_procedure
from tests.acceptance.cast import Player
from tests.acceptance.citizen import text_of
from tests.acceptance.sops.driver import seen
from workflows.cases import Actor, ActorKind
from workflows.loading import as_data
from workflows.problems import Severity

HOLDINGS = "/kantor/atur/penugasan/"
TODAY = "2025-02-03"


@pytest.fixture(autouse=True)
def _monday(at: Callable[..., Any]) -> None:
    at(f"{TODAY} 10:00")


@pytest.fixture
def staff(greged: Office, as_member: Callable[..., Player], as_admin: Callable[..., Player]) -> Any:
    return {
        "admin": as_admin(greged),
        "clerk": as_member(greged, "complaint_clerk"),
        "head": as_member(greged, "district_head"),
        "secretary": as_member(greged, "district_secretary"),
    }


def keep(office: Office, staff: dict[str, Player], assigned_by: str, clerk: str = "") -> None:
    """The procedure lets only some give the secretary's role. `clerk`: who alone gives the clerk's."""
    with inside(office):
        admin = actor_for(staff["admin"].user.pk)
        assert admin is not None
        document = as_data(procedure_in_force())
        for role in document["roles"]:
            if role["code"] == "district_secretary":
                role["assigned_by"] = assigned_by
            if role["code"] == "complaint_clerk" and clerk:
                role["assigned_by"] = clerk
            if role["code"] == "district_head":
                role["head"] = True
        put_procedure(document, actor=admin)


def appointment(office: Office, who: Player, role: str) -> dict[str, Any]:
    """A form that gives somebody the position of a role."""
    with inside(office):
        position = next(p for p in Position.objects.all() if role in p.roles)
        member = Member.objects.get(pk=who.member_id)
    return {
        "member": member.pk,
        "position": position.pk,
        "acting_kind": "",
        "starts_on": TODAY,
        "ends_on": "",
    }


def test_the_head_alone_gives_a_role_that_is_kept_for_the_head(
    greged: Office, staff: dict[str, Player]
) -> None:
    admin, head, clerk = staff["admin"], staff["head"], staff["clerk"]
    assert head.get(HOLDINGS).status_code == 403, "no role is kept for the head yet"
    keep(greged, staff, "head")
    given = appointment(greged, clerk, "district_secretary")
    refused = admin.post(HOLDINGS, given)
    assert refused.status_code == 422
    assert "hanya boleh diberikan atau diambil oleh pimpinan instansi" in text_of(refused)
    assert clerk.get(HOLDINGS).status_code == 403
    assert clerk.post(HOLDINGS, given).status_code == 403
    page = seen(head, HOLDINGS)
    offered = page.form("position").fields["position"].choices
    assert str(given["position"]) in offered
    assert len([value for value in offered if value]) == 1, "and nothing that an admin gives"
    assert head.get("/kantor/atur/").status_code == 302
    assert head.get("/kantor/atur/anggota/").status_code == 403
    assert head.post(HOLDINGS, given).status_code == 302
    with inside(greged):
        holding = Holding.objects.get(member_id=clerk.member_id, position_id=given["position"])
    end = f"{HOLDINGS}{holding.pk}/akhiri/"
    taken = admin.post(end, {"ends_on": TODAY})
    assert taken.status_code == 403
    assert "hanya boleh diberikan atau diambil oleh pimpinan instansi" in text_of(taken)
    assert head.post(end, {"ends_on": TODAY}).status_code == 302
    other = appointment(greged, clerk, "district_head")
    assert head.post(HOLDINGS, other).status_code == 422, "what an admin gives, the head does not"


def test_no_other_door_leads_around_it(greged: Office, staff: dict[str, Player]) -> None:
    """Neither by changing a position that somebody holds, nor by a new member, nor by a substitute."""
    admin, clerk, secretary = staff["admin"], staff["clerk"], staff["secretary"]
    keep(greged, staff, "head")
    with inside(greged):
        held = next(p for p in Position.objects.all() if "complaint_clerk" in p.roles)
        kept = next(p for p in Position.objects.all() if "district_secretary" in p.roles)
    sent = {
        "title": held.title,
        "unit": held.unit_id or "",
        "roles": [*held.roles, "district_secretary"],
        "is_active": "on",
    }
    refused = admin.post(f"/kantor/atur/jabatan/{held.pk}/", sent)
    assert refused.status_code == 422
    assert "hanya boleh diberikan" in text_of(refused)
    new = {"name": "Nining", "email": "nining@example.id", "phone": "", "position": kept.pk}
    assert admin.post("/kantor/atur/anggota/tambah/", new).status_code == 422
    away = {
        "starts_on": TODAY,
        "ends_on": TODAY,
        "substitute": clerk.member_id,
        "simpan": "1",
    }
    refused = admin.post(f"/kantor/atur/anggota/{secretary.member_id}/absen/", away)
    assert refused.status_code == 422
    assert "hanya boleh diberikan" in text_of(refused)
    with inside(greged):
        assert not Member.objects.filter(email="nining@example.id").exists()
        assert Holding.objects.filter(position=kept).count() == 1
        assert not Absence.objects.filter(member_id=secretary.member_id).exists()


def test_only_the_governments_admins_give_what_is_kept_for_the_government(
    greged: Office, staff: dict[str, Player], as_desk: Callable[..., Player]
) -> None:
    chief, central = (as_desk(greged.government, role) for role in ("admin", "central_admin"))
    keep(greged, staff, "government")
    given = appointment(greged, staff["clerk"], "district_secretary")
    for who in ("admin", "head"):
        refused = staff[who].post(HOLDINGS, given)
        assert refused.status_code in {403, 422}, who
    assert "hanya boleh diberikan atau diambil oleh admin meja pusat" in text_of(
        staff["admin"].post(HOLDINGS, given)
    )
    home = "/meja/penunjukan/"
    assert central.get(home).status_code == 403, "a role at the desk is not enough"
    address = seen(chief, home).link(f"{home}greged/")
    before = seen(chief, address)
    assert staff["secretary"].user.name in before
    assert staff["head"].user.name not in before.text.split("Beri jabatan")[0]
    offered = before.form("position").fields["position"].choices
    assert [value for value in offered if value] == [str(given["position"])]
    done = chief.post(address, given)
    assert done.status_code == 302, text_of(done)
    with inside(greged):
        holding = Holding.objects.get(member_id=staff["clerk"].member_id, position_id=given["position"])
        other = Holding.objects.get(member_id=staff["head"].member_id)
    assert staff["clerk"].user.name in seen(chief, address)
    ended = chief.post(f"{address}{other.pk}/akhiri/")
    assert ended.status_code == 403, "what the office gives, the desk does not take"
    assert chief.post(f"{address}{holding.pk}/akhiri/").status_code == 302
    assert chief.get(f"{home}jenawi/").status_code == 404, "another government's"
    with inside(greged):
        assert not Holding.objects.filter(pk=holding.pk, ends_on=None).exists()
        member = Member.objects.get(pk=staff["clerk"].member_id)
        position = Position.objects.get(pk=given["position"])
        officer = Actor(ActorKind.GOVERNMENT, id=1, name="Petugas meja")
        with pytest.raises(OrganizationError, match="admin meja pusat"):
            assign(actor=officer, member=member, position=position)


def test_a_government_without_such_roles_has_nobody_to_appoint(
    greged: Office, as_desk: Callable[..., Player]
) -> None:
    chief = as_desk(greged.government, "admin")
    assert "Tidak ada instansi yang menyimpan peran" in seen(chief, "/meja/penunjukan/")
    assert chief.get("/meja/penunjukan/greged/").status_code == 404


BOTH = ["district_secretary", "complaint_clerk"]


def test_a_position_that_nobody_could_give_is_not_made(greged: Office, staff: dict[str, Player]) -> None:
    keep(greged, staff, "head", clerk="government")
    admin = staff["admin"]
    refused = admin.post(
        "/kantor/atur/jabatan/", {"title": "Sekretaris Merangkap", "unit": "", "roles": BOTH}
    )
    assert refused.status_code == 422
    words = text_of(refused)
    assert "Buat dua jabatan" in words
    assert "Sekcam diberikan pimpinan" in words
    assert 'value="Sekretaris Merangkap"' in refused.content.decode()
    done = admin.post("/kantor/atur/jabatan/", {"title": "Sekretaris Dua", "unit": "", "roles": BOTH[:1]})
    assert done.status_code == 302
    with inside(greged):
        made = Position.objects.get(title="Sekretaris Dua")
    page = f"/kantor/atur/jabatan/{made.pk}/"
    refused = admin.post(page, {"title": "Sekretaris Dua", "unit": "", "roles": BOTH, "is_active": "on"})
    assert refused.status_code == 422
    assert "Buat dua jabatan" in text_of(refused)
    with inside(greged):
        made.refresh_from_db()
        assert made.roles == BOTH[:1]
        assert not Position.objects.filter(title="Sekretaris Merangkap").exists()


def test_a_procedure_that_would_make_such_a_position_is_not_put_in_force(
    greged: Office, staff: dict[str, Player]
) -> None:
    with inside(greged):
        position = next(p for p in Position.objects.all() if "district_secretary" in p.roles)
        Position.objects.filter(pk=position.pk).update(roles=BOTH)
    with pytest.raises(ProcedureError) as refused:
        keep(greged, staff, "head", clerk="government")
    (error,) = [item for item in refused.value.problems if item.severity is Severity.ERROR]
    assert error.code == "W06"
    assert position.title in error.text.id
    # One of before can be taken by either, so that nobody sits in it for ever.
    with inside(greged):
        Position.objects.filter(pk=position.pk).update(roles=BOTH[:1])
    keep(greged, staff, "head", clerk="government")
    with inside(greged):
        Position.objects.filter(pk=position.pk).update(roles=BOTH)
        holding = Holding.objects.get(member_id=staff["secretary"].member_id)
    given = appointment(greged, staff["clerk"], "district_secretary")
    assert staff["head"].post(HOLDINGS, given).status_code == 422
    end = f"{HOLDINGS}{holding.pk}/akhiri/"
    assert staff["admin"].post(end, {"ends_on": TODAY}).status_code == 403
    assert staff["head"].post(end, {"ends_on": TODAY}).status_code == 302
