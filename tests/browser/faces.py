"""The faces that pages have beside their usual one: refused, empty, full, late, and for other people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import urljoin

from django.conf import settings
from django.template.loader import render_to_string
from playwright.sync_api import Page, expect

from tests.browser.looking import HEADERS
from tests.browser.visits import Browser, Opening, Visit
from tests.inventory import Place, World
from tests.inventory.parts import procedure_text, visitor
from tests.proof import scaled

CLEARED = """(form) => {
    for (const field of form.elements) {
        if (["checkbox", "radio"].includes(field.type)) field.checked = false;
        else if (field.localName === "select") field.selectedIndex = 0;
        else if (!["hidden", "submit", "button"].includes(field.type)) field.value = "";
    }
}"""


def special() -> Iterator[Visit]:
    """All of them, in the order of the hosts."""
    yield from _errors()
    yield from _platform()
    yield from _government()
    yield from _accounts()
    yield from _site()
    yield from _portal()
    yield from _procedure()


# --- how a page is opened and what is done there ------------------------------------------------------------


def at(code: str, path: str, who: str = "") -> Opening:
    """A plain path on a host, by a person there or by nobody."""

    def opening(world: World) -> tuple[Place, Browser | None, str]:
        place = world(code)
        return place, place.person(who) if who else None, path

    return opening


def on(code: str, route: str, who: str = "", case: str = "", **query: str) -> Opening:
    """A route on a host, of a complaint there if one is named; by its usual opener where nobody is named."""

    def opening(world: World) -> tuple[Place, Browser | None, str]:
        place = world(code)
        return place, place.person(who) if who else place.opener(route), place.path(route, case, **query)

    return opening


def step(code: str, case: str, action: str, who: str, line: str = "main") -> Opening:
    """The form of a step that staff take."""

    def opening(world: World) -> tuple[Place, Browser | None, str]:
        place = world(code)
        values = {"uid": place.cases[case].uid, "line": line, "action": action}
        return place, place.person(who), place.reverse("portal:action", **values)

    return opening


def on_visit(path: str) -> Opening:
    """A page of an office's portal, by somebody on a support visit."""

    def opening(world: World) -> tuple[Place, Browser | None, str]:
        return world("greged"), visitor(world("greged")), path

    return opening


def nothing_filled_in(page: Page) -> None:
    """Sends the page's form with nothing in it; the page comes back with a summary of what is missing."""
    form = page.locator("main form[method=post]").last
    form.evaluate(CLEARED)
    form.locator("button[type=submit]").first.click()
    expect(page.locator(".error-summary")).to_be_visible()


def typed(**values: str) -> Callable[[Page], None]:
    """Fills fields in by their names and sends the form; it is refused."""

    def act(page: Page) -> None:
        for name, value in values.items():
            page.locator(f"main [name={name}]").fill(value)
        form = page.locator(f"main form:has([name={name}])")
        form.locator("button[type=submit]").first.click()
        expect(page.locator(".error-summary")).to_be_visible()

    return act


def menus_open(page: Page) -> None:
    """Opens everything that opens."""
    page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")


# --- refusals that any host gives ---------------------------------------------------------------------------


DRAWN: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("error-400", "400.html", {}),
    ("error-403", "403.html", {}),
    ("error-413", "errors/body.html", {"title": "Kiriman terlalu besar", "text": "Kurangi ukurannya."}),
    ("error-429", "errors/429.html", {"minutes": 12}),
    ("error-500", "500.html", {}),
)


def _errors() -> Iterator[Visit]:
    for code in ("platform", "mojokerto", "greged"):
        yield Visit(f"{code}-404", at(code, "/tidak-ada/"), 404)
    yield Visit("greged-kantor-404", at("greged", "/kantor/tidak-ada/", "clerk"), 404)
    yield Visit("unknown-host", _unknown_host, 404)
    yield Visit("office-suspended", _suspended, 503)
    yield Visit("office-suspended-kantor", at("triharjo", "/kantor/"), 503)
    for name, template, context in DRAWN:
        yield Visit(name, at("greged", "/"), 200, drawn(template, **context))
    yield Visit("csrf", at("greged", "/lapor/"), 200, _without_cookies)


