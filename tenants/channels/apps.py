from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "tenants.channels"
    label = "channels"

    def ready(self) -> None:
        from central.delivery.registry import register_channel
        from tenants.channels.email.sending import send

        register_channel("email", send)
