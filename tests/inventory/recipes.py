"""How each address is made real: what its placeholders name, who may open it, what its form posts.

A route without a recipe fails `tests/inventory/test_inventory.py`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from . import parts
from .belongings import PASSWORD
from .cases import Case
from .endpoints import endpoint
from .parts import (
    ANSWERS,
    NEW_PASSWORD,
    Opener,
    Values,
    admin,
    after_sending,
    clerk,
    drafting,
    editor,
    later,
    nobody,
    nothing,
    paired,
    program,
    somebody,
    step_form,
    version_of,
)
from .world import Place


@dataclass(frozen=True)
class Recipe:
    """One route's. `case`: the complaint that it is about by default; "" where it is about none."""

    site: str
    name: str
    by: Opener
    values: Values = nothing
    case: str = ""
    fields: Values | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    as_json: bool = False

    def path(self, place: Place, case: Case | None, query: Mapping[str, str]) -> str:
        """The path with its query."""
        values = self.values(place, case) if case is not None or not self.case else {}
        asked = urlencode({**self.query, **query})
        path = _unnamed(self.name, values) or place.reverse(self.name, **values)
        return f"{path}?{asked}" if asked else path

    def posts(self, place: Place, case: Case | None) -> dict[str, Any]:
        """Keyword arguments of a client's `post`."""
        data = self.fields(place, case) if self.fields and (case or not self.case) else {}
        return (
            {"data": json.dumps(data), "content_type": "application/json"} if self.as_json else {"data": data}
        )


def _unnamed(name: str, values: Mapping[str, Any]) -> str:
    """Patterns that no name leads to."""
    if name == "api/^.*$":
        return "/api/v1/tidak-ada/"
    return f"/t/{values['code']}/" if name == "t/<str:code>/" else ""


def _site_pages() -> list[Recipe]:
    def here(name: str, **more: Any) -> Recipe:
        return Recipe("office", f"site:{name}", more.pop("by", nobody), **more)

    def code(place: Place, case: Case) -> dict[str, Any]:
        return {"code": case.code}

    return [
        here("home"),
        here("privacy"),
        here("report", by=drafting),
        here("report_anew", by=drafting, fields=nothing),
        here(
            "report_question",
            by=drafting,
            values=lambda p, c: {"name": "uraian"},
            fields=lambda p, c: {"description": parts.REPORT["description"]},
        ),
        here("report_check", by=drafting, fields=nothing),
        here("report_sent", by=after_sending),
        here("track", fields=lambda p, c: {"code": p.cases["new"].code}),
        here("story", case="answered", values=code),
        here("receipt", case="answered", values=code),
        here(
            "reporter_step",
            case="answered",
            values=lambda p, c: {"code": c.code, "line": "main", "action": "rate"},
            fields=lambda p, c: {"score": 4},
        ),
        here(
            "reporter_file", case="answered", values=lambda p, c: {"code": c.code, "uid": c.files["answer"]}
        ),
        here("lost_code", fields=lambda p, c: {"contact": "nobody@warga.example.org"}),
        here("lost_code_sent"),
        here("published"),
        here("published_complaint", case="published", values=lambda p, c: {"uid": c.uid}),
        here(
            "published_picture",
            case="published",
            values=lambda p, c: {"uid": c.uid, "picture_uid": c.files["photo"]},
        ),
        Recipe("office", "office_logo", nobody, lambda p, c: {"digest": p.things.logo}),
    ]


def _api() -> list[Recipe]:
    def here(name: str, by: Opener = nobody, **more: Any) -> Recipe:
        return Recipe("office", f"api-{name}", by, **more)

    return [
        here("schema"),
        here("sop-schema"),
        here("sop-checks", program("admin"), fields=lambda p, c: {"document": parts.procedure_text()},
             as_json=True),
        here("complaints", fields=parts.report_of, as_json=True),
        here("tracking", case="new", values=lambda p, c: {"tracking_code": c.code}),
        here("categories"),
        here("areas"),
        here("work", program("clerk")),
        here("case", program("clerk"), case="new", values=lambda p, c: {"slug": c.slug}),
        here("action", program("clerk"), case="new",
             values=lambda p, c: {"slug": c.slug, "action": "note"},
             fields=lambda p, c: {"version": version_of(p, c), "inputs": {"note": "Catatan program."}},
             as_json=True),
        here("outside", program("clerk")),
        here("hand-over", program("clerk"), case="new", values=lambda p, c: {"slug": c.slug},
             fields=lambda p, c: {"version": version_of(p, c), "key": str(uuid4()), "reason": "Jalan kota."},
             as_json=True),
        Recipe("office", "api/^.*$", nobody),
    ]  # fmt: skip


