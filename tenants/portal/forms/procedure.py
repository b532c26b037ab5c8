"""Forms around drafts of the office's procedure: where one begins, its text, what goes with putting it in
force.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tenants.procedure.signing import mark_of, warnings_of
from workflows.loading import oversize
from workflows.problems import Problem, problem
from workflows.strictyaml import MAX_BYTES

from .fields import one_of, text_line


class SourceForm(forms.Form):
    """What a new draft begins as: a version of the office's own, or a preset."""

    source = forms.ChoiceField()

    def __init__(self, *args: Any, sources: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["source"] = one_of(sources, label=_("Mulai dari"))


class TextForm(forms.Form):
    """A procedure as it is typed. Line ends become plain ones; nothing else is touched."""

    title = text_line(150, label=_("Nama konsep"), help_text=_("Untuk daftar konsep saja."))
    text = forms.CharField(
        label=_("Isi (YAML)"),
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": "30", "class": "yaml", "spellcheck": "false", "autocapitalize": "off"}
        ),
    )

    def clean_text(self) -> str:
        return plain_lines(self.cleaned_data["text"])


class ImportForm(forms.Form):
    """A procedure from a file, or pasted. `problems`: why what was given cannot be taken."""

    title = text_line(150, label=_("Nama konsep"), required=False, help_text=_("Untuk daftar konsep saja."))
    file = forms.FileField(label=_("Berkas YAML"), required=False, allow_empty_file=True)
    text = forms.CharField(
        label=_("Atau tempelkan isinya di sini"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": "12", "class": "yaml", "spellcheck": "false", "autocapitalize": "off"}
        ),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.problems: tuple[Problem, ...] = ()
        for name in ("file", "text"):  # one of the two is needed
            self.fields[name].hide_optional = True  # type: ignore[attr-defined]  # read by the renderer

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        given, typed = data.get("file"), bool((data.get("text") or "").strip())
        if given is not None and typed:
            self.add_error("file", _("Pilih salah satu: berkas, atau yang ditempelkan di bawah."))
        elif given is not None:
            data["text"] = self._content(given)
        elif not typed and "file" not in self.errors:
            self.add_error("file", _("Pilih berkas, atau tempelkan isinya di bawah."))
        data["text"] = plain_lines(data.get("text") or "")
        return data

    def _content(self, given: Any) -> str:
        """The file's text; an empty one where it is no text or too large."""
        if given.size > MAX_BYTES:
            self.refuse_file(oversize(given.read(MAX_BYTES)))
            return ""
        try:
            content: str = given.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            self.refuse_file(problem("P08", detail=given.name))
            return ""
        if "\0" in content:
            self.refuse_file(problem("P08", detail=given.name))
            return ""
        return content

    def refuse_file(self, found: Problem) -> None:
        self.problems = (found,)
        self.add_error("file", gettext("Berkas ini tidak dapat dipakai. Alasannya ada di bawah."))


_UNSIGNED = _("Baca peringatannya, lalu centang kotak ini.")
_NEW_ONES = _("Peringatannya berubah sejak Anda membacanya. Baca lagi, lalu centang kotak ini.")


class _Signature(forms.CheckboxInput):
    """A box whose value is the mark of what was read: ticked for something else, it is not ticked."""

    def __init__(self, mark: str) -> None:
        super().__init__()
        self.mark = mark

    def value_from_datadict(self, data: Any, files: Any, name: str) -> bool:
        return bool(data.get(name) == self.mark)

    def format_value(self, value: Any) -> str:
        return self.mark


class SignForm(forms.Form):
    """A signature under the warnings of a procedure, where it has any.

    `warned`: the warnings that the page shows; `current`: the key of the version in force that it compares
    with. After validation `signed` is the mark that was signed, "" where there is nothing to sign.
    """

    follows = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, *args: Any, warned: Iterable[Problem], current: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.current = current
        self.fields["follows"].initial = str(current)
        warnings = warnings_of(warned)
        self.mark, count = mark_of(warnings), len(warnings)
        if self.mark:
            other = (self.data.get("signed") or self.mark) != self.mark
            label = ngettext(
                "Saya sudah membaca %(count)d peringatan di atas dan menyetujuinya",
                "Saya sudah membaca %(count)d peringatan di atas dan menyetujuinya",
                count,
            ) % {"count": count}
            self.fields["signed"] = forms.BooleanField(
                label=label,
                widget=_Signature(self.mark),
                help_text=_("Nama Anda dan peringatan itu tersimpan pada versinya."),
                error_messages={"required": _NEW_ONES if other else _UNSIGNED},
            )

    @property
    def followed(self) -> int:
        """The version in force that the person has compared with; the one of now where the form says none."""
        said = str(self.data.get("follows", ""))
        return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else self.current

    @property
    def signed(self) -> str:
        return self.mark if self.cleaned_data.get("signed") else ""


class EnforceForm(SignForm):
    """What is said of a version when it comes into force, and the signature under its warnings."""

    note = text_line(
        300,
        label=_("Apa yang berubah"),
        required=False,
        help_text=_(
            "Dibaca di daftar versi, juga bertahun-tahun kemudian. Sebutkan dasar keputusannya bila ada."
        ),
    )


class SeenForm(forms.Form):
    """A question to which the answer is a press of the button."""


def plain_lines(text: str) -> str:
    """With the line ends of Unix, as browsers do not send them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
