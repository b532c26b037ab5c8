"""Texts, channels, reminders and masking words, as an office's admin sets them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Message
from tests.acceptance.cast import Player
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.settings_steps import another_admin, done, seen, send, stored, versions

Clock = Callable[..., datetime]
Warga = Callable[[Office], Citizen]
TEXTS = "/kantor/atur/teks/"
RECEIPT = f"{TEXTS}receipt/"
CHANNELS = "/kantor/atur/kanal/"
MASKING = "/kantor/atur/samaran/"

OURS = {
    "subject": "Sampun katampi: {number}",
    "subject_en": "Received: {number}",
    "body": "Yth. {name},\n\nlaporan Anda sudah di meja kami: {number}, kode {code}.",
    "body_en": "Dear {name}, your report is with us: {number}, code {code}.",
    "line": "Laporan sampun katampi.",
    "line_en": "The report has come in.",
}


@pytest.fixture
def admin(greged: Office, as_admin: Callable[[Office], Player]) -> Player:
    return as_admin(greged)


def test_a_text_of_the_office_is_what_reporters_get(
    greged: Office, admin: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    page = text_of(admin.get(RECEIPT))
    assert "Teks bawaan" in page
    assert "{code} kode lacak" in page
    done(send(admin, RECEIPT, OURS))
    number, _code = warga(greged).report()
    with inside(greged):
        message = Message.objects.get(to_reporter=True)
    assert message.subject == f"Sampun katampi: {number}"
    assert "sudah di meja kami" in message.body
    assert "Tanda terima laporan diubah" in text_of(admin.get(TEXTS))
    assert 'value="Sampun katampi: {number}"' in admin.get(RECEIPT).content.decode()


def test_the_platforms_text_can_be_taken_again(greged: Office, admin: Player) -> None:
    done(send(admin, RECEIPT, OURS))
    done(send(admin, RECEIPT, {"bawaan": "1"}))
    assert "receipt" not in stored(greged).texts
    done(send(admin, RECEIPT, OURS))
    entry = stored(greged).text("verified")
    assert entry is not None
    assert entry.line is not None
    done(send(admin, f"{TEXTS}verified/", {"line": entry.line.id, "line_en": entry.line.en}))
    assert list(stored(greged).texts) == ["receipt"], "what says the same is no text of one's own"


@pytest.mark.parametrize("wrong", ["{kode}", "{Nama}", "{number_}", "{nomor register}"])
def test_an_unknown_placeholder_is_refused_by_its_rule(greged: Office, admin: Player, wrong: str) -> None:
    answer = send(admin, RECEIPT, {**OURS, "body": f"Kode Anda {wrong}"})
    assert answer.status_code == 422
    words = text_of(answer)
    assert f"memakai isian yang tidak dikenal: {wrong.strip('{}')}" in words
    assert "(W15)" in words
    assert f"Kode Anda {wrong}" in answer.content.decode()
    assert versions(greged) == 1


def test_a_text_that_is_left_empty_is_asked_for(greged: Office, admin: Player) -> None:
    answer = send(admin, RECEIPT, {**OURS, "body": ""})
    assert answer.status_code == 422
    assert "Isi “Isi surel”" in text_of(answer)
    assert "Sampun katampi" in answer.content.decode()
    assert admin.get(f"{TEXTS}tidak_ada/").status_code == 404


def test_every_text_of_the_platform_can_be_opened(admin: Player) -> None:
    from workflows.texts import default_texts

    listed = admin.get(TEXTS).content.decode()
    for key in default_texts():
        assert f'href="{TEXTS}{key}/"' in listed, key
    words = text_of(admin.get(TEXTS))
    assert not {key for key in default_texts() if f" {key} " in words and "_" in key}, "a text without a name"


def test_of_two_admins_at_a_text_the_second_is_told_and_loses_nothing(
    greged: Office, admin: Player, petugas: Player
) -> None:
    other = another_admin(greged, petugas)
    mark = seen(admin.get(RECEIPT))
    done(other.post(RECEIPT, {**OURS, "terlihat": mark}))
    late = admin.post(RECEIPT, {**OURS, "subject": "Diterima", "terlihat": mark})
    assert late.status_code == 409
    assert 'value="Diterima"' in late.content.decode()
    assert "Sampun katampi" in text_of(late)


def test_channels_and_the_reminder_are_set(greged: Office, admin: Player, petugas: Player) -> None:
    given = {"channels": ["phone", "letter"], "remind_value": "2", "remind_unit": "d"}
    done(send(admin, CHANNELS, given))
    settings = stored(greged)
    assert settings.channels == ("website", "phone", "letter")
    assert str(settings.remind_after) == "2 d"
    entering = petugas.get("/kantor/masukkan/").content.decode()
    assert 'value="letter"' in entering
    assert 'value="whatsapp"' not in entering
    for wrong in ({"channels": ["merpati"]}, {"remind_value": "0"}, {"remind_unit": "abad"}):
        answer = send(admin, CHANNELS, {**given, **wrong})
        assert answer.status_code == 422, wrong
    assert versions(greged) == 2


def test_masking_words_are_set(greged: Office, admin: Player) -> None:
    done(send(admin, MASKING, {"hide": "Pak Darma\nBu Kades\n\nBu  Kades", "keep": "Jalan Siti Aminah"}))
    masking = stored(greged).masking
    assert masking.hide == ("Pak Darma", "Bu Kades")
    assert masking.keep == ("Jalan Siti Aminah",)
    both = send(admin, MASKING, {"hide": "Darma", "keep": "darma"})
    assert both.status_code == 422
    assert "tertulis di kedua daftar" in text_of(both)
    assert send(admin, MASKING, {"hide": "x", "keep": ""}).status_code == 422
    done(send(admin, MASKING, {"hide": "", "keep": ""}))
    assert stored(greged).masking.hide == ()