def drawn(template: str, **context: object) -> Callable[[Page], None]:
    """Shows an error page that no request brings about at will, as the site's own answer."""

    def act(page: Page) -> None:
        body = render_to_string(template, context)
        headers = {**HEADERS, "content-type": "text/html; charset=utf-8"}
        page.route("**/galat/", lambda route: route.fulfill(body=body, headers=headers))
        page.goto(urljoin(page.url, "/galat/"))

    return act


def _unknown_host(world: World) -> tuple[Place, Browser | None, str]:
    return Place(world, "platform", "tidak-dikenal", "tidak-dikenal.localhost"), None, "/"


def _suspended(world: World) -> tuple[Place, Browser | None, str]:
    return world("triharjo"), None, "/"


def _no_such_code(page: Page) -> None:
    page.get_by_label("Kode lacak").fill("salah")
    page.get_by_role("button", name="Lacak laporan").click()
    expect(page.get_by_role("heading", name="Kode lacak tidak ditemukan")).to_be_visible()


def _without_cookies(page: Page) -> None:
    """The browser keeps no cookies: what is sent is refused."""
    page.context.clear_cookies()
    page.get_by_role("button", name="Lanjutkan").click()
    expect(page).to_have_url(re.compile("/lapor/kategori/$"))


# --- the platform's and a government's host -----------------------------------------------------------------


def _platform() -> Iterator[Visit]:
    yield Visit("platform-directory-none", at("platform", "/?q=zzzz"))
    yield Visit("platform-directory-found", at("platform", "/?q=greged"))
    yield Visit("platform-look_up-refused", at("platform", "/lacak/"), 200, _no_such_code)
    yield Visit("platform-register-refused", on("platform", "register"), 200, nothing_filled_in)
    yield Visit("platform-invitation-unknown", at("platform", "/undangan/tidak-ada/"), 404)
    yield Visit("platform-track-unknown", at("platform", "/t/AAAA-AAAA-AAAA-AAAA/"), 404)


def _government() -> Iterator[Visit]:
    yield Visit("desk-queue-central", on("mojokerto", "desk:queue", "central_admin"))
    yield Visit("desk-queue-admin", on("mojokerto", "desk:queue", "admin"), 200, menus_open)
    yield Visit("desk-queue-empty", on("jogja", "desk:queue", "editor"))
    yield Visit("desk-queue-filtered", at("mojokerto", "/meja/?peran=editor&terlambat=on", "admin"))
    yield Visit("desk-note", _desk_note)
    yield Visit("desk-queue-none", at("mojokerto", "/meja/?jenis=diserahkan", "editor"))
    yield Visit("desk-case-handed-up", on("mojokerto", "desk:case", "central_admin", "handed_up"))
    yield Visit("desk-case-admin", on("mojokerto", "desk:case", "admin", "answered"))
    yield Visit("desk-case-gone", on("mojokerto", "desk:case", "editor", "new"), 404)
    yield Visit("desk-invite-refused", on("mojokerto", "desk:invite"), 200, nothing_filled_in)
    yield Visit("desk-action-refused", on("mojokerto", "desk:action"), 200, nothing_filled_in)
    yield Visit("desk-looks-full", on("mojokerto", "desk:looks"))
    yield Visit("desk-visit_begin-refused", on("mojokerto", "desk:visit_begin"), 200, nothing_filled_in)
    yield Visit("desk-contacts-calls", at("mojokerto", "/meja/pengingat/?bagian=telepon", "editor"))
    yield Visit("desk-contacts-none", at("mojokerto", "/meja/pengingat/?keadaan=dropped", "editor"))
    yield Visit("desk-hasty", on("mojokerto", "desk:queue", "hasty"))
    yield Visit("desk-former", on("mojokerto", "desk:queue", "former"), 403)


