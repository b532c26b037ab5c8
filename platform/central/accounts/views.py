"""Pages about one's own account that allauth has not: an overview, and the personal API tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.base.views import AuthenticateView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from central.accounts import audit, queries, second_factor, services
from central.accounts.forms import TokenForm
from central.accounts.middleware import ask_for_second_factor, not_at_home
from central.accounts.models import User
from central.accounts.sites import home_path, office_of
from central.offices.middleware import public_side
from central.offices.models import Office


@public_side
@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    """/masuk/ is what people type; the page itself is allauth's."""
    return redirect(home_path(request) if request.user.is_authenticated else settings.LOGIN_URL)


class Authenticate(AuthenticateView):  # type: ignore[misc]  # allauth has no type hints
    """The second step of signing in. A form without a code is one with an empty code: allauth takes it for a
    passkey's, which nobody has here, and has no page for it.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and "code" not in request.POST:
            posted = request.POST.copy()
            posted["code"] = ""
            request.POST = posted  # type: ignore[assignment]  # a copy, which may be changed
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer


authenticate = public_side(Authenticate.as_view())


@public_side
@never_cache
@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    user, office = _signed_in(request), office_of(request)
    values = {
        "second_factor_set_up": second_factor.is_set_up(user),
        "home_path": home_path(request),
        "tokens_count": queries.tokens_of(user, office).count() if office else None,
    }
    return render(request, "accounts/overview.html", values)


@public_side
@never_cache
@login_required
@require_safe
def elsewhere(request: HttpRequest) -> HttpResponse:
    """Where the portal sends somebody who is signed in but no member of the office."""
    return not_at_home(request)


@public_side
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]  # allauth has no type hints
def tokens(request: HttpRequest) -> HttpResponse:
    """Lists, and makes, the person's tokens for this office. A new token's secret is on the answer, and
    nowhere else.
    """
    user, office = _signed_in(request), office_of(request)
    if office is None:
        raise Http404
    refused = _staff_here(request, user, office)
    if refused is not None:
        return refused
    secret = ""
    form = TokenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        days = int(form.cleaned_data["lifetime"])
        try:
            token, secret = services.create_token(
                user,
                office,
                form.cleaned_data["name"],
                expires_at=timezone.now() + timedelta(days=days),
            )
        except services.TokenProblem as problem:
            form.add_error(None, str(problem))
        else:
            audit.line("token-made", request, user=user.pk, token=token.pk)
            form = TokenForm()
    values = {"form": form, "tokens": queries.tokens_of(user, office), "secret": secret}
    return render(request, "accounts/tokens.html", values)


@public_side
@login_required
@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    user = _signed_in(request)
    if services.revoke_token(user, token_id):
        audit.line("token-revoked", request, user=user.pk, token=token_id)
        messages.success(request, _("Token dicabut. Aplikasi yang memakainya tidak dapat masuk lagi."))
    else:
        messages.info(request, _("Token itu sudah dicabut sebelumnya."))
    return redirect("account_tokens")


def _signed_in(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _staff_here(request: HttpRequest, user: User, office: Office) -> HttpResponse | None:
    """None for a member of this office whose session may do staff work; else the page they get instead."""
    member = second_factor.membership(office, user)
    if member is None:
        return not_at_home(request)
    if member.is_admin and not second_factor.was_shown(request):
        return ask_for_second_factor(request, user)
    return None