def _cases_of_staff() -> list[Recipe]:
    def here(name: str, **more: Any) -> Recipe:
        return Recipe("office", f"portal:{name}", more.pop("by", clerk), **more)

    def uid(place: Place, case: Case) -> dict[str, Any]:
        return {"uid": case.uid}

    def note(place: Place, case: Case) -> dict[str, Any]:
        return {"uid": case.uid, "line": "main", "action": "note"}

    def hand_up(place: Place, case: Case) -> dict[str, Any]:
        return {"uid": case.uid, "line": "main", "action": "hand_up"}

    return [
        here("inbox"),
        here("complaints"),
        here("board"),
        here("complaint", case="new", values=uid),
        here("file", case="new", values=lambda p, c: {"uid": c.uid, "file_uid": c.files["photo"]}),
        here("sheet", case="new", values=lambda p, c: {"uid": c.uid, "kind": "complaint_form"}),
        here("action", case="new", values=note, fields=step_form(note="Catatan untuk rekan.")),
        here("live_preview", case="new", values=hand_up, fields=step_form(reason="Ini jalan provinsi.")),
        here("hand_over", case="new", values=uid, fields=step_form(reason="Ini jalan kota.")),
        here("enter", fields=parts.on_behalf),
        here("entered", case="phone", values=uid),
        here("register"),
        here("register_sheet"),
        here("calls"),
        here("call", case="phone", values=lambda p, c: {"pk": c.calls[0]},
             fields=lambda p, c: {"outcome": "reached", "note": "Sudah disampaikan."}),
        here("inquiries"),
        here("inquiry", values=lambda p, c: {"uid": p.things.question},
             fields=lambda p, c: {"answer": "Sudah, minggu lalu."}),
        here("inquiry_no", values=lambda p, c: {"uid": p.things.question},
             fields=lambda p, c: {"reason": "Itu urusan unit lain."}),
        here("deliveries"),
        here("send_again", values=lambda p, c: {"pk": p.things.deliveries["failed"]}, fields=nothing),
        here("tokens"),
    ]  # fmt: skip


def _settings() -> list[Recipe]:
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
        here("absence_end", values=plain, fields=nothing),
        here("holdings", fields=lambda p, c: {
            "member": p.person("plain").member_id, "position": p.things.position, "acting_kind": "",
            "starts_on": later(30)}),
        here("holding_end", values=pk("holding"), fields=lambda p, c: {"ends_on": later(3)}),
        here("office", fields=parts.office_data),
        here("calendar", fields=lambda p, c: {"name": "Perbaikan gedung", "starts_on": later(60)}),
        here("closing_drop", values=lambda p, c: {"number": 0}, fields=lambda p, c: {
            "mulai": p.things.closing}),
    ]  # fmt: skip


def _documents() -> list[Recipe]:
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


def _procedure() -> list[Recipe]:
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


