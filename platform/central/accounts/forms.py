"""Forms that replace allauth's own, and those of our account pages."""

from __future__ import annotations

from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django import forms
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from central.accounts.adapter import SecondFactorAdapter
from central.plaintext import LineField


def _spend(user_id: int, code: str) -> bool:
    """Marks a code as used; False where it was used already.

    allauth does the same for one period, but with a tolerance of one period a code lives for three.
    """
    periods = 2 * int(mfa_settings.TOTP_TOLERANCE) + 1
    return bool(
        cache.add(f"second-factor-used:{user_id}:{code}", 1, timeout=periods * mfa_settings.TOTP_PERIOD)
    )


class CodeForm(AuthenticateForm):  # type: ignore[misc]  # allauth has no type hints
    """The code at sign-in: each is good for once."""

    def clean_code(self) -> str:
        code: str = super().clean_code()
        if not _spend(self.user.pk, code):
            raise SecondFactorAdapter().validation_error("incorrect_code")
        return code


class CodeAgainForm(ReauthenticateForm):  # type: ignore[misc]  # allauth has no type hints
    """The code that a session is asked for later: each is good for once."""

    def clean_code(self) -> str:
        code: str = super().clean_code()
        if not _spend(self.user.pk, code):
            raise SecondFactorAdapter().validation_error("incorrect_code")
        return code


class TokenForm(forms.Form):
    """A name for a new API token, and how long it is good for."""

    name = LineField(
        label=_("Nama token"),
        max_length=100,
        help_text=_("Untuk mengenalinya nanti, misalnya nama aplikasi yang memakainya."),
    )
    lifetime = forms.ChoiceField(
        label=_("Masa berlaku"),
        choices=[("30", _("30 hari")), ("90", _("90 hari")), ("365", _("1 tahun"))],
        initial="90",
        widget=forms.RadioSelect,
    )
