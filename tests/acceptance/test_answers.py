"""What a category asks beside the description: of citizens, of staff who record, of programs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.chain import verify_chain
from tenants.complaints.models import Complaint
from tenants.organization.queries import actor_for
from tenants.procedure.queries import settings_now
from tenants.procedure.services import put_settings
from tests.acceptance.cast import Player, host_of
from tests.acceptance.citizen import Citizen, assert_error_page, text_of
from tests.acceptance.sops.driver import Case, seen
from tests.acceptance.sops.page import Page
from workflows.loading import as_data

ASKED = [
    {
        "code": "pole",
        "label": {"id": "Nomor tiang lampu", "en": "Number of the pole"},
        "help": "Tertulis di tiang, misalnya 12.",
        "kind": "number",
        "required": True,
    },
    {"code": "dark", "label": "Apakah jalan gelap sama sekali?", "kind": "yes_no", "required": True},
    {
        "code": "since",
        "label": "Sejak kapan mati?",
        "kind": "choice",
        "choices": [{"value": "today", "label": "Hari ini"}, {"value": "week", "label": "Seminggu"}],
    },
    {"code": "near", "label": "Dekat rumah siapa?", "kind": "line"},
]
GIVEN = {"jawab-pole": "17", "jawab-dark": "yes", "jawab-since": "week", "jawab-near": "Rumah Bu Siti Aminah"}
RULE = {
    "code": "dark",
    "why": "Jalan gelap sama sekali",
    "when": [{"field": "answer", "question": "dark", "value": "yes"}],
    "target": {"unit": "pemberdayaan"},
}
BODY: dict[str, Any] = {
    "category": "street_light",
    "description": "Lampu jalan di tikungan mati sejak seminggu.",
    "name": "Siti Aminah",
    "address": "Jalan Melati 7",
    "email": "siti.aminah@example.org",
    "phone": "081234567890",
    "place": "Jalan Melati",
    "occurred_at": "minggu lalu",
}


@pytest.fixture
def admin(greged: Office, as_admin: Callable[[Office], Player]) -> Player:
    return as_admin(greged)


def change(office: Office, admin: Player, how: Callable[[dict[str, Any]], None]) -> None:
    """Puts the office's settings in effect with a change."""
    with inside(office):
        actor = actor_for(admin.user.pk)
        assert actor is not None
        document = as_data(settings_now())
        how(document)
        put_settings(document, actor=actor)


def lamp(document: dict[str, Any]) -> dict[str, Any]:
    """The category of street lamps."""
    for top in document["categories"]:
        for one in (top, *top.get("children", ())):
            if one["code"] == "street_light":
                return one
    raise LookupError("street_light")


@pytest.fixture
def asking(greged: Office, admin: Player, monday: datetime) -> Office:
    """The office asks about street lamps, and routes by one of the answers."""

    def ask(document: dict[str, Any]) -> None:
        lamp(document)["questions"] = ASKED
        document["routing"] = [RULE, *document.get("routing", ())]

    change(greged, admin, ask)
    return greged


@pytest.fixture
def monday(at: Callable[..., datetime]) -> datetime:
    return at("2025-02-03 10:00")


@pytest.fixture
def citizen(asking: Office, warga: Callable[[Office], Citizen]) -> Citizen:
    return warga(asking)


def stored(office: Office, number: str) -> Complaint:
    with inside(office):
        return Complaint.objects.select_related("unit").get(number=number)


