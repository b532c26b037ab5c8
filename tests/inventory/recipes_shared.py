"""Recipes for a government's host, for the platform's, and for what stands on several."""

from __future__ import annotations

from typing import Any

from . import parts
from .belongings import PASSWORD
from .cases import Case
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
    somebody,
    step_form,
    version_of,
)
from .recipe import Recipe
from .world import Place


def desk() -> list[Recipe]:
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
            "note": "Sudah dijawab.", "versi": version_of(p, c)}),
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
        *governments_form(),
    ]  # fmt: skip


def governments_form() -> list[Recipe]:
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
        Recipe("government", "government_lost_code", nobody, fields=lambda p, c: {
            "contact": "nobody@warga.example.org"}),
        Recipe("government", "government_lost_code_sent", nobody),
    ]  # fmt: skip


def accounts(site: str) -> list[Recipe]:
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


def language(site: str) -> Recipe:
    return Recipe(site, "set_language", nobody, fields=lambda p, c: {"language": "en", "next": "/"})


def platform() -> list[Recipe]:
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
