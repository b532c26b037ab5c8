"""Hostile words on their way out: mails keep their heads, logs their lines; what nobody sees is left out."""

from __future__ import annotations

import json
import logging
import unicodedata
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail import get_connection
from django.http import HttpResponse
from django.test import Client

from central.delivery import tasks
from central.delivery.models import Outbox
from central.delivery.registry import Outgoing
from central.offices.access import office as inside
from central.offices.models import Office
from central.onboarding.models import Registration
from central.plaintext import MOST_MARKS, clean_line, clean_text, holds_address
from config.logs import OneLine
from tenants.channels.email.sending import compose
from tenants.complaints.models import Complaint, Message
from tenants.organization.models import Unit
from tests.acceptance.cast import Cast, Player
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.office_hand import OfficeHand
from tests.acceptance.portal_steps import slug_of
from tests.hostile.texts import MARK, TEXTS, plain, read
from tests.plugins.figures import Keep
from tests.proof import Subject, scaled

pytestmark = pytest.mark.django_db
Warga = Callable[[Office], Citizen]

BREAKS = ("\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")
HEAD = "Bcc: semua@zq7.example"
HEADS = [f"Ani{mark}{HEAD}{mark}{mark}<h1>zq7</h1>" for mark in BREAKS] + [
    "=?utf-8?q?Ani=0d=0aBcc:_semua=40zq7.example?=",
    'Ani" <semua@zq7.example>, "',
    "Ani, semua@zq7.example;",
    "Ani\t\n Bcc: semua@zq7.example",
    "Ani\x00\x08\x1b[2J",
    "\u202eelpmaxe.7qz@aumes",
]
"""Names that would like to be the head of a message."""

HEADERS = {
    "Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Subject", "From", "To", "Reply-To", "Date",
    "Message-ID", "Auto-Submitted", "Content-Language",
}  # fmt: skip


def _demand_plain_mail(sent: EmailMessage, recipient: str) -> EmailMessage:
    """The mail as it stands on the wire: one recipient, known heads, each once, nothing but text."""
    wire = message_from_bytes(sent.as_bytes(), policy=policy.default)
    assert isinstance(wire, EmailMessage)
    assert sorted(wire.keys()) == sorted(set(wire.keys())), "a head stands there twice"
    assert set(wire.keys()) <= HEADERS
    assert str(wire["To"]) == recipient
    assert len(wire["From"].addresses) == 1
    assert wire["From"].addresses[0].domain == "localhost"
    assert not wire.is_multipart()
    assert wire.get_content_type() == "text/plain"
    for value in wire.values():
        assert not {unicodedata.category(sign) for sign in str(value)} & {"Cc", "Zl", "Zp"}
    return wire


@pytest.mark.parametrize("name", HEADS, ids=ascii)
def test_no_name_becomes_a_head_of_a_mail(name: str) -> None:
    outgoing = Outgoing(uuid4(), "siti@example.org", f"Aduan {name}", name, "id", name, "kantor@example.org")
    wire = _demand_plain_mail(compose(outgoing).message(), "siti@example.org")
    assert str(wire["Subject"]).startswith("Aduan ")


def test_what_people_write_stands_in_mails_as_text(
    greged: Office, cast: Cast, warga: Warga, figure: Keep
) -> None:
    for player in (cast.member(greged, "complaint_clerk"), cast.member(greged, "district_head")):
        assert player.member_id
    Office.objects.filter(pk=greged.pk).update(name=f"Kantor {TEXTS['the end of an attribute']}"[:150])
    with inside(greged):
        Unit.objects.update(name=TEXTS["a script"])
    hand = OfficeHand(Office.objects.get(pk=greged.pk))
    citizen = warga(greged)
    texts = list(TEXTS.values())
    step = scaled(6, 1)
    for start in range(0, len(texts), step):
        text = "\n".join(texts[start : start + step])
        _number, code = citizen.report(name=f"Ani {_without_address(text)}"[:150], place=text[:250])
        hand.ask(code, f"{text} Sejak kapan?")
    _number, code = citizen.report()
    hand.answer(code, f"{HEAD}\n\n{TEXTS['a new attribute']}")
    _deliver()
    for sent in mail.outbox:
        wire = _demand_plain_mail(sent.message(), sent.to[0])
        figure(Subject.HOSTILE, "hostile mails sent", 1)
        assert str(wire["Reply-To"] or "") in ("", greged.email)
    bodies = "\n".join(str(sent.body) for sent in mail.outbox)
    assert len(mail.outbox) > len(texts) / step
    for text in texts:
        assert plain(text) in plain(bodies)


