from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "central.accounts"
    label = "accounts"

    def ready(self) -> None:
        from central.accounts import audit, second_factor, services

        second_factor.connect()
        audit.connect()
        services.connect()
