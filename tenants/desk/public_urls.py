"""The government host's pages for everybody."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from tenants.desk import public_intake, public_recovery, public_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", public_views.front, name="government_front"),
    path("lapor/", public_intake.choose, name="government_report"),
    path("lapor/<int:door>/", public_intake.start, name="government_report_start"),
    path("lapor/<int:door>/baru/", public_intake.anew, name="government_report_anew"),
    path("lapor/<int:door>/periksa/", public_intake.check, name="government_report_check"),
    path("lapor/<int:door>/terkirim/", public_intake.sent, name="government_report_sent"),
    path("lapor/<int:door>/<slug:name>/", public_intake.question, name="government_report_question"),
    path("kode-hilang/", public_recovery.lost_code, name="government_lost_code"),
    path("kode-hilang/terkirim/", public_recovery.lost_code_sent, name="government_lost_code_sent"),
]
