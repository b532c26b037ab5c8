"""What the proof must not let pass: procedures that look sound and strand a complaint or a person."""

from __future__ import annotations

import pytest

from tests.unit.workflows.test_soundness import MINIMAL
from workflows.checking import check

SECOND = """\
      - code: second
        name: Kedua
        owner: [clerk]
        status: in_process
        actions: [{code: finish, name: Selesai, tells: {text: finished}, to: closed}]
      - code: waiting"""
DECLINED = """\
      - {code: declined, name: Ditolak, status: closed, final: declined}
      - code: waiting"""
SIDE = """\
  - code: side
    name: Samping
    starts: {action: ask}
    stages:
      - code: aside
        name: Samping
        owner: [clerk]
        no_limit: true
        actions: [{code: end, name: A, to: over}]
      - {code: over, name: Usai, final: resolved}
ladder: [{role: head, after: 1 h}]
clocks:"""
LIMIT = "    limit: 1 WD\n"


def text_of(*changes: tuple[str, str]) -> str:
    text = MINIMAL
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def to(line: str) -> tuple[str, str]:
    """Another end of the action that closes."""
    return "to: closed}", line


def more(action: str) -> tuple[str, str]:
    """A further action at the first stage."""
    return "to: closed}", f"to: closed}}\n          - {action}"


NOWHERE_ELSE = ("refer: {stages: [first]}", "refer: {stages: [second]}")
STAGE = ("      - code: waiting", SECOND)

