"""What the central desk reads does not grow with the number of its offices, and names stay right."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connections

from central.coordination.models import GovernmentWork
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.desk.queries import desk_roles
from tenants.organization.queries import actor_for_member
from tenants.procedure.models import ProcedureVersion
from tenants.procedure.queries import digest_of
from tenants.procedure.services import put_procedure
from tests.acceptance.cast import Cast
from tests.inventory import build_world


@pytest.fixture
def dishub(_some_database: None) -> Office:
    return Office.objects.select_related("government").get(code="dishub-mojokerto")


def test_a_new_office_says_which_procedure_is_in_force(dishub: Office) -> None:
    with inside(dishub):
        assert ProcedureVersion.objects.get(state="in_force").digest == dishub.procedure_digest


def test_a_procedure_put_in_force_is_known_at_the_desk(dishub: Office) -> None:
    cast = Cast()
    cast.member(dishub, "operator")  # and with them everybody whom the procedure needs
    admin = cast.admin(dishub)
    with inside(dishub):
        document = ProcedureVersion.objects.get(state="in_force").document
        for role in document["roles"]:
            if role["code"] == "editor":
                role["name"] = {"id": "Penyunting", "en": "Sub-editor"}
        actor = actor_for_member(admin.member_id or 0)
        assert actor is not None
        put_procedure(document, actor=actor)
    dishub.refresh_from_db()
    assert dishub.procedure_digest == digest_of(document)
    assert desk_roles(dishub.government)["editor"] == "Penyunting"


def test_an_office_without_a_procedure_gives_the_desk_no_roles(dishub: Office) -> None:
    Office.objects.filter(pk=dishub.pk).update(procedure_digest="")
    assert set(desk_roles(dishub.government)) == {"admin"}


def test_work_of_before_the_release_learns_its_procedure(real_commits: str) -> None:
    build_world(offices=["dishub-mojokerto"])
    before = dict(GovernmentWork.objects.values_list("pk", "procedure_digest"))
    offices = dict(Office.objects.values_list("pk", "procedure_digest"))
    assert all(before.values())
    assert all(offices.values())
    GovernmentWork.objects.update(procedure_digest="")
    Office.objects.update(procedure_digest="")
    for name in (
        "offices.migrations.0003_office_procedure_digest",
        "coordination.migrations.0004_work_procedure_digest",
    ):
        import_module(f"central.{name}").ask(apps, SimpleNamespace(connection=connections["owner"]))
    assert dict(GovernmentWork.objects.values_list("pk", "procedure_digest")) == before
    assert dict(Office.objects.values_list("pk", "procedure_digest")) == offices
