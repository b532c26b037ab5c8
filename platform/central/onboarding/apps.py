from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    name = "central.onboarding"
    label = "onboarding"

    def ready(self) -> None:
        from central.accounts import second_factor
        from central.onboarding import queries

        second_factor.register_offices(queries.offices_joined_by)
