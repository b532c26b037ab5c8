"""Questions to others when things change: whoever was asked leaves, is away or is closed, or the calendar
moves the limit.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone

from central.coordination.models import Alarm, GovernmentWork, Handover
from central.coordination.services import claim_due_alarms
from central.coordination.tasks import ring
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.chain import verify_chain
from tenants.complaints.models import Complaint
from tenants.complaints.services.stranded import watch_stranded
from tenants.organization.models import Holding, Member
from tenants.organization.queries import actor_for_member
from tenants.organization.services import end_holding
from tenants.procedure.models import ProcedureVersion
from tenants.procedure.queries import settings_now
from tenants.procedure.services import put_settings
from tests.acceptance.cast import Cast, Player
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.coordination_steps import (
    QUESTION,
    URL,
    At,
    answers,
    asked,
    asker,
    asks,
    clerk,
    in_order,
    mails,
    other,
    received,
    staff,
    with_the_head,
)
from tests.acceptance.desk_steps import handed_up
from tests.acceptance.sops.driver import Case, wib
from tests.acceptance.sops.page import Page
from tests.signed import put_signed
from workflows.cases import SYSTEM
from workflows.loading import as_data

__all__ = ["asker", "clerk", "other", "staff"]


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def case(asker: Office, staff: dict[str, Player], at: At, warga: Callable[[Office], Citizen]) -> Case:
    """A complaint that lies with the head, on Monday at 10:00. Others have two working days for an answer."""
    at("2025-02-03 10:00")
    with inside(asker):
        document = ProcedureVersion.objects.get(state="in_force").document
        document["platform"]["coordinate"]["limit"] = "2 WD"
        put_signed(document, actor=actor_for_member(staff["admin"].member_id))
    return with_the_head(asker, staff, warga(asker))


# --- whoever was asked cannot answer any more ---------------------------------------------------------------


def gone(admin: Player, who: Player, heir: Player | None = None) -> None:
    """The admin ends somebody's work at the office, having looked at what they leave."""
    path = f"/kantor/atur/anggota/{who.member_id}/keluar/"
    page = text_of(admin.get(path, {"kepada": str(heir.member_id)} if heir else {}))
    assert f"menunggu jawaban {who.user.name}" in page
    assert (f"akan dijawab {heir.user.name}" if heir else "kembali kepada penanya") in page
    assert admin.post(path, {"kepada": heir.member_id if heir else ""}).status_code == 302


def test_a_question_to_who_leaves_goes_to_the_heir(case: Case, staff: dict[str, Player], at: At) -> None:
    admin, colleague, official = staff["admin"], staff["colleague"], staff["official"]
    row = asks(case, staff["head"], f"member:{colleague.member_id}")
    overview = text_of(admin.get("/kantor/atur/pekerjaan/"))
    assert f"{colleague.user.name} 1 tugas" in overview
    gone(admin, colleague, official)
    assert mails(official) == [f"Tugas baru: koordinasi dari {case.office.name}"]
    assert QUESTION in text_of(official.get(f"{URL}{row.slug}/"))
    worker()
    in_order(case.office)
    at("2025-02-05 08:00")
    assert ring(case.office.pk, [("coordination", row.uid.hex)]) == 1
    assert mails(official)[-1].startswith("Mendekati"), "the limit is the question's"
    assert answers(official, row).status_code == 302
    assert official.user.name in case.page(staff["head"])


def test_a_question_to_who_leaves_without_an_heir_goes_back_to_who_asked(
    case: Case, staff: dict[str, Player]
) -> None:
    admin, colleague, head = staff["admin"], staff["colleague"], staff["head"]
    asks(case, head, f"member:{colleague.member_id}")
    gone(admin, colleague)
    assert [one.state for one in asked(case)] == ["declined"]
    assert case.told(head.user.email)[-1] == f"Koordinasi tidak dapat dijawab: {case.number}"
    assert "tidak dapat menjawab karena tidak bertugas" in case.page(head)
    assert not Alarm.objects.filter(kind="coordination").exists()
    in_order(case.office)
    asks(case, head, f"member:{staff['official'].member_id}")


