"""Two admins at the same thing: neither overwrites the other unseen, and the office keeps what it needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.http import HttpResponse
from psycopg import sql

from central.offices.access import office as inside
from central.offices.models import GovernmentMember, Office
from tenants.organization.models import Absence, Holding, Member, Position, Unit
from tenants.organization.queries import today
from tenants.procedure.models import ProcedureVersion, SettingsVersion
from tenants.procedure.services import put_procedure, put_settings, start_draft
from tests.acceptance.sops.page import Form, Page
from tests.databases import TestServer
from tests.plugins.figures import Keep
from tests.proof import Subject
from tests.races.arena import Arena, Somebody
from tests.races.gate import Gate, Outcome, outcomes, until
from workflows.loading import as_data, as_yaml

CHANGED = "Admin lain baru saja mengubah data ini"


@pytest.fixture
def greged(arena: Callable[[str], Arena]) -> Arena:
    return arena("greged")


def opened(who: Somebody, path: str, field: str, **values: Any) -> Form:
    """A page's form, filled in."""
    assert who.player is not None
    form = Page(who.player.get(path)).form(field)
    form.action = form.action or path
    for name, value in values.items():
        form.fill(name, value)
    return form


def sent(who: Somebody, form: Form) -> Callable[[], HttpResponse]:
    player = who.player
    assert player is not None
    return lambda: player.post(form.action, form.data())


def taking_out(who: Somebody, member: int | None) -> Callable[[], HttpResponse]:
    """Confirms on its page that somebody's work here ends."""
    player, path = who.player, f"/kantor/atur/anggota/{member}/keluar/"
    assert player is not None
    assert player.get(path).status_code == 200
    return lambda: player.post(path)


def row_of(arena: Arena, table: str) -> tuple[str, str]:
    return arena.office.schema_name, table


def fine(results: list[Outcome]) -> list[HttpResponse]:
    """The answers, where nothing went wrong."""
    assert [repr(result.error) for result in results if result.error is not None] == []
    return [result.response for result in results]


CHANGES = [
    ("unit", Unit, "organization_unit", "name", "Seksi Satu", "Seksi Dua"),
    ("jabatan", Position, "organization_position", "title", "Jabatan Satu", "Jabatan Dua"),
    ("anggota", Member, "organization_member", "name", "Nama Satu", "Nama Dua"),
]


@pytest.mark.parametrize(("place", "model", "table", "field", "one", "other"), CHANGES)
def test_of_two_admins_who_change_the_same_row_the_second_is_told_and_keeps_the_input(
    greged: Arena,
    gate: Gate,
    figure: Keep,
    place: str,
    model: Any,
    table: str,
    field: str,
    one: str,
    other: str,
) -> None:
    first, second = greged.admin("satu"), greged.admin("dua")
    with inside(greged.office):
        pk = model.objects.order_by("id").values_list("pk", flat=True).first()
    path = f"/kantor/atur/{place}/{pk}/"
    calls = [sent(first, opened(first, path, field, **{field: one}))]
    calls.append(sent(second, opened(second, path, field, **{field: other})))
    answers = fine(gate.at_row(row_of(greged, table), "id", pk, *calls))
    figure(Subject.RACES, "changes by two admins", 1)
    assert gate.queued == 2
    assert [answer.status_code for answer in answers] == [302, 409]
    page = Page(answers[1])
    assert CHANGED in page
    assert page.form(field).fields[field].values == [other]
    assert one in page, "what is stored now stands beside it"
    with inside(greged.office):
        assert getattr(model.objects.get(pk=pk), field) == one
    again = page.form(field)
    again.action = again.action or path
    assert sent(second, again)().status_code == 302, "sent again, on what was shown now"
    with inside(greged.office):
        assert getattr(model.objects.get(pk=pk), field) == other


def test_of_two_admins_who_change_the_offices_data_the_second_is_told(greged: Arena, gate: Gate) -> None:
    first, second = greged.admin("satu"), greged.admin("dua")
    path = "/kantor/atur/instansi/"
    calls = [
        sent(first, opened(first, path, "address", address="Jalan Satu 1")),
        sent(second, opened(second, path, "address", phone="0231-222222")),
    ]
    table = ("public", "offices_office")
    answers = fine(gate.at_row(table, "id", greged.office.pk, *calls))
    assert gate.queued == 2
    assert [answer.status_code for answer in answers] == [302, 409]
    page = Page(answers[1])
    assert CHANGED in page
    assert page.form("address").fields["phone"].values == ["0231-222222"]
    assert "Jalan Satu 1" in page
    stored = Office.objects.get(pk=greged.office.pk)
    assert (stored.address, stored.phone) == ("Jalan Satu 1", "")


