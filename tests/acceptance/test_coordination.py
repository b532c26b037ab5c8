"""Questions to another office or to a colleague, by HTTP alone: who is asked, what they get to know, and how
it ends.
"""

from __future__ import annotations

import json
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.http import HttpResponse

from central.coordination.models import Alarm
from central.coordination.tasks import ring
from central.delivery.models import CentralMessage
from central.offices.access import office as inside
from central.offices.models import Government, Office
from tenants.complaints.models import Complaint, Coordination, Message
from tests.acceptance.cast import Cast, Player
from tests.acceptance.citizen import text_of
from tests.acceptance.coordination_steps import (
    ANSWER,
    QUESTION,
    URL,
    At,
    answers,
    asked,
    asker,
    asks,
    case,
    clerk,
    declines,
    in_order,
    mails,
    other,
    received,
    staff,
)
from tests.acceptance.sops.driver import Case, wib

__all__ = ["asker", "case", "clerk", "other", "staff"]


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


# --- what the other office gets to know ---------------------------------------------------------------------


@pytest.mark.parametrize("along", [False, True])
def test_the_other_office_knows_the_question_and_what_was_sent_with_it_and_no_more(
    case: Case, staff: dict[str, Player], other: Office, clerk: Player, along: bool
) -> None:
    preview = text_of(staff["head"].get(f"/kantor/aduan/{case.slug}/tindakan/main/request_coordination/"))
    assert "Lihat uraian yang akan disertakan" in preview
    row = asks(case, staff["head"], f"office:{other.code}", report=along)
    page = text_of(clerk.get(f"{URL}{row.slug}/"))
    assert QUESTION in page
    assert case.number in page
    assert ("Lampu di tikungan balai RW padam" in page) is along
    assert "Siti" not in page
    assert "3456" not in page
    assert clerk.get(f"/kantor/aduan/{case.slug}/").status_code == 404
    searched = clerk.get("/kantor/aduan/", {"cari": case.number})
    assert case.slug not in searched.content.decode()
    with inside(other):
        assert not Complaint.objects.filter(uid=UUID(hex=case.slug)).exists()
        stored = json.dumps(list(Coordination.objects.values()), default=str)
        assert not Message.objects.filter(body__contains=QUESTION).exists()
    for secret in ("Siti", "Aminah", "7890", "siti.aminah", case.code, "Lampu putus", case.slug):
        assert secret not in stored, secret
    assert ("balai RW" in stored) is along
    mail = CentralMessage.objects.filter(kind="coordination", recipient=clerk.user.email).get()
    for secret in (QUESTION, "Siti", "balai RW", case.number):
        assert secret not in mail.subject + mail.body
    assert f"{URL}{row.slug}/" in mail.body


def test_what_was_sent_along_is_forgotten_with_the_answer(
    case: Case, staff: dict[str, Player], other: Office, clerk: Player
) -> None:
    row = asks(case, staff["head"], f"office:{other.code}", report=True)
    assert received(other)[0].report
    answers(clerk, row)
    assert [one.report for one in (*received(other), *asked(case))] == ["", ""]
    page = text_of(clerk.get(f"{URL}{row.slug}/"))
    assert ANSWER in page
    assert "balai RW" not in page


def test_nobody_else_of_the_office_sees_the_question(
    case: Case, staff: dict[str, Player], other: Office, clerk: Player, cast: Cast
) -> None:
    row = asks(case, staff["head"], f"office:{other.code}")
    for somebody in (cast.member(other, "unit_officer"), cast.admin(other), staff["colleague"]):
        assert somebody.get(f"{URL}{row.slug}/").status_code == 404
        assert answers(somebody, row).status_code == 404
        assert QUESTION not in text_of(somebody.get(URL))
        assert URL not in somebody.get("/kantor/").content.decode(), "nothing waits for them"
    assert received(other)[0].is_open


# --- an official of the own office --------------------------------------------------------------------------


