from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    name = "tenants.organization"
    label = "organization"
