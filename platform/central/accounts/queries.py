"""Reads about accounts."""

from __future__ import annotations

from django.db.models import QuerySet

from central.accounts.models import ApiToken, User
from central.offices.models import Office


def tokens_of(user: User, office: Office) -> QuerySet[ApiToken]:
    """The person's tokens for the office that were not taken back, newest first."""
    return ApiToken.objects.filter(user=user, office_id=office.pk, revoked_at=None).order_by(
        "-created_at", "-id"
    )