@pytest.mark.parametrize("how", ["position", "absence", "handed over", "before this was looked at"])
def test_a_question_does_not_wait_for_who_cannot_answer(
    case: Case, staff: dict[str, Player], how: str
) -> None:
    admin, colleague, head = staff["admin"], staff["colleague"], staff["head"]
    row = asks(case, head, f"member:{colleague.member_id}")
    member = f"/kantor/atur/anggota/{colleague.member_id}/"
    if how == "position":
        with inside(case.office):
            holding = Holding.objects.get(member_id=colleague.member_id).pk
        path = f"/kantor/atur/penugasan/{holding}/akhiri/"
        assert "kembali kepada penanya" in text_of(admin.get(path))
        assert admin.post(path, {"ends_on": "2025-02-02", **marked(admin, path)}).status_code == 302
    elif how == "absence":
        days = {"starts_on": "2025-02-03", "ends_on": "2025-02-05", "simpan": "1"}
        substitute = str(staff["official"].member_id)
        assert admin.post(f"{member}absen/", {**days, "substitute": substitute}).status_code == 302
    elif how == "handed over":
        assert admin.post(f"{member}pekerjaan/", {"kepada": ""}).status_code == 302
    else:
        with inside(case.office):
            Member.objects.filter(pk=colleague.member_id).update(is_active=False)
            watch_stranded(timezone.now())
    worker()
    if how == "absence":
        assert answers(staff["official"], row).status_code == 302, "the substitute answers"
    else:
        assert [one.state for one in asked(case)] == ["declined"]
        assert case.told(head.user.email)[-1] == f"Koordinasi tidak dapat dijawab: {case.number}"
    in_order(case.office)


def test_who_keeps_a_role_keeps_the_question(case: Case, staff: dict[str, Player]) -> None:
    colleague = staff["colleague"]
    asks(case, staff["head"], f"member:{colleague.member_id}")
    with inside(case.office):
        held = Holding.objects.get(member_id=colleague.member_id)
        other = Holding.objects.get(member_id=staff["operator"].member_id).position
        Holding.objects.create(member=held.member, position=other, starts_on=held.starts_on)
        end_holding(held, actor=SYSTEM)
    worker()
    assert asked(case)[0].is_open


def test_a_question_to_an_office_that_is_closed_for_a_time_goes_back_to_who_asked(
    case: Case, staff: dict[str, Player], other: Office, clerk: Player
) -> None:
    head = staff["head"]
    asks(case, head, f"office:{other.code}")
    call_command("office", "suspend", other.code, stdout=io.StringIO())
    worker()
    assert [one.state for one in (*asked(case), *received(other))] == ["declined", "withdrawn"]
    assert case.told(head.user.email)[-1] == f"Koordinasi tidak dapat dijawab: {case.number}"
    assert f"Layanan {other.name} sedang tidak berjalan." in case.page(head)
    assert not Alarm.objects.filter(kind="coordination").exists()
    call_command("office", "resume", other.code, stdout=io.StringIO())
    asks(case, head, f"office:{other.code}")
    in_order(case.office, other)


def marked(admin: Player, path: str) -> dict[str, Any]:
    """What a form says of what it was shown with."""
    data = Page(admin.get(path)).form("ends_on").data()
    return {name: value for name, value in data.items() if name != "ends_on"}


def worker() -> None:
    """Does what time alone does at every office, as soon as it is due."""
    while due := claim_due_alarms(timezone.now()):
        for office, kind, key in due:
            ring(office, [(kind, key)])


# --- the calendar is changed --------------------------------------------------------------------------------


def closed(office: Office, admin: Player, first: str, last: str) -> None:
    """The office closes on some days; then the worker does what follows."""
    with inside(office):
        document = as_data(settings_now())
        closings = [{"starts_on": first, "ends_on": last, "name": {"id": "Banjir"}}]
        document["calendar"] = {**document["calendar"], "closings": closings}
        put_settings(document, actor=actor_for_member(admin.member_id))
    worker()