def test_the_form_asks_after_the_category_and_the_answers_are_read_everywhere(
    asking: Office, citizen: Citizen, petugas: Player
) -> None:
    chosen = citizen.post("/lapor/kategori/", {"category": "street_light"})
    assert chosen["Location"] == "/lapor/rincian/"
    page = seen(citizen, "/lapor/rincian/")
    for words in ("Nomor tiang lampu", "Tertulis di tiang, misalnya 12.", "Seminggu", "(opsional)"):
        assert words in page
    filled = citizen.fill(category="street_light", **GIVEN)
    assert filled["Location"] == "/lapor/periksa/"
    check = seen(citizen, "/lapor/periksa/")
    assert "Nomor tiang lampu 17" in check
    assert "Sejak kapan mati? Seminggu" in check
    number, code = citizen.report(category="street_light", **GIVEN)
    case = Case(asking, citizen, number, code)
    row = stored(asking, number)
    assert {one["code"]: one["value"] for one in row.answers} == {
        "pole": "17",
        "dark": "yes",
        "since": "week",
        "near": "Rumah Bu Siti Aminah",
    }
    assert row.unit is not None
    assert row.unit.code == "pemberdayaan", "an answer has routed it"
    for words in ("Nomor tiang lampu 17", "Apakah jalan gelap sama sekali? ya", "Rumah Bu Siti Aminah"):
        assert words in case.page(petugas)
        assert words in case.tracked()
        assert words in case.sheet(petugas, "complaint_form")
    with inside(asking):
        assert verify_chain(row).intact
        Complaint.objects.filter(pk=row.pk).update(answers=[{**row.answers[0], "value": "18"}])
        assert not verify_chain(Complaint.objects.get(pk=row.pk)).intact, "answers are sealed too"


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("jawab-pole", "", "Jawab pertanyaan ini."),
        ("jawab-pole", "tujuh belas", "Tulis dengan angka saja, misalnya 12."),
        ("jawab-dark", "", "Pilih satu jawaban."),
        ("jawab-dark", "mungkin", "Jawaban itu tidak ada. Pilih salah satu di bawah."),
        ("jawab-near", "x" * 301, "Paling banyak 300 karakter; sekarang 301. Ringkaslah."),
    ],
)
def test_a_missing_or_wrong_answer_is_named_and_nothing_typed_is_lost(
    citizen: Citizen, field: str, typed: str, words: str
) -> None:
    citizen.post("/lapor/kategori/", {"category": "street_light"})
    refused = citizen.post("/lapor/rincian/", {**GIVEN, field: typed})
    assert words in text_of(refused)
    kept = "17" if field != "jawab-pole" else "Rumah Bu Siti Aminah"
    assert_error_page(refused, typed=kept)
    assert citizen.get("/lapor/uraian/")["Location"] == "/lapor/rincian/", "and it is asked again"


def test_optional_questions_may_be_left_out_and_another_category_asks_nothing(
    asking: Office, citizen: Citizen
) -> None:
    least = {"jawab-pole": "17", "jawab-dark": "no", "jawab-since": "", "jawab-near": ""}
    number, _code = citizen.report(category="street_light", **least)
    assert [one["code"] for one in stored(asking, number).answers] == ["pole", "dark"]
    citizen.post("/lapor/baru/")
    other = next(code for code in citizen.categories() if code != "street_light")
    citizen.reported = False
    citizen.fill(category="street_light", **GIVEN)
    changed = citizen.post("/lapor/kategori/?ubah=1", {"category": other})
    assert changed["Location"] == "/lapor/periksa/"
    assert "Nomor tiang lampu" not in seen(citizen, "/lapor/periksa/")
    sent = citizen.send()
    assert sent.status_code == 303, text_of(sent)
    with inside(asking):
        assert Complaint.objects.latest("pk").answers == []


def test_a_question_that_comes_while_the_form_is_filled_in_is_asked_before_sending(
    greged: Office, admin: Player, monday: datetime, warga: Callable[[Office], Citizen]
) -> None:
    citizen = warga(greged)
    citizen.fill(category="street_light")
    change(greged, admin, lambda document: lamp(document).update(questions=ASKED[:1]))
    refused = citizen.send()
    assert refused["Location"] == "/lapor/rincian/"
    assert citizen.post("/lapor/rincian/?ubah=1", {"jawab-pole": "3"})["Location"] == "/lapor/periksa/"
    assert citizen.send().status_code == 303


def test_the_words_of_then_stay_when_the_office_asks_otherwise(
    asking: Office, admin: Player, citizen: Citizen, petugas: Player
) -> None:
    number, code = citizen.report(category="street_light", **GIVEN)
    case = Case(asking, citizen, number, code)

    def ask_less(document: dict[str, Any]) -> None:
        lamp(document)["questions"] = []
        document["routing"] = document["routing"][1:]

    change(asking, admin, ask_less)
    assert "Nomor tiang lampu 17" in case.page(petugas)
    assert "Sejak kapan mati? Seminggu" in case.tracked()


