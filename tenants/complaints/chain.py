"""The chain of events: each holds the digest of the one before, so that no step can be changed or left out
unseen.

What people wrote is not in the chain, only its salted digest. If a person's data are erased with their
salt, the chain still verifies and nobody can test a guess against it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from .models import Attachment, Complaint, Event, Message, Reporter

COMPLAINT = "complaint"
REPORTER = "reporter"
MESSAGE = "message:"
FILE = "file:"


def new_salt() -> str:
    """A random salt of 128 bits, in hexadecimal."""
    return secrets.token_hex(16)


def content_digest(salt: str, *parts: str) -> str:
    """Salted SHA-256 of texts, each with its length, so that no two lists of texts look the same."""
    digest = hashlib.sha256(salt.encode())
    for part in parts:
        data = part.encode()
        digest.update(f"\n{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()


def complaint_digest(complaint: Complaint) -> str:
    """Of what was reported. Answers and region are in it where there are any."""
    answers = [json.dumps(row, sort_keys=True, ensure_ascii=False) for row in complaint.answers]
    return content_digest(
        complaint.salt,
        complaint.description,
        complaint.place,
        complaint.occurred_at,
        str(complaint.latitude if complaint.latitude is not None else ""),
        str(complaint.longitude if complaint.longitude is not None else ""),
        *answers,
        *([complaint.region] if complaint.region else []),
    )


def reporter_digest(reporter: Reporter) -> str:
    """Of who reported it."""
    return content_digest(reporter.salt, reporter.name, reporter.address, reporter.email, reporter.phone)


def message_digest(salt: str, subject: str, body: str) -> str:
    """Of a text of a step or a notice."""
    return content_digest(salt, subject, body)


def event_digest(uid: str, event: Event) -> str:
    """Digest of one event of the complaint with this uid, over all its columns but `digest` itself."""
    facts: dict[str, Any] = {
        "complaint": uid,
        "seq": event.seq,
        "at": event.at.astimezone(UTC).isoformat(),
        "kind": event.kind,
        "line": event.line,
        "action": event.action,
        "from": event.from_stage,
        "to": event.to_stage,
        "actor": [event.actor_kind, event.actor_id, event.actor_name, event.actor_title],
        "public": event.public,
        "data": event.data,
        "contents": event.contents,
        "previous": event.previous,
    }
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What was found. `broken`: numbers of events that do not fit. `changed`: contents that are not what
    they were.

    `erased`: contents whose text was taken away on purpose; that is allowed.
    """

    events: int
    broken: tuple[int, ...] = ()
    changed: tuple[str, ...] = ()
    erased: tuple[str, ...] = field(default=())

    @property
    def intact(self) -> bool:
        """Nothing was changed, added or left out."""
        return not self.broken and not self.changed


def verify_chain(complaint: Complaint) -> ChainReport:
    """Checks every event of a complaint and the contents that came with them. Four statements."""
    return verify(
        complaint,
        list(complaint.events.order_by("seq")),
        Reporter.objects.filter(complaint=complaint).first(),
        list(complaint.messages.all()),
        list(complaint.attachments.all()),
    )


def verify(
    complaint: Complaint,
    events: Sequence[Event],
    reporter: Reporter | None,
    messages: Iterable[Message],
    attachments: Iterable[Attachment],
) -> ChainReport:
    """As `verify_chain`, with everything that belongs to the complaint read already; `events` by number."""
    broken: list[int] = []
    previous = ""
    for place, event in enumerate(events, start=1):
        fits = event.seq == place and event.previous == previous
        if not fits or event_digest(complaint.uid.hex, event) != event.digest:
            broken.append(event.seq)
        previous = event.digest
    if previous != complaint.chain:
        broken.append(len(events) + 1)
    now: dict[str, str | None] = {COMPLAINT: complaint_digest(complaint) if complaint.salt else None}
    if reporter is not None and reporter.salt:
        now[REPORTER] = reporter_digest(reporter)
    for message in messages:
        digest = message_digest(message.salt, message.subject, message.body) if message.salt else None
        now[f"{MESSAGE}{message.uid.hex}"] = digest
    now.update({f"{FILE}{file.uid.hex}": file.digest for file in attachments})
    changed, erased = _contents(events, now)
    return ChainReport(len(events), tuple(broken), tuple(changed), tuple(erased))


def _contents(events: Iterable[Event], now: Mapping[str, str | None]) -> tuple[list[str], list[str]]:
    """References of the events whose content is not what it was, and those that have none any more."""
    changed, erased = [], []
    for event in events:
        for reference, digest in event.contents.items():
            found = now.get(reference)
            if found is None:
                erased.append(reference)
            elif found != digest:
                changed.append(reference)
    return changed, erased


def seal(uid: str, event: Event, previous: str) -> str:
    """Ties an event to the one before it and returns its digest, which the complaint keeps."""
    event.previous = previous
    event.digest = event_digest(uid, event)
    return event.digest