def _without_address(text: str) -> str:
    return plain(text.replace("://", ":").replace("zq7.example/", "zq7"))


def _by_api(citizen: Citizen, **given: str) -> HttpResponse:
    whom = {"category": "road", "email": "korban@example.org", "phone": "081234567890"}
    return citizen.client.post(
        "/api/v1/complaints/", {**whom, **given}, content_type="application/json", HTTP_HOST=citizen.host
    )


def _deliver() -> None:
    for row in Outbox.objects.filter(state=Outbox.State.PENDING):
        assert tasks.deliver(row), row.last_error


@pytest.mark.parametrize(
    "name",
    ["http://zq7.example Anda menang", "www.zq7.id", "Klik zq7.com/x", "z\u200bq7.win/x", "menang\u2060.xyz"],
)
def test_nobody_has_the_platform_send_their_address_about(
    greged: Office, warga: Warga, name: str, settings: Any
) -> None:
    cache.clear()
    citizen = warga(greged)
    page = citizen.fill(name=name)
    assert page.status_code == 422
    assert "tanpa alamat web" in text_of(page)
    assert name in page.content.decode()
    sent = _by_api(
        citizen, name=name, address="Jalan 2", place="Jalan 1", description="Jalan berlubang di sini."
    )
    assert sent.status_code == 400, sent.content
    assert "name" in {problem["field"] for problem in sent.json()["errors"]}
    joining = Client(HTTP_HOST="localhost").post(
        "/daftar/", {"government_name": name, "contact_name": "Budi", "email": "korban@example.org"}
    )
    assert "tanpa alamat web" in joining.content.decode()
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        "Drs. H. Ahmad, M.Si.",
        "R.A. Kartini",
        "S.Sos",
        "Muh.Idris",
        "Ani/Budi",
        "Nur'aini",
        "PT. Jaya Tbk.",
        "Ka.Subbag/Kasi",
    ],
)
def test_ordinary_names_hold_no_address(name: str) -> None:
    assert not holds_address(name)


# what nobody sees ------------------------------------------------------------------------------------------

DIRTY = {
    "Ani\u202eidub": "Aniidub",
    "A\u200bn\u2060i\ufeff": "Ani",
    "A\u00adni\u034f": "Ani\u034f",
    "Ani\u2028Budi\u2029": "Ani Budi",
    "Ani\x07\x1b[31m": "Ani[31m",
    "Ani\r\nBudi\x85": "Ani Budi",
    "Z" + "\u0351\u0357\u035b" * 40: "Z" + "\u0351\u0357\u035b\u0351",
    "\u2066Ani\u2069\u200e\u200f\u061c": "Ani",
    "Ani\U000e0041\U000e0042": "Ani",
}


@pytest.mark.parametrize("dirty", DIRTY, ids=ascii)
def test_what_nobody_sees_is_left_out_at_every_door(
    greged: Office, petugas: Player, warga: Warga, dirty: str
) -> None:
    cache.clear()
    clean = DIRTY[dirty]
    story = f"Lampu jalan mati sejak seminggu.\n{dirty} yang tahu."
    given = {"name": dirty, "place": dirty, "address": dirty, "description": story}
    citizen = warga(greged)
    by_form, _code = citizen.report(**given)
    by_api = _by_api(citizen, **given)
    assert by_api.status_code == 201, by_api.content
    for number in (by_form, by_api.json()["number"]):
        with inside(greged):
            stored = Complaint.objects.select_related("reporter").get(number=number)
            assert (stored.reporter.name, stored.reporter.address, stored.place) == (clean, clean, clean)
            assert stored.description == clean_text(story)
            assert stored.description.count("\n") >= 1
    noted = petugas.post(
        f"/kantor/aduan/{slug_of(greged, by_form)}/tindakan/main/note/",
        {"versi": "1", "isi-note": f"{dirty}\nBudi"},
    )
    assert noted.status_code == 302, text_of(noted)
    by_program = petugas.post(
        f"/api/v1/cases/{slug_of(greged, by_api.json()['number'])}/actions/note/",
        json.dumps({"version": 1, "inputs": {"note": f"{dirty}\nBudi"}}),
        content_type="application/json",
    )
    assert by_program.status_code == 200, by_program.content
    with inside(greged):
        notes = Message.objects.filter(kind=Message.Kind.NOTE)
        assert [note.body for note in notes] == [clean_text(f"{dirty}\nBudi")] * 2