def test_staff_are_asked_once_and_may_leave_out_what_the_caller_did_not_know(
    asking: Office, petugas: Player
) -> None:
    form = seen(petugas, "/kantor/masukkan/").form("description")
    entered = {
        "channel": "phone",
        "received_at": "2025-02-03T09:30",
        "name": "Budi Santoso",
        "phone": "0857-0000-1111",
        "category": "street_light",
        "description": "Lampu mati di depan balai desa.",
    }
    for name, value in entered.items():
        form.fill(name, value)
    asked = Page(petugas.post("/kantor/masukkan/", form.data()))
    assert asked.status == 200
    assert "Aduan belum dicatat: kategori aduan ini punya pertanyaan" in asked
    again = asked.form("description")
    assert again.fields["description"].values == ["Lampu mati di depan balai desa."]
    again.fill("jawab-pole", "tiga")
    wrong = Page(petugas.post("/kantor/masukkan/", again.data()))
    assert wrong.status == 422
    assert "Tulis dengan angka saja, misalnya 12." in wrong
    again = wrong.form("description")
    assert again.fields["jawab-pole"].values == ["tiga"]
    again.fill("jawab-pole", "3")
    done = petugas.post("/kantor/masukkan/", again.data())
    assert done.status_code == 302, Page(done)
    with inside(asking):
        assert [one["code"] for one in Complaint.objects.latest("pk").answers] == ["pole"]
        assert Complaint.objects.count() == 1


def test_programs_see_the_questions_and_answer_them(asking: Office, petugas: Player) -> None:
    host = host_of(asking)
    found = Client(headers={"host": host}).get("/api/v1/categories/").json()
    asked = next(c for top in found for c in (top, *top["children"]) if c["code"] == "street_light")
    assert [one["code"] for one in asked["questions"]] == ["pole", "dark", "since", "near"]
    assert asked["questions"][0] == {
        "code": "pole",
        "label": "Nomor tiang lampu",
        "help": "Tertulis di tiang, misalnya 12.",
        "kind": "number",
        "required": True,
        "choices": [],
    }
    answers = {"pole": "17", "dark": "yes", "since": "week"}
    sent = send(host, {**BODY, "answers": answers})
    assert sent.status_code == 201, sent.content
    row = stored(asking, sent.json()["number"])
    assert {one["code"]: one["value"] for one in row.answers} == answers
    case = petugas.get(f"/api/v1/cases/{row.slug}/").json()
    assert case["answers"][0] == {
        "code": "pole",
        "value": "17",
        "question": "Nomor tiang lampu",
        "answer": "17",
    }
    form = {**BODY, "answers.pole": "18", "answers.dark": "no"}
    by_form = Client(headers={"host": host}).post("/api/v1/complaints/", form)
    assert by_form.status_code == 201, by_form.content
    assert stored(asking, by_form.json()["number"]).answers[0]["value"] == "18"


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        (None, "answers.pole"),
        ({"pole": "17"}, "answers.dark"),
        ({"pole": "x", "dark": "yes"}, "answers.pole"),
        ({"pole": "17", "dark": "maybe"}, "answers.dark"),
        ({"pole": "17", "dark": "yes", "colour": "red"}, "answers.colour"),
        ({"pole": 17, "dark": "yes"}, "answers.pole"),
        ({"pole": "17", "dark": "yes", "near": "a\x00b"}, "answers.near"),
        (["17"], "answers"),
        ({"pole": "17", "dark": "yes", "\ud800": "x"}, "answers"),
    ],
)
def test_what_a_program_answers_wrongly_is_named(asking: Office, answers: Any, field: str) -> None:
    body = BODY if answers is None else {**BODY, "answers": answers}
    refused = send(host_of(asking), body)
    assert refused.status_code == 400, refused.content
    assert field in [error["field"] for error in refused.json()["errors"]], refused.json()
    with inside(asking):
        assert not Complaint.objects.exists()


def send(host: str, body: dict[str, Any]) -> Any:
    client = Client(headers={"host": host})
    return client.post("/api/v1/complaints/", body, content_type="application/json")
