from django.apps import AppConfig


class PlatformConfig(AppConfig):
    """Loads the Celery application, so that every process and thread that begins a task finds it."""

    name = "config"
    label = "config"

    def ready(self) -> None:
        from config import celery

        celery.app.set_default()
