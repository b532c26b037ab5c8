from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "tenants.complaints"
    label = "complaints"

    def ready(self) -> None:
        from central.offices.registry import register_append_only, register_sealed

        register_append_only("complaints.Event")
        register_sealed("complaints.CallLog", but=["note"])

        from central.onboarding import queries as front_doors
        from tenants.complaints.codes import code_digest, normal_code

        front_doors.register_codes(normal_code, code_digest)

        from central.coordination.registry import register_alarm
        from central.delivery.registry import register_source
        from tenants.complaints.outgoing import outgoing
        from tenants.complaints.services import answering, stranded, upkeep
        from tenants.complaints.services.asking import ALARM
        from tenants.complaints.services.store import CASE_ALARM

        register_source(outgoing)
        register_alarm(CASE_ALARM, upkeep.on_case_alarm)
        register_alarm(ALARM, answering.on_alarm)
        register_alarm(upkeep.FILES_ALARM, upkeep.on_files_alarm)
        register_alarm(upkeep.RECOMPUTE_ALARM, upkeep.on_recompute_alarm)
        register_alarm(upkeep.RECOMPUTE_ONE_ALARM, upkeep.on_recompute_one_alarm)
        register_alarm(stranded.STRANDED_ALARM, stranded.on_stranded_alarm)
