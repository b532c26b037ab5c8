from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "tenants.channels"
    label = "channels"
