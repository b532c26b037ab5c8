from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    name = "central.onboarding"
    label = "onboarding"
