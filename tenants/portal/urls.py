"""The staff portal, below `/kantor/` on an office's host."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import path, register_converter

from tenants.portal.views import (
    actions,
    calls,
    complaint,
    deliveries,
    handovers,
    inbox,
    intake,
    lists,
    office,
    organization,
    people,
    register,
    sheets,
    timetable,
    tokens,
)


class Slug:
    """A complaint's uid as it stands in addresses: 32 hexadecimal digits."""

    regex = "[0-9a-f]{32}"

    def to_python(self, value: str) -> UUID:
        return UUID(hex=value)

    def to_url(self, value: Any) -> str:
        return value.hex if isinstance(value, UUID) else str(value)


register_converter(Slug, "portal_uid")

app_name = "portal"

CASE = "aduan/<portal_uid:uid>/"
STEP = f"{CASE}tindakan/<slug:line>/<slug:action>/"

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("aduan/", lists.complaints, name="complaints"),
    path("pantau/", lists.board, name="board"),
    path(CASE, complaint.complaint, name="complaint"),
    path(f"{CASE}berkas/<portal_uid:file_uid>/", complaint.file, name="file"),
    path(f"{CASE}cetak/<slug:kind>/", sheets.sheet, name="sheet"),
    path(f"{CASE}alihkan/", handovers.hand_over, name="hand_over"),
    path(STEP, actions.action, name="action"),
    path(f"{STEP}pratinjau/", actions.live_preview, name="live_preview"),
    path("masukkan/", intake.enter, name="enter"),
    path("masukkan/<portal_uid:uid>/", intake.entered, name="entered"),
    path("register/", register.register, name="register"),
    path("register/cetak/", register.register_sheet, name="register_sheet"),
    path("telepon/", calls.calls, name="calls"),
    path("telepon/<int:pk>/", calls.call, name="call"),
    path("pengiriman/", deliveries.deliveries, name="deliveries"),
    path("pengiriman/<int:pk>/ulang/", deliveries.send_again, name="send_again"),
    path("token/", tokens.tokens, name="tokens"),
    path("atur/", organization.overview, name="settings"),
    path("atur/unit/", organization.units, name="units"),
    path("atur/unit/<int:pk>/", organization.unit, name="unit"),
    path("atur/jabatan/", organization.positions, name="positions"),
    path("atur/jabatan/<int:pk>/", organization.position, name="position"),
    path("atur/anggota/", people.members, name="members"),
    path("atur/anggota/tambah/", people.new_member, name="member_new"),
    path("atur/anggota/<int:pk>/", people.member, name="member"),
    path("atur/anggota/<int:pk>/undang/", people.invite_again, name="member_invite"),
    path("atur/anggota/<int:pk>/keluar/", people.deactivate, name="member_leave"),
    path("atur/penugasan/", people.holdings, name="holdings"),
    path("atur/penugasan/<int:pk>/akhiri/", people.end_holding, name="holding_end"),
    path("atur/instansi/", office.office, name="office"),
    path("atur/kalender/", office.calendar, name="calendar"),
    path("atur/kalender/<int:number>/hapus/", office.drop_closing, name="closing_drop"),
    path("atur/jam-kerja/", timetable.hours, name="hours"),
    path("atur/jam-kerja/masa/", timetable.period_new, name="period_new"),
    path("atur/jam-kerja/masa/<slug:code>/", timetable.period, name="period"),
]
