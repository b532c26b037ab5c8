"""Forms of the front doors."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from central.accounts.models import User
from central.onboarding.models import Invitation
from central.plaintext import LineField, TextField, demand_name

NEW_PASSWORD = forms.PasswordInput(attrs={"autocomplete": "new-password"})


class NewAccountForm(forms.Form):
    """Name and password of an invited person who has no account yet."""

    name = LineField(
        error_messages={"required": _("Isi nama lengkap Anda.")},
        label=_("Nama lengkap"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        error_messages={"required": _("Isi kata sandi baru.")},
        help_text=_("Paling sedikit 10 karakter. Beberapa kata acak lebih baik daripada satu kata."),
        label=_("Kata sandi baru"),
        strip=False,
        max_length=256,
        widget=NEW_PASSWORD,
    )
    again = forms.CharField(
        error_messages={"required": _("Ketik ulang kata sandi yang sama.")},
        label=_("Ulangi kata sandi"),
        strip=False,
        max_length=256,
        widget=NEW_PASSWORD,
    )

    def __init__(self, invitation: Invitation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = invitation
        self.fields["name"].initial = invitation.name

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        person = User(email=self.invitation.email, name=str(self.cleaned_data.get("name", "")))
        validate_password(password, person)
        return password

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "password" in values and "again" in values and values["password"] != values["again"]:
            self.add_error("again", gettext("Kata sandi tidak sama. Ketik ulang kata sandi yang sama."))
        return values


class KnownAccountForm(forms.Form):
    """An invited person who has an account already shows that it is theirs."""

    password = forms.CharField(
        error_messages={"required": _("Isi kata sandi akun Anda.")},
        label=_("Kata sandi akun Anda"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.user = user

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        adapter = get_adapter()
        found = adapter.authenticate(self.request, email=self.user.email, password=password)
        if found is None or found.pk != self.user.pk:
            raise adapter.validation_error("incorrect_password")
        if not found.is_active:
            raise adapter.validation_error("account_inactive")
        return password


class RegistrationForm(forms.Form):
    """A government or office that wants to join."""

    government_name = LineField(
        validators=[demand_name],
        error_messages={"required": _("Isi nama pemerintah daerah.")},
        label=_("Nama pemerintah daerah"),
        max_length=150,
        help_text=_("Misalnya Pemerintah Kabupaten atau Kota Anda."),
    )
    office_name = LineField(
        validators=[demand_name],
        label=_("Nama instansi"),
        max_length=150,
        required=False,
        help_text=_("Kosongkan bila yang bergabung seluruh pemerintah daerah."),
    )
    contact_name = LineField(
        validators=[demand_name],
        error_messages={"required": _("Isi nama Anda.")},
        label=_("Nama Anda"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact_position = LineField(
        validators=[demand_name],
        label=_("Jabatan Anda"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    email = forms.EmailField(
        error_messages={
            "required": _("Isi alamat surel Anda."),
            "invalid": _("Tulis alamat surel yang lengkap, misalnya nama@contoh.go.id."),
        },
        label=_("Alamat surel"),
        max_length=254,
        help_text=_("Ke alamat ini kami mengirim tanda terima dan kabar selanjutnya."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = LineField(
        label=_("Nomor telepon"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )
    note = TextField(
        label=_("Hal yang perlu kami ketahui"), max_length=2000, required=False, widget=forms.Textarea
    )
    # People do not see this field; a form that fills it in was filled in by a machine.
    website = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"]).strip()
        if phone and sum(sign.isdigit() for sign in phone) < 6:
            raise ValidationError(_("Nomor telepon ini tampaknya tidak lengkap."), code="phone")
        return phone

    @property
    def is_from_a_machine(self) -> bool:
        return bool(self.cleaned_data.get("website"))


class CodeForm(forms.Form):
    """A tracking code, typed in."""

    code = forms.CharField(
        error_messages={"required": _("Isi kode lacak.")},
        label=_("Kode lacak"),
        max_length=60,
        help_text=_("Ada di tanda terima dan di pesan yang Anda terima setelah melapor."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
