from django.apps import AppConfig


class ProcedureConfig(AppConfig):
    name = "tenants.procedure"
    label = "procedure"

    def ready(self) -> None:
        from central.offices.registry import register_append_only

        register_append_only("procedure.SettingsVersion")
