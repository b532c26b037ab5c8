"""How an office is made, brought to a new release, closed and removed."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connections, transaction
from django.utils import timezone
from pytest_django import Settings

from central.coordination.models import Alarm
from central.offices import ddl, registry, rollout
from central.offices.access import OfficeAccessError, office
from central.offices.models import Domain, Government, Office, OfficeTemplate
from central.offices.owner import app_login, owner_transaction
from central.offices.provisioning import ProvisioningFailed, provision
from central.offices.services import (
    OfficeProblem,
    create_government,
    create_office,
    remove_office,
    request_office,
    resume_office,
    suspend_office,
)
from central.offices.template import current_template, migrate_template
from config.launch.places import packaged_programs

from .support import as_owner, names, rows, who, write


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The registered hooks, for this test alone."""
    kept: dict[str, Any] = {}
    monkeypatch.setattr(registry, "_after_provision", kept)
    return kept


def make(government: Government, code: str = "baru", **fields: Any) -> Office:
    return create_office(government=government, code=code, name=f"Kecamatan {code}", **fields)


def schema_of(target: Office) -> list[str]:
    with owner_transaction() as cursor:
        return ddl.render(cursor, target.schema_name)


def exists(target: Office) -> tuple[bool, bool]:
    """Whether the office's schema and role are there."""
    return as_owner(
        "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = %s), "
        "EXISTS (SELECT 1 FROM pg_roles WHERE rolname = %s)",
        [f"o_{target.pk}", f"o_main_{target.pk}"],
    )[0]


@pytest.mark.usefixtures("real_commits")
class TestMaking:
    def test_a_new_office_works_at_once(self, government: Government) -> None:
        made = make(government, subdomain="baru-sekali")
        stored = Office.objects.get(code="baru")
        assert (stored.status, stored.schema_name) == (Office.Status.READY, f"o_{made.pk}")
        assert stored.schema_version == current_template().version
        assert Domain.objects.get(office=made).host == "baru-sekali.localhost"
        with office(stored):
            assert who() == (f"o_main_{made.pk}", f"o_{made.pk}, public")
            write("t-1")
        with office(stored):
            assert names() == ["t-1"]

    def test_it_has_exactly_the_templates_tables(self, government: Government) -> None:
        assert schema_of(make(government)) == current_template().ddl

    def test_postgresqls_own_dump_sees_no_difference(self, government: Government) -> None:
        made = make(government)
        dumps = [dump(schema) for schema in ("o_template", made.schema_name)]
        assert dumps[0] == dumps[1]
        assert len(dumps[0]) > 50

    def test_the_offices_apps_begin_inside_it(self, government: Government, hooks: dict[str, Any]) -> None:
        seen = []

        def first(target: Office, seed: Mapping[str, Any]) -> None:
            seen.append((who()[0], dict(seed)))
            write("t-first")

        def second(target: Office, seed: Mapping[str, Any]) -> None:
            seen.append(names())

        registry.register_after_provision(second, order=20)
        registry.register_after_provision(first, order=10)
        made = make(government, seed={"preset": "x"})
        assert seen == [(f"o_main_{made.pk}", {"preset": "x"}), ["t-first"]]

    def test_one_that_fails_can_be_tried_again(self, government: Government, hooks: dict[str, Any]) -> None:
        broken = True

        def begin(target: Office, seed: Mapping[str, Any]) -> None:
            write("t-begin")
            if broken:
                raise ValueError("no such preset")

        registry.register_after_provision(begin)
        with pytest.raises(ProvisioningFailed, match="no such preset"):
            make(government)
        failed = Office.objects.get(code="baru")
        assert failed.status == Office.Status.FAILED
        assert "no such preset" in failed.status_reason
        with office(failed):
            assert names() == []
        broken = False
        assert provision(failed).status == Office.Status.READY
        assert failed.status_reason == ""
        with office(failed):
            assert names() == ["t-begin"]
        provision(failed)  # a ready office is left as it is

    def test_tables_that_fail_leave_neither_schema_nor_role(
        self, government: Government, hooks: dict[str, Any]
    ) -> None:
        template = current_template()
        stored = OfficeTemplate.objects.using("owner").filter(pk=template.pk)
        stored.update(ddl=[*template.ddl, "CREATE NONSENSE"])
        with pytest.raises(ProvisioningFailed):
            make(government, code="patah")
        failed = Office.objects.get(code="patah")
        assert failed.status == Office.Status.FAILED
        assert exists(failed)[0] is False
        stored.update(ddl=template.ddl)
        assert provision(failed).status == Office.Status.READY

    def test_two_at_once_make_one_office(self, government: Government, hooks: dict[str, Any]) -> None:
        begun = []
        registry.register_after_provision(lambda target, seed: begun.append(target.pk))
        wanted = request_office(government=government, code="baru", name="Kecamatan Baru")

        def make_it(_number: int) -> str:
            try:
                return provision(Office.objects.get(pk=wanted.pk)).status
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(make_it, range(2))) == ["ready", "ready"]
        assert begun == [wanted.pk]

    def test_names_that_are_taken_or_wrong_are_refused(self, government: Government) -> None:
        before = (Office.objects.count(), Government.objects.count())
        for change, code in (
            ({"code": "greged"}, "taken"),
            ({"code": "baru", "subdomain": "jenawi"}, "taken"),
            ({"code": "baru", "colour": "neon"}, "invalid"),
        ):
            with pytest.raises(OfficeProblem) as refused:
                make(government, **change)
            assert refused.value.code == code
        for change in ({"code": "cirebon", "subdomain": "x"}, {"code": "x", "subdomain": "cirebon"}):
            with pytest.raises(OfficeProblem) as refused:
                create_government(name="X", **change)
            assert refused.value.code == "taken"
        with pytest.raises(OfficeProblem) as refused:
            create_government(code="x", name="X", subdomain="Not_A_Host")
        assert refused.value.code == "invalid"
        assert (Office.objects.count(), Government.objects.count()) == before


