from django.apps import AppConfig


class ProcedureConfig(AppConfig):
    name = "tenants.procedure"
    label = "procedure"

    def ready(self) -> None:
        from central.offices.registry import register_append_only, register_sealed

        register_append_only("procedure.SettingsVersion")
        register_sealed("procedure.ProcedureVersion", but=["state", "in_force_from", "retired_at"])

        from central.offices.registry import register_after_provision
        from tenants.procedure.seeding import seed_office

        register_after_provision(seed_office, order=10)

        from central.coordination.registry import register_alarm
        from tenants.organization.services import STAFF_ALARM
        from tenants.procedure.services import on_move_alarm, on_staff_alarm
        from tenants.procedure.services.moves import MOVE_ALARM

        register_alarm(MOVE_ALARM, on_move_alarm)
        register_alarm(STAFF_ALARM, on_staff_alarm)
