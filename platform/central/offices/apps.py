from django.apps import AppConfig


class OfficesConfig(AppConfig):
    name = "central.offices"
    label = "offices"
