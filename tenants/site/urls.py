"""Addresses of an office's public site."""

from __future__ import annotations

from uuid import UUID

from django.urls import URLPattern, URLResolver, path, register_converter

from .views import home, published, recovery, report, track


class Slug:
    """A complaint's or a file's name in addresses: its uid in hexadecimal."""

    regex = "[0-9a-f]{32}"

    def to_python(self, value: str) -> UUID:
        return UUID(hex=value)

    def to_url(self, value: UUID) -> str:
        return value.hex


register_converter(Slug, "uid")

app_name = "site"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("privasi/", home.privacy, name="privacy"),
    path("lapor/", report.start, name="report"),
    path("lapor/baru/", report.anew, name="report_anew"),
    path("lapor/periksa/", report.check, name="report_check"),
    path("lapor/terkirim/", report.sent, name="report_sent"),
    path("lapor/<slug:name>/", report.question, name="report_question"),
    path("lacak/", track.find, name="track"),
    path("lacak/<str:code>/", track.story, name="story"),
    path("lacak/<str:code>/tanda-terima/", track.receipt, name="receipt"),
    path("lacak/<str:code>/langkah/<slug:line>/<slug:action>/", track.step, name="reporter_step"),
    path("lacak/<str:code>/berkas/<uid:uid>/", track.file, name="reporter_file"),
    path("kode-hilang/", recovery.lost_code, name="lost_code"),
    path("kode-hilang/terkirim/", recovery.lost_code_sent, name="lost_code_sent"),
    path("aduan/", published.listed, name="published"),
    path("aduan/<uid:uid>/", published.published, name="published_complaint"),
    path("aduan/<uid:uid>/foto/<uid:picture_uid>/", published.picture, name="published_picture"),
]