def _desk_note(world: World) -> tuple[Place, Browser | None, str]:
    place = world("mojokerto")
    uid = place.shown["handed_up"].uid
    path = place.reverse("desk:action", code="dishub-mojokerto", uid=uid, line="main", action="note")
    return place, place.person("central_admin"), path


def _accounts() -> Iterator[Visit]:
    yield Visit("account-login-refused", on("greged", "account_login"), 200, nothing_filled_in)
    yield Visit(
        "account-login-wrong",
        on("greged", "account_login"),
        200,
        typed(login="siapa@example.id", password="bukan-ini-2026"),
    )
    yield Visit("account-code-refused", on("greged", "mfa_authenticate"), 200, typed(code="000000"))
    yield Visit("account-password-refused", on("greged", "account_change_password"), 200, nothing_filled_in)
    yield Visit(
        "account-password-weak",
        on("greged", "account_set_password"),
        200,
        typed(password1="12345", password2="12345"),
    )
    yield Visit("account-activate-refused", on("greged", "mfa_activate_totp"), 200, typed(code="000000"))
    yield Visit("invitation-refused", on("greged", "invitation"), 200, nothing_filled_in)
    yield Visit("invitation-used", _used_invitation, 410)
    yield Visit("reset-key-old", at("greged", "/akun/password/reset/key/1-tidak-ada/"))
    yield Visit("areas-refused", on("greged", "portal:areas"), 200, typed(areas="Desa tanpa kode"))
    yield Visit("token-refused", on("greged", "account_tokens"), 200, typed(name=""))


def _used_invitation(world: World) -> tuple[Place, Browser | None, str]:
    place = world("greged")
    return place, None, f"/undangan/{place.things.used_invitation}/"


# --- an office's public site --------------------------------------------------------------------------------

QUESTIONS = ("kategori", "uraian", "tempat", "berkas", "kerahasiaan", "pelapor")
STORIES = scaled(
    ("waiting", "published", "objected"),
    ("new", "waiting", "assigned", "published", "withdrawn", "objected", "handed_up", "anonymous"),
)


def _site() -> Iterator[Visit]:
    for code in scaled(("dpupkp-jogja",), ("jenawi", "dishub-mojokerto", "dpupkp-jogja")):
        yield Visit(f"home-{code}", at(code, "/"))
    yield Visit("published-none-yet", at("dpupkp-jogja", "/aduan/"))
    yield Visit("published-none-found", at("greged", "/aduan/?cari=zzzz"))
    yield Visit("report-fresh", at("greged", "/lapor/"))
    yield Visit("report-fresh-refused", at("greged", "/lapor/"), 200, nothing_filled_in)
    for name in QUESTIONS:
        if name != "uraian":
            yield Visit(f"report-{name}", _question(name))
        if name in ("kategori", "uraian", "kerahasiaan"):
            yield Visit(f"report-{name}-refused", _question(name), 200, nothing_filled_in)
    yield Visit("report-expired", _expired, 410)
    yield Visit("report-again", at("greged", "/lapor/terkirim/"), 410)
    for case in STORIES:
        yield Visit(f"story-{case}", on("greged", "site:story", case=case))
    yield Visit("story-confidential-jenawi", on("jenawi", "site:story", case="confidential"))
    yield Visit("story-answered-mojokerto", on("dishub-mojokerto", "site:story", case="answered"))
    yield Visit("receipt-new", on("greged", "site:receipt", case="new"))
    yield Visit("track-unknown", at("greged", "/lacak/AAAA-AAAA-AAAA-AAAA/"), 404)
    yield Visit("track-refused", on("greged", "site:track"), 200, nothing_filled_in)
    yield Visit("track-wrong", on("greged", "site:track"), 200, typed(code="0001/X/2026"))
    yield Visit("lost-code-refused", on("greged", "site:lost_code"), 200, nothing_filled_in)
    for case, action in (("waiting", "reply"), ("new", "withdraw"), ("answered", "object")):
        opening = _reporter_step(case, action)
        yield Visit(f"reporter-{action}", opening)
        if action != "withdraw":  # needs no reason
            yield Visit(f"reporter-{action}-refused", opening, 200, nothing_filled_in)
    yield Visit("reporter-rate-refused", _reporter_step("answered", "rate"), 200, nothing_filled_in)
    yield Visit("reporter-too-late", _reporter_step("withdrawn", "withdraw"), 409)


