from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "tenants.desk"
    label = "desk"

    def ready(self) -> None:
        from central.coordination.registry import register_alarm
        from central.coordination.reminders import ALARM
        from tenants.desk.reminders import on_reminder_alarm

        register_alarm(ALARM, on_reminder_alarm)
