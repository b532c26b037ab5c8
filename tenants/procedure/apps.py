from django.apps import AppConfig


class ProcedureConfig(AppConfig):
    name = "tenants.procedure"
    label = "procedure"
