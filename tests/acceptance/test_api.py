"""The API as a program of somebody else uses it: over HTTP, on the hosts of two real offices."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from openapi_spec_validator import validate
from PIL import Image

from central.accounts.services import create_token
from central.coordination.models import CaseIndex
from central.offices import directory
from central.offices.access import office
from central.offices.models import Office
from tenants.complaints.models import Attachment, Complaint, Reporter
from tests.acceptance.cast import Player

PATH = "/api/v1/complaints/"
REPORT = {
    "category": "road",
    "description": "Jalan di depan balai desa berlubang dalam.",
    "place": "Depan balai desa",
    "name": "Siti Aminah",
    "address": "RT 01 RW 02",
    "email": "siti@contoh.id",
    "phone": "0812-3456-7890",
}


def send(host: str, data: dict[str, Any], **headers: str) -> Any:
    client = Client(HTTP_HOST=host)
    return client.post(PATH, json.dumps(data), content_type="application/json", headers=headers)


def picture() -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "grey").save(content, "JPEG")
    return SimpleUploadedFile("jalan.jpg", content.getvalue(), "image/jpeg")


def test_a_complaint_gets_its_receipt_and_can_be_followed(office_a: Office) -> None:
    answer = send("greged.localhost", REPORT)
    assert answer.status_code == 201, answer.content
    receipt = answer.json()
    assert set(receipt) == {"number", "tracking_code", "status_url", "due_at", "due_at_provisional"}
    assert receipt["status_url"] == f"http://greged.localhost:8000/lacak/{receipt['tracking_code']}/"
    followed = Client(HTTP_HOST="greged.localhost").get(f"{PATH}{receipt['tracking_code']}/").json()
    assert followed["number"] == receipt["number"]
    assert followed["status"] == "received"
    assert followed["due_at"] == receipt["due_at"]
    assert followed["timeline"]
    assert "Siti" not in json.dumps(followed)


def test_addresses_have_the_settings_port_whatever_the_caller_names(office_a: Office) -> None:
    answer = send("greged.localhost:6666", REPORT)
    assert answer.status_code == 201, answer.content
    assert answer["Location"].startswith(f"http://greged.localhost:8000{PATH}")
    assert answer.json()["status_url"].startswith("http://greged.localhost:8000/lacak/")


def test_a_code_opens_nothing_at_another_office(offices: list[Office]) -> None:
    code = send("greged.localhost", REPORT).json()["tracking_code"]
    answer = Client(HTTP_HOST="jenawi.localhost").get(f"{PATH}{code}/")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_the_same_key_gives_the_same_receipt_once(office_a: Office) -> None:
    first = send("greged.localhost", REPORT, **{"Idempotency-Key": "k-1"}).json()
    again = send("greged.localhost", REPORT, **{"Idempotency-Key": "k-1"})
    assert again.status_code == 201
    assert again.json() == first
    other = send("greged.localhost", {**REPORT, "place": "Pasar"}, **{"Idempotency-Key": "k-1"})
    assert other.status_code == 422
    assert other.json()["code"] == "idempotency_mismatch"
    with office(office_a):
        assert Complaint.objects.filter(number=first["number"]).count() == 1


def test_files_come_as_multipart(office_a: Office) -> None:
    answer = Client(HTTP_HOST="greged.localhost").post(PATH, {**REPORT, "files": [picture(), picture()]})
    assert answer.status_code == 201, answer.content
    with office(office_a):
        assert Attachment.objects.filter(complaint__number=answer.json()["number"]).count() == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"category": "no-such"}, "category"),
        ({"category": "infrastructure"}, "category"),
        ({"description": ""}, "description"),
        ({"description": "x" * 20_001}, "description"),
        ({"email": "bukan surel"}, "email"),
        ({"phone": "abc"}, "phone"),
        ({"visibility": "secret"}, "visibility"),
        ({"latitude": 95}, "latitude"),
        ({"latitude": 1.5}, "latitude"),
        ({"description": "a\u0000b"}, "description"),
    ],
)
def test_bad_input_is_named_and_stores_nothing(office_a: Office, change: dict[str, Any], field: str) -> None:
    with office(office_a):
        before = Complaint.objects.count()
    answer = send("greged.localhost", {**REPORT, **change})
    assert answer.status_code == 400, answer.content
    problem = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert problem["type"] == f"/api/problems/{problem['code']}"
    assert field in {item["field"] for item in problem["errors"]}
    with office(office_a):
        assert Complaint.objects.count() == before
    assert CaseIndex.objects.filter(office=office_a).count() == before


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("[" * 20_000, 400),
        ('{"description": ' + "[" * 5_000 + "]" * 5_000 + "}", 400),
        ('{"description": "' + "x" * 2_200_000 + '"}', 413),
        ("[]", 400),
        ("null", 400),
    ],
)
def test_json_that_no_program_of_good_will_sends_is_refused(office_a: Office, body: str, status: int) -> None:
    answer = Client(HTTP_HOST="greged.localhost").post(PATH, body, content_type="application/json")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_a_file_that_is_not_what_it_says_is_refused(office_a: Office) -> None:
    wrong = SimpleUploadedFile("foto.jpg", b"%PDF-1.4 not a picture", "image/jpeg")
    answer = Client(HTTP_HOST="greged.localhost").post(PATH, {**REPORT, "files": [wrong]})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "files"


def test_what_the_sop_requires_is_required(offices: list[Office]) -> None:
    bare = {key: REPORT[key] for key in ("description",)}
    answer = send("jenawi.localhost", {**bare, "category": first_category("jenawi.localhost")})
    assert answer.status_code == 400
    assert {"name", "address"} <= {item["field"] for item in answer.json()["errors"]}


def test_an_anonymous_complaint_keeps_nothing_of_its_reporter(office_a: Office) -> None:
    answer = send("greged.localhost", {**REPORT, "visibility": "anonymous"})
    assert answer.status_code == 201
    with office(office_a):
        assert not Reporter.objects.filter(complaint__number=answer.json()["number"]).exists()


def first_category(host: str) -> str:
    def leaf(category: dict[str, Any]) -> str:
        return leaf(category["children"][0]) if category["children"] else category["code"]

    return leaf(Client(HTTP_HOST=host).get("/api/v1/categories/").json()[0])


@override_settings(INTAKE_RATE="2/hour")
def test_a_flood_is_told_when_to_come_back(office_a: Office) -> None:
    answers = [send("greged.localhost", REPORT, REMOTE_ADDR="198.51.100.7") for _ in range(3)]
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) > 0


@pytest.mark.parametrize(("method", "path"), [("get", PATH), ("put", PATH), ("get", "/api/v1/nothing/")])
def test_wrong_ways_are_answered_as_problems(office_a: Office, method: str, path: str) -> None:
    answer = getattr(Client(HTTP_HOST="greged.localhost"), method)(path)
    assert answer.status_code in {404, 405}
    assert answer["Content-Type"] == "application/problem+json"


def test_staff_calls_are_closed_to_strangers(office_a: Office) -> None:
    client = Client(HTTP_HOST="greged.localhost")
    assert client.get("/api/v1/work/").status_code == 401
    assert client.get("/api/v1/work/", headers={"Authorization": "Bearer no-such-token"}).status_code == 401


@pytest.mark.parametrize(
    ("host", "operations"),
    [
        (
            "greged.localhost",
            {
                "send_complaint",
                "track_complaint",
                "sop_schema",
                "check_sop",
                "list_categories",
                "list_areas",
                "list_work",
                "get_case",
                "act_on_case",
                "hand_over_case",
                "list_outside_offices",
                "list_questions",
                "answer_question",
                "decline_question",
                "list_case_questions",
                "ask_about_case",
            },
        ),
        ("localhost", {"list_offices", "sop_schema"}),
    ],
)
def test_each_host_describes_its_own_api(office_a: Office, host: str, operations: set[str]) -> None:
    answer = Client(HTTP_HOST=host).get("/api/schema/", {"format": "json"})
    schema = json.loads(answer.content)
    assert schema["openapi"].startswith("3.1")
    validate(schema)
    described = [operation for path in schema["paths"].values() for operation in path.values()]
    assert {operation["operationId"] for operation in described} == operations


def test_links_of_the_schema_lead_to_operations(office_a: Office) -> None:
    answer = Client(HTTP_HOST="greged.localhost").get("/api/schema/", {"format": "json"})
    operations = [
        operation for path in json.loads(answer.content)["paths"].values() for operation in path.values()
    ]
    links = {
        (operation["operationId"], status, link["operationId"])
        for operation in operations
        for status, got in operation["responses"].items()
        for link in got.get("links", {}).values()
    }
    assert links == {
        ("send_complaint", "201", "track_complaint"),
        ("list_work", "200", "get_case"),
        ("get_case", "200", "act_on_case"),
        ("get_case", "200", "list_case_questions"),
        ("list_questions", "200", "answer_question"),
        ("act_on_case", "200", "get_case"),
    }


@pytest.mark.parametrize("query", ["format=xml", "format=", "lang=%00", "lang=../..", "version=9"])
def test_a_description_that_there_is_not_is_refused_in_json(office_a: Office, query: str) -> None:
    answer = Client(HTTP_HOST="greged.localhost").get(f"/api/schema/?{query}")
    assert answer.status_code in {200, 404}
    if answer.status_code == 404:
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "not_found"


def test_answers_are_json_whatever_else_is_wanted(office_a: Office) -> None:
    client = Client(HTTP_HOST="greged.localhost")
    for answer in (
        client.get("/api/v1/categories/?format=xml"),
        client.get("/api/v1/categories/", headers={"Accept": "text/html"}),
    ):
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"description": 12_345_678_901}, "description"),
        ({"name": 7.5}, "name"),
        ({"latitude": "-6.7", "longitude": "108.5"}, "latitude"),
        ({"latitude": True, "longitude": 1}, "latitude"),
        ({"description": " \n\t "}, "description"),
        ({"files": ["foto.jpg"]}, "files"),
    ],
)
def test_in_json_a_number_is_no_text_and_a_text_no_number(
    office_a: Office, change: dict[str, Any], field: str
) -> None:
    answer = send("greged.localhost", {**REPORT, **change})
    assert answer.status_code == 400, answer.content
    assert field in {item["field"] for item in answer.json()["errors"]}


def test_a_place_from_a_device_is_taken_with_all_its_decimals(office_a: Office) -> None:
    answer = send("greged.localhost", {**REPORT, "latitude": -6.7320551234567, "longitude": 1e-300})
    assert answer.status_code == 201, answer.content
    with office(office_a):
        kept = Complaint.objects.get(number=answer.json()["number"])
    assert (str(kept.latitude), str(kept.longitude)) == ("-6.732055", "0.000000")
    form = {**REPORT, "latitude": "-6.7320551234567", "longitude": "108.5", "files": [picture()]}
    assert Client(HTTP_HOST="greged.localhost").post(PATH, form).status_code == 201
    assert Client(HTTP_HOST="greged.localhost").post(PATH, {**form, "latitude": "9e99"}).status_code == 400


def test_a_closed_office_says_so_as_its_schema_does(office_a: Office) -> None:
    from central.offices.services import suspend_office

    suspend_office(office_a)
    directory.forget()
    answer = send("greged.localhost", REPORT)
    assert answer.status_code == 503
    assert set(answer.json()) == {"type", "title", "status", "detail", "code"}


@pytest.mark.parametrize("version", [True, 1.5, "1", -1, None])
def test_the_version_of_a_step_is_a_whole_number(greged: Office, petugas: Player, version: Any) -> None:
    code = send("greged.localhost", REPORT).json()["tracking_code"]
    with office(greged):
        slug = Complaint.objects.get(tracking_code=code).slug
    path = f"/api/v1/cases/{slug}/actions/note/"
    body = {"version": version, "inputs": {"note": "Catatan."}}
    answer = petugas.post(path, json.dumps(body), content_type="application/json")
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["field"] == "version"
    assert petugas.post(path, {"version": "1", "inputs.note": "Catatan."}).status_code == 200


def test_the_platform_lists_its_offices(offices: list[Office]) -> None:
    found = Client(HTTP_HOST="localhost").get("/api/v1/offices/").json()
    rows = {row["host"]: row for row in found["results"]}
    assert rows["greged.localhost:8000"]["name"] == offices[0].name
    assert set(rows["greged.localhost:8000"]) == {"name", "host", "government", "type"}


def test_problems_speak_the_callers_language(office_a: Office) -> None:
    indonesian = send("greged.localhost", {**REPORT, "email": "x"}, **{"Accept-Language": "id"}).json()
    english = send("greged.localhost", {**REPORT, "email": "x"}, **{"Accept-Language": "en"}).json()
    assert indonesian["title"] == "Permintaan keliru"
    assert english["title"] == "Bad request"
    assert indonesian["detail"] != english["detail"]


@pytest.mark.parametrize(
    "inputs", [{"note": "a\ud800b"}, {"\ud800": "x"}, {"note": "a\u0000"}, {"note": [[]]}]
)
def test_a_step_with_what_cannot_be_stored_is_refused(
    greged: Office, petugas: Player, inputs: dict[str, Any]
) -> None:
    code = send("greged.localhost", REPORT).json()["tracking_code"]
    with office(greged):
        slug = Complaint.objects.get(tracking_code=code).slug
    answer = petugas.post(
        f"/api/v1/cases/{slug}/actions/note/",
        json.dumps({"version": 1, "inputs": inputs}),
        content_type="application/json",
    )
    assert answer.status_code == 400, answer.content


def test_a_token_beside_a_session_says_who_calls(greged: Office, petugas: Player, sekcam: Player) -> None:
    _token, secret = create_token(sekcam.user, greged, "Aplikasi")
    send("greged.localhost", REPORT)
    headers = {"Authorization": f"Bearer {secret}"}
    assert petugas.get("/api/v1/work/").json()["results"]
    assert petugas.get("/api/v1/work/", headers=headers).json()["results"] == []
