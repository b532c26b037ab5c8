"""What the clock has this app do."""

from __future__ import annotations

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore


@shared_task(central=True, manual=True)  # type: ignore[untyped-decorator]  # celery has no type hints
def forget_sessions() -> None:
    """Deletes sessions whose time is over: nobody comes back for them, and they say who was signed in."""
    SessionStore.clear_expired()
