"""Form fields that forgive what people type and lose nothing of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import EmailValidator, MaxLengthValidator, MinLengthValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from central.plaintext import clean_line, clean_text
from tenants.complaints.contacts import is_whole, normal_phone
from tenants.complaints.files import MAX_BYTES
from tenants.complaints.inspection import KINDS


class Words(forms.CharField):
    """Text as it was meant, without what nobody sees; one line where its widget shows one.

    Its messages say how long the text is and how long it may be.
    """

    default_error_messages = {
        "max_length": ngettext_lazy(
            "Paling banyak %(limit_value)s karakter; sekarang %(show_value)s. Ringkaslah.",
            "Paling banyak %(limit_value)s karakter; sekarang %(show_value)s. Ringkaslah.",
            "limit_value",
        ),
        "min_length": ngettext_lazy(
            "Paling sedikit %(limit_value)s karakter; sekarang %(show_value)s. Tulis lebih lengkap.",
            "Paling sedikit %(limit_value)s karakter; sekarang %(show_value)s. Tulis lebih lengkap.",
            "limit_value",
        ),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for validator in self.validators:
            if isinstance(validator, MaxLengthValidator | MinLengthValidator):
                validator.message = self.error_messages[validator.code]

    def to_python(self, value: Any) -> str:
        clean = clean_text if isinstance(self.widget, forms.Textarea) else clean_line
        return super().to_python("" if value is None else clean(str(value))) or ""


class Phone(forms.CharField):
    """A telephone number as people write it (08…, +62…, spaces, dashes); becomes E.164."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"})
    default_error_messages = {
        "required": _("Isi nomor telepon."),
        "invalid": _("Nomor telepon ini tidak dikenali. Tulis misalnya 0812 3456 7890."),
        "short": _("Nomor telepon ini belum lengkap. Tulis semua angkanya, misalnya 0812 3456 7890."),
    }

    def to_python(self, value: Any) -> str:
        number = normal_phone(super().to_python(value) or "")
        if number is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if number and not is_whole(number):
            raise ValidationError(self.error_messages["short"], code="short")
        return number


class Email(forms.EmailField):
    """An e-mail address, with a message that shows what one looks like."""

    widget = forms.EmailInput(attrs={"autocomplete": "email"})
    default_error_messages = {
        "required": _("Isi alamat surel."),
        "invalid": _("Alamat surel ini tidak lengkap. Tulis misalnya nama@contoh.id."),
        "max_length": _("Alamat surel ini terlalu panjang."),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for validator in self.validators:
            if isinstance(validator, EmailValidator):
                validator.message = self.error_messages["invalid"]


class Coordinate(forms.DecimalField):
    """Half of a place that the device found. What is no such number is left out: nobody typed it."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(required=False, widget=forms.HiddenInput)

    def clean(self, value: Any) -> Any:
        try:
            number = super().clean(value)
        except ValidationError:
            return None
        return None if number is None or abs(number) > self.limit else round(number, 6)


class _FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class Files(forms.FileField):
    """Any number of files; its value is a list. What is in them is judged by `tenants.complaints.files`."""

    widget = _FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        given: Sequence[Any] = data if isinstance(data, list | tuple) else [data] if data else []
        return [upload for upload in given if upload]


ACCEPTED = ",".join(f".{extension}" for kind in KINDS for extension in kind.extensions)


def upload_field(label: Any, most: int, *, help_text: Any = "") -> Files:
    """A field for several files. The page's script warns early; the server judges."""
    field = Files(label=label, required=False, help_text=help_text)
    field.hide_optional = True  # type: ignore[attr-defined]  # the heading or the label says it
    field.widget.attrs |= {
        "multiple": True,
        "accept": ACCEPTED,
        "data-max-bytes": MAX_BYTES,
        "data-max-files": most,
        "data-too-big": _("terlalu besar"),
        "data-too-many": _("Terlalu banyak berkas."),
        "data-wrong-kind": _("jenis berkas ini tidak diterima"),
    }
    return field
