"""How bodies are read and in what form answers go out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class ShallowJSON(JSONParser):
    """JSON as deep as Python reads it; DRF's own parser breaks at a thousand brackets.

    Raises `ParseError` for what is none, or is nested too deep.
    """

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_("Isi JSON bersusun terlalu dalam.")) from error


class OnlyJSON(DefaultContentNegotiation):
    """Answers are JSON, whatever the caller would rather have: there is no other form to refuse them for."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)
