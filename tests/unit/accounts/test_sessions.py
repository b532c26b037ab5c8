"""Sessions that are over do not pile up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from config.celery import app


@pytest.mark.django_db
def test_the_clock_forgets_what_is_over_and_keeps_what_is_not() -> None:
    keys = []
    for age in (timedelta(hours=-1), timedelta(hours=1)):
        store = SessionStore()
        store["person"] = 7
        store.create()
        Session.objects.filter(pk=store.session_key).update(expire_date=timezone.now() + age)
        keys.append(store.session_key)
    app.loader.import_default_modules()
    app.tasks[settings.CELERY_BEAT_SCHEDULE["sessions"]["task"]]()
    assert list(Session.objects.filter(pk__in=keys).values_list("pk", flat=True)) == keys[1:]
