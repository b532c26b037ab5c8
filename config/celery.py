"""The Celery application: `celery -A config.celery worker`, and `beat` beside it."""

import os
import sys
from pathlib import Path

from celery import Celery

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "platform"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("tanggap", task_cls="central.offices.tasks.OfficeTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
