from django.apps import AppConfig


class CoordinationConfig(AppConfig):
    name = "central.coordination"
    label = "coordination"
