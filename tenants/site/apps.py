from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "tenants.site"
    label = "public_site"

    def ready(self) -> None:
        from central.coordination.registry import register_alarm

        from . import drafts

        register_alarm(drafts.ALARM, drafts.sweep)
