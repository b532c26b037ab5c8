"""Recipes for an office's host: its site, its API and its staff's work."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from . import parts
from .cases import Case
from .parts import (
    Opener,
    after_sending,
    clerk,
    drafting,
    nobody,
    nothing,
    program,
    step_form,
    version_of,
)
from .recipe import Recipe
from .world import Place


def site_pages() -> list[Recipe]:
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


def api() -> list[Recipe]:
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
        here("questions", program("clerk")),
        here("question-answer", program("clerk"), values=lambda p, c: {"slug": p.things.question},
             fields=lambda p, c: {"answer": "Sudah, minggu lalu."}, as_json=True),
        here("question-decline", program("clerk"), values=lambda p, c: {"slug": p.things.question},
             fields=lambda p, c: {"reason": "Itu urusan unit lain."}, as_json=True),
        here("case-questions", program("clerk"), case="new", values=lambda p, c: {"slug": c.slug},
             fields=lambda p, c: {"version": version_of(p, c), "key": str(uuid4()), "asked": "office:lain",
                                  "question": "Apakah lampu ini milik Anda?"}, as_json=True),
        here("outside", program("clerk")),
        here("hand-over", program("clerk"), case="new", values=lambda p, c: {"slug": c.slug},
             fields=lambda p, c: {"version": version_of(p, c), "key": str(uuid4()), "reason": "Jalan kota."},
             as_json=True),
        Recipe("office", "api/^.*$", nobody),
    ]  # fmt: skip


def cases_of_staff() -> list[Recipe]:
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