def alarms() -> dict[int, datetime]:
    return {alarm.office_id: alarm.due_at for alarm in Alarm.objects.filter(kind="coordination")}


def test_a_question_has_as_many_working_days_as_before_at_both_offices(
    case: Case, staff: dict[str, Player], other: Office, clerk: Player
) -> None:
    head, colleague = staff["head"], staff["colleague"]
    asks(case, head, f"office:{other.code}")
    asks(case, head, f"member:{colleague.member_id}")
    assert {row.due_at for row in asked(case)} == {wib("2025-02-05 10:00")}
    warned = asked(case)[0].warn_at
    closed(case.office, staff["admin"], "2025-02-04", "2025-02-04")
    rows = [*asked(case), *received(other)]
    assert {row.due_at for row in rows} == {wib("2025-02-06 10:00")}
    assert {row.warn_at for row in rows} != {warned}
    assert alarms()[other.pk] == received(other)[0].warn_at
    by_key = {alarm.key: alarm.due_at for alarm in Alarm.objects.filter(office_id=case.office.pk)}
    first, second = asked(case)
    assert by_key[first.uid.hex] == first.due_at
    assert by_key[second.uid.hex] == second.warn_at
    for who in (clerk, colleague):
        assert mails(who)[-1] == f"Batas waktu berubah: koordinasi dari {case.office.name}"
    assert "Batas waktu dihitung ulang" in case.page(head)
    with inside(case.office):
        assert verify_chain(case.row()).intact


def test_a_missed_answer_stays_missed_and_nobody_hears_of_it_twice(
    case: Case, staff: dict[str, Player], other: Office, clerk: Player, at: At
) -> None:
    asks(case, staff["head"], f"office:{other.code}")
    at("2025-02-07 10:00")
    worker()
    told, late = mails(clerk), case.told(staff["head"].user.email)
    assert told[-1].startswith("Lewat batas waktu")
    assert late[-1] == f"Koordinasi belum dijawab: {case.number}"
    closed(case.office, staff["admin"], "2025-02-04", "2025-02-04")
    assert {row.due_at for row in (*asked(case), *received(other))} == {wib("2025-02-06 10:00")}
    worker()
    assert mails(clerk) == told
    assert [words for words in case.told(staff["head"].user.email) if "belum dijawab" in words] == late[-1:]
    assert alarms() == {}


def test_an_answer_that_was_missed_and_has_time_again_can_be_missed_again(
    case: Case, staff: dict[str, Player], at: At
) -> None:
    colleague = staff["colleague"]
    asks(case, staff["head"], f"member:{colleague.member_id}")
    at("2025-02-05 11:00")
    worker()
    assert alarms() == {}
    closed(case.office, staff["admin"], "2025-02-04", "2025-02-04")
    assert asked(case)[0].due_at == wib("2025-02-06 10:00")
    assert mails(colleague)[-1].startswith("Batas waktu berubah")
    at("2025-02-06 10:00")
    worker()
    assert mails(colleague)[-1].startswith("Lewat batas waktu")
    assert alarms() == {}


def test_what_lies_before_the_desk_has_as_many_working_days_as_before(
    asker: Office, staff: dict[str, Player], cast: Cast, at: At
) -> None:
    at("2025-02-03 10:00")
    _number, slug = handed_up(cast, asker)
    assert Handover.objects.get().due_at == wib("2025-02-04 10:00")
    asker.government.desk_limit = "5 WD"  # for what comes from now on
    asker.government.save(update_fields=["desk_limit"])
    closed(asker, staff["admin"], "2025-02-04", "2025-02-05")
    moved = wib("2025-02-06 10:00")
    assert Handover.objects.get().due_at == moved
    assert GovernmentWork.objects.get(uid=slug, closed_at=None).due_at == moved
    with inside(asker):
        complaint = Complaint.objects.get(uid=slug)
        assert complaint.work_items.get(closed_at=None, line="main").due_at == moved
        assert verify_chain(complaint).intact
    assert "; 0 lewat batas waktu" in text_of(cast.desk(asker.government, "central_admin").get("/meja/"))
    in_order(asker)
