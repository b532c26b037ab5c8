from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "tenants.channels"
    label = "channels"

    def ready(self) -> None:
        from central.delivery.registry import register_channel
        from tenants.channels.email.sending import send as by_email
        from tenants.channels.sms.sending import send as by_sms

        register_channel("email", by_email)
        register_channel("sms", by_sms)