def test_a_citus_cell_keeps_offices_apart_by_the_path_alone(
    government: Government, settings: Settings
) -> None:
    settings.OFFICE_ROLES = False
    first, second = make(government, code="pertama"), make(government, code="kedua")
    assert exists(first)[0] is True
    with office(first):
        assert who() == (app_login(), f"o_{first.pk}, public")
        write("t-1")
        with pytest.raises(OfficeAccessError), office(second):
            pass
    with office(second):
        assert names() == []
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            rows("UPDATE complaints_event SET kind = 'x'")


def test_an_office_can_be_made_within_a_test_that_is_taken_back(government: Government) -> None:
    made = make(government, code="sementara")
    with office(made):
        write("t-1")
        assert names() == ["t-1"]


@pytest.mark.usefixtures("real_commits")
class TestClosing:
    def test_suspending_and_resuming(self, office_a: Office) -> None:
        assert suspend_office(office_a, reason="unpaid").status_reason == "unpaid"
        with pytest.raises(OfficeProblem) as refused:
            suspend_office(office_a)
        assert refused.value.code == "wrong_status"
        assert resume_office(office_a).status == Office.Status.READY

    def test_removing_takes_a_suspension_and_the_offices_code(self, government: Government) -> None:
        made = make(government)
        for confirm, code in (("something", "not_confirmed"), ("baru", "wrong_status")):
            with pytest.raises(OfficeProblem) as refused:
                remove_office(made, confirm=confirm)
            assert refused.value.code == code
        assert exists(made)[0] is True
        for target in (made, government.offices.get(code="greged")):
            Alarm.objects.create(office=target, kind="test", key="k", due_at=timezone.now())
        removed = remove_office(suspend_office(made), confirm="baru")
        assert exists(made)[0] is False
        assert removed.status == Office.Status.REMOVED
        left = [alarm.office.code for alarm in Alarm.objects.filter(kind="test")]
        assert left == ["greged"]
        assert not Alarm.objects.filter(office=removed).exists()
        with pytest.raises(ProvisioningFailed, match="nothing to make ready"):
            provision(removed)

    def test_the_commands(self, government: Government, capsys: pytest.CaptureFixture[str]) -> None:
        make(government)
        call_command("office", "suspend", "baru", "--reason", "unpaid")
        call_command("offices", "list")
        assert "suspended" in capsys.readouterr().out
        with pytest.raises(CommandError, match="--confirm"):
            call_command("offices", "remove", "baru")
        call_command("office", "resume", "baru")
        with pytest.raises(CommandError, match="status"):
            call_command("offices", "remove", "baru", "--confirm", "baru")
        call_command("office", "suspend", "baru")
        call_command("offices", "remove", "baru", "--confirm", "baru")
        for command in (
            ["offices", "provision"],
            ["offices", "remove", "--confirm=nowhere"],
            ["migrate_offices"],
        ):
            with pytest.raises(CommandError, match="no office 'nowhere'"):
                call_command(*command, "nowhere")
        with pytest.raises(CommandError, match="dihapus"):
            call_command("office", "resume", "baru")