def _question(name: str) -> Opening:
    def opening(world: World) -> tuple[Place, Browser | None, str]:
        place = world("greged")
        return place, place.reporter(), f"/lapor/{name}/"

    return opening


def _expired(world: World) -> tuple[Place, Browser | None, str]:
    place = world("greged")
    caller = place.caller()
    caller.cookies[settings.DRAFT_COOKIE_NAME] = "sudah-lama"
    return place, caller, "/lapor/uraian/"


def _reporter_step(case: str, action: str) -> Opening:
    def opening(world: World) -> tuple[Place, Browser | None, str]:
        place = world("greged")
        return place, None, f"/lacak/{place.cases[case].code}/langkah/main/{action}/"

    return opening


# --- an office's portal -------------------------------------------------------------------------------------

TABS = scaled(("selesai",), ("unit", "terbuka", "terlambat", "menunggu", "selesai"))
INBOXES = scaled(("plain",), ("secretary", "unit", "head", "plain", "admin"))
SEEN: tuple[tuple[str, str], ...] = (
    ("waiting", "clerk"),
    ("assigned", "unit"),
    ("reported", "secretary"),
    ("answered", "clerk"),
    ("published", "clerk"),
    ("withdrawn", "clerk"),
    ("objected", "secretary"),
    ("handed_up", "clerk"),
    ("confidential", "other_unit"),
    ("confidential", "unit"),
    ("anonymous", "clerk"),
    ("late", "head"),
    ("phone", "plain"),
)
LOOKED_AT = scaled(("", "kategori/"), ("", "kategori/", "instansi/", "anggota/", "jam-kerja/", "penyaluran/"))
SETTINGS = scaled(
    ("positions", "office", "calendar"),
    (
        "units",
        "unit",
        "positions",
        "position",
        "member_new",
        "holdings",
        "office",
        "calendar",
        "openings",
    ),
)
STEPS: tuple[tuple[str, str, str, str], ...] = (
    ("new", "verify_complete", "clerk", "main"),
    ("new", "ask_reporter", "clerk", "main"),
    ("new", "hand_up", "clerk", "main"),
    ("reported", "approve", "secretary", "main"),
    ("answered", "release", "clerk", "publication"),
)


