"""The form that takes settings as YAML."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from central.plaintext import TextField
from tenants.portal.procedure_problems import located_words
from workflows.loading import oversize
from workflows.strictyaml import MAX_BYTES


class ImportForm(forms.Form):
    """Settings as YAML: pasted, or a file."""

    text = TextField(
        label=_("Isi berkas pengaturan (YAML)"), required=False, widget=forms.Textarea(attrs={"rows": "14"})
    )
    file = forms.FileField(label=_("Atau unggah berkasnya"), required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        upload = data.get("file")
        if upload is not None and data.get("text"):
            self.add_error("file", _("Tempel isinya atau unggah berkasnya, jangan keduanya."))
        elif upload is not None:
            if (upload.size or 0) > MAX_BYTES:
                self.add_error("file", located_words(oversize(upload.read(MAX_BYTES))))
                return data
            try:
                data["text"] = upload.read().decode()
            except UnicodeDecodeError:
                self.add_error("file", _("Berkas ini bukan teks. Unggah berkas YAML."))
        if not data.get("text") and not self.errors:
            self.add_error("text", _("Tempel isi berkas pengaturan, atau unggah berkasnya."))
        return data
