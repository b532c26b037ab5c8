"""The Celery application: `celery -A config.celery worker`, and `beat` beside it."""

import os

from celery import Celery

from config import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

broker.register()
app = Celery("tanggap", task_cls="central.offices.tasks.OfficeTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
