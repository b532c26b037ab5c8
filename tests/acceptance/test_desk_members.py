"""Who works at the desk: invitations, roles, leaving."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest

from central.delivery.models import CentralMessage
from central.offices.models import GovernmentMember, Office
from central.onboarding.models import Invitation
from tests.acceptance.cast import Cast, Player
from tests.acceptance.citizen import text_of
from tests.acceptance.desk_steps import answered, opened, queued

Clocked = Callable[..., datetime]


@pytest.fixture
def admin(mojokerto: Office, cast: Cast) -> Player:
    return cast.desk(mojokerto.government, "admin")


def invited(admin: Player, **changes: str) -> object:
    data = {"name": "Rina Wulandari", "email": "rina@example.id", "role": "editor", **changes}
    return admin.post("/meja/anggota/undang/", data)


def held(player: Player) -> set[str]:
    rows = GovernmentMember.objects.filter(user=player.user, is_active=True)
    return set(rows.values_list("role", flat=True))


def test_roles_and_their_names_come_from_the_offices_procedures(
    mojokerto: Office, upik: Office, greged: Office, cast: Cast, admin: Player
) -> None:
    choices = re.findall(
        r'name="role" value="([a-z_]+)"', admin.get("/meja/anggota/undang/").content.decode()
    )
    assert choices == ["admin", "central_admin", "editor", "press_coordinator"]
    shown = text_of(admin.get("/meja/anggota/undang/"))
    for name in ("Admin Pengaduan (Dishubkominfo)", "Redaktur Bagian Humas", "Koordinator Bagian Humas"):
        assert name in shown
    other = text_of(cast.desk(upik.government, "admin").get("/meja/anggota/undang/"))
    assert "Admin Pusat" in other
    assert "Redaktur" not in other


def test_only_admins_keep_the_desk(mojokerto: Office, cast: Cast, admin: Player) -> None:
    editor = cast.desk(mojokerto.government, "editor")
    for path in ("", "undang/", f"{admin.user.pk}/", f"{admin.user.pk}/keluar/"):
        assert editor.get(f"/meja/anggota/{path}").status_code == 403
        assert editor.post(f"/meja/anggota/{path}", {"roles": ["admin"]}).status_code in {403, 405}
    assert held(editor) == {"editor"}


def test_an_invited_person_gets_a_link_and_works_as_the_role(mojokerto: Office, admin: Player) -> None:
    answer = invited(admin)
    assert answer.status_code == 302  # type: ignore[attr-defined]  # an HttpResponse
    found = Invitation.objects.get(email="rina@example.id")
    assert (found.kind, found.role, found.government) == (
        "government_member",
        "editor",
        mojokerto.government,
    )
    assert found.created_by_id == admin.user.pk
    mail = CentralMessage.objects.get(recipient="rina@example.id")
    assert "http://mojokerto.localhost" in mail.body
    shown = text_of(admin.get("/meja/anggota/"))
    assert "rina@example.id" in shown
    assert "Undangan yang belum diterima" in shown
    cancelled = admin.post(f"/meja/anggota/undangan/{found.pk}/batal/")
    assert cancelled.status_code == 302
    assert "rina@example.id" not in text_of(admin.get("/meja/anggota/")).replace(
        "Undangan untuk rina@example.id dibatalkan", ""
    )
    link = re.search(r"http://mojokerto\.localhost\S*(/undangan/\S+)", mail.body)
    assert link is not None
    assert admin.get(link[1]).status_code == 410
    again = admin.post(f"/meja/anggota/undangan/{found.pk}/batal/")
    assert again.status_code == 400
    assert "sudah tidak berlaku" in text_of(again)


def test_a_member_is_not_invited_twice_and_bad_input_is_named(
    mojokerto: Office, cast: Cast, admin: Player
) -> None:
    editor = cast.desk(mojokerto.government, "editor")
    for changes, words in (
        ({"email": editor.user.email.upper()}, "Sudah menjadi anggota meja ini"),
        ({"email": "bukan surel"}, "surel"),
        ({"role": "raja"}, "Pilih"),
        ({"name": ""}, "Nama lengkap"),
    ):
        answer = invited(admin, **changes)
        assert answer.status_code == 422, changes  # type: ignore[attr-defined]  # an HttpResponse
        assert words in text_of(answer)  # type: ignore[arg-type]  # an HttpResponse
    assert not Invitation.objects.exists()


def test_an_admins_invitation_is_an_admins(mojokerto: Office, admin: Player) -> None:
    invited(admin, role="admin")
    found = Invitation.objects.get(email="rina@example.id")
    assert (found.kind, found.role) == ("government_admin", "admin")


def test_changed_roles_hold_at_once(mojokerto: Office, cast: Cast, admin: Player, at: Clocked) -> None:
    at("2025-03-04 10:00")
    number, slug = answered(cast, mojokerto)
    editor = cast.desk(mojokerto.government, "editor")
    assert queued(editor) == [number]
    path = f"/meja/anggota/{editor.user.pk}/"
    assert admin.post(path, {"roles": ["press_coordinator", "central_admin"]}).status_code == 302
    assert held(editor) == {"press_coordinator", "central_admin"}
    assert queued(editor) == []
    assert opened(editor, mojokerto, slug).status_code == 404
    nothing = admin.post(path, {})
    assert nothing.status_code == 422
    assert "paling sedikit satu peran" in text_of(nothing)
    assert admin.post(path, {"roles": ["raja"]}).status_code == 422
    assert admin.post(path, {"roles": ["editor"]}).status_code == 302
    assert queued(editor) == [number]


def test_somebody_who_left_is_out_and_stays_on_record(mojokerto: Office, cast: Cast, admin: Player) -> None:
    editor = cast.desk(mojokerto.government, "editor")
    assert editor.get("/meja/").status_code == 200
    path = f"/meja/anggota/{editor.user.pk}/keluar/"
    assert "tidak dapat masuk ke meja pusat" in text_of(admin.get(path))
    assert admin.post(path).status_code == 302
    assert editor.get("/meja/").status_code == 403
    now = text_of(admin.get("/meja/anggota/"))
    assert editor.user.email not in now
    assert "Redaktur Bagian Humas" in now  # a role without a holder
    assert editor.user.email in text_of(admin.get("/meja/anggota/", {"bekas": "1"}))
    assert admin.get(f"/meja/anggota/{editor.user.pk}/").status_code == 404


def test_the_last_admin_stays(mojokerto: Office, cast: Cast, admin: Player) -> None:
    for path, data in (("keluar/", {}), ("", {"roles": ["editor"]})):
        answer = admin.post(f"/meja/anggota/{admin.user.pk}/{path}", data)
        assert answer.status_code == 422
        assert "harus mempunyai admin" in text_of(answer)
    assert held(admin) == {"admin"}
    editor = cast.desk(mojokerto.government, "editor")
    admin.post(f"/meja/anggota/{editor.user.pk}/", {"roles": ["admin", "editor"]})
    assert admin.post(f"/meja/anggota/{admin.user.pk}/keluar/").status_code == 302
    assert admin.get("/meja/").status_code == 403


def test_people_of_another_desk_are_out_of_reach(
    mojokerto: Office, upik: Office, cast: Cast, admin: Player
) -> None:
    other = cast.desk(upik.government, "central_admin")
    for path in ("", "keluar/"):
        assert admin.post(f"/meja/anggota/{other.user.pk}/{path}", {"roles": ["editor"]}).status_code == 404
    assert held(other) == {"central_admin"}
    invited(cast.desk(upik.government, "admin"), role="central_admin")
    pk = Invitation.objects.get().pk
    assert admin.post(f"/meja/anggota/undangan/{pk}/batal/").status_code == 400