@pytest.mark.usefixtures("real_commits")
class TestRelease:
    @pytest.fixture
    def next_release(self, settings: Settings, offices: list[Office]) -> Iterator[None]:
        for target in offices:
            with office(target):
                write(f"t-{target.code}")
        settings.MIGRATION_MODULES = {"organization": "tests.isolation.next_release"}
        yield
        connections["owner"].close()

    def colours(self, target: Office) -> list[tuple[str, str]]:
        with office(target):
            return rows("SELECT code, shade FROM organization_unit WHERE code LIKE 't-%%'")

    def test_the_offices_follow_the_template(
        self, next_release: None, offices: list[Office], government: Government, hooks: dict[str, Any]
    ) -> None:
        before = current_template()
        after = migrate_template()
        assert after.previous == before.version
        assert [list(step) for step in after.change] == [["sql"], ["migration"], ["sql"]]
        assert rollout.migrate_offices() == []
        for target in offices:
            target.refresh_from_db()
            assert target.schema_version == after.version
            assert sorted(schema_of(target)) == sorted(after.ddl)
            assert self.colours(target) == [(f"t-{target.code}", f"of t-{target.code}")]
            with office(target):
                insert = "INSERT INTO organization_extra (note, unit_id)"
                for _twice in range(2):  # the unique constraint is gone
                    rows(f"{insert} SELECT 'x', min(id) FROM organization_unit")
                with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                    rows("DELETE FROM complaints_event")
        assert sorted(schema_of(make(government))) == sorted(after.ddl)

    def test_nothing_is_done_twice(self, next_release: None, offices: list[Office]) -> None:
        first = migrate_template()
        rollout.migrate_offices()
        said: list[str] = []
        assert migrate_template(said.append).pk == first.pk
        assert rollout.migrate_offices(said.append) == []
        assert said == []

    def test_one_that_fails_does_not_stop_the_others_and_is_tried_again(
        self, next_release: None, office_a: Office, office_b: Office
    ) -> None:
        before = office_a.schema_version
        as_owner(f"CREATE TABLE {office_a.schema_name}.organization_extra (id int)")
        migrate_template()
        said: list[str] = []
        assert rollout.migrate_offices(said.append) == ["greged"]
        assert "already exists" in said[0]
        office_a.refresh_from_db()
        assert office_a.schema_version == before
        with office(office_a), pytest.raises(DatabaseError, match="does not exist"), transaction.atomic():
            rows("SELECT colour FROM organization_unit")
        assert self.colours(office_b)
        with pytest.raises(CommandError, match="greged"):
            call_command("migrate_offices", "greged")
        as_owner(f"DROP TABLE {office_a.schema_name}.organization_extra")
        call_command("migrate_offices")
        assert self.colours(office_a) == [("t-greged", "of t-greged")]

    def test_an_office_of_an_unknown_version_is_left_as_it_is(
        self, next_release: None, office_a: Office
    ) -> None:
        Office.objects.filter(pk=office_a.pk).update(schema_version="unknown")
        migrate_template()
        said: list[str] = []
        assert rollout.migrate_offices(said.append) == ["greged"]
        assert "not known" in said[0]

    def test_a_newly_append_only_table_is_so_in_every_office(
        self, offices: list[Office], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(registry, "_append_only", {*registry._append_only, "organization.Unit"})
        migrate_template()
        assert rollout.migrate_offices() == []
        for target in offices:
            with (
                office(target),
                pytest.raises(DatabaseError, match="permission denied"),
                transaction.atomic(),
            ):
                rows("UPDATE organization_unit SET name = 'x'")

    def test_the_whole_migration_is_one_command_and_may_run_again(self, offices: list[Office]) -> None:
        before = current_template().version
        call_command("database", "migrate", verbosity=0)
        assert current_template().version == before


def dump(schema: str) -> list[str]:
    """The statements of pg_dump for a schema, sorted, without its name, owners and rights."""
    place = connections["owner"].settings_dict
    host = place["OPTIONS"].get("host") or place["HOST"]
    done = subprocess.run(
        [
            str(packaged_programs() / "bin" / "pg_dump"),
            *("--schema-only", "--no-owner", "--no-privileges", "--schema", schema, "--host", host),
            *("--username", place["USER"], place["NAME"]),
        ],
        env={**os.environ, "PGPASSWORD": place["PASSWORD"]},
        capture_output=True,
        text=True,
        check=True,
    )
    text = re.sub(r"^(--|SET |SELECT |\\).*$", "", done.stdout, flags=re.MULTILINE).replace(schema, "SCHEMA")
    statements = [re.sub(r"\s+", " ", statement).strip() for statement in text.split(";\n")]
    left_out = re.compile(r"CREATE SCHEMA|.*\bdjango_migrations\b|$")
    return sorted(statement for statement in statements if not left_out.match(statement))
