from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "tenants.complaints"
    label = "complaints"

    def ready(self) -> None:
        from central.offices.registry import register_append_only

        register_append_only("complaints.Event", "complaints.CallLog")

        from central.onboarding import queries as front_doors
        from tenants.complaints.codes import code_digest, normal_code

        front_doors.register_codes(normal_code, code_digest)
