"""Makes the world's complaints, through the services that every page and the API use."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pypdf import PdfWriter

from tenants.complaints import files
from tenants.complaints.models import Attachment, Complaint, Message
from tenants.complaints.report import Report
from tenants.complaints.services import act, receive
from tenants.demo.pictures import picture
from tenants.procedure.queries import rules_in_force
from workflows.cases import REPORTER, Actor

from .stories import Move, Story

INTRODUCES = "Saya {name}, tinggal di Gang {word} nomor 7. "
TELLS = "Lampu jalan di Gang {word} RT 02 RW 05 mati sejak seminggu, jalan gelap dan sudah ada yang jatuh."
ActorOf = Callable[[str, str | None], Actor]


@dataclass
class Case:
    """A complaint of the world. `office`: its office's code. `files`: uids by what they are (photo,
    letter, work, answer).

    `secrets`: what stands in it and must not reach anybody who may not see it: the reporter's name, contacts
    and words, its number and its tracking code.
    """

    name: str
    office: str
    pk: int
    uid: UUID
    number: str
    code: str
    story: Story
    files: dict[str, UUID] = field(default_factory=dict)
    calls: tuple[int, ...] = ()
    secrets: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """Its name in addresses."""
        return self.uid.hex


def photo(name: str, mark: str) -> SimpleUploadedFile:
    """A drawn picture that carries a mark, as a phone writes its comments into one."""
    data, comment = picture("lamp"), mark.encode()
    marked = data[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + data[2:]
    return SimpleUploadedFile(name, marked, "image/jpeg")


def letter(name: str, mark: str) -> SimpleUploadedFile:
    """A PDF of one empty page that carries a mark as its title."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_metadata({"/Title": mark})
    out = io.BytesIO()
    writer.write(out)
    return SimpleUploadedFile(name, out.getvalue(), "application/pdf")


def make_case(office: str, story: Story, number: int, actor: ActorOf) -> Case:
    """The complaint of a story, brought to its state. Inside its office."""
    report = _report(story, number)
    complaint = receive(report, actor=actor(story.by, None) if story.by else REPORTER).complaint
    for move in story.moves:
        _take(complaint.pk, story, move, actor)
    return _case(office, complaint, story, report)


def _report(story: Story, number: int) -> Report:
    word = story.word.lower().replace(" ", "-")
    by_mail = story.contact in ("both", "email")
    uploads = [photo(f"foto-{word}.jpg", story.word), letter(f"surat-{word}.pdf", story.word)]
    return Report(
        description=_said(INTRODUCES + TELLS if story.name else TELLS, story),
        category=story.category or next(iter(rules_in_force().settings.selectable)),
        visibility=story.visibility,
        channel=story.channel,
        name=story.name,
        address=f"Gang {story.word} nomor 7",
        email=f"{word}@warga.example.org" if by_mail else "",
        phone=f"08123400{number:04d}",
        place=f"Gang {story.word} RT 02 RW 05",
        occurred_at="sejak minggu lalu",
        files=tuple(files.accept(upload) for upload in uploads) if story.files else (),
        received_at=timezone.now() - timedelta(days=story.days) if story.days else None,
    )


def _said(text: Any, story: Story) -> Any:
    return text.format(word=story.word, name=story.name) if isinstance(text, str) else text


def _take(pk: int, story: Story, move: Move, actor: ActorOf) -> None:
    uid = Complaint.objects.values_list("uid", flat=True).get(pk=pk)
    inputs = {code: _said(value, story) for code, value in move.inputs.items()}
    word = story.word.lower().replace(" ", "-")
    for code in move.files:
        upload = photo(f"{move.action}-{word}.jpg".replace("_", "-"), f"{story.word} {move.action}")
        inputs[code] = [files.accept(upload)]
    more: dict[str, Any] = {}
    if move.pictures:
        pictures = Attachment.objects.filter(complaint=pk, content_type="image/jpeg").order_by("id")
        more["released"] = [pictures.values_list("uid", flat=True)[0]] if pictures else []
    if move.action == "release" or move.action == "submit_edited":
        more["public_place"] = "Simpang lima"
    act(uid, move.action, actor=actor(move.by, move.unit), line=move.line, inputs=inputs, **more)


_KINDS = {"image/jpeg": "photo", "application/pdf": "letter"}


def _case(office: str, complaint: Complaint, story: Story, report: Report) -> Case:
    found: dict[str, UUID] = {}
    for row in Attachment.objects.filter(complaint=complaint).order_by("id"):
        kind = _KINDS[row.content_type] if row.by_reporter else "answer" if row.to_reporter else "work"
        found.setdefault(kind, row.uid)
    calls = Message.objects.filter(complaint=complaint, channel="call").order_by("id")
    anonymous = story.visibility == "anonymous"
    phone = "" if anonymous else report.phone[1:]
    secrets = (story.word, story.name, phone, complaint.number, complaint.tracking_code)
    return Case(
        story.case,
        office,
        complaint.pk,
        complaint.uid,
        complaint.number,
        complaint.tracking_code,
        story,
        found,
        tuple(calls.values_list("call_task__pk", flat=True)),
        tuple(filter(None, secrets)),
    )
