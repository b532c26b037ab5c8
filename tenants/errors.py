"""The base of every refusal that a person gets to read."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise


class ServiceError(Exception):
    """A command was refused; nothing was changed.

    `code` is stable, for programs. `message` says what happened and what to do, translatable. `fields`
    maps an input's name to what is wrong with it, in words; empty where the whole is refused.
    """

    def __init__(
        self,
        code: str,
        message: str | Promise,
        fields: Mapping[str, str | Promise] | None = None,
    ) -> None:
        self.code = code
        self.message = message
        self.fields: dict[str, str | Promise] = dict(fields or {})
        super().__init__(code)

    def __str__(self) -> str:
        return str(self.message)
