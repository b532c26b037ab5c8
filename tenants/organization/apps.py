from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    name = "tenants.organization"
    label = "organization"

    def ready(self) -> None:
        from central.coordination.registry import register_alarm
        from tenants.organization import joining, services

        joining.connect()
        register_alarm(services.ABSENCE_ALARM, services.on_absence_alarm)
        register_alarm(services.HOLDING_ALARM, services.on_holding_alarm)
