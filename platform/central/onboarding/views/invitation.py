"""A sign-up link: name and password, then the second factor, then work."""

from __future__ import annotations

from urllib.parse import urlencode

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from central.accounts import audit, limits, second_factor
from central.accounts.models import User
from central.accounts.sites import full_address, home_path
from central.offices.middleware import host_name, public_side
from central.onboarding import services
from central.onboarding.forms import KnownAccountForm, NewAccountForm
from central.onboarding.models import Invitation
from central.onboarding.services import InvitationProblem

STATUS_OF = {"unknown": 404, "used": 410, "expired": 410, "no_longer": 410}


@public_side
@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a sign-up link. On any other host than the one where the person will work it sends them
    there, because the session that it begins belongs to one host."""
    if not limits.allowed(request, "invitation", most=30, seconds=60):
        return render(request, "onboarding/invitation_problem.html", {"code": "too_many"}, status=429)
    try:
        invitation = services.find(token)
        host = services.host_of(invitation.office, invitation.government)
        if host_name(request.get_host()) != host:
            return redirect(full_address(host, request.path))
        return _accept(request, token, invitation)
    except InvitationProblem as problem:
        values = {"problem": problem, "code": problem.code, "home": home_path(request)}
        return render(
            request, "onboarding/invitation_problem.html", values, status=STATUS_OF.get(problem.code, 400)
        )


def _accept(request: HttpRequest, token: str, invitation: Invitation) -> HttpResponse:
    known = services.account_of(invitation)
    data = request.POST if request.method == "POST" else None
    form: KnownAccountForm | NewAccountForm
    form = KnownAccountForm(request, known, data) if known else NewAccountForm(invitation, data)
    if request.method != "POST" or not form.is_valid():
        place = invitation.office or invitation.government
        values = {"form": form, "invitation": invitation, "place": place, "known": known}
        return render(request, "onboarding/invitation.html", values)
    user, invitation = services.accept(
        token, name=form.cleaned_data.get("name", ""), password=form.cleaned_data["password"]
    )
    audit.line("invitation-accepted", request, user=user.pk, invitation=invitation.pk, kind=invitation.kind)
    return _sign_in(request, user, invitation)


def _sign_in(request: HttpRequest, user: User, invitation: Invitation) -> HttpResponse:
    """Signs in through allauth's own stages, so that an account with a second factor is asked for it."""
    if request.user.is_authenticated and request.user.pk != user.pk:
        logout(request)
    record_authentication(request, user, method="password", email=user.email, reauthenticated=True)
    after = home_path(request)
    if invitation.kind != Invitation.Kind.OFFICE_MEMBER and not second_factor.is_set_up(user):
        after = f"{reverse('mfa_activate_totp')}?{urlencode({'next': after})}"
    response: HttpResponse = perform_login(request, user, email_verification="none", redirect_url=after)
    return response
