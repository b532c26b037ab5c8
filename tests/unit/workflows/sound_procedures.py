"""Random procedures that are sound by construction, as data of a document."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from workflows.loading import procedure_from
from workflows.preset import Preset, load_preset

Data = dict[str, Any]

LIMITS = ("30 WM", "2 h", "4 WH", "1 WD", "24 h", "3 WD", "7 d")


def sound_preset(dice: random.Random) -> Preset:
    """A random sound procedure with the settings and the organisation of a preset."""
    return replace(load_preset("greged"), procedure=procedure_from(sound_document(dice)))


def sound_document(dice: random.Random) -> Data:
    """Roles, a main line with ways back and forth, waits, branches and four eyes, side lines, clocks."""
    return _Maker(dice).document()


class _Maker:
    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.roles = [f"r{n}" for n in range(dice.randint(2, 4))]
        self.classes = [f"c{n}" for n in range(dice.randint(0, 3))]
        self.complexities = [f"x{n}" for n in range(dice.randint(0, 2))]
        self.clocks: list[Data] = []
        self.waits = 0
        self.branched = False

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def document(self) -> Data:
        main = self.main_line()
        working = [s["code"] for s in main["stages"] if "final" not in s and "waits" not in s]
        lines = [main]
        if self.chance(0.5):
            lines.append(self.side_line("beside", {"action": "forward_0"}, main))
        if self.chance(0.4):
            after = self.side_line("after", {"closing": ["resolved"]}, main)
            lines.append({**after, "outlives": True})
        if self.chance(0.5):
            self.clocks.append(self.whole_clock())
        above = [role for role in self.roles if role != "r0"]
        self.dice.shuffle(above)
        ladder = [{"role": role, "after": self.dice.choice(LIMITS)} for role in above]
        ladder.append({"role": "head", "after": self.dice.choice(LIMITS)})
        document: Data = {
            "code": "random",
            "name": {"id": "Acak", "en": "Random"},
            "head": {"title": "Acak"},
            "roles": [
                *({"code": code, "name": {"id": code, "en": code}} for code in self.roles),
                {"code": "head", "head": True, "name": {"id": "Kepala", "en": "Head"}},
            ],
            "case_classes": [{"code": code, "name": {"id": code, "en": code}} for code in self.classes],
            "complexities": [{"code": code, "name": {"id": code, "en": code}} for code in self.complexities],
            "intake": {"required": []},
            "lines": lines,
            "clocks": self.clocks,
            "ladder": ladder,
            "reporter": {},
            "platform": {"refer": {"stages": working}},
        }
        if self.chance(0.5):
            document["reporter"]["rate"] = {"within": "30 d"}
        # Four eyes demand that a stage is never entered by the reporter, so an objection goes to the first.
        if self.chance(0.5):
            document["reporter"]["object"] = {"within": "14 d", "to": working[0], "times": 2}
        if self.chance(0.5):
            document["platform"]["hand_up"] = {"stages": self.some(working)}
        return document

    def some(self, codes: list[str]) -> list[str]:
        return sorted(self.dice.sample(codes, self.dice.randint(1, len(codes))))

    def main_line(self) -> Data:
        count = self.dice.randint(1, 6)
        codes = [f"s{n}" for n in range(count)]
        finals = ["closed"] + (["declined"] if self.chance(0.5) else [])
        stages: list[Data] = []
        waiting: list[Data] = []
        for number, code in enumerate(codes):
            stage = self.stage("main", code)
            stage["status"] = "received" if number == 0 else "in_process"
            onward = codes[number + 1] if number + 1 < count else "closed"
            stage["actions"] = [self.action(f"forward_{number}", self.target(onward, codes, number))]
            if number > 1 and self.chance(0.4):
                back = self.action(f"back_{number}", codes[self.dice.randint(1, number - 1)])
                stage["actions"].append({**back, "reason_required": True})
            if "declined" in finals and (self.chance(0.3) or number == count - 1):
                stage["actions"].append(
                    {**self.action(f"decline_{number}", "declined"), "reason_required": True}
                )
            if number == 0 and self.classes and self.chance(0.3):
                only = {"when": {"case_class": self.dice.choice(self.classes)}}
                stage["actions"].append({**self.action(f"also_{number}", onward), **only})
            if self.chance(0.3):
                stays = self.action(f"stay_{number}", None)
                stage["actions"].append({**stays, "timeline": "worked_on"})
            if self.chance(0.3):
                waiting.append(self.wait(stage, number))
            stages.append(stage)
        for action in (action for stage in stages for action in stage["actions"]):
            if "closed" in str(action.get("to")) or action.get("to") == "declined":
                self.answer(action)
        self.four_eyes(stages, waiting)
        ends = [self.final(code, "resolved" if code == "closed" else "declined") for code in finals]
        for end in ends:
            end["status"] = "closed"
        return {"code": "main", "name": "Utama", "stages": [*stages, *waiting, *ends]}

    def target(self, onward: str, codes: list[str], number: int) -> Any:
        """The next stage; at one stage perhaps branches over a class, with an else: behind them not every
        class may come, and further ones could be dead.
        """
        later = [code for code in codes[number + 1 :] if code != onward]
        if self.branched or len(self.classes) < 2 or not later or self.chance(0.5):
            return onward
        self.branched = True
        guard = {"case_class": self.dice.choice(self.classes)}
        if self.chance(0.3):
            guard = {"any": [guard, {"visibility": "confidential"}]}
        return [{"when": guard, "to": self.dice.choice(later)}, {"else": onward}]

    def stage(self, line: str, code: str) -> Data:
        stage: Data = {"code": code, "name": code, "owner": self.owners()}
        kind = self.dice.random()
        if kind < 0.3:
            stage["no_limit"] = True
            if self.chance(0.5):
                stage["remind_after"] = self.dice.choice(LIMITS)
        else:
            self.clocks.append(self.clock(line, code))
        if self.chance(0.3):
            stage["assigned"] = True
        return stage

    def owners(self) -> list[str]:
        return self.dice.sample(self.roles, self.dice.randint(1, min(2, len(self.roles))))

    def clock(self, line: str, code: str) -> Data:
        first = code == "s0" and self.chance(0.5)
        return {
            "code": f"clock_{line}_{code}",
            "name": code,
            "line": line,
            "limit": self.limit(),
            "counts_from": "receipt" if first else "entering",
            "live": [code],
            "escalate_to": "head",
            "legal_basis": "Contoh",
            "since": "2025-01-02",
        }

    def limit(self) -> Any:
        plain = self.dice.choice(LIMITS)
        if not self.complexities or self.chance(0.7):
            return plain
        guard = {"complexity": self.dice.choice(self.complexities)}
        return [{"when": guard, "limit": self.dice.choice(LIMITS)}, {"else": plain}]

    def whole_clock(self) -> Data:
        found = self.clock("main", "all")
        found.pop("live")
        return {**found, "limit": "60 WD", "counts_from": "receipt", "whole": True}

    def action(self, code: str, to: Any) -> Data:
        inputs: list[Data] = []
        if self.chance(0.5):
            inputs.append({"code": "note", "kind": "text", "label": "Catatan", "required": self.chance(0.5)})
        if self.classes and self.chance(0.3):
            inputs.append({"code": "case_class", "kind": "choice", "sets": "case_class", "label": "Sifat"})
        if self.complexities and (code == "forward_0" or self.chance(0.2)):
            inputs.append({"code": "complexity", "kind": "choice", "sets": "complexity", "label": "Rumit"})
        if self.chance(0.2):
            inputs.append({"code": "unit", "kind": "unit", "sets": "unit", "label": "Unit"})
        found: Data = {"code": code, "name": code, "inputs": inputs}
        if to is not None:
            found["to"] = to
            if self.chance(0.2):
                found["revocable"] = True
        return found

    def answer(self, action: Data) -> None:
        """The reporter hears of the end."""
        answer = {"code": "answer", "kind": "text", "label": "Jawaban", "to_reporter": True}
        action["inputs"].append({**answer, "sets": "answer"})
        action["tells"] = {"text": "answer", "body": "answer"}

    def wait(self, stage: Data, number: int) -> Data:
        """A stage that asks the reporter, with its way there and its ways back."""
        code = f"w{number}"
        question = {"code": "question", "kind": "text", "label": "Pertanyaan", "to_reporter": True}
        ask: Data = {"code": f"ask_{number}", "name": "Tanya", "to": code, "inputs": [question]}
        stage["actions"].append({**ask, "tells": {"text": "question", "body": "question"}})
        for clock in self.clocks:
            if stage["code"] in clock.get("live", ()):
                clock["pauses_in"] = [code]
        answer = {"code": "reply", "kind": "text", "label": "Jawaban"}
        return {
            "code": code,
            "name": code,
            "owner": stage["owner"],
            "status": "awaiting_reporter",
            "no_limit": True,
            "waits": {"cap": self.dice.choice(LIMITS), "to": stage["code"]},
            "actions": [
                {
                    "code": f"reply_{number}",
                    "name": "Jawab",
                    "roles": ["reporter"],
                    "to": stage["code"],
                    "inputs": [answer],
                }
            ],
        }

    def four_eyes(self, stages: list[Data], waiting: list[Data]) -> None:
        """Sometimes at a stage that only steps of officers lead to, and never at all of its actions."""
        by_others = {stage["waits"]["to"] for stage in waiting} | {"s0"}
        for stage in stages:
            if stage["code"] not in by_others and len(stage["actions"]) > 1 and self.chance(0.4):
                stage["actions"][-1]["four_eyes"] = True

    def final(self, code: str, outcome: str) -> Data:
        return {"code": code, "name": code, "final": outcome}

    def side_line(self, code: str, starts: Data, main: Data) -> Data:
        stages = []
        count = self.dice.randint(1, 2)
        for number in range(count):
            stage = self.stage(code, f"{code}_{number}")
            onward = f"{code}_{number + 1}" if number + 1 < count else f"{code}_end"
            stage["actions"] = [self.action(f"{code}_step_{number}", onward)]
            stages.append(stage)
        line: Data = {"code": code, "name": code, "starts": starts}
        if "action" in starts and self.chance(0.4):
            line["joins"] = "closed"
        return {**line, "stages": [*stages, self.final(f"{code}_end", "resolved")]}