def test_an_admins_names_are_cleaned_too(greged: Office, as_admin: Callable[[Office], Player]) -> None:
    admin = as_admin(greged)
    data = {"colour": "teal", "number_pattern": "{seq:04}/{year}"}
    sent = admin.post(
        "/kantor/atur/instansi/", {**data, "name": "Kantor\u202e\r\nBcc: a", "address": "J\u200bl"}
    )
    assert sent.status_code == 302, text_of(sent)
    assert admin.post("/kantor/atur/unit/", {"name": "Seksi\x1b\u2028Baru"}).status_code == 302
    stored = Office.objects.get(pk=greged.pk)
    assert (stored.name, stored.address) == ("Kantor Bcc: a", "Jl")
    with inside(greged):
        assert Unit.objects.filter(name="Seksi Baru").exists()
    nothing = admin.post("/kantor/atur/unit/", {"name": "\u200b\u3164"})
    assert nothing.status_code == 422
    assert "Isi “Nama unit”" in text_of(nothing)


@pytest.mark.parametrize(
    "text",
    ["ꦲꦤꦕꦫꦏ ꦢꦠꦱꦮꦭ", "بِسْمِ ٱللَّهِ", "👩‍👩‍👧‍👦 🏳️‍🌈 1️⃣", "Việt Nam, ngữ", "naïve café", "தமிழ் க்ஷ", "a\tb", "½ ² №"],
)
def test_writing_of_every_kind_stays(text: str) -> None:
    assert clean_text(text) == unicodedata.normalize("NFC", text)


def test_no_letter_carries_a_heap_of_marks() -> None:
    heap = clean_line("a" + "\u0300\u0301\u0302" * 50 + "b")
    assert sum(unicodedata.category(sign) == "Mn" for sign in heap) <= MOST_MARKS


# logs and the demo's letter box -----------------------------------------------------------------------------


@pytest.mark.parametrize("mark", [*BREAKS, "\x1b", "\u202e"], ids=ascii)
def test_a_log_line_stays_one_line(mark: str) -> None:
    record = logging.LogRecord(
        "tenants", logging.INFO, "", 0, "by %s", (f"Ani{mark}2026-01-01 ERROR zq7",), None
    )
    record.office = "greged"
    line = OneLine("%(levelname)s [%(office)s] %(message)s").format(record)
    assert len(line.splitlines()) == 1
    assert not {unicodedata.category(sign) for sign in line} & {"Cc", "Cf", "Zl", "Zp"}
    assert line.startswith("INFO [greged] by Ani\\")


def test_the_demos_letter_box_shows_mails_as_text(tmp_path: Path, settings: Any) -> None:
    settings.DEMO, settings.EMAIL_FILE_PATH = True, str(tmp_path)
    connection = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=tmp_path)
    for text in TEXTS.values():
        outgoing = Outgoing(uuid4(), "siti@example.org", text, f"{text}\njavascript:{MARK}()", sender=text)
        message = compose(outgoing)
        message.connection = connection
        message.send()
    visitor = Client(HTTP_HOST="localhost")
    listed = visitor.get("/demo/surel/").content.decode()
    shown = 0
    for path in {
        link.split('"')[0] for link in listed.split('href="')[1:] if link.startswith("/demo/surel/2")
    }:
        found = read(visitor.get(path).content.decode())
        # The letter box makes addresses of the web into links, as mail programs do.
        assert not [what for what in found.wrong if not what.startswith("<a href='http")]
        shown += 1
    assert not read(listed).wrong
    assert shown == len(TEXTS)
