from django.apps import AppConfig


class OfficesConfig(AppConfig):
    name = "central.offices"
    label = "offices"

    def ready(self) -> None:
        from . import checks, directory

        directory.connect()
        checks.register()