def test_of_two_admins_who_change_the_number_pattern_the_second_is_told(greged: Arena) -> None:
    """Not at the same moment even: the page was open while the other changed it."""
    first, second = greged.admin("satu"), greged.admin("dua")
    path, pattern = "/kantor/atur/instansi/", "{seq:05}/SATU/{year}"
    late = opened(second, path, "address", number_pattern="{seq:03}/DUA/{year}")
    assert sent(first, opened(first, path, "address", number_pattern=pattern))().status_code == 302
    answer = sent(second, late)()
    assert answer.status_code == 409
    assert Page(answer).form("address").fields["number_pattern"].values == ["{seq:03}/DUA/{year}"]
    with inside(greged.office):
        newest = SettingsVersion.objects.order_by("-number")[0]
    assert newest.document["number_pattern"] == pattern


def test_of_two_admins_who_give_somebody_the_same_position_one_is_told(greged: Arena, gate: Gate) -> None:
    first, second = greged.admin("satu"), greged.admin("dua")
    member, position = greged.staff[0][0].actor.id, greged.staff[0][1].actor.id
    with inside(greged.office):
        place = Holding.objects.get(member_id=position).position_id
    path = "/kantor/atur/penugasan/"
    given = {"member": str(member), "position": str(place)}
    calls = [sent(who, opened(who, path, "position", **given)) for who in (first, second)]
    answers = fine(gate.at_row(row_of(greged, "organization_member"), "id", member, *calls))
    assert gate.queued == 2
    assert [answer.status_code for answer in answers] == [302, 422]
    assert "sudah memegang jabatan itu" in Page(answers[1])
    with inside(greged.office):
        assert Holding.objects.filter(member_id=member, position_id=place).count() == 1


@pytest.mark.parametrize("first", ["giving", "leaving"])
def test_a_position_is_not_left_with_somebody_who_leaves_at_that_moment(
    greged: Arena, gate: Gate, first: str
) -> None:
    one, other = greged.admin("satu"), greged.admin("dua")
    member = greged.staff[0][0].actor.id
    with inside(greged.office):
        place = Holding.objects.get(member_id=greged.staff[0][1].actor.id).position_id
    form = opened(one, "/kantor/atur/penugasan/", "position", member=str(member), position=str(place))
    give, leave = sent(one, form), taking_out(other, member)
    calls = (give, leave) if first == "giving" else (leave, give)
    answers = fine(gate.at_row(row_of(greged, "organization_member"), "id", member, *calls))
    assert gate.queued == 2
    assert [answer.status_code for answer in answers] == ([302, 302] if first == "giving" else [302, 422])
    with inside(greged.office):
        day = today()
        held = Holding.objects.filter(member_id=member).exclude(ends_on__lt=day)
        assert list(held) == []


def test_a_position_is_not_given_while_it_is_closed(greged: Arena, gate: Gate) -> None:
    one, other = greged.admin("satu"), greged.admin("dua")
    member = greged.staff[0][0].actor.id
    with inside(greged.office):
        place = Holding.objects.get(member_id=greged.staff[0][1].actor.id).position_id
    close = opened(one, f"/kantor/atur/jabatan/{place}/", "title", is_active=False)
    give = opened(other, "/kantor/atur/penugasan/", "position", member=str(member), position=str(place))
    calls = (sent(one, close), sent(other, give))
    answers = fine(gate.at_row(row_of(greged, "organization_position"), "id", place, *calls))
    assert gate.queued == 2
    assert [answer.status_code for answer in answers] == [302, 422]
    with inside(greged.office):
        assert not Holding.objects.filter(position_id=place).exclude(ends_on__lt=today()).exists()


def test_of_two_admins_who_end_somebodys_task_the_second_is_told(greged: Arena, gate: Gate) -> None:
    """One takes back a task that was to begin tomorrow, the other gives it a last day."""
    first, second = greged.admin("satu"), greged.admin("dua")
    with inside(greged.office):
        soon = today() + timedelta(days=3)
        member = Member.objects.get(pk=greged.staff[0][0].actor.id)
        position = Position.objects.get(holdings__member_id=greged.staff[0][1].actor.id)
        holding = Holding.objects.create(member=member, position=position, starts_on=soon)
    path = f"/kantor/atur/penugasan/{holding.pk}/akhiri/"
    calls = [
        sent(first, opened(first, path, "ends_on", ends_on=str(soon - timedelta(days=1)))),
        sent(second, opened(second, path, "ends_on", ends_on=str(soon + timedelta(days=9)))),
    ]
    answers = fine(gate.at_row(row_of(greged, "organization_holding"), "id", holding.pk, *calls))
    assert gate.queued == 2
    assert [answer.status_code for answer in answers] == [302, 409]
    assert CHANGED in Page(answers[1])
    with inside(greged.office):
        assert not Holding.objects.filter(pk=holding.pk).exists()


