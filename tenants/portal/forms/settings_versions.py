"""The form that takes settings as YAML."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workflows.strictyaml import MAX_BYTES

from .fields import text_area


class ImportForm(forms.Form):
    """Settings as YAML: pasted, or a file."""

    text = text_area(MAX_BYTES, label=_("Isi berkas pengaturan (YAML)"), rows=14, required=False)
    file = forms.FileField(label=_("Atau unggah berkasnya"), required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        upload = data.get("file")
        if upload is not None and data.get("text"):
            self.add_error("file", _("Tempel isinya atau unggah berkasnya, jangan keduanya."))
        elif upload is not None:
            if (upload.size or 0) > MAX_BYTES:
                self.add_error("file", _("Berkas ini terlalu besar. Paling besar 500 KB."))
                return data
            try:
                data["text"] = upload.read().decode()
            except UnicodeDecodeError:
                self.add_error("file", _("Berkas ini bukan teks. Unggah berkas YAML."))
        if not data.get("text") and not self.errors:
            self.add_error("text", _("Tempel isi berkas pengaturan, atau unggah berkasnya."))
        return data
