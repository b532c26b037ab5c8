"""API tokens of the person who asks; they are kept with the account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from central.offices.middleware import public_side


@public_side
@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    """Leads to the account's page, where they are made and taken back."""
    return redirect("account_tokens")
