"""Publication by the government's desk (Kota Mojokerto B1 and B2), as its editor and coordinator do it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from central.coordination.models import GovernmentWork
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.chain import verify_chain
from tenants.complaints.models import Complaint, Event
from tests.acceptance.cast import Cast, Player, host_of
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.desk_steps import (
    ANSWER,
    EDITED,
    STORY,
    answered,
    case_path,
    clock_of,
    edited,
    looks_at,
    offered,
    opened,
    queued,
    step_path,
    try_step,
)
from tests.acceptance.portal_steps import field, page_of, picture, slug_of, step, version_on

Clocked = Callable[..., datetime]


def public_page(office: Office, slug: str) -> int:
    return Client().get(f"/aduan/{slug}/", HTTP_HOST=host_of(office)).status_code


def whole_way_to_the_answer(cast: Cast, office: Office, at: Clocked) -> tuple[str, str]:
    """A1, A2, A5, A6 and A8: the answer is entered on Monday at 15:30."""
    at("2025-03-03 08:00")
    number, _code = Citizen(host_of(office)).report(description=STORY)
    slug = slug_of(office, number)
    operator, official = cast.member(office, "operator"), cast.member(office, "responsible_official")
    step(operator, slug, "verify", case_class="within_duties")
    step(operator, slug, "forward", member=official.member_id)
    step(official, slug, "report_study", assessment="Benar, lampu mati.")
    step(cast.member(office, "agency_head"), slug, "answer_in_writing", written_answer=ANSWER)
    at("2025-03-03 15:30")
    step(operator, slug, "enter_answer", answer=ANSWER)
    return number, slug


def test_b1_the_editor_has_120_working_minutes_after_the_answer(
    mojokerto: Office, cast: Cast, at: Clocked
) -> None:
    """B1."""
    number, slug = whole_way_to_the_answer(cast, mojokerto, at)
    due = datetime.fromisoformat("2025-03-04T09:00+07:00")  # 30 minutes on Monday, 90 on Tuesday
    assert clock_of(mojokerto, slug, "editing").due_at == due
    work = GovernmentWork.objects.get(uid=slug, closed_at=None)
    assert (work.role, work.stage, work.due_at) == ("editor", "editing", due)
    editor = cast.desk(mojokerto.government, "editor")
    assert queued(editor) == [number]
    queue = text_of(editor.get("/meja/"))
    assert "Dinas Perhubungan" in queue
    assert "Penyuntingan" in queue
    assert "Redaktur Bagian Humas" in queue
    assert "sisa 17 jam" in queue
    assert {"publication/submit_edited", "publication/withhold"} <= offered(editor, mojokerto, slug)

    form = editor.get(step_path(mojokerto, slug, "submit_edited"))
    proposed = field(form, "public_complaint") + field(form, "public_answer") + field(form, "public_title")
    for hidden in ("Siti", "Aminah", "3456", "Joko", "9876"):
        assert hidden not in proposed
    shown = text_of(form)
    assert "Asli" in shown
    assert "Saya Siti Aminah" in shown  # the original beside it, for staff only
    assert "belum terbit sesudah langkah ini" in shown

    at("2025-03-04 08:50")
    edited(cast, mojokerto, slug)
    clock = clock_of(mojokerto, slug, "editing")
    assert clock.stopped_at == datetime.fromisoformat("2025-03-04T08:50+07:00")
    assert public_page(mojokerto, slug) == 404
    assert queued(editor) == []
    assert opened(editor, mojokerto, slug).status_code == 404


def test_b2_the_coordinator_has_15_working_minutes_after_the_edited_text(
    mojokerto: Office, cast: Cast, at: Clocked
) -> None:
    """B2."""
    at("2025-03-04 15:00")
    number, slug = answered(cast, mojokerto)
    coordinator = cast.desk(mojokerto.government, "press_coordinator")
    assert queued(coordinator) == []
    assert opened(coordinator, mojokerto, slug).status_code == 404
    at("2025-03-04 15:55")
    edited(cast, mojokerto, slug)
    due = datetime.fromisoformat("2025-03-05T07:40+07:00")  # 5 minutes today, 10 tomorrow
    assert clock_of(mojokerto, slug, "publishing").due_at == due
    assert queued(coordinator) == [number]
    assert offered(coordinator, mojokerto, slug) >= {
        "publication/publish",
        "publication/return_edited",
        "publication/withhold",
    }

    review = coordinator.get(step_path(mojokerto, slug, "publish"))
    shown = text_of(review)
    assert "Ini akan dibaca siapa saja, atas nama Dinas Perhubungan" in shown
    assert EDITED["public_title"] in shown
    assert EDITED["public_complaint"] in shown
    assert public_page(mojokerto, slug) == 404

    at("2025-03-05 07:35")
    taken = try_step(coordinator, mojokerto, slug, "publish")
    assert taken.status_code == 302, text_of(taken)
    assert taken["Location"] == "/meja/"
    assert clock_of(mojokerto, slug, "publishing").stopped_at == datetime.fromisoformat(
        "2025-03-05T07:35+07:00"
    )
    page = text_of(Client().get(f"/aduan/{slug}/", HTTP_HOST=host_of(mojokerto)))
    assert EDITED["public_complaint"] in page
    assert EDITED["public_answer"] in page
    for hidden in ("Siti", "Aminah", "Joko", "9876"):
        assert hidden not in page
    assert not GovernmentWork.objects.filter(uid=slug, closed_at=None).exists()


def test_the_reporter_has_the_answer_at_once_and_the_public_only_after_b2(
    mojokerto: Office, cast: Cast, at: Clocked
) -> None:
    at("2025-03-04 10:00")
    _number, slug = answered(cast, mojokerto)
    with inside(mojokerto):
        code = Complaint.objects.get(uid=slug).tracking_code
    assert ANSWER in text_of(Client().get(f"/lacak/{code}/", HTTP_HOST=host_of(mojokerto)))
    assert public_page(mojokerto, slug) == 404


def test_the_offices_timeline_shows_the_desks_steps_with_name_and_role(
    mojokerto: Office, cast: Cast, at: Clocked
) -> None:
    at("2025-03-04 10:00")
    _number, slug = answered(cast, mojokerto)
    edited(cast, mojokerto, slug)
    page = text_of(page_of(cast.member(mojokerto, "operator"), slug))
    assert "Simpan suntingan" in page
    assert "editor Kota Mojokerto, Redaktur Bagian Humas" in page
    assert EDITED["public_complaint"] in page


def test_pictures_stay_hidden_unless_ticked_one_by_one(mojokerto: Office, cast: Cast, at: Clocked) -> None:
    at("2025-03-04 10:00")
    _number, slug = answered(cast, mojokerto)
    operator = cast.member(mojokerto, "operator")
    step(
        operator, slug, "note", note="Foto dari lapangan.", files=[picture("a.jpg"), picture("b.jpg", "red")]
    )
    edited(cast, mojokerto, slug)
    coordinator = cast.desk(mojokerto.government, "press_coordinator")
    page = coordinator.get(step_path(mojokerto, slug, "publish"))
    body = page.content.decode()
    assert body.count('name="isi-foto"') == 2
    assert "checked" not in body
    with inside(mojokerto):
        first, second = Complaint.objects.get(uid=slug).attachments.order_by("id")
    small = coordinator.get(f"{case_path(mojokerto, slug)}berkas/{first.uid.hex}/", {"kecil": "1"})
    assert small.status_code == 200
    assert small["Content-Type"] == "image/jpeg"
    data = {"versi": version_on(page), "isi-foto": [second.uid.hex]}
    taken = coordinator.post(step_path(mojokerto, slug, "publish"), data)
    assert taken.status_code == 302, text_of(taken)
    citizen = Client()
    shown = [
        citizen.get(f"/aduan/{slug}/foto/{one.uid.hex}/", HTTP_HOST=host_of(mojokerto)).status_code
        for one in (first, second)
    ]
    assert shown == [404, 200]


def test_the_coordinator_can_send_the_text_back(mojokerto: Office, cast: Cast, at: Clocked) -> None:
    at("2025-03-04 10:00")
    number, slug = answered(cast, mojokerto)
    edited(cast, mojokerto, slug)
    coordinator, editor = (cast.desk(mojokerto.government, role) for role in ("press_coordinator", "editor"))
    refused = try_step(coordinator, mojokerto, slug, "return_edited")
    assert refused.status_code == 422
    at("2025-03-04 11:00")
    taken = try_step(coordinator, mojokerto, slug, "return_edited", reason="Nama jalan belum disamarkan.")
    assert taken.status_code == 302, text_of(taken)
    assert queued(coordinator) == []
    assert queued(editor) == [number]
    clock = clock_of(mojokerto, slug, "editing")
    assert clock.round == 2
    assert clock.due_at == datetime.fromisoformat("2025-03-04T13:00+07:00")
    form = editor.get(step_path(mojokerto, slug, "submit_edited"))
    assert field(form, "public_complaint") == EDITED["public_complaint"]


def test_what_is_withheld_never_becomes_public(mojokerto: Office, cast: Cast, at: Clocked) -> None:
    at("2025-03-04 10:00")
    _number, slug = answered(cast, mojokerto)
    editor = cast.desk(mojokerto.government, "editor")
    taken = try_step(editor, mojokerto, slug, "withhold", reason="Menyangkut anak di bawah umur.")
    assert taken.status_code == 302, text_of(taken)
    assert queued(editor) == []
    assert public_page(mojokerto, slug) == 404
    assert not GovernmentWork.objects.filter(uid=slug, closed_at=None).exists()


def test_a_stale_version_comes_back_with_what_was_typed(mojokerto: Office, cast: Cast, at: Clocked) -> None:
    at("2025-03-04 10:00")
    _number, slug = answered(cast, mojokerto)
    editor = cast.desk(mojokerto.government, "editor")
    path = step_path(mojokerto, slug, "submit_edited")
    page = editor.get(path)
    step(cast.member(mojokerto, "operator"), slug, "note", note="Sudah dicek ulang di lapangan.")
    data = {"versi": version_on(page), **{f"isi-{name}": text for name, text in EDITED.items()}}
    answer = editor.post(path, data)
    assert answer.status_code == 409
    assert "baru saja berubah" in text_of(answer)
    assert field(answer, "public_complaint") == EDITED["public_complaint"]
    again = editor.post(path, {**data, "versi": version_on(answer)})
    assert again.status_code == 302, text_of(again)


def test_who_comes_second_gets_back_what_they_typed_and_sees_nothing_more(
    mojokerto: Office, cast: Cast, at: Clocked
) -> None:
    at("2025-03-04 10:00")
    number, slug = answered(cast, mojokerto)
    editor = cast.desk(mojokerto.government, "editor")
    path = step_path(mojokerto, slug, "submit_edited")
    version = version_on(editor.get(path))
    edited(cast, mojokerto, slug)
    before = looks_at(slug)
    typed = "Sebuah kalimat panjang yang ditulis redaktur kedua dengan teliti."
    answer = editor.post(path, {"versi": version, **{f"isi-{name}": typed for name in EDITED}})
    assert answer.status_code == 409
    shown = text_of(answer)
    assert typed in shown
    assert number in shown
    assert "simpang lima" not in shown
    assert looks_at(slug) == before


def test_bad_input_is_named_and_nothing_is_lost(mojokerto: Office, cast: Cast, at: Clocked) -> None:
    at("2025-03-04 10:00")
    _number, slug = answered(cast, mojokerto)
    editor = cast.desk(mojokerto.government, "editor")
    answer = try_step(editor, mojokerto, slug, "submit_edited", **{**EDITED, "public_title": "x" * 400})
    assert answer.status_code == 422
    assert "Terlalu panjang" in text_of(answer)
    assert field(answer, "public_answer") == EDITED["public_answer"]
    compared = try_step(editor, mojokerto, slug, "submit_edited", extra={"pratinjau": "1"}, **EDITED)
    assert compared.status_code == 200
    assert queued(editor) != []


def test_a_step_needs_the_forms_token(mojokerto: Office, cast: Cast, at: Clocked) -> None:
    at("2025-03-04 10:00")
    _number, slug = answered(cast, mojokerto)
    editor = cast.desk(mojokerto.government, "editor")
    editor.client.handler.enforce_csrf_checks = True
    answer = editor.post(
        step_path(mojokerto, slug, "withhold"), {"versi": "1", "isi-reason": "Tidak pantas."}
    )
    assert answer.status_code == 403
    assert GovernmentWork.objects.filter(uid=slug, closed_at=None).count() == 1


def test_a_confidential_reporters_name_stays_with_the_office(
    mojokerto: Office, cast: Cast, at: Clocked, warga: Callable[[Office], Citizen]
) -> None:
    at("2025-03-04 10:00")
    story = "Lampu lalu lintas di simpang lima mati sejak kemarin."
    _number, slug = answered(cast, mojokerto, description=story, visibility="confidential")
    editor: Player = cast.desk(mojokerto.government, "editor")
    page = text_of(opened(editor, mojokerto, slug))
    assert "Dirahasiakan" in page
    for hidden in ("Siti Aminah", "siti.aminah@example.org", "0812-3456-7890"):
        assert hidden not in page
        assert hidden not in text_of(editor.get(step_path(mojokerto, slug, "submit_edited")))


def test_an_open_reporter_is_shown_to_who_may_open_the_complaint(
    mojokerto: Office, cast: Cast, at: Clocked
) -> None:
    at("2025-03-04 10:00")
    _number, slug = answered(cast, mojokerto)
    assert "0812-3456-7890" in text_of(opened(cast.desk(mojokerto.government, "editor"), mojokerto, slug))
    admin = cast.desk(mojokerto.government, "admin")
    page = opened(admin, mojokerto, slug)
    assert page.status_code == 200
    assert "siti.aminah@example.org" not in text_of(page)  # an admin without a role oversees, no more


def test_the_office_takes_a_published_page_back_and_the_desk_decides_anew(
    mojokerto: Office, cast: Cast, at: Clocked
) -> None:
    at("2025-03-04 10:00")
    number, slug = answered(cast, mojokerto)
    edited(cast, mojokerto, slug)
    coordinator = cast.desk(mojokerto.government, "press_coordinator")
    assert try_step(coordinator, mojokerto, slug, "publish").status_code == 302
    assert public_page(mojokerto, slug) == 200
    assert opened(coordinator, mojokerto, slug).status_code == 404, "no open work, no door"
    operator = cast.member(mojokerto, "operator")
    step(operator, slug, "unpublish", "publication", reason="Nama warga terbaca.")
    assert public_page(mojokerto, slug) == 404
    assert queued(coordinator) == [number]
    assert "Nama warga terbaca." in text_of(opened(coordinator, mojokerto, slug))
    assert try_step(coordinator, mojokerto, slug, "publish").status_code == 302
    assert public_page(mojokerto, slug) == 200


def test_editor_and_coordinator_see_original_and_edited_text_side_by_side(
    mojokerto: Office, cast: Cast, at: Clocked
) -> None:
    at("2025-03-04 10:00")
    _number, slug = answered(cast, mojokerto)
    editor, coordinator = (cast.desk(mojokerto.government, role) for role in ("editor", "press_coordinator"))
    words = {**EDITED, "public_title": "Lampu padam", "public_answer": "Lampu sudah menyala kembali."}
    compared = try_step(editor, mojokerto, slug, "submit_edited", extra={"pratinjau": "1"}, **words)
    assert try_step(editor, mojokerto, slug, "submit_edited", **words).status_code == 302
    for page in (compared, coordinator.get(step_path(mojokerto, slug, "publish"))):
        body = page.content.decode()
        left, right = (" ".join(re.findall(rf"<{tag}>([^<]*)</{tag}>", body)) for tag in ("mark", "ins"))
        for original in ("Siti Aminah", "0812-3456-7890", "Joko", "Santoso", "0813-9876-5432"):
            assert original in left, original
        for written in ("menyala", "kembali"):
            assert written in right, written
        assert text_of(page).count("Asli hanya petugas") == text_of(page).count("Yang akan terbit") == 3
    last = text_of(coordinator.get(step_path(mojokerto, slug, "publish")))
    assert "Judul yang terbit Lampu padam" in last
    assert "Bandingkan lagi" not in last, "there is nothing to change here"


def test_the_original_is_kept_whatever_is_edited_and_every_edited_text_stands_in_the_record(
    mojokerto: Office, cast: Cast, at: Clocked
) -> None:
    at("2025-03-04 10:00")
    _number, slug = answered(cast, mojokerto)
    with inside(mojokerto):
        before = Complaint.objects.get(uid=slug)
        said = list(before.messages.order_by("id").values_list("uid", "body"))
    edited(cast, mojokerto, slug)
    coordinator, editor = (cast.desk(mojokerto.government, role) for role in ("press_coordinator", "editor"))
    try_step(coordinator, mojokerto, slug, "return_edited", reason="Nama jalan belum disamarkan.")
    second = {**EDITED, "public_complaint": "Lampu lalu lintas mati."}
    assert try_step(editor, mojokerto, slug, "submit_edited", **second).status_code == 302
    assert try_step(coordinator, mojokerto, slug, "publish").status_code == 302
    with inside(mojokerto):
        after = Complaint.objects.get(uid=slug)
        kept = list(after.messages.order_by("id").values_list("uid", "body"))
        assert (after.description, after.place) == (before.description, before.place) == (STORY, before.place)
        assert kept[: len(said)] == said
        assert ANSWER in [body for _uid, body in kept]
        assert verify_chain(after).intact
        assert not verify_chain(after).erased
        with pytest.raises(DatabaseError), transaction.atomic():
            Event.objects.filter(complaint=after).update(action="x")
    record = text_of(page_of(cast.member(mojokerto, "operator"), slug))
    for text in (EDITED["public_complaint"], second["public_complaint"], ANSWER):
        assert text in record, text
