from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "central.delivery"
    label = "delivery"
