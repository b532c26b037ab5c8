"""The staff portal, below `/kantor/` on an office's host."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import path, register_converter

from tenants.portal.views import (
    actions,
    calls,
    categories,
    channels,
    complaint,
    coordination,
    deliveries,
    direct,
    handovers,
    inbox,
    intake,
    lists,
    office,
    organization,
    people,
    procedure,
    procedure_drafts,
    procedure_moves,
    procedure_stages,
    register,
    routing,
    settings_versions,
    sheets,
    texts,
    timetable,
    tokens,
    visits,
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
SOP = "atur/prosedur/"
VERSION = f"{SOP}versi/<int:number>/"
DRAFT = f"{SOP}konsep/<int:pk>/"
STAGE = f"{DRAFT}tahap/<slug:line>/<slug:stage>/"

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("aduan/", lists.complaints, name="complaints"),
    path("pantau/", lists.board, name="board"),
    path(CASE, complaint.complaint, name="complaint"),
    path(f"{CASE}berkas/<portal_uid:file_uid>/", complaint.file, name="file"),
    path(f"{CASE}cetak/<slug:kind>/", sheets.sheet, name="sheet"),
    path(f"{CASE}alihkan/", direct.hand_over, name="hand_over"),
    path(STEP, actions.action, name="action"),
    path(f"{STEP}pratinjau/", actions.live_preview, name="live_preview"),
    path("masukkan/", intake.enter, name="enter"),
    path("masukkan/<portal_uid:uid>/", intake.entered, name="entered"),
    path("register/", register.register, name="register"),
    path("register/cetak/", register.register_sheet, name="register_sheet"),
    path("telepon/", calls.calls, name="calls"),
    path("telepon/<int:pk>/", calls.call, name="call"),
    path("koordinasi/", coordination.questions, name="inquiries"),
    path("koordinasi/<portal_uid:uid>/", coordination.question, name="inquiry"),
    path("koordinasi/<portal_uid:uid>/tolak/", coordination.decline_question, name="inquiry_no"),
    path("pengiriman/", deliveries.deliveries, name="deliveries"),
    path("pengiriman/<int:pk>/ulang/", deliveries.send_again, name="send_again"),
    path("token/", tokens.tokens, name="tokens"),
    path("kunjungan/selesai/", visits.leave, name="visit_leave"),
    path("atur/", organization.overview, name="settings"),
    path("atur/kunjungan/", visits.visits, name="visits"),
    path("atur/kunjungan/<int:pk>/", visits.visit, name="visit"),
    path("atur/kunjungan/<int:pk>/akhiri/", visits.end, name="visit_end"),
    path("atur/pengiriman/", deliveries.health, name="delivery_health"),
    path("atur/unit/", organization.units, name="units"),
    path("atur/unit/<int:pk>/", organization.unit, name="unit"),
    path("atur/jabatan/", organization.positions, name="positions"),
    path("atur/jabatan/<int:pk>/", organization.position, name="position"),
    path("atur/anggota/", people.members, name="members"),
    path("atur/anggota/tambah/", people.new_member, name="member_new"),
    path("atur/anggota/<int:pk>/", people.member, name="member"),
    path("atur/anggota/<int:pk>/undang/", people.invite_again, name="member_invite"),
    path("atur/anggota/<int:pk>/keluar/", people.deactivate, name="member_leave"),
    path("atur/anggota/<int:pk>/pekerjaan/", handovers.handover, name="handover"),
    path("atur/anggota/<int:pk>/absen/", handovers.absence, name="absence"),
    path("atur/absen/<int:pk>/", handovers.absence_change, name="absence_change"),
    path("atur/absen/<int:pk>/akhiri/", handovers.absence_end, name="absence_end"),
    path("atur/pekerjaan/", handovers.handovers, name="handovers"),
    path("atur/penugasan/", people.holdings, name="holdings"),
    path("atur/penugasan/<int:pk>/akhiri/", people.end_holding, name="holding_end"),
    path("atur/instansi/", office.office, name="office"),
    path("atur/kalender/", office.calendar, name="calendar"),
    path("atur/kalender/<int:number>/hapus/", office.drop_closing, name="closing_drop"),
    path(SOP, procedure.procedures_list, name="procedures"),
    path(VERSION, procedure.version, name="version"),
    path(f"{VERSION}yaml/", procedure.version_yaml, name="version_yaml"),
    path(f"{VERSION}kembali/", procedure.go_back, name="version_back"),
    path(f"{VERSION}pindah/", procedure_moves.procedure_move, name="procedure_move"),
    path(f"{SOP}konsep/baru/", procedure_drafts.draft_new, name="draft_new"),
    path(f"{SOP}konsep/impor/", procedure_drafts.draft_import, name="draft_import"),
    path(DRAFT, procedure_drafts.draft, name="draft"),
    path(f"{DRAFT}periksa/", procedure_drafts.draft_check, name="draft_check"),
    path(f"{DRAFT}beda/", procedure_drafts.draft_difference, name="draft_difference"),
    path(f"{DRAFT}berlakukan/", procedure_drafts.draft_enforce, name="draft_enforce"),
    path(f"{DRAFT}hapus/", procedure_drafts.draft_drop, name="draft_drop"),
    path(f"{DRAFT}isi/", procedure_drafts.draft_text, name="draft_text"),
    path(f"{DRAFT}yaml/", procedure_drafts.draft_yaml, name="draft_yaml"),
    path(f"{DRAFT}tahap/", procedure_stages.draft_stage_new, name="draft_stage_new"),
    path(STAGE, procedure_stages.draft_stage, name="draft_stage"),
    path(f"{STAGE}hapus/", procedure_stages.draft_stage_drop, name="draft_stage_drop"),
    path(f"{DRAFT}batas/<slug:clock>/", procedure_stages.draft_limit, name="draft_limit"),
    path(f"{DRAFT}peran/", procedure_stages.draft_role_new, name="draft_role_new"),
    path(f"{DRAFT}peran/<slug:role>/", procedure_stages.draft_role, name="draft_role"),
    path("atur/jam-kerja/", timetable.hours, name="hours"),
    path("atur/jam-kerja/masa/", timetable.period_new, name="period_new"),
    path("atur/jam-kerja/masa/<slug:code>/", timetable.period, name="period"),
    path("atur/hari-buka/", timetable.openings, name="openings"),
    path("atur/kategori/", categories.categories, name="categories"),
    path("atur/kategori/tambah/", categories.category_new, name="category_new"),
    path("atur/kategori/isi/<slug:code>/", categories.category, name="category"),
    path("atur/kategori/isi/<slug:code>/pertanyaan/", categories.question_new, name="question_new"),
    path("atur/kategori/isi/<slug:code>/pertanyaan/<slug:question>/", categories.question, name="question"),
    path("atur/teks/", texts.texts, name="texts"),
    path("atur/teks/<slug:key>/", texts.text, name="text"),
    path("atur/kanal/", channels.channels, name="channels"),
    path("atur/wilayah/", channels.areas, name="areas"),
    path("atur/samaran/", channels.masking, name="masking"),
    path("atur/riwayat/", settings_versions.versions, name="settings_versions"),
    path("atur/riwayat/impor/", settings_versions.settings_import, name="settings_import"),
    path("atur/riwayat/<int:number>/", settings_versions.version, name="settings_version"),
    path("atur/riwayat/<int:number>/yaml/", settings_versions.version_yaml, name="settings_yaml"),
    path("atur/penyaluran/", routing.rules, name="routing"),
    path("atur/penyaluran/tambah/", routing.rule_new, name="rule_new"),
    path("atur/penyaluran/coba/", routing.trial, name="routing_trial"),
    path("atur/penyaluran/aturan/<slug:code>/", routing.rule, name="rule"),
    path("atur/penyaluran/aturan/<slug:code>/hapus/", routing.rule_drop, name="rule_drop"),
]
