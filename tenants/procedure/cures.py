"""What is missing where a finding says that nobody is there for a role: a position, a person in it, or that
the person joins; and the page on which it is mended.

Every function is called inside `central.offices.access.office()`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from tenants.organization.models import Holding, Position
from tenants.organization.queries import holdings, positions, today
from workflows.problems import Problem
from workflows.procedure import Procedure, Stage


@dataclass(frozen=True, slots=True)
class Cure:
    """`text`: what to do; `page`: the name of the portal's page on which it is done."""

    text: str
    page: str


class Cures:
    """What mends the findings about people at the office we are in; for one page or letter, as its tables are
    now.

    However many the findings are, it takes two statements, and none where there is none about people.
    """

    def of(self, item: Problem, procedure: Procedure | None, stage: Stage | None) -> Cure | None:
        """What mends a finding; None for one that is mended in the document.

        `procedure`, `stage`: what the finding is about, where that could be read.
        """
        if item.code == "W14" and item.path[-2:-1] == ("actions",):
            return Cure(_("Tunjuk orang kedua di Penugasan"), "holdings")
        if item.code != "W06" or item.path[-1:] not in (("owner",), ("roles",)):
            return None
        role = _role(item, procedure, stage)
        with_role = [position for position in self._positions if role in position.roles]
        if with_role:
            return self._of_positions(with_role)
        text = _("Beri peran itu pada sebuah jabatan, lalu tunjuk orangnya di Penugasan")
        return Cure(text, "positions")

    def _of_positions(self, with_role: list[Position]) -> Cure:
        ids = {position.pk for position in with_role}
        given = [holding for holding in self._holdings if holding.position_id in ids]
        waiting = [holding for holding in given if holding.member.user_id is None]
        if waiting:
            text = _("%(names)s sudah diundang tetapi belum masuk. Ingatkan atau undang lagi di Anggota")
            return Cure(text % {"names": _names(waiting)}, "members")
        if given:
            text = _("%(names)s sedang tidak hadir. Tunjuk pengganti di Penugasan")
            return Cure(text % {"names": _names(given)}, "holdings")
        titles = ", ".join(position.title for position in with_role)
        text = _("Jabatan dengan peran ini belum ada orangnya (%(titles)s). Tunjuk orangnya di Penugasan")
        return Cure(text % {"titles": titles}, "holdings")

    @cached_property
    def _positions(self) -> list[Position]:
        return list(positions())

    @cached_property
    def _holdings(self) -> list[Holding]:
        return list(holdings(on=today()).filter(member__is_active=True))


def _names(found: list[Holding]) -> str:
    return ", ".join(dict.fromkeys(holding.member.name for holding in found))


def _role(item: Problem, procedure: Procedure | None, stage: Stage | None) -> str:
    """The code of the role that the finding names; "" where it cannot be told."""
    steps = stage.actions if stage is not None else ()
    named = [*(stage.owner if stage is not None else ()), *(role for step in steps for role in step.roles)]
    for code in named:
        found = procedure.role(code) if procedure is not None else None
        if found is not None and f"'{found.name.id}'" in item.text.id:
            return code
    return ""