def test_a_colleague_is_asked_and_answers_without_a_role_on_the_complaint(
    case: Case, staff: dict[str, Player], at: At
) -> None:
    head, colleague = staff["head"], staff["colleague"]
    row = asks(case, head, f"member:{colleague.member_id}")
    assert mails(colleague) == [f"Tugas baru: koordinasi dari {case.office.name}"]
    assert f'href="{URL}"' in colleague.get("/kantor/").content.decode()
    own_work = text_of(colleague.get("/kantor/"))
    assert "1 pertanyaan koordinasi menunggu jawaban Anda." in own_work
    assert "Tidak ada pekerjaan" not in own_work
    assert QUESTION in text_of(colleague.get(f"{URL}{row.slug}/"))
    assert head.get(f"{URL}{row.slug}/").status_code == 404, "it is not theirs to answer"
    assert answers(colleague, row).status_code == 302
    page = case.page(head)
    for words in (f"Koordinasi 1: {colleague.user.name}", ANSWER, "sudah dijawab"):
        assert words in page
    assert case.told(head.user.email)[-1] == f"Koordinasi dijawab: {case.number}"
    assert f'href="{URL}"' not in colleague.get("/kantor/").content.decode()
    assert "Tidak ada pekerjaan untuk Anda sekarang" in text_of(colleague.get("/kantor/"))
    in_order(case.office)


def test_nobody_asks_themselves_or_somebody_who_left(
    case: Case, staff: dict[str, Player], asker: Office
) -> None:
    head = staff["head"]
    path = f"/kantor/aduan/{case.slug}/tindakan/main/request_coordination/"
    for whom in (f"member:{head.member_id}", "member:999999", "member:x", "office:", "siapa", ""):
        before = case.row().version
        sent = {"versi": before, "isi-asked": whom, "isi-question": QUESTION, "kunci": uuid4().hex}
        answer = head.post(path, sent)
        assert answer.status_code == 422
        assert QUESTION in text_of(answer), "what was typed is still there"
        assert case.row().version == before


# --- whom one may ask ---------------------------------------------------------------------------------------


def test_only_offices_of_the_government_that_serve_can_be_asked(
    case: Case, staff: dict[str, Player], other: Office
) -> None:
    head = staff["head"]
    path = f"/kantor/aduan/{case.slug}/tindakan/main/request_coordination/"
    Office.objects.filter(code="triharjo").update(
        government=case.office.government, status=Office.Status.SUSPENDED
    )
    listed = head.get(path).content.decode()
    assert f'value="office:{other.code}"' in listed
    for code in (case.office.code, "triharjo", "jenawi", "tidak-ada"):
        assert f'value="office:{code}"' not in listed
        sent = {"versi": case.row().version, "isi-asked": f"office:{code}", "isi-question": QUESTION}
        answer = head.post(path, {**sent, "kunci": uuid4().hex})
        assert answer.status_code == 422, code
        assert QUESTION in text_of(answer)
    assert asked(case) == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("triharjo", "sedang tidak berjalan"),
        ("jenawi", "bukan bagian dari pemerintah daerah ini"),
        ("dishub-mojokerto", "tidak dapat bertanya kepada dirinya sendiri"),
    ],
)
def test_the_api_says_why_an_office_cannot_be_asked(
    case: Case, staff: dict[str, Player], other: Office, code: str, words: str
) -> None:
    Office.objects.filter(code="triharjo").update(
        government=case.office.government, status=Office.Status.SUSPENDED
    )
    answer = by_api(case, staff["head"], f"office:{code}")
    assert answer.status_code == 400, answer.content
    assert words in answer.content.decode()
    assert asked(case) == []
    done = by_api(case, staff["head"], f"office:{other.code}")
    assert done.status_code == 200, done.content
    assert [row.office_name for row in asked(case)] == [other.name]


def by_api(case: Case, who: Player, whom: str) -> HttpResponse:
    sent = {
        "line": "main",
        "version": case.row().version,
        "inputs": {"asked": whom, "question": QUESTION, "report": True},
    }
    path = f"/api/v1/cases/{case.slug}/actions/request_coordination/"
    return who.post(path, json.dumps(sent), content_type="application/json")


