"""What is no procedure, or none that can work: refused at once, with code and line, nothing typed lost."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.procedure.models import ProcedureDraft
from tests.acceptance.cast import Player
from tests.acceptance.citizen import text_of
from tests.acceptance.procedure_steps import (
    SOP,
    done,
    form_of,
    in_force,
    new_draft,
    sent,
    text_now,
    with_text,
)
from workflows.loading import as_data
from workflows.preset import load_preset


@pytest.fixture
def admin(jenawi: Office, as_admin: Callable[[Office], Player], as_member: Callable[..., Player]) -> Player:
    """The admin of an office in which every role is held."""
    as_member(jenawi, "web_admin")
    return as_admin(jenawi)


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(20)
)
NEVER = {"all": [{"case_class": ["service"]}, {"case_class": ["general"]}]}


def sound() -> dict[str, Any]:
    return as_data(load_preset("jenawi").procedure)


def broken(case: str) -> str:
    """A sound procedure with one thing wrong."""
    data = sound()
    stages = data["lines"][0]["stages"]
    if case == "unknown field":
        data["lines"][0]["stages"][1]["colour"] = "red"
    elif case == "cycle":
        for here, there in (("w_one", "w_two"), ("w_two", "w_one")):
            wait = {"no_limit": True, "waits": {"cap": "1 d", "to": there}, "status": "in_process"}
            stages.insert(1, {"code": here, "name": {"id": here}, "owner": ["web_admin"], **wait})
        stages[0]["actions"].append({"code": "loop", "name": {"id": "Putar"}, "to": "w_one"})
    elif case == "guard":
        stages[1]["actions"][0]["when"] = NEVER
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x" * 600_000, "P02"),
        (BOMB, "P03 Jangkar dan alias YAML (& dan *) tidak diterima. Tulis isinya lengkap. baris 1"),
        ("roles: [\n\tx", "P01"),
        ("calendar: {}\ncategories: []\n", "P14"),
        ("[1, 2]", "P09"),
        (broken("unknown field"), "P10 'colour' tidak dikenal di sini."),
        (f"roles: [{','.join(['x'] * 120_000)}]", "P15 Dokumen terlalu besar: lebih dari 10000 bagian."),
        (f"lines: []\nroles: [{','.join(['x'] * 9_900)}]", "P12"),
    ],
)
def test_what_cannot_be_read_is_refused_with_code_and_line_and_the_text_is_given_back(
    jenawi: Office, admin: Player, text: str, code: str
) -> None:
    begun = time.process_time()
    refused = sent(admin, f"{SOP}konsep/impor/", text=text)
    assert time.process_time() - begun < 2
    assert refused.status_code == 422
    words = text_of(refused)
    assert code in words
    assert code.startswith("P02") or "baris" in words
    kept = form_of(refused).fields["text"].values
    assert code.startswith("P02") or kept[0].strip() == text.strip()
    with inside(jenawi):
        assert not ProcedureDraft.objects.exists()


@pytest.mark.parametrize(("case", "code"), [("cycle", "W10"), ("guard", "W04")])
def test_what_cannot_work_becomes_a_draft_and_never_comes_into_force(
    jenawi: Office, admin: Player, case: str, code: str
) -> None:
    begun = time.process_time()
    draft = done(sent(admin, f"{SOP}konsep/impor/", text=broken(case)))
    words = text_of(admin.get(draft))
    assert time.process_time() - begun < 2
    found = re.search(rf"{code} (.*?) baris (\d+)", words)
    assert found is not None, words
    assert int(found[2]) > 1
    page = form_of(admin.get(f"{draft}isi/"))
    assert page.fields["text"].values[0].strip() == broken(case).strip()
    refused = admin.post(f"{draft}berlakukan/", {"note": ""})
    assert refused.status_code == 422
    assert code in text_of(refused)
    assert in_force(jenawi).number == 1


def test_settings_with_an_unknown_placeholder_are_no_procedure_and_say_what_is_wrong_with_them(
    admin: Player,
) -> None:
    data = as_data(load_preset("jenawi").settings)
    data["texts"] = {"receipt": {"subject": {"id": "S"}, "body": {"id": "Halo {nama}"}, "line": {"id": "x"}}}
    refused = sent(admin, f"{SOP}konsep/impor/", text=yaml.safe_dump(data, sort_keys=False))
    assert refused.status_code == 422
    words = text_of(refused)
    assert "P14" in words
    told = r"W15 Teks 'receipt' memakai isian yang tidak dikenal: nama\. Hapus .*?\. baris \d+"
    assert re.search(told, words), words


FIVE_MEGABYTES = "x: 1\n" * 1_000_000


def pasted(player: Player, path: str, kind: str) -> HttpResponse:
    """Sends five megabytes as a form of that kind does."""
    fields = {"text": FIVE_MEGABYTES, "title": "Saya ganti"}
    if kind == "typed":
        return player.post(path, urlencode(fields), content_type="application/x-www-form-urlencoded")
    if kind == "file":
        return player.post(path, {"file": SimpleUploadedFile("besar.yaml", FIVE_MEGABYTES.encode())})
    return player.post(path, fields)


@pytest.mark.parametrize("kind", ["typed", "multipart", "file"])
def test_five_megabytes_are_refused_at_once_on_the_same_page(
    jenawi: Office, admin: Player, kind: str
) -> None:
    draft = with_text(jenawi, "roles: [] # tersimpan")
    for page in (f"{SOP}konsep/impor/", f"{draft}isi/", "/kantor/atur/riwayat/impor/"):
        begun = time.perf_counter()
        refused = pasted(admin, page, kind)
        assert time.perf_counter() - begun < 2
        words = text_of(refused)
        assert refused.status_code == 413, words
        assert "P02" in words
        assert re.search("baris 1\\b", words, re.IGNORECASE)
        assert "Yang Anda kirim terlalu besar" in words
        assert "tidak dibaca" in words
        kept = form_of(refused).fields["text"].values[0].strip()
        assert kept == ("roles: [] # tersimpan" if page.endswith("/isi/") else "")
        assert len(refused.content) < 200_000
    assert text_now(jenawi, draft) == "roles: [] # tersimpan"
    with inside(jenawi):
        assert ProcedureDraft.objects.get().title == "Uji"


def test_who_may_not_draft_is_told_so_however_much_they_send(jenawi: Office, as_member: Any) -> None:
    clerk = as_member(jenawi, "web_admin")
    assert pasted(clerk, f"{SOP}konsep/impor/", "typed").status_code == 403
    assert pasted(clerk, f"{SOP}konsep/tidak-ada/", "typed").status_code == 413, "an address of nobody"


@pytest.mark.parametrize("path", [f"{SOP}konsep/impor/", "/kantor/atur/riwayat/impor/"])
def test_a_large_file_or_text_that_is_read_says_in_which_line_it_becomes_too_large(
    admin: Player, path: str
) -> None:
    text = "# catatan\n" * 60_000
    for given in ({"file": SimpleUploadedFile("besar.yaml", text.encode())}, {"text": text}):
        refused = sent(admin, path, **given)
        assert refused.status_code == 422
        assert "P02" in text_of(refused)
        assert re.search("baris 51201", text_of(refused), re.IGNORECASE)


def test_a_file_of_other_signs_is_refused_and_so_is_nothing(admin: Player) -> None:
    assert sent(admin, f"{SOP}konsep/impor/", file=SimpleUploadedFile("x", b"\xff\xfe")).status_code == 422
    assert sent(admin, f"{SOP}konsep/impor/").status_code == 422


def test_a_file_that_cannot_be_read_comes_back_as_text_to_be_mended(admin: Player) -> None:
    refused = sent(admin, f"{SOP}konsep/impor/", file=SimpleUploadedFile("sop.yaml", BOMB.encode()))
    assert refused.status_code == 422
    assert "P03" in text_of(refused)
    assert form_of(refused).fields["text"].values[0].strip() == BOMB.strip()


def test_a_file_does_not_take_the_place_of_what_was_typed(admin: Player) -> None:
    file = SimpleUploadedFile("sop.yaml", broken("guard").encode())
    refused = sent(admin, f"{SOP}konsep/impor/", file=file, text="roles: [] # ketikan saya")
    assert refused.status_code == 422
    assert "Pilih salah satu" in text_of(refused)
    assert form_of(refused).fields["text"].values[0].strip() == "roles: [] # ketikan saya"


def test_a_text_that_is_saved_over_a_draft_is_kept_as_it_is(jenawi: Office, admin: Player) -> None:
    draft = new_draft(admin)
    assert done(sent(admin, f"{draft}isi/", text="roles: [ # belum selesai\r\n\tx")) == draft
    assert text_now(jenawi, draft) == "roles: [ # belum selesai\n\tx"
    assert re.search(r"P01 .*? baris 3", text_of(admin.get(draft)))
    refused = sent(admin, f"{draft}isi/", text="x" * 600_000)
    assert refused.status_code == 422
    assert "terlalu besar" in text_of(refused)
    assert text_now(jenawi, draft) == "roles: [ # belum selesai\n\tx"


def test_twenty_drafts_are_enough(jenawi: Office, admin: Player) -> None:
    for _number in range(20):
        with_text(jenawi, "x")
    refused = sent(admin, f"{SOP}konsep/baru/", source="versi:1")
    assert refused.status_code == 422
    assert "Sudah ada 20 konsep" in text_of(refused)
