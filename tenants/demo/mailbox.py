"""Reads the mail that the demo "sent": files that Django's file-based mail backend wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

BETWEEN = b"\n" + b"-" * 79 + b"\n"
KEY = re.compile(r"(?P<file>[0-9]{8}-[0-9]{6}-[0-9]+)-(?P<number>[0-9]{1,4})")
MOST_SHOWN = 100


@dataclass(frozen=True)
class Mail:
    """One message. `key` names it in addresses."""

    key: str
    to: str
    sender: str
    subject: str
    at: datetime | None
    body: str


def newest(to: str = "") -> list[Mail]:
    """The newest mail first; only that to addresses which contain `to`, if it is given."""
    found: list[Mail] = []
    for path in _files():
        for mail in reversed(list(_read(path))):
            if to.lower() in mail.to.lower():
                found.append(mail)
            if len(found) == MOST_SHOWN:
                return found
    return found


def find(key: str) -> Mail | None:
    """One message by its key."""
    match = KEY.fullmatch(key)
    if match is None:
        return None
    path = _folder() / f"{match['file']}.log"
    return next((mail for mail in _read(path) if mail.key == key), None) if path.is_file() else None


def _folder() -> Path:
    return Path(settings.EMAIL_FILE_PATH)


def _files() -> list[Path]:
    return sorted(_folder().glob("*.log"), reverse=True) if _folder().is_dir() else []


def _read(path: Path) -> Iterator[Mail]:
    for number, part in enumerate(path.read_bytes().split(BETWEEN)):
        if part.strip():
            message = message_from_bytes(part, policy=policy.default)
            assert isinstance(message, EmailMessage)
            yield _mail(f"{path.stem}-{number}", message)


def _mail(key: str, message: EmailMessage) -> Mail:
    text = message.get_body(preferencelist=("plain",))
    return Mail(
        key=key,
        to=str(message["To"] or ""),
        sender=str(message["From"] or ""),
        subject=str(message["Subject"] or ""),
        at=_moment(str(message["Date"] or "")),
        body=str(text.get_content()) if text is not None else "",
    )


def _moment(date: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(date)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)  # "-0000" says UTC without a place
