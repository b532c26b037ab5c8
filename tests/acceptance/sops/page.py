"""A page as a browser without JavaScript has it: its words, its links and its forms."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse

from tests.acceptance.citizen import text_of

VOID = {"radio", "checkbox"}


@dataclass
class Field:
    """One name of a form: what may be chosen (value -> words on the page) and what would be sent now."""

    kind: str
    choices: dict[str, str] = field(default_factory=dict)
    values: list[Any] = field(default_factory=list)


@dataclass
class Form:
    """A form with its fields as they stand; `buttons` are the named ones, by their value."""

    action: str
    fields: dict[str, Field] = field(default_factory=dict)
    buttons: dict[str, str] = field(default_factory=dict)
    method: str = "get"
    encoding: str = "application/x-www-form-urlencoded"

    def fill(self, name: str, value: Any) -> None:
        """Types, ticks, chooses or attaches; only what the form really has. A choice may be named by the
        words beside it.
        """
        assert name in self.fields, f"The form has no {name}: it has {sorted(self.fields)}."
        found = self.fields[name]
        if found.kind == "file":
            found.values = list(value) if isinstance(value, (list, tuple)) else [value]
        elif found.kind == "checkbox" and isinstance(value, bool):
            found.values = list(found.choices)[:1] if value else []
        elif found.kind in {"select", *VOID}:
            wanted = value if isinstance(value, (list, tuple)) else [value]
            found.values = [self._choice(name, str(one)) for one in wanted]
        else:
            found.values = [value]

    def _choice(self, name: str, wanted: str) -> str:
        choices = self.fields[name].choices
        if wanted in choices:
            return wanted
        by_words = [value for value, words in choices.items() if words == wanted]
        assert by_words, f"{name} does not offer {wanted}: {choices}."
        return by_words[0]

    def data(self, button: str = "") -> dict[str, Any]:
        """What would be sent, pressing the nameless button or a named one."""
        sent = {name: one.values for name, one in self.fields.items() if one.values}
        return sent | ({button: [self.buttons[button]]} if button else {})


class _Reader(HTMLParser):
    """Gathers links and forms; a choice gets the words of its label."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self._inside = False
        self._words: list[str] | None = None
        self._href = self._for = self._area = self._option = ""
        self._select = ""
        self._ids: dict[str, tuple[Field, str]] = {}

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attrs = {name: value or "" for name, value in given}
        if tag == "form":
            form = Form(attrs.get("action", ""), method=attrs.get("method", "get").lower())
            form.encoding = attrs.get("enctype", form.encoding)
            self.forms.append(form)
            self._inside = True
        elif tag == "a" and "href" in attrs:
            self._href, self._words = attrs["href"], []
        elif tag == "label":
            self._for, self._words = attrs.get("for", ""), []
        elif self._inside and "disabled" not in attrs:
            self._field(tag, attrs)

    def _field(self, tag: str, attrs: dict[str, str]) -> None:
        form, name = self.forms[-1], attrs.get("name", "")
        if tag == "button" and name:
            form.buttons[name] = attrs.get("value", "")
        elif tag == "select" and name:
            self._select = name
            form.fields[name] = Field("select")
        elif tag == "option" and self._select:
            self._option, self._words = attrs.get("value", ""), []
            found = form.fields[self._select]
            found.choices[self._option] = ""
            if "selected" in attrs or not found.values:
                found.values = [self._option]
        elif tag == "textarea" and name:
            self._area, self._words = name, []
            form.fields[name] = Field("textarea")
        elif tag == "input" and name:
            self._input(form.fields.setdefault(name, Field(attrs.get("type", "text"))), attrs)

    def _input(self, found: Field, attrs: dict[str, str]) -> None:
        value = attrs.get("value", "on" if found.kind in VOID else "")
        if found.kind in VOID:
            found.choices[value] = ""
            self._ids[attrs.get("id", "")] = (found, value)
        if found.kind not in VOID | {"file"} or "checked" in attrs:
            found.values.append(value)

    def handle_data(self, data: str) -> None:
        if self._words is not None:
            self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        words = re.sub(r"\s+", " ", "".join(self._words or [])).strip()
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = ""
        elif tag == "a" and self._href:
            self.links.append((self._href, words))
            self._href, self._words = "", None
        elif tag == "label" and self._for in self._ids:
            found, value = self._ids[self._for]
            found.choices[value] = words
        elif tag == "option" and self._select:
            self.forms[-1].fields[self._select].choices[self._option] = words
        elif tag == "textarea" and self._area:
            text = "".join(self._words or []).removeprefix("\n")
            self.forms[-1].fields[self._area].values = [text]
            self._area, self._words = "", None


class Page:
    """What came back, read."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.text = text_of(response)
        self._reader = _Reader()
        self._reader.feed(response.content.decode())
        self.links = self._reader.links
        self.forms = self._reader.forms

    def __contains__(self, words: str) -> bool:
        return words in self.text

    def __repr__(self) -> str:
        return f"<{self.status} {self.text[:3000]}>"

    def form(self, field_name: str) -> Form:
        """The form that has a field or a button of this name."""
        for form in self._reader.forms:
            if field_name in form.fields or field_name in form.buttons:
                return form
        raise AssertionError(f"No form with {field_name} on this page: {self.text}")

    def link(self, pattern: str) -> str:
        """The address of the first link that the pattern fits."""
        for href, _words in self.links:
            if re.search(pattern, href):
                return href
        raise AssertionError(f"No link like {pattern} on this page: {self.text}")