# --- once, and one answer -----------------------------------------------------------------------------------


def test_the_same_page_sent_twice_asks_once(case: Case, staff: dict[str, Player], other: Office) -> None:
    head = staff["head"]
    path = f"/kantor/aduan/{case.slug}/tindakan/main/request_coordination/"
    form = case.form(head, path, asked=f"office:{other.code}", question=QUESTION)
    assert [head.post(path, form.data()).status_code for _ in range(2)] == [302, 302]
    assert len(asked(case)) == len(received(other)) == 1
    in_order(case.office)


def test_an_answer_is_given_once(case: Case, staff: dict[str, Player], other: Office, clerk: Player) -> None:
    row = asks(case, staff["head"], f"office:{other.code}")
    assert answers(clerk, row).status_code == 302
    again = answers(clerk, row, "Ternyata milik kecamatan.")
    assert again.status_code == 409
    for words in ("sudah dijawab oleh", "Ternyata milik kecamatan."):
        assert words in text_of(again), "what was typed is given back"
    assert declines(clerk, row, "Tidak tahu juga.").status_code == 409
    assert [one.answer for one in (*asked(case), *received(other))] == [ANSWER, ANSWER]


def test_an_answer_must_say_something(
    case: Case, staff: dict[str, Player], other: Office, clerk: Player
) -> None:
    row = asks(case, staff["head"], f"office:{other.code}")
    for text in ("", "   ", "ya", "x" * 10_001):
        assert answers(clerk, row, text).status_code == 422
        assert declines(clerk, row, text).status_code == 422
    assert asked(case)[0].is_open


def test_who_cannot_answer_says_why(
    case: Case, staff: dict[str, Player], other: Office, clerk: Player
) -> None:
    row = asks(case, staff["head"], f"office:{other.code}")
    assert declines(clerk, row, "Itu urusan Dinas PU.").status_code == 302
    page = case.page(staff["head"])
    for words in ("tidak dapat dijawab", "Itu urusan Dinas PU."):
        assert words in page
    assert case.told(staff["head"].user.email)[-1] == f"Koordinasi tidak dapat dijawab: {case.number}"
    assert case.row().stage == "follow_up"


# --- how it ends without an answer --------------------------------------------------------------------------


def test_a_question_is_taken_back(case: Case, staff: dict[str, Player], other: Office, clerk: Player) -> None:
    head = staff["head"]
    row = asks(case, head, f"office:{other.code}")
    assert "Tarik kembali" in case.page(head)
    case.does(head, "end_coordination", coordination="k1", reason="Sudah ketemu jawabannya.")
    assert [one.state for one in (*asked(case), *received(other))] == ["withdrawn", "withdrawn"]
    assert mails(clerk)[-1] == f"Tidak perlu dijawab lagi: koordinasi dari {case.office.name}"
    late = answers(clerk, row)
    assert late.status_code == 409
    assert "ditarik kembali" in text_of(late)
    assert not Alarm.objects.filter(kind="coordination").exists()
    case.refuses(head, "end_coordination")
    in_order(case.office, other)


def test_it_ends_with_the_complaint(
    case: Case, staff: dict[str, Player], other: Office, clerk: Player
) -> None:
    head, operator = staff["head"], staff["operator"]
    row = asks(case, head, f"office:{other.code}")
    case.does(head, "answer_in_writing", written_answer="Lampu sudah diganti.")
    assert received(other)[0].is_open, "the complaint goes on; the answer may still be of use"
    case.does(operator, "enter_answer")
    assert [one.state for one in (*asked(case), *received(other))] == ["withdrawn", "withdrawn"]
    assert answers(clerk, row).status_code == 409
    assert not Alarm.objects.filter(kind="coordination").exists()
    in_order(case.office, other)


