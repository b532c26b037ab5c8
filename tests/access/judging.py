"""Holds what was answered against the tables, and looks for what nobody should have learned or changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.inventory import Endpoint, World, endpoint

from .actors import Actor, found, secrets
from .asking import Answer, Asker
from .tables import Row

LOGS = frozenset({"coordination_desklook", "coordination_supportlook"})
"""The logs of looks of desk and visitors: written before anything is read, whatever follows."""

KEEPS: dict[tuple[str, str], frozenset[str]] = {
    ("site:report_question", "POST"): frozenset({"complaints_draft", "coordination_alarm"}),
    ("desk:hand_over", "POST"): frozenset({"coordination_alarm"}),
}
"""What a refused request keeps all the same: what was typed into a form whose day was over, and that files
which were brought to another office first are swept there.
"""

READS_THAT_WRITE: dict[str, str] = {
    "mfa_download_recovery_codes": "mfa_authenticator",
    "mfa_view_recovery_codes": "mfa_authenticator",
}
"""Pages of allauth that note in the row itself that the codes were seen."""


@dataclass
class Verdict:
    """What is wrong: answers other than declared, secrets in answers, changes by who was refused or read."""

    wrong: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not (self.wrong or self.leaks or self.changes)


@dataclass
class Judge:
    """Asks row by row and keeps what is wrong."""

    world: World
    asker: Asker
    verdict: Verdict = field(default_factory=Verdict)

    def __post_init__(self) -> None:
        self._secrets = secrets(self.world)

    def hear(self, rows: Iterable[Row], actors: Sequence[Actor], *, everybody: bool) -> Verdict:
        """Every row by every actor; without `everybody` one of each column of the table."""
        for row in rows:
            asked = endpoint(row.key[0])
            wanted = row.expected if everybody else row.representatives
            for actor in actors:
                if actor.name in wanted:
                    self._hear(row, asked, actor)
        return self.verdict

    def _hear(self, row: Row, asked: Endpoint, actor: Actor) -> None:
        path, asks = actor.path(asked), actor.asks(asked, row.method)
        answer = self.asker.ask(row.method, actor.place.host, path, **asks)
        outcome = answer.outcome(asked, row.method)
        where = f"{row.key[0]} {row.method} by {actor.name}"
        if outcome != row.expected[actor.name]:
            self.verdict.wrong.append(f"{where}: {outcome} instead of {row.expected[actor.name]}")
        self.look(where, answer, actor, f"{path} {asks.get('data', '')}")
        allowed = KEEPS.get((row.route, row.method), frozenset()) | LOGS | {READS_THAT_WRITE.get(row.route)}
        if answer.changed - allowed and (row.method == "GET" or outcome != "ok"):
            self.verdict.changes.append(f"{where}: {outcome}, and changed {sorted(answer.changed)}")

    def look(self, where: str, answer: Answer, actor: Actor, said: str) -> None:
        """Looks for what this person may not know, in the answer and its headers; what they have `said`
        themselves, in the address or in a form, they knew.
        """
        told = answer.content + " ".join(answer.headers.values()).encode()
        hidden = [secret for secret in found(told, self._secrets - actor.knows) if secret not in said]
        if hidden:
            self.verdict.leaks.append(f"{where}: {hidden}")
