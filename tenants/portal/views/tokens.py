"""API tokens of the person who asks; they are kept with the account."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from tenants.portal.door import StaffRequest, staff


@require_safe
@staff
def tokens(request: StaffRequest) -> HttpResponse:
    """Leads to the account's page, where they are made and taken back."""
    return redirect("account_tokens")
