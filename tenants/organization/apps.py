from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    name = "tenants.organization"
    label = "organization"

    def ready(self) -> None:
        from tenants.organization import joining

        joining.connect()