def test_it_ends_when_the_reporter_withdraws(case: Case, staff: dict[str, Player], other: Office) -> None:
    asks(case, staff["head"], f"office:{other.code}")
    asks(case, staff["head"], f"member:{staff['colleague'].member_id}")
    case.answers("withdraw")
    assert {one.state for one in (*asked(case), *received(other))} == {"withdrawn"}


def test_an_office_that_is_gone_or_halted_holds_nothing_up(
    case: Case, staff: dict[str, Player], other: Office, clerk: Player
) -> None:
    row = asks(case, staff["head"], f"office:{other.code}")
    Government.objects.filter(pk=other.government_id).update(status=Government.Status.ACTIVE)
    Office.objects.filter(pk=case.office.pk).update(status=Office.Status.SUSPENDED)
    refused = answers(clerk, row)
    assert refused.status_code == 422
    for words in ("sedang tidak berjalan", ANSWER):
        assert words in text_of(refused)
    Office.objects.filter(pk=case.office.pk).update(status=Office.Status.READY)
    Office.objects.filter(pk=other.pk).update(status=Office.Status.SUSPENDED)
    case.does(staff["head"], "end_coordination", coordination="k1")
    assert received(other)[0].state == "withdrawn"


# --- its own limit ------------------------------------------------------------------------------------------


def test_those_who_answer_are_warned_and_those_who_asked_hear_that_it_is_late(
    case: Case, staff: dict[str, Player], other: Office, clerk: Player, at: At
) -> None:
    head = staff["head"]
    row = asks(case, head, f"office:{other.code}")
    assert row.due_at == wib("2025-02-04 10:00")
    alarms = {alarm.office_id: alarm.due_at for alarm in Alarm.objects.filter(kind="coordination")}
    assert alarms == {other.pk: wib("2025-02-04 04:00"), case.office.pk: wib("2025-02-04 10:00")}
    at("2025-02-04 04:00")
    assert ring(other.pk, [("coordination", row.uid.hex)]) == 1
    assert mails(clerk)[-1] == f"Mendekati batas waktu: koordinasi dari {case.office.name}"
    at("2025-02-04 10:00")
    version = case.row().version
    assert ring(other.pk, [("coordination", row.uid.hex)]) == 1
    assert ring(case.office.pk, [("coordination", row.uid.hex)]) == 1
    assert mails(clerk)[-1] == f"Lewat batas waktu: koordinasi dari {case.office.name}"
    assert case.told(head.user.email)[-1] == f"Koordinasi belum dijawab: {case.number}"
    assert not Alarm.objects.filter(kind="coordination").exists(), "nobody is told twice"
    assert "Koordinasi lewat batas waktu" in case.page(head)
    assert "Koordinasi" not in case.tracked()
    path = f"/kantor/aduan/{case.slug}/tindakan/main/note/"
    assert head.post(path, {"versi": version, "isi-note": "Catatan."}).status_code == 302, "not disturbed"
    assert answers(clerk, row).status_code == 302, "a late answer is an answer"


def test_a_colleague_is_warned_too(case: Case, staff: dict[str, Player], at: At) -> None:
    colleague = staff["colleague"]
    row = asks(case, staff["head"], f"member:{colleague.member_id}")
    for moment, words in (("04:00", "Mendekati"), ("10:00", "Lewat")):
        at(f"2025-02-04 {moment}")
        assert ring(case.office.pk, [("coordination", row.uid.hex)]) == 1
        assert mails(colleague)[-1].startswith(words)
    assert case.told(staff["head"].user.email)[-1] == f"Koordinasi belum dijawab: {case.number}"
    assert not Alarm.objects.filter(kind="coordination").exists()


def test_a_further_question_gives_no_more_time(
    case: Case, staff: dict[str, Player], other: Office, at: At
) -> None:
    asks(case, staff["head"], f"office:{other.code}")
    due = case.due("coordination")
    at("2025-02-03 20:00")
    asks(case, staff["head"], f"member:{staff['colleague'].member_id}")
    assert case.due("coordination") == due
    assert [row.seq for row in asked(case)] == [1, 2]
