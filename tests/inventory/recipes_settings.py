"""Recipes for what an office's admin arranges: people, settings, documents, the procedure."""

from __future__ import annotations

from typing import Any

from . import parts
from .cases import Case
from .parts import (
    Values,
    admin,
    later,
    nothing,
)
from .recipe import Recipe
from .world import Place


def settings() -> list[Recipe]:
    def here(name: str, **more: Any) -> Recipe:
        return Recipe("office", f"portal:{name}", admin, **more)

    def pk(thing: str) -> Values:
        return lambda place, case: {"pk": getattr(place.things, thing)}

    def plain(place: Place, case: Case) -> dict[str, Any]:
        return {"pk": place.person("plain").member_id}

    return [
        here("settings"),
        here("delivery_health"),
        here("visits"),
        here("visit", values=pk("visit")),
        here("visit_end", values=pk("visit"), fields=nothing),
        Recipe("office", "portal:visit_leave", parts.visitor, fields=nothing),
        here("units", fields=lambda p, c: {"name": "Seksi Pelayanan Umum"}),
        here("unit", values=pk("unit"), fields=lambda p, c: {"name": "Unit Berganti Nama", "is_active": "1"}),
        here("positions", fields=lambda p, c: {"title": "Staf Pengaduan"}),
        here("position", values=pk("position"), fields=lambda p, c: {
            "title": "Jabatan Berganti Nama", "is_active": "on"}),
        here("members"),
        here("member_new", fields=lambda p, c: {"name": "Nining", "email": f"nining@{p.code}.example.id"}),
        here("member", values=plain, fields=lambda p, c: {"name": "Anggota Berganti Nama"}),
        here("member_invite", values=pk("invited"), fields=nothing),
        here("member_leave", values=plain, fields=nothing),
        here("handovers"),
        here("handover", values=plain, fields=lambda p, c: {"kepada": ""}),
        here("absence", values=plain, fields=lambda p, c: {
            "starts_on": later(3), "ends_on": later(5), "substitute": "", "simpan": "1"}),
        here("absence_change", values=pk("absence"), fields=lambda p, c: {
            "starts_on": later(40), "ends_on": later(43), "substitute": "", "simpan": "1"}),
        here("absence_end", values=pk("absence"), fields=nothing),
        here("holdings", fields=lambda p, c: {
            "member": p.person("plain").member_id, "position": p.things.position, "acting_kind": "",
            "starts_on": later(30)}),
        here("holding_end", values=pk("holding"), fields=lambda p, c: {"ends_on": later(3)}),
        here("office", fields=parts.office_data),
        here("calendar", fields=lambda p, c: {"name": "Perbaikan gedung", "starts_on": later(60)}),
        here("closing_drop", values=lambda p, c: {"number": 0}, fields=lambda p, c: {
            "mulai": p.things.closing}),
    ]  # fmt: skip