def _desk() -> list[Recipe]:
    def here(name: str, by: Opener, **more: Any) -> Recipe:
        return Recipe("government", f"desk:{name}", by, **more)

    def uid(place: Place, case: Case) -> dict[str, Any]:
        return {"code": case.office, "uid": case.uid}

    def step(place: Place, case: Case) -> dict[str, Any]:
        return {**uid(place, case), "line": "publication", "action": "submit_edited"}

    def member(place: Place, case: Case) -> dict[str, Any]:
        return {"pk": place.person("press_coordinator").user.pk}

    def home(place: Place) -> Place:
        """The office where the government gives a role."""
        return next(office for office in place.world.offices if office.things.appointment)

    edited = step_form(
        public_title="Lampu menyala lagi",
        public_complaint="Lampu mati.",
        public_answer="Lampu sudah diganti.",
    )

    def choice(place: Place, case: Case) -> dict[str, Any]:
        return {"pk": place.things.choice}

    def outside(place: Place, case: Case) -> dict[str, Any]:
        return {"pk": place.things.outside}

    central = somebody("central_admin")
    chosen = {"name": "Rambu", "name_en": "", "group": "", "position": "2", "office": "dishub-mojokerto"}
    return [
        here("rules", admin, fields=lambda p, c: {
            "direct_handover": "on", "bounce_limit": 3, "count": 60, "unit": "WM"}),
        here("front", admin, fields=lambda p, c: {"office": "dishub-mojokerto"}),
        here("choice_new", admin, fields=lambda p, c: chosen),
        here("choice", admin, values=choice, fields=lambda p, c: chosen),
        here("choice_drop", admin, values=choice, fields=nothing),
        here("outside", admin),
        here("outside_new", admin, fields=lambda p, c: {"name": "Balai Jalan", "phone": "031-123456"}),
        here("outside_edit", admin, values=outside, fields=lambda p, c: {
            "name": "Kantor Pertanahan", "phone": "0321-654321"}),
        here("outside_remove", admin, values=outside, fields=nothing),
        here("follow_up", central, case="handed_up", values=uid, fields=lambda p, c: {
            "note": "Sudah dijawab."}),
        here("hand_over", central, case="handed_up", values=uid, fields=lambda p, c: {
            "office": "triharjo", "message": "Jalan ini dipelihara kalurahan."}),
        here("queue", editor),
        here("watch", editor),
        here("contacts", editor),
        here("visits", admin),
        here("visit_begin", admin, fields=lambda p, c: {
            "office": "dishub-mojokerto", "reason": "Kategori tidak muncul.", "minutes": "30"}),
        here("visit_end", admin, values=lambda p, c: {"pk": p.things.visit}, fields=nothing),
        here("watched", editor, case="new", values=uid),
        here("remind", parts.who_reminds, case="new", values=uid, fields=nothing),
        here("remind_cancel", parts.who_reminds, case="new", values=lambda p, c: {
            **uid(p, c), "pk": parts.reminder_of(c)}, fields=nothing),
        here("call", editor, case="new", values=uid, fields=lambda p, c: {
            "called": "Kepala Seksi", "outcome": "reached", "note": "Akan dicek."}),
        here("looks", admin),
        here("members", admin),
        here("invite", admin, fields=lambda p, c: {
            "name": "Redaktur Baru", "email": f"redaktur@{p.code}.example.id", "role": "editor"}),
        here("invitation_cancel", admin, values=lambda p, c: {
            "pk": p.things.open_invitation}, fields=nothing),
        here("member", admin, values=member, fields=lambda p, c: {"roles": ["editor"]}),
        here("leave", admin, values=member, fields=nothing),
        here("appointments", admin),
        here("office_appointments", admin, values=lambda p, c: {"code": home(p).code}, fields=lambda p, c: {
            "member": home(p).person("admin").member_id, "position": home(p).things.kept, "acting_kind": "",
            "starts_on": later(1)}),
        here("appointment_end", admin, values=lambda p, c: {
            "code": home(p).code, "pk": home(p).things.appointment}, fields=nothing),
        here("case", editor, case="answered", values=uid),
        here("file", editor, case="answered", values=lambda p, c: {
            **uid(p, c), "file_uid": c.files["photo"]}),
        here("action", editor, case="answered", values=step, fields=edited),
        here("live_preview", editor, case="answered", values=lambda p, c: {
            **uid(p, c), "line": "publication", "action": "withhold"},
            fields=step_form(reason="Menyebut nama orang.")),
        Recipe("government", "government_front", nobody),
        *_governments_form(),
    ]  # fmt: skip


def _governments_form() -> list[Recipe]:
    def here(name: str = "", **more: Any) -> Recipe:
        return Recipe("government", f"government_report{name}", drafting, **more)

    def door(place: Place, case: Case) -> dict[str, Any]:
        return {"door": place.things.choice}

    return [
        here(fields=lambda p, c: {"about": p.things.choice}),
        here("_start", values=door),
        here("_anew", values=door, fields=nothing),
        here("_question", values=lambda p, c: {"door": p.things.choice, "name": "uraian"},
             fields=lambda p, c: {"description": parts.REPORT["description"]}),
        here("_check", values=door, fields=nothing),
        Recipe("government", "government_report_sent", after_sending, values=door),
    ]  # fmt: skip


