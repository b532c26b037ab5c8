from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "tenants.portal"
    label = "portal"

    def ready(self) -> None:
        from tenants.organization.middleware import register_guests
        from tenants.portal.guests import let_in

        register_guests(let_in)