UNSOUND: dict[str, tuple[str, str, tuple[tuple[str, str], ...]]] = {
    "a class for which every way on is closed": (
        "W03",
        "code: second",
        (
            to("to: second}"),
            STAGE,
            ("to: closed}]", "to: closed, when: {case_class: easy}}]"),
            ("live: [first]", "live: [first, second]"),
        ),
    ),
    "branches by which a class goes round for ever": (
        "W03",
        "code: second",
        (
            to("to: second}"),
            STAGE,
            (
                "tells: {text: finished}, to: closed}]",
                "tells: {text: finished}, to: [{when: {case_class: easy}, to: closed}, {else: third}]}]\n"
                "      - code: third\n        name: Ketiga\n        owner: [clerk]\n"
                "        status: in_process\n        actions: [{code: back, name: Kembali, to: second}]",
            ),
            ("live: [first]", "live: [first, second, third]"),
        ),
    ),
    "a condition on what nobody ever says": (
        "W04",
        "complexity: deep",
        (
            ("case_classes:", "complexities:\n  - {code: deep, name: Rumit}\ncase_classes:"),
            to("when: {complexity: deep}, to: closed}"),
        ),
    ),
    "a condition on what is said only later": (
        "W04",
        "complexity: deep",
        (
            ("case_classes:", "complexities:\n  - {code: deep, name: Rumit}\ncase_classes:"),
            more("{code: quick, name: A, when: {complexity: deep}, to: second}"),
            to("to: second}"),
            STAGE,
            (
                "actions: [{code: finish, name: Selesai,",
                "actions: [{code: finish, name: Selesai, "
                "inputs: [{code: how, kind: choice, sets: complexity, label: A}],",
            ),
            ("live: [first]", "live: [first, second]"),
        ),
    ),
    "a way out that is offered nowhere": ("W13", "platform:", (("{stages: [first]}", "{stages: []}"),)),
    "handing up where nobody is": (
        "W13",
        "platform:",
        (("refer: {stages: [first]}", "hand_up: {stages: []}"),),
    ),
    "handing up to a role of the office": (
        "W06",
        "hand_up",
        (("refer: {stages: [first]}", "hand_up: {stages: [first], role: clerk}"),),
    ),
    "handing up to a desk that was declared the office's": (
        "W06",
        "hand_up",
        (
            ("refer: {stages: [first]}", "hand_up: {stages: [first]}"),
            ("roles:\n", "roles:\n  - {code: central_admin, name: Admin}\n"),
        ),
    ),
    "coming back from the desk to the end": (
        "W01",
        "hand_up",
        (("refer: {stages: [first]}", "hand_up: {stages: [first], returns_to: closed}"),),
    ),
    "an objection that closes at once": (
        "W01",
        "reporter:",
        (("platform:", "reporter: {object: {within: 3 d, to: closed}}\nplatform:"),),
    ),
    "an objection that waits for who objects": (
        "W01",
        "reporter:",
        (("platform:", "reporter: {object: {within: 3 d, to: waiting}}\nplatform:"),),
    ),
    "two limits of which neither begins": (
        "W07",
        "code: first",
        (
            ("counts_from: receipt", "counts_from: {action: ask}"),
            (
                "platform:",
                "  - {code: other, name: Lain, limit: 1 WD, counts_from: {action: ask}, live: [first], "
                "escalate_to: head, legal_basis: A, since: 2025-01-01}\nplatform:",
            ),
        ),
    ),
    "a limit that ends with the step into its stage": (
        "W07",
        "code: second",
        (to("to: second}"), STAGE, ("live: [first]", "live: [first, second]\n    stops_by: [answer]")),
    ),
    "a limit that a step at the stage ends": (
        "W07",
        "code: first",
        (
            more("{code: seen, name: A, timeline: checked}"),
            ("pauses_in: [waiting]", "pauses_in: [waiting]\n    stops_by: [seen]"),
        ),
    ),
    "a limit that a step on another line ends": (
        "W07",
        "code: first",
        (("clocks:", SIDE), ("pauses_in: [waiting]", "pauses_in: [waiting]\n    stops_by: [end]")),
    ),
    "the limit of the whole that a step at its stage ends": (
        "W07",
        "code: first",
        (
            more("{code: seen, name: A, timeline: checked}"),
            ("    live: [first]\n", "    whole: true\n    stops_by: [seen]\n"),
            ("status: received", "status: received\n        within_whole: true"),
        ),
    ),
    "a limit that both runs and stands still": (
        "W08",
        "pauses_in",
        (("live: [first]", "live: [first, waiting]"), ("        no_limit: true\n", "")),
    ),
    "a stage that the reporter alone can leave": (
        "W08",
        "code: second",
        (
            to("to: second}"),
            STAGE,
            ("actions: [{code: finish,", "actions: [{roles: [reporter], code: finish,"),
            ("live: [first]", "live: [first, second]"),
        ),
    ),
    "the limit of the whole that its own keeper hears of": (
        "W07",
        "escalate_to",
        (
            ("    live: [first]\n", "    whole: true\n"),
            ("escalate_to: head", "escalate_to: clerk"),
            ("status: received", "status: received\n        within_whole: true"),
            ("platform:", "ladder: [{role: head, after: 1 h}]\nplatform:"),
        ),
    ),
    "the limit of the whole on a side line": (
        "W11",
        "code: whole",
        (
            ("clocks:", SIDE.replace("no_limit", "within_whole")),
            (
                "platform:",
                "  - {code: whole, line: side, name: A, limit: 1 WD, counts_from: receipt, whole: true, "
                "escalate_to: head, legal_basis: A, since: 2025-01-01}\nplatform:",
            ),
        ),
    ),
    "a limit whose end no calendar reaches": ("W11", "limit", ((LIMIT, "    limit: 100000 WD\n"),)),
    "a branch of a limit whose end no calendar reaches": (
        "W11",
        "limit",
        ((LIMIT, "    limit: [{when: {case_class: easy}, limit: 99999 WH}, {else: 1 WD}]\n"),),
    ),
    "a wait that lasts longer than the office": ("W11", "waits", (("cap: 30 d", "cap: 40000 d"),)),
    "a limit that runs on after the end": (
        "W07",
        "live: [first, closed]",
        (("live: [first]", "live: [first, closed]"),),
    ),
    "a limit that stands still after the end": (
        "W07",
        "pauses_in: [waiting, closed]",
        (("pauses_in: [waiting]", "pauses_in: [waiting, closed]"),),
    ),
    "an end at which the reporter reads of work": (
        "W12",
        "code: closed",
        (("status: closed, final", "status: in_process, final"),),
    ),
    "a refusal of which nobody tells the reporter": (
        "W15",
        "code: no,",
        (
            more("{code: no, name: A, reason_required: true, to: declined}"),
            ("      - code: waiting", DECLINED),
        ),
    ),
    "a referral without a reason": (
        "W13",
        "code: no,",
        (
            more("{code: no, name: A, tells: {text: finished}, to: declined}"),
            ("      - code: waiting", DECLINED.replace("final: declined", "final: referred")),
        ),
    ),
    "a wait that ends the complaint in silence": (
        "W15",
        "waits",
        (("waits: {cap: 30 d, to: first}", "waits: {cap: 30 d, to: closed, timeline: null}"),),
    ),
    "a reason that is demanded and may be left out": (
        "W13",
        "code: no,",
        (
            more(
                "{code: no, name: A, reason_required: true, tells: {text: finished}, to: declined, "
                "inputs: [{code: reason, kind: text, label: A, required: false}]}"
            ),
            ("      - code: waiting", DECLINED),
        ),
    ),
    "a second limit of the whole process": (
        "W11",
        "code: again",
        (
            (
                "platform:",
                "".join(
                    f"  - {{code: {code}, name: A, whole: true, limit: 9 WD, counts_from: receipt, "
                    "escalate_to: head}\n"
                    for code in ("whole", "again")
                )
                + "platform:",
            ),
        ),
    ),
    "a reason for a change that is no words": (
        "W16",
        "code: answer",
        (to("inputs: [{code: correction, kind: checkbox, label: A}], to: closed}"),),
    ),
    "a number between five and two": (
        "W16",
        "code: answer",
        (to("inputs: [{code: a, kind: number, label: A, minimum: 5, maximum: 2}], to: closed}"),),
    ),
    "a text longer than it may be": (
        "W16",
        "code: answer",
        (to("inputs: [{code: a, kind: text, label: A, min_length: 50, max_length: 20}], to: closed}"),),
    ),
    "a line longer than any line": (
        "W16",
        "code: answer",
        (to("inputs: [{code: a, kind: line, label: A, min_length: 300}], to: closed}"),),
    ),
    "a side line that begins with what begins none": (
        "W02",
        "starts: {action: note}",
        (("clocks:", SIDE.replace("action: ask", "action: note")),),
    ),
    "a side line that begins with its own step": (
        "W02",
        "starts: {action: end}",
        (("clocks:", SIDE.replace("action: ask", "action: end")),),
    ),
    "a side line after an end that cannot be": (
        "W02",
        "starts: {closing: [withdrawn]}",
        (
            ("clocks:", SIDE.replace("action: ask", "closing: [withdrawn]")),
            ("platform:", "reporter: {withdraw: false}\nplatform:"),
        ),
    ),
}