def posting(who: Somebody, path: str, data: dict[str, Any]) -> Callable[[], HttpResponse]:
    assert who.player is not None
    return partial(who.player.post, path, data)


def test_of_two_admins_who_note_somebody_away_on_the_same_day_the_second_is_told(
    greged: Arena, gate: Gate
) -> None:
    first, second = greged.admin("satu"), greged.admin("dua")
    member = greged.staff[0][0].actor.id
    with inside(greged.office):
        days = [str(today() + timedelta(days=days)) for days in (3, 5, 7)]
    path = f"/kantor/atur/anggota/{member}/absen/"

    def noting(who: Somebody, begin: str, end: str) -> Callable[[], HttpResponse]:
        form = opened(who, path, "starts_on", starts_on=begin, ends_on=end)
        return posting(who, path, form.data() | {"simpan": "1"})

    calls = [noting(first, days[0], days[1]), noting(second, days[1], days[2])]
    answers = fine(gate.at_row(row_of(greged, "organization_member"), "id", member, *calls))
    assert gate.queued == 2
    assert [answer.status_code for answer in answers] == [302, 422]
    assert "Sudah tercatat tidak hadir" in Page(answers[1])
    assert Page(answers[1]).form("starts_on").fields["ends_on"].values == [days[2]]
    with inside(greged.office):
        noted = Absence.objects.get(member_id=member)
    end = f"/kantor/atur/absen/{noted.pk}/akhiri/"
    calls = [posting(who, end, {}) for who in (first, second)]
    answers = fine(gate.at_row(row_of(greged, "organization_member"), "id", member, *calls))
    assert gate.queued == 2
    assert [answer.status_code for answer in answers] == [302, 409]
    assert CHANGED in Page(answers[1])


def test_somebody_is_taken_out_once(greged: Arena, gate: Gate) -> None:
    first, second = greged.admin("satu"), greged.admin("dua")
    member = greged.staff[0][0].actor.id
    calls = [taking_out(who, member) for who in (first, second)]
    answers = fine(gate.at_row(row_of(greged, "organization_member"), "id", member, *calls))
    assert gate.queued == 2
    assert [answer.status_code for answer in answers] == [302, 422]
    assert "bukan lagi anggota" in Page(answers[1])


@pytest.mark.parametrize("how", ["leave", "demote"])
def test_two_admins_who_take_each_other_out_leave_one(greged: Arena, gate: Gate, how: str) -> None:
    first, second = greged.admin("satu"), greged.admin("dua")

    def against(who: Somebody, whom: Somebody) -> Callable[[], HttpResponse]:
        if how == "leave":
            return taking_out(who, whom.actor.id)
        return sent(who, opened(who, f"/kantor/atur/anggota/{whom.actor.id}/", "is_admin", is_admin=False))

    calls = [against(first, second), against(second, first)]
    with inside(greged.office):
        pk = Member.objects.filter(is_admin=True).order_by("name").values_list("pk", flat=True)[0]
    answers = fine(gate.at_row(row_of(greged, "organization_member"), "id", pk, *calls))
    assert gate.queued == 2
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    with inside(greged.office):
        assert Member.objects.filter(is_admin=True, is_active=True).count() == 1


def test_two_admins_of_the_desk_who_take_each_others_right_leave_one(
    arena: Callable[[str], Arena], gate: Gate
) -> None:
    office = arena("mojokerto")
    government = office.office.government
    people = [one for one in (office.desk[0][0], office.desk[1][0]) if one.player is not None]
    for one in people:
        assert one.player is not None
        GovernmentMember.objects.create(user=one.player.user, government=government, role="admin")

    def against(who: Somebody, whom: Somebody) -> Callable[[], HttpResponse]:
        path = f"/meja/anggota/{whom.actor.id}/"
        return sent(who, opened(who, path, "roles", roles=["central_admin"]))

    calls = [against(people[0], people[1]), against(people[1], people[0])]
    answers = fine(gate.at_row(("public", "offices_government"), "id", government.pk, *calls))
    assert gate.queued == 2
    assert [answer.status_code for answer in answers] == [302, 422]
    admins = GovernmentMember.objects.filter(government=government, role="admin", is_active=True)
    assert admins.count() == 1