def documents() -> list[Recipe]:
    """The pages of the settings."""

    def here(name: str, **more: Any) -> Recipe:
        return Recipe("office", f"portal:{name}", admin, **more)

    def ours(*names: str, **more: str) -> Values:
        return lambda place, case: {**dict.fromkeys(names, place.things.ours), **more}

    week = {"mon": "07:30-12:00, 13:00-16:00"}
    rule = {"why": "Lampu", "words": "lampu", "in_use": "on"}

    def number(place: Place, case: Case) -> dict[str, Any]:
        return {"number": place.things.settings}

    return [
        here("hours", fields=lambda p, c: dict(week)),
        here("period_new", fields=lambda p, c: {
            **week, "name": "Ramadan", "starts_on": later(90), "ends_on": later(110)}),
        here("period", values=ours("code"), fields=lambda p, c: {
            **week, "name": "Ramadan", "starts_on": "2031-02-01", "ends_on": "2031-02-20"}),
        here("openings", fields=lambda p, c: {
            "name": "Pelayanan Sabtu", "on": later(120), "frames": "08:00-12:00"}),
        here("categories", fields=lambda p, c: {"naik": p.things.ours}),
        here("category_new", fields=lambda p, c: {"name": "Sumur", "in_use": "on"}),
        here("category", values=ours("code"), fields=lambda p, c: {"name": "Sumur warga", "in_use": "on"}),
        here("question_new", values=ours("code"), fields=lambda p, c: {
            "label": "Berapa dalam?", "kind": "line"}),
        here("question", values=ours("code", "question"), fields=lambda p, c: {
            "label": "Sejak bulan apa?", "kind": "line"}),
        here("routing", fields=lambda p, c: {"mati": p.things.ours}),
        here("rule_new", fields=lambda p, c: {**rule, "unit": "baru"}),
        here("rule", values=ours("code"), fields=lambda p, c: {**rule, "unit": "baru"}),
        here("rule_drop", values=ours("code"), fields=nothing),
        here("routing_trial", fields=lambda p, c: {"contoh-text": "Lampu di pasar padam"}),
        here("texts"),
        here("text", values=lambda p, c: {"key": "verified"}, fields=lambda p, c: {
            "line": "Laporan sudah lengkap.", "line_en": "Complete."}),
        here("channels", fields=lambda p, c: {
            "channels": ["phone"], "remind_value": "2", "remind_unit": "WD"}),
        here("areas", fields=lambda p, c: {"areas": "11.01.01.2001 Desa Contoh"}),
        here("masking", fields=lambda p, c: {"hide": "Pak Uji", "keep": ""}),
        here("settings_versions"),
        here("settings_import", fields=lambda p, c: {"text": parts.settings_text(p)}),
        here("settings_version", values=number, fields=nothing),
        here("settings_yaml", values=number),
    ]  # fmt: skip


def procedure() -> list[Recipe]:
    def here(name: str, **more: Any) -> Recipe:
        return Recipe("office", f"portal:{name}", admin, **more)

    def number(place: Place, case: Case) -> dict[str, Any]:
        return {"number": place.things.version}

    def draft(**more: str) -> Values:
        return lambda place, case: {"pk": place.things.sop_draft, **more}

    def stage(place: Place, case: Case) -> dict[str, Any]:
        return {"pk": place.things.sop_draft, "line": "main", "stage": place.things.sop_stage}

    return [
        here("procedures"),
        here("version", values=number),
        here("version_yaml", values=number),
        here("version_back", values=number, fields=nothing),
        here("procedure_move", values=number, fields=parts.move_of),
        here("draft_new", fields=lambda p, c: {"source": "preset:greged"}),
        here("draft_import", fields=lambda p, c: {"title": "Dari berkas", "text": parts.procedure_text()}),
        here("draft", values=draft()),
        here("draft_check", values=draft(), fields=nothing),
        here("draft_difference", values=draft()),
        here("draft_enforce", values=draft(), fields=lambda p, c: {"note": "Keputusan 7"}),
        here("draft_drop", values=draft(), fields=nothing),
        here("draft_text", values=draft(), fields=lambda p, c: {
            "title": "SOP baru", "text": parts.procedure_text()}),
        here("draft_yaml", values=draft()),
        here("draft_stage_new", values=draft(), fields=parts.new_stage),
        here("draft_stage", values=stage, fields=lambda p, c: {
            "name": "Tahap Berganti Nama", "owner": parts.first_role(p), "batas": "tanpa"}),
        here("draft_stage_drop", values=stage, fields=nothing),
        here("draft_limit", values=lambda p, c: {"pk": p.things.sop_draft, "clock": parts.plain_limit(p)},
             fields=lambda p, c: {"jam_nilai0": "5", "jam_satuan0": "WD"}),
        here("draft_role_new", values=draft(), fields=lambda p, c: {"name": "Petugas arsip"}),
        here("draft_role", values=lambda p, c: {"pk": p.things.sop_draft, "role": parts.first_role(p)},
             fields=lambda p, c: {"name": "Peran Berganti Nama"}),
    ]  # fmt: skip