def _accounts(site: str) -> list[Recipe]:
    def here(name: str, by: Opener = paired, **more: Any) -> Recipe:
        return Recipe(site, name, by, **more)

    def secret(place: Place, case: Case) -> dict[str, Any]:
        return {"password": PASSWORD}

    def twice(**before: str) -> Values:
        return lambda place, case: {**before, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}

    def code(place: Place, case: Case) -> dict[str, Any]:
        return {"code": parts.code_now()}

    def reset(place: Place, case: Case) -> dict[str, Any]:
        return {"uidb36": place.things.reset_key.partition("-")[0], "key": "set-password"}

    unset = clerk if site == "office" else editor
    tokens = [
        here("account_tokens", fields=lambda p, c: {"name": "Aplikasi loket", "lifetime": "30"}),
        here("account_token_revoke", values=lambda p, c: {"token_id": p.things.token}, fields=nothing),
    ]  # fmt: skip
    return [
        *(tokens if site == "office" else ()),
        here("account_overview"),
        here("account_not_at_home"),
        here("account_login", nobody, fields=lambda p, c: {
            "login": p.person("paired").user.email, "password": PASSWORD}),
        here("account_logout", fields=nothing),
        here("account_inactive", nobody),
        here("account_reauthenticate", fields=secret),
        here("account_change_password", fields=twice(oldpassword=PASSWORD)),
        here("account_set_password", unset, fields=twice()),
        here("account_reset_password", nobody, fields=lambda p, c: {"email": p.person("paired").user.email}),
        here("account_reset_password_done", nobody),
        here("account_reset_password_from_key_done", nobody),
        here("account_reset_password_from_key", parts.with_reset_key, values=reset, fields=twice()),
        here("mfa_index"),
        here("mfa_authenticate", parts.half_signed_in, fields=code),
        here("mfa_reauthenticate", fields=code),
        here("mfa_activate_totp", parts.pairing, fields=code),
        here("mfa_deactivate_totp", fields=nothing),
        here("mfa_view_recovery_codes"),
        here("mfa_generate_recovery_codes", fields=nothing),
        here("mfa_download_recovery_codes"),
        here("sign_in", nobody),
        here("invitation", nobody, values=lambda p, c: {"token": p.things.invitation},
             fields=lambda p, c: ANSWERS),
    ]  # fmt: skip


def _language(site: str) -> Recipe:
    return Recipe(site, "set_language", nobody, fields=lambda p, c: {"language": "en", "next": "/"})


def _platform() -> list[Recipe]:
    def here(name: str, **more: Any) -> Recipe:
        return Recipe("platform", name, nobody, **more)

    def code(place: Place, case: Case) -> dict[str, Any]:
        return {"code": place.world("greged").cases["new"].code}

    return [
        *(here(name) for name in (
            "empty", "style_guide", "api-schema", "api-sop-schema", "api-offices", "api/^.*$", "directory",
            "where_to_sign_in",
            "registered", "privacy", "about", "look_up", "demo", "demo_codes", "demo_mails")),
        here("register", fields=lambda p, c: {
            "government_name": "Kabupaten Uji", "office_name": "", "contact_name": "Budi",
            "contact_position": "Kepala Dinas", "email": "budi@uji.example.id", "phone": "0231-123456",
            "note": ""}),
        here("track", values=code),
        here("t/<str:code>/", values=code),
        here("invitation", values=lambda p, c: {"token": p.world("greged").things.invitation},
             fields=lambda p, c: ANSWERS),
        here("demo_mail", values=lambda p, c: {"key": p.things.mail}),
    ]  # fmt: skip


DEMO = frozenset({"demo", "demo_codes", "demo_mails", "demo_mail"})
"""Routes that answer only where the settings say that this is a demo."""

_RECIPES: dict[tuple[str, str], Recipe] = {
    (recipe.site, recipe.name): recipe
    for recipe in [
        *_site_pages(),
        *_api(),
        *_cases_of_staff(),
        *_settings(),
        *_documents(),
        *_procedure(),
        *_desk(),
        *(recipe for site in ("office", "government") for recipe in _accounts(site)),
        *(_language(site) for site in ("office", "government", "platform")),
        *_platform(),
    ]
}


def recipe(site: str, name: str) -> Recipe:
    """The recipe of a route. Raises `KeyError` where nobody has written one."""
    return _RECIPES[site, name]


def unused() -> set[str]:
    """Recipes of routes that there are no longer."""
    found = set()
    for site, name in _RECIPES:
        try:
            endpoint(f"{site} {name}")
        except StopIteration:
            found.add(f"{site} {name}")
    return found