def _portal() -> Iterator[Visit]:
    for tab in TABS:
        yield Visit(f"inbox-{tab}", at("greged", f"/kantor/?tab={tab}", "clerk"))
    for who in INBOXES:
        yield Visit(f"inbox-{who}", on("greged", "portal:inbox", who))
    yield Visit("inbox-menus", on("greged", "portal:inbox"), 200, menus_open)
    yield Visit("complaints-none", at("greged", "/kantor/aduan/?q=zzzz", "clerk"))
    yield Visit("portal-hasty", on("greged", "portal:inbox", "hasty"))
    yield Visit("portal-signed-out", step("greged", "new", "note", "clerk"), 200, _signed_out_meanwhile)
    yield Visit("portal-former", on("greged", "portal:inbox", "former"), 403)
    yield Visit("portal-no-admin", on("greged", "portal:settings", "clerk"), 403)
    for case, who in scaled(SEEN[::3], SEEN):
        yield Visit(f"complaint-{case}-{who}", on("greged", "portal:complaint", who, case))
    for case, action, who, line in STEPS:
        yield Visit(f"step-{action}", step("greged", case, action, who, line))
    for case, action, who, line in STEPS:
        if action not in ("verify_complete", "approve", "release"):
            opening = step("greged", case, action, who, line)
            yield Visit(f"step-{action}-refused", opening, 200, nothing_filled_in)
    yield Visit("step-not-mine", step("greged", "new", "assign", "clerk"), 404)
    yield Visit("step-conflict", step("greged", "new", "note", "clerk"), 200, _somebody_was_first)
    yield Visit("calls-done", at("greged", "/kantor/telepon/?selesai=1", "clerk"))
    yield Visit("call-refused", on("greged", "portal:call"), 200, nothing_filled_in)
    yield Visit("deliveries-failed", at("greged", "/kantor/pengiriman/?keadaan=failed", "clerk"))
    yield Visit("deliveries-sent", at("greged", "/kantor/pengiriman/?keadaan=sent", "clerk"))
    yield Visit("register-empty", at("greged", "/kantor/register/?tahun=2026&bulan=1", "clerk"))
    yield Visit("enter-refused", on("greged", "portal:enter"), 200, nothing_filled_in)
    for route in SETTINGS:
        yield Visit(f"{route}-refused", on("greged", f"portal:{route}"), 200, nothing_filled_in)
    for page in LOOKED_AT:
        yield Visit(
            f"visit-{page.strip('/').replace('/', '-') or 'settings'}", on_visit(f"/kantor/atur/{page}")
        )
    yield Visit("visit-not-here", on_visit("/kantor/aduan/"), 403)
    yield Visit("members-former", at("greged", "/kantor/atur/anggota/?bekas=1", "admin"))
    yield Visit("inbox-mojokerto", on("dishub-mojokerto", "portal:inbox"))
    yield Visit("complaint-jenawi", on("jenawi", "portal:complaint", "clerk", "answered"))


def _signed_out_meanwhile(page: Page) -> None:
    """Sends a note after the session has ended."""
    name = settings.SESSION_COOKIE_NAME
    page.context.clear_cookies(name=name)
    page.locator("[name=isi-note]").fill("Catatan yang tidak boleh hilang.")
    page.get_by_role("button", name="Simpan catatan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anda sudah keluar")
    expect(page.get_by_text("Catatan yang tidak boleh hilang.")).to_be_visible()


def _somebody_was_first(page: Page) -> None:
    """Sends a note that was begun before somebody else took a step."""
    page.locator("[name=versi]").evaluate("(field) => { field.value = 0; }")
    page.locator("[name=isi-note]").fill("Catatan yang tidak boleh hilang.")
    page.get_by_role("button", name="Simpan catatan").click()
    expect(page.get_by_text("Catatan yang tidak boleh hilang.")).to_be_visible()


def _procedure() -> Iterator[Visit]:
    for route in scaled(
        ("draft_stage_new",), ("draft_stage_new", "draft_stage", "draft_limit", "draft_role")
    ):
        yield Visit(f"{route}-refused", on("greged", f"portal:{route}"), 200, nothing_filled_in)
    yield Visit("draft_import-unreadable", on("greged", "portal:draft_import"), 200, imported("roles: ["))
    wrong = procedure_text().replace("to: closed", "to: nowhere")
    yield Visit("draft-wrong", on("greged", "portal:draft_import"), 200, imported(wrong))
    yield Visit("draft_text-conflict", on("greged", "portal:draft_text"), 200, _another_admin_was_first)
    yield Visit("move-tried", on("greged", "portal:procedure_move"), 200, _tried)


def imported(text: str) -> Callable[[Page], None]:
    """Pastes a procedure and sends it; what is wrong with it is listed."""

    def act(page: Page) -> None:
        page.locator("main [name=text]").fill(text)
        page.get_by_role("button", name="Impor").click()
        expect(page.locator(".problems").first).to_be_visible()

    return act


def _another_admin_was_first(page: Page) -> None:
    """Saves a draft that was opened before somebody else saved it."""
    page.locator("[name=terlihat]").evaluate("(field) => { field.value = 999; }")
    page.get_by_role("button", name="Simpan konsep").click()
    expect(page.locator("pre.yaml")).to_be_visible()


def _tried(page: Page) -> None:
    page.get_by_role("button", name="Coba dulu").click()
    expect(page.get_by_role("heading", name="Hasil percobaan")).to_be_visible()