def test_of_two_admins_who_add_a_closing_day_the_second_is_told_who_was_quicker(
    greged: Arena, gate: Gate
) -> None:
    first, second = greged.admin("satu"), greged.admin("dua")
    path, day = "/kantor/atur/kalender/", "2027-03-03"
    calls = [
        sent(who, opened(who, path, "starts_on", name=f"Banjir {who.actor.name}", starts_on=day))
        for who in (first, second)
    ]
    with inside(greged.office):
        version = ProcedureVersion.objects.order_by("number")[0]
    answers = fine(gate.at_row(row_of(greged, "procedure_procedureversion"), "id", version.pk, *calls))
    assert gate.queued == 2
    assert [answer.status_code for answer in answers] == [302, 409]
    page = Page(answers[1])
    assert "Admin satu baru saja mengubah pengaturan" in page
    assert page.form("starts_on").fields["name"].values == ["Banjir Admin dua"]
    with inside(greged.office):
        closings = SettingsVersion.objects.order_by("-number")[0].document["calendar"]["closings"]
    assert [closing["name"]["id"] for closing in closings] == ["Banjir Admin satu"]


@pytest.mark.parametrize("page", ["berlakukan/", "isi/"])
def test_a_draft_that_somebody_puts_in_force_meanwhile_is_no_error(
    greged: Arena, gate: Gate, page: str
) -> None:
    """Pressed twice, or by two: one version comes of it, and the other is told that the draft is gone."""
    first, second = greged.admin("satu"), greged.admin("dua")
    with inside(greged.office):
        text = as_yaml(greged.rules.procedure).replace("name:\n  id: ", "name:\n  id: SOP baru ", 1)
        draft = start_draft(actor=first.actor, title="Konsep", text=text)
    at = f"/kantor/atur/prosedur/konsep/{draft.pk}/"
    calls = [
        sent(first, opened(first, f"{at}berlakukan/", "note")),
        sent(second, opened(second, f"{at}{page}", "note" if page == "berlakukan/" else "text")),
    ]
    answers = fine(gate.at_row(row_of(greged, "procedure_proceduredraft"), "id", draft.pk, *calls))
    assert gate.queued == 2
    assert answers[0].status_code == 302
    assert answers[1].status_code in (404, 422)
    assert "Konsep itu sudah tidak ada" in Page(answers[1])
    with inside(greged.office):
        assert ProcedureVersion.objects.count() == 2


def test_of_two_drafts_put_in_force_at_once_the_second_is_compared_anew(greged: Arena, gate: Gate) -> None:
    """It was compared with a version that is in force no more, and would take its change back unseen."""
    people = [greged.admin("satu"), greged.admin("dua")]
    calls = []
    for number, who in enumerate(people):
        with inside(greged.office):
            text = as_yaml(greged.rules.procedure).replace("name:\n  id: ", f"name:\n  id: SOP {number} ", 1)
            draft = start_draft(actor=who.actor, title="Konsep", text=text)
        calls.append(sent(who, opened(who, f"/kantor/atur/prosedur/konsep/{draft.pk}/berlakukan/", "note")))
    with inside(greged.office):
        version = ProcedureVersion.objects.order_by("number")[0]
    answers = fine(gate.at_row(row_of(greged, "procedure_procedureversion"), "id", version.pk, *calls))
    assert gate.queued == 2
    assert [answer.status_code for answer in answers] == [302, 409]
    assert "Admin satu baru saja memberlakukan versi 2" in Page(answers[1])


def test_settings_changed_while_a_procedure_is_put_in_force_follow_one_another(
    greged: Arena, real_commits: str, test_server: TestServer
) -> None:
    """The version that was in force when they began to wait is not in force when they go on."""
    admin = greged.admin("satu")
    with inside(greged.office):
        version = ProcedureVersion.objects.order_by("number")[0]
        number = SettingsVersion.objects.order_by("-number")[0].number

    def procedure() -> int:
        with inside(greged.office):
            changed = {**as_data(greged.rules.procedure), "name": {"id": "SOP yang baru"}}
            return put_procedure(changed, actor=admin.actor).number

    def settings(days: int) -> Callable[[], int]:
        def put() -> int:
            document = {**as_data(greged.rules.settings), "remind_after": f"{days} WD"}
            with inside(greged.office):
                return put_settings(document, actor=admin.actor).number

        return put

    gate = Gate(test_server, real_commits, threads=3)
    stop = sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(
        sql.Identifier(greged.office.schema_name, "procedure_settingsversion")
    )
    try:
        with gate.holding(stop):
            with gate.holding_row(row_of(greged, "procedure_procedureversion"), "id", version.pk):
                calls = gate.gather(procedure, settings(5))
                assert gate.queued == 2
            until(calls[0].done)
            gate.until_waiting(1)  # the first to change settings is about to store them
            calls.append(gate.start(settings(6)))
            gate.until_waiting(2)
        results = outcomes(calls)
    finally:
        gate.close()
    assert [repr(result.error) for result in results if result.error is not None] == []
    assert [result.value for result in results] == [version.number + 1, number + 1, number + 2]
