"""A procedure that is no preset: two approvals in a row, and a rejection that loops back. All by HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from central.coordination.services import claim_due_alarms
from central.coordination.tasks import ring
from central.delivery.models import CentralMessage
from central.offices.access import office as inside
from central.offices.models import Government
from tests.acceptance.cast import Cast, Player
from tests.acceptance.citizen import text_of
from tests.acceptance.sops.driver import Case, Way, entered, seen, walk, wib
from tests.acceptance.sops.own_office import OwnOffice
from tests.acceptance.sops.page import Page

Report = Callable[..., Case]
At = Callable[..., datetime]

REPORTER = "siti.aminah@example.org"
DRAFT = "Izin usaha Ibu Siti selesai hari Kamis, 5 Februari."
ANSWER = "Izin usaha Anda selesai hari Kamis, 5 Februari. Kami mohon maaf atas keterlambatan ini."
WAY: Way = (
    ("registrar", "register", {}),
    ("examiner", "propose", {"draft": DRAFT}),
    ("section_head", "approve_first", {}),
    ("director", "approve_second", {"answer": ANSWER}),
)


@pytest.fixture
def own(real_commits: str, at: At) -> OwnOffice:
    """A licensing office in WIB. It is Monday, 2 February 2026, 10:00."""
    at("2026-02-02 10:00")
    return OwnOffice("two_approvals", Government.objects.get(code="cirebon"))


@pytest.fixture
def staff(own: OwnOffice) -> dict[str, Player]:
    return own.staff


@pytest.fixture
def case(own: OwnOffice, reported: Report) -> Case:
    return reported(own.office, category="late")


def rings(case: Case) -> None:
    """The worker does what time alone does, as soon as it is due."""
    due = claim_due_alarms(datetime.now().astimezone())
    ring(case.office.pk, [(kind, key) for _office, kind, key in due])


def test_two_people_approve_one_after_the_other_and_the_reporter_is_answered(
    own: OwnOffice, case: Case, staff: dict[str, Player], at: At
) -> None:
    assert case.number == "PTSP/001/02/2026"
    assert case.due("registration") == wib("2026-02-02 12:00"), "two hours before the break"
    for other in ("examiner", "section_head", "director"):
        case.refuses(staff[other], "register")
    at("2026-02-02 11:50")
    case.does(staff["registrar"], "register")
    assert case.met("registration")
    assert case.due("examination") == wib("2026-02-05 11:50")
    assert "Pemeriksaan 3 hari kerja" in case.page(staff["examiner"])
    short = case.tries(staff["examiner"], "propose", draft="Sudah.")
    assert short.status == 422, "the document asks for ten characters"
    case.does(staff["examiner"], "propose", draft=DRAFT)
    assert case.due("approvals") == wib("2026-02-04 11:50")
    case.refuses(staff["director"], "approve_second")
    at("2026-02-03 09:00")
    case.does(staff["section_head"], "approve_first")
    assert case.due("approvals") == wib("2026-02-04 11:50"), "one limit for both of them"
    assert case.waits_for(staff["director"])
    assert not case.waits_for(staff["section_head"])
    case.refuses(staff["section_head"], "approve_second")
    form = case.step_page(staff["director"], "approve_second").form("isi-answer")
    assert form.fields["isi-answer"].values == [DRAFT], "the form begins with the examiner's draft"
    assert DRAFT not in case.tracked()
    case.does(staff["director"], "approve_second", answer=ANSWER)
    assert case.running() == set()
    assert case.met("approvals")
    for words in ("selesai", ANSWER):
        assert words in case.tracked()
    assert case.told(REPORTER)[-1] == f"Jawaban atas laporan {case.number}"
    case.answers("rate", score="5", comment="Terima kasih.")
    assert case.row().rating == 5


def test_a_rejection_goes_back_with_its_reason_as_often_as_it_takes(
    case: Case, staff: dict[str, Player], at: At
) -> None:
    walk(case, staff, WAY, "approve_first")
    assert case.tries(staff["section_head"], "reject_first").status == 422, "no rejection without a reason"
    case.does(staff["section_head"], "reject_first", reason="Sebutkan tanggal selesainya.")
    assert "Sebutkan tanggal selesainya." in case.page(staff["examiner"])
    assert "Sebutkan tanggal selesainya." not in case.tracked()
    assert case.running() == {"examination"}
    assert case.clock("examination").round == 2, "the examiner has the whole limit again"
    at("2026-02-03 10:00")
    walk(case, staff, WAY[1:], "approve_second")
    assert case.clock("approvals").round == 2
    case.does(staff["director"], "reject_second", reason="Tambahkan permintaan maaf.")
    assert case.row().stage == "examination"
    assert case.due("examination") == wib("2026-02-06 10:00")
    assert "Tambahkan permintaan maaf." in case.page(staff["examiner"])
    walk(case, staff, WAY[1:], "approve_second")
    case.does(staff["director"], "approve_second", answer=ANSWER)
    assert case.row().outcome == "resolved"


def test_who_has_taken_a_step_does_not_approve_it_and_is_told_who_can(
    own: OwnOffice, case: Case, staff: dict[str, Player]
) -> None:
    both = staff["examiner"]
    with inside(own.office):
        own.gives(both, "section_head")
    walk(case, staff, WAY, "propose")
    form = case.form(both, f"/kantor/aduan/{case.slug}/tindakan/main/propose/", draft=DRAFT)
    both.post(form.action, form.data())
    page = case.page(both)
    assert "“Setujui” harus dilakukan orang lain" in page
    assert "main/approve_first" not in case.offered(both)
    assert "main/reject_first" in case.offered(both), "only the approval demands somebody else"
    before = case.row().version
    refused = both.post(f"/kantor/aduan/{case.slug}/tindakan/main/approve_first/", {"versi": str(before)})
    assert refused.status_code == 409
    assert "harus dilakukan orang lain, bukan yang melakukan langkah sebelumnya" in text_of(refused)
    assert case.row().version == before
    assert case.row().stage == "first_approval"
    assert "harus dilakukan orang lain" not in case.page(staff["section_head"])
    case.does(staff["section_head"], "approve_first")
    assert case.row().stage == "second_approval"


def test_taking_work_on_does_not_make_ones_own_step_somebody_elses(
    own: OwnOffice, reported: Report, staff: dict[str, Player]
) -> None:
    both = staff["examiner"]

    def claimable(procedure: dict[str, Any]) -> None:
        stage = next(one for one in procedure["lines"][0]["stages"] if one["code"] == "first_approval")
        stage["actions"].append({"code": "take_on", "name": {"id": "Saya kerjakan"}, "claims": True})
        stage["assigned"] = True

    with inside(own.office):
        own.gives(both, "section_head")
    own.changes(claimable)
    case = reported(own.office, category="late")
    walk(case, staff, WAY, "approve_first")
    case.does(both, "take_on")
    assert case.work().member_id == both.member_id
    assert "main/approve_first" not in case.offered(both)
    assert "“Setujui” harus dilakukan orang lain" in case.page(both)


def test_an_illegal_fee_is_examined_within_a_day(
    own: OwnOffice, reported: Report, staff: dict[str, Player], at: At
) -> None:
    at("2026-02-06 15:00")
    case = reported(own.office, category="illegal_fee")
    assert case.row().case_class == "fee"
    assert case.due("registration") == wib("2026-02-09 08:30"), "an hour and a half of Friday, half of Monday"
    walk(case, staff, WAY, "propose")
    assert case.due("examination") == wib("2026-02-09 15:00")


def test_what_is_not_the_offices_duty_goes_to_the_government_or_elsewhere(
    own: OwnOffice, reported: Report, staff: dict[str, Player], cast: Cast
) -> None:
    first, second = reported(own.office, category="late"), reported(own.office, category="late")
    case = first
    case.does(staff["registrar"], "hand_up", reason="Ini urusan dinas lain.")
    assert case.waits_for(cast.desk(own.office.government, "central_admin"))
    case.does(staff["registrar"], "take_back_hand_up")
    walk(case, staff, WAY, "propose")
    case.does(staff["examiner"], "refer", authority="Kantor Pertanahan", reason="Sertifikat tanah.")
    assert "Kantor Pertanahan" in case.tracked()
    walk(second, staff, WAY, "approve_first")
    assert not {"main/refer", "main/hand_up"} & second.offered(staff["section_head"]), "only before"
    second.answers("withdraw")
    assert second.row().outcome == "withdrawn"


def test_nobody_reports_without_a_name_and_the_counter_records(
    own: OwnOffice, staff: dict[str, Player], warga: Callable[..., object]
) -> None:
    citizen = warga(own.office)
    citizen.fill(until="kerahasiaan")
    assert "Tanpa nama" not in seen(citizen, "/lapor/kerahasiaan/")
    refused = citizen.fill(name="")
    assert refused.status_code == 422
    case, page = entered(
        own.office,
        staff["registrar"],
        channel="counter",
        received_at="2026-02-02T09:30",
        name="Budi Santoso",
        category="late",
        description="Izin saya belum selesai sejak bulan lalu.",
    )
    assert case.number in page
    assert case.due("registration") == wib("2026-02-02 11:30"), "from when he came to the counter"


def test_a_limit_that_nobody_keeps_climbs_to_the_head_and_to_the_desk(
    own: OwnOffice, case: Case, staff: dict[str, Player], at: At, cast: Cast
) -> None:
    """Nobody has taken it: the warning, the limit, and every rung of the ladder."""
    desk = cast.desk(own.office.government, "central_admin")
    mail = {code: player.user.email for code, player in staff.items()}
    new = f"Tugas baru: {case.number}, Pencatatan"
    assert case.told(mail["registrar"]) == [new]
    at("2026-02-02 11:31")
    rings(case)
    assert case.told(mail["registrar"])[1:] == [f"Mendekati batas waktu: {case.number}"]
    assert case.told(mail["section_head"]) == []
    at("2026-02-02 13:01")
    rings(case)
    late = f"Lewat batas waktu: {case.number}"
    assert case.told(mail["registrar"])[2:] == [late]
    assert case.told(mail["section_head"]) == [late]
    assert case.told(mail["director"]) == []
    at("2026-02-03 13:01")
    rings(case)
    assert len(case.told(mail["director"])) == 1
    assert not CentralMessage.objects.filter(recipient=desk.user.email)
    at("2026-02-04 13:01")
    rings(case)
    told = CentralMessage.objects.filter(recipient=desk.user.email)
    assert len(told) == 1
    assert case.number in told[0].subject + told[0].body
    assert len(case.told(mail["director"])) == 1, "nobody is told twice of the same rung"
    at("2026-02-20 13:01")
    rings(case)
    assert CentralMessage.objects.filter(recipient=desk.user.email).count() == 1


def test_a_note_restarts_no_clock_and_stills_no_alarm(
    own: OwnOffice, case: Case, staff: dict[str, Player], at: At
) -> None:
    before, due = case.clock("registration"), case.due("registration")
    at("2026-02-02 11:00")
    case.does(staff["registrar"], "note", note="Sudah saya telepon, belum diangkat.")
    after = case.clock("registration")
    assert (after.round, after.due_at, after.warn_at) == (before.round, due, before.warn_at)
    assert case.work().due_at == due
    at("2026-02-02 13:01")
    rings(case)
    assert case.told(staff["section_head"].user.email) == [f"Lewat batas waktu: {case.number}"]


def test_every_word_of_the_document_reaches_the_pages(
    own: OwnOffice, case: Case, staff: dict[str, Player]
) -> None:
    """Names of stages, roles and limits come from the YAML, also where nobody has seen such a procedure."""
    assert "Pencatatan" in case.page(staff["registrar"])
    overview = Page(own.admin.get("/kantor/atur/"))
    assert overview.status == 200
    assert "Pencatatan" in seen(case.citizen, "/")
