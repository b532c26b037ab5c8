"""Reads the environment strictly: a wrong value stops the start and is named with what would be right."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})
ADDRESS = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+")
LEAST_SECRET = 32
"""Characters of a secret that nobody guesses: what 24 random bytes become as text."""
RATE = re.compile(r"(?P<count>[0-9]+)/(?P<period>s|sec|second|m|min|minute|h|hour|d|day)")


class EnvironmentProblem(Exception):
    """A variable of the environment is missing or wrong; the message names it and says what is expected."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")
        self.name = name


class Environment:
    """Typed reads of environment variables. An empty variable counts as one that is not set."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self.values = os.environ if values is None else values

    def has(self, name: str) -> bool:
        return bool(self.values.get(name, "").strip())

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name, "").strip() or default

    def boolean(self, name: str, default: bool) -> bool:
        value = self.text(name).lower()
        if not value:
            return default
        if value in TRUE:
            return True
        if value in FALSE:
            return False
        raise EnvironmentProblem(name, f"is {value!r}; write 1 or 0.")

    def port(self, name: str, default: str) -> str:
        """A port in addresses, or "" where none is written."""
        if not self.has(name):
            return default
        return str(self.integer(name, 0, low=1, high=65535))

    def integer(self, name: str, default: int, *, low: int, high: int) -> int:
        value = self.text(name)
        if not value:
            return default
        if not re.fullmatch(r"[0-9]{1,9}", value) or not low <= int(value) <= high:
            raise EnvironmentProblem(name, f"is {value!r}; write a whole number from {low} to {high}.")
        return int(value)

    def choice(self, name: str, default: str, among: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value not in among:
            raise EnvironmentProblem(name, f"is {value!r}; write one of {', '.join(among)}.")
        return value

    def host(self, name: str, default: str) -> str:
        """A host name in lower case, without scheme and port."""
        value = self.text(name, default).lower()
        if not re.fullmatch(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?", value):
            raise EnvironmentProblem(name, f"is {value!r}; write a host name without scheme and port.")
        return value

    def key(self, name: str, default: str) -> str:
        """A short key that stands in names of the database: small letters and digits."""
        value = self.text(name, default)
        if not re.fullmatch(r"[a-z0-9]{1,20}", value):
            raise EnvironmentProblem(name, f"is {value!r}; write 1 to 20 small letters and digits.")
        return value

    def secret(self, name: str) -> str:
        """A word that nobody may guess, or "" where the variable is not set. It never gets into a message."""
        return self._long(name, self.text(name))

    def secrets(self, name: str) -> list[str]:
        """Such words, with blanks between them."""
        return [self._long(name, word) for word in self.text(name).split()]

    def _long(self, name: str, word: str) -> str:
        if 0 < len(word) < LEAST_SECRET:
            raise EnvironmentProblem(name, f"is too short; write at least {LEAST_SECRET} random characters.")
        return word

    def addresses(self, name: str, default: str = "") -> list[str]:
        """E-mail addresses, with commas between them."""
        found = [address.strip() for address in self.text(name, default).split(",") if address.strip()]
        for address in found:
            if not ADDRESS.fullmatch(address):
                raise EnvironmentProblem(name, f"holds {address!r}; write e-mail addresses such as a@b.id.")
        return found

    def sender(self, name: str, default: str) -> str:
        """Who mail comes from: an address, or ``Name <address>``."""
        value = self.text(name, default)
        if not value.isprintable() or not ADDRESS.fullmatch(parseaddr(value)[1]):
            raise EnvironmentProblem(name, f"is {value!r}; write a sender such as Tanggap <tanggap@b.id>.")
        return value

    def folder(self, name: str, default: Path) -> Path:
        value = self.text(name)
        if value and not Path(value).is_absolute():
            raise EnvironmentProblem(name, f"is {value!r}; write the full path of a folder.")
        return Path(value) if value else default

    def rate(self, name: str, default: str) -> str:
        """A rate as Django REST Framework writes it, such as 30/hour."""
        value = self.text(name, default)
        match = RATE.fullmatch(value)
        if match is None or int(match["count"]) == 0:
            raise EnvironmentProblem(name, f"is {value!r}; write a count and a period, such as 30/hour.")
        return value

    def url(self, name: str, schemes: tuple[str, ...]) -> SplitResult | None:
        """The parts of a URL, or None where the variable is not set. Secrets never get into the message."""
        value = self.text(name)
        if not value:
            return None
        try:
            parts = urlsplit(value)
            _ = parts.port
        except ValueError as error:
            raise EnvironmentProblem(name, f"is not a URL ({error}).") from error
        if parts.scheme not in schemes:
            wanted = " or ".join(f"{scheme}://" for scheme in schemes)
            raise EnvironmentProblem(
                name, f"begins with {parts.scheme or 'nothing'!r}; it must begin with {wanted}."
            )
        return parts

    def database(self, name: str) -> dict[str, Any] | None:
        """Django's settings of a PostgreSQL database from a URL, or None where the variable is not set.

        The host may be a folder that holds the server's socket:
        ``postgresql://user:word@/base?host=%2Frun%2Fpg``. Other parameters (sslmode, sslrootcert, ...) are
        handed to the driver as they are.
        """
        parts = self.url(name, ("postgresql", "postgres"))
        if parts is None:
            return None
        base = unquote(parts.path.lstrip("/"))
        if not base:
            raise EnvironmentProblem(
                name, "names no database; write postgresql://user:password@host:5432/database."
            )
        if not parts.username:
            raise EnvironmentProblem(
                name, "names no user; write postgresql://user:password@host:5432/database."
            )
        options = dict(parse_qsl(parts.query))
        host = options.pop("host", None) or unquote(parts.hostname or "")
        return {
            "NAME": base,
            "USER": unquote(parts.username),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": host,
            "PORT": options.pop("port", None) or str(parts.port or ""),
            "OPTIONS": options,
        }

    def mail(self, name: str) -> dict[str, Any] | None:
        """Django's e-mail settings from ``smtp://user:word@host:587/?tls=1`` or ``smtps://...``, or None."""
        parts = self.url(name, ("smtp", "smtps"))
        if parts is None:
            return None
        if not parts.hostname:
            raise EnvironmentProblem(
                name, "names no mail server; write smtp://user:password@host:587/?tls=1."
            )
        asked = dict(parse_qsl(parts.query))
        if unknown := sorted(asked.keys() - {"tls"}):
            raise EnvironmentProblem(name, f"asks for {', '.join(unknown)}; only tls can be asked for.")
        secure = parts.scheme == "smtps"
        if parts.password and not secure and "tls" not in asked:
            raise EnvironmentProblem(
                name,
                "sends a password to be read by all; write smtps://, or ?tls=1 at its end "
                "(?tls=0 where the mail server is this machine's own).",
            )
        query = Environment(asked)
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": parts.hostname,
            "EMAIL_PORT": parts.port or (465 if secure else 587),
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_SSL": secure,
            "EMAIL_USE_TLS": query.boolean("tls", False) and not secure,
        }
