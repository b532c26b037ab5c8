"""Files on a form that comes back: what was uploaded once is not lost when another input was wrong.

An upload is judged and stored at once; the page carries a signed list of what is stored. What is never sent
on is swept with everything else that nothing refers to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from tenants.complaints.files import MAX_BYTES, FileRefused, StoredFile, accept

SALT = "tanggap.portal.files"
KEPT_SECONDS = 24 * 60 * 60
EXTENSIONS = ".jpg,.jpeg,.png,.webp,.heic,.heif,.pdf"


@dataclass(frozen=True, slots=True)
class Given:
    """What a request brings for one input: new files, those that an earlier try stored, those to drop."""

    uploads: tuple[UploadedFile[Any], ...]
    token: str
    dropped: frozenset[str]


class StoredFilesInput(forms.FileInput):
    """An input for several files that also carries what was stored before."""

    template_name = "portal/widgets/files.html"
    allow_multiple_selected = True
    needs_multipart_form = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.stored: list[StoredFile] = []
        self.token = ""

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, UploadedFile[Any]], name: str
    ) -> Given:
        dropped = data.getlist(f"{name}-buang") if hasattr(data, "getlist") else []
        uploads = files.getlist(name) if hasattr(files, "getlist") else []
        return Given(tuple(uploads), data.get(f"{name}-ada", ""), frozenset(dropped))

    def value_omitted_from_data(self, *_args: Any) -> bool:
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"].update(stored=self.stored, token=self.token)
        return context


class StoredFilesField(forms.Field):
    """Several files, judged and stored while the form is read. Cleans to a list of `StoredFile`.

    `owner` ties the signed list to one person and office, so that it opens nothing elsewhere.
    """

    widget = StoredFilesInput

    def __init__(self, *, most: int, owner: str, **options: Any) -> None:
        self.most = most
        self.owner = owner
        kinds = _(
            "JPG, PNG, WebP, HEIC, atau PDF; paling besar %(size)d MB tiap berkas, "
            "paling banyak %(most)d berkas."
        ) % {"size": MAX_BYTES // 2**20, "most": most}
        options["help_text"] = " ".join(filter(None, [str(options.get("help_text") or ""), kinds]))
        super().__init__(**options)
        self.widget.attrs.update(
            {
                "multiple": True,
                "accept": EXTENSIONS,
                "data-max-bytes": str(MAX_BYTES),
                "data-max-files": str(most),
                "data-too-big": _("terlalu besar"),
                "data-wrong-kind": _("jenis berkas ini tidak diterima"),
                "data-too-many": _("Terlalu banyak berkas."),
            }
        )

    def clean(self, value: Given) -> list[StoredFile]:
        stored = [file for file in self._read(value.token) if file.digest not in value.dropped]
        problems: list[str] = []
        for upload in value.uploads:
            try:
                file = accept(upload)
            except FileRefused as refused:
                problems.append(str(refused))
            else:
                if all(file.digest != other.digest for other in stored):
                    stored.append(file)
        widget: Any = self.widget
        widget.stored, widget.token = stored, self._write(stored)
        if len(stored) > self.most:
            problems.append(
                _("Paling banyak %(most)d berkas. Centang berkas yang hendak dibuang.") % {"most": self.most}
            )
        if problems:
            raise forms.ValidationError(problems)
        if self.required and not stored:
            raise forms.ValidationError(_("Sertakan paling sedikit satu berkas."), code="required")
        return stored

    def _write(self, files: list[StoredFile]) -> str:
        return signing.dumps([asdict(file) for file in files], salt=f"{SALT}:{self.owner}", compress=True)

    def _read(self, token: str) -> list[StoredFile]:
        if not token:
            return []
        try:
            listed = signing.loads(token, salt=f"{SALT}:{self.owner}", max_age=KEPT_SECONDS)
        except signing.BadSignature:
            return []
        return [StoredFile(**file) for file in listed]
