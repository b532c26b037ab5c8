"""The government's central desk, below `/meja/` on the government's host."""

from __future__ import annotations

from uuid import UUID

from django.urls import URLPattern, URLResolver, path, register_converter

from tenants.desk.views import (
    appointments,
    cases,
    contacts,
    follow_ups,
    handovers,
    looks,
    members,
    outside,
    queue,
    reminders,
    rules,
    visits,
    watch,
)


class Slug:
    """A complaint's or a file's name in addresses: its uid in hexadecimal."""

    regex = "[0-9a-f]{32}"

    def to_python(self, value: str) -> UUID:
        return UUID(hex=value)

    def to_url(self, value: UUID) -> str:
        return value.hex


register_converter(Slug, "desk_uid")

app_name = "desk"

CASE = "<slug:code>/<desk_uid:uid>/"
STEP = f"{CASE}tindakan/<slug:line>/<slug:action>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", queue.queue, name="queue"),
    path("aduan/", watch.worklist, name="watch"),
    path("pengingat/", contacts.contacts, name="contacts"),
    path("catatan/", looks.looks, name="looks"),
    path("anggota/", members.members, name="members"),
    path("anggota/undang/", members.invite, name="invite"),
    path("anggota/undangan/<int:pk>/batal/", members.cancel_invitation, name="invitation_cancel"),
    path("anggota/<int:pk>/", members.member, name="member"),
    path("anggota/<int:pk>/keluar/", members.leave, name="leave"),
    path("penunjukan/", appointments.appointments, name="appointments"),
    path("penunjukan/<slug:code>/", appointments.office_appointments, name="office_appointments"),
    path("penunjukan/<slug:code>/<int:pk>/akhiri/", appointments.end_appointment, name="appointment_end"),
    path("kunjungan/", visits.visits, name="visits"),
    path("kunjungan/mulai/", visits.begin, name="visit_begin"),
    path("kunjungan/<int:pk>/akhiri/", visits.end, name="visit_end"),
    path("aturan/", rules.rules, name="rules"),
    path("aturan/penerima/", rules.front, name="front"),
    path("aturan/pilihan/tambah/", rules.new_choice, name="choice_new"),
    path("aturan/pilihan/<int:pk>/", rules.choice, name="choice"),
    path("aturan/pilihan/<int:pk>/hapus/", rules.drop_choice, name="choice_drop"),
    path("aturan/luar/", outside.outside, name="outside"),
    path("aturan/luar/tambah/", outside.new, name="outside_new"),
    path("aturan/luar/<int:pk>/", outside.edit, name="outside_edit"),
    path("aturan/luar/<int:pk>/hapus/", outside.remove, name="outside_remove"),
    path(CASE, cases.case, name="case"),
    path(f"{CASE}tindak-lanjut/", follow_ups.follow_up, name="follow_up"),
    path(f"{CASE}alihkan/", handovers.hand_over, name="hand_over"),
    path(f"{CASE}pantauan/", reminders.watched, name="watched"),
    path(f"{CASE}ingatkan/", reminders.remind, name="remind"),
    path(f"{CASE}ingatkan/<int:pk>/batal/", reminders.cancel, name="remind_cancel"),
    path(f"{CASE}telepon/", reminders.call, name="call"),
    path(f"{CASE}berkas/<desk_uid:file_uid>/", cases.file, name="file"),
    path(STEP, cases.action, name="action"),
    path(f"{STEP}pratinjau/", cases.live_preview, name="live_preview"),
]
