"""The API for procedures: their format, and the proof of one that a program sends."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from central.accounts.services import create_token
from central.offices.access import office
from central.offices.models import Office
from tenants.procedure.models import ProcedureDraft, ProcedureVersion
from tests.acceptance.cast import Cast
from workflows.loading import as_data, as_yaml
from workflows.preset import load_preset


def test_the_format_of_an_sop_is_published_on_every_host(office_a: Office) -> None:
    for host in ("greged.localhost", "localhost"):
        answer = Client(HTTP_HOST=host).get("/api/sop-schema.json", headers={"Accept-Language": "en"})
        assert answer.status_code == 200, host
        assert answer["Content-Type"].startswith("application/schema+json")
        schema = answer.json()
        assert {"Procedure", "Settings"} <= schema["$defs"].keys()
        Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid(as_data(load_preset("greged").procedure))
    assert not Draft202012Validator(schema).is_valid({"code": "x"})


def checked(caller: Client, document: Any) -> Any:
    return caller.post(
        "/api/v1/sop-checks/", json.dumps({"document": document}), content_type="application/json"
    )


def test_an_admins_program_proves_a_procedure_and_stores_nothing(office_a: Office, cast: Cast) -> None:
    clerk, admin = cast.member(office_a, "complaint_clerk"), cast.admin(office_a)
    callers = [
        Client(
            HTTP_HOST="greged.localhost",
            HTTP_AUTHORIZATION=f"Bearer {create_token(player.user, office_a, 'SOP')[1]}",
        )
        for player in (clerk, admin)
    ]
    text = as_yaml(load_preset("greged").procedure)
    assert checked(callers[0], text).status_code == 403
    sound = checked(callers[1], text)
    assert sound.status_code == 200, sound.content
    assert sound.json()["sound"] is True
    assert sound.json()["kind"] == "procedure"
    broken = checked(callers[1], text.replace("owner:", "owners:", 1)).json()
    assert broken["sound"] is False
    assert broken["problems"][0]["code"].startswith("P")
    assert broken["problems"][0]["line"] > 1
    staffed = text.replace("complaint_clerk", "somebody_else")
    assert "W06" in {item["code"] for item in checked(callers[1], staffed).json()["problems"]}
    assert checked(callers[1], None).status_code == 400
    with office(office_a):
        assert ProcedureVersion.objects.count() == 1
        assert ProcedureDraft.objects.count() == 0


def test_five_megabytes_sent_by_a_program_are_refused_with_code_and_line(
    office_a: Office, cast: Cast
) -> None:
    clerk, admin = (
        Client(
            HTTP_HOST="greged.localhost",
            HTTP_AUTHORIZATION=f"Bearer {create_token(player.user, office_a, 'SOP')[1]}",
        )
        for player in (cast.member(office_a, "complaint_clerk"), cast.admin(office_a))
    )
    for count, line in ((1_000_000, 1), (150_000, 102_401)):
        begun = time.perf_counter()
        answer = checked(admin, "x: 1\n" * count)
        assert time.perf_counter() - begun < 2
        assert answer.status_code == 200, answer.content
        found = answer.json()
        assert found["sound"] is False
        assert [(item["code"], item["line"]) for item in found["problems"]] == [("P02", line)]
    assert checked(clerk, "x: 1\n" * 1_000_000).status_code == 403
    sent = {"description": "x" * 3_000_000}
    refused = admin.post("/api/v1/complaints/", json.dumps(sent), content_type="application/json")
    assert refused.status_code == 413, "no other call is spoken for"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", "P"),
        ("code: x\n" * 2, "P"),
        ("", None),
        ("[" * 5000, "P"),
    ],
)
def test_a_hostile_document_is_answered_with_its_code(
    office_a: Office, cast: Cast, document: str, code: str | None
) -> None:
    token = create_token(cast.admin(office_a).user, office_a, "SOP")[1]
    caller = Client(HTTP_HOST="greged.localhost", HTTP_AUTHORIZATION=f"Bearer {token}")
    answer = checked(caller, document)
    if code is None:
        assert answer.status_code == 400
        return
    assert answer.status_code == 200, answer.content
    assert answer.json()["problems"][0]["code"].startswith(code)
