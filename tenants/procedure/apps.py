from django.apps import AppConfig


class ProcedureConfig(AppConfig):
    name = "tenants.procedure"
    label = "procedure"

    def ready(self) -> None:
        from central.offices.registry import register_append_only

        register_append_only("procedure.SettingsVersion")

        from central.offices.registry import register_after_provision
        from tenants.procedure.seeding import seed_office

        register_after_provision(seed_office, order=10)