@pytest.mark.parametrize("name", UNSOUND)
def test_what_cannot_work_is_named_with_its_line(name: str) -> None:
    code, where, changes = UNSOUND[name]
    text = text_of(*changes)
    lines = ["", *text.split("\n")]
    errors = check(text).errors
    assert any(found.code == code and where in lines[found.line or 0] for found in errors), errors
    for found in errors:
        assert found.text.id.rstrip(".").count(".") >= 1, f"no remedy: {found.text.id}"


def test_what_reads_alike_and_can_work_is_accepted() -> None:
    """The neighbours of the above that are sound: none of them is refused."""
    for changes in (
        # Every class has its own way.
        (
            to("to: second}"),
            STAGE,
            (
                "actions: [{code: finish,",
                "actions: [{code: other, name: A, when: {negate: {case_class: easy}}, to: closed, "
                "tells: {text: finished}}, {when: {case_class: easy}, code: finish,",
            ),
            ("live: [first]", "live: [first, second]"),
        ),
        # The class can be put right where the way is closed.
        (
            to("to: second}"),
            STAGE,
            (
                "actions: [{code: finish,",
                "actions: [{code: sort, name: A, "
                "inputs: [{code: sort, kind: choice, sets: case_class, label: A}]}, "
                "{when: {case_class: easy}, code: finish,",
            ),
            ("live: [first]", "live: [first, second]"),
        ),
        # A limit that one step ends and the next begins.
        (
            to("to: second}"),
            STAGE,
            ("live: [first]", "live: [first]\n    stops_by: [answer]"),
            (
                "platform:",
                "  - {code: other, name: Lain, limit: 1 WD, counts_from: {action: answer}, live: [second], "
                "escalate_to: head, legal_basis: A, since: 2025-01-01}\nplatform:",
            ),
        ),
        # The reporter may answer, and officers may go on without it.
        (
            to("to: second}"),
            STAGE,
            (
                "actions: [{code: finish,",
                "actions: [{code: thanks, name: A, roles: [reporter], to: first}, {code: finish,",
            ),
            ("live: [first]", "live: [first, second]"),
            ("status: received", "status: in_process"),
        ),
        (("clocks:", SIDE),),
        (("clocks:", SIDE.replace("action: ask", "closing: [withdrawn, resolved]")),),
        ((LIMIT, "    limit: 9 d\n"),),
    ):
        assert check(text_of(*changes)).errors == (), changes
