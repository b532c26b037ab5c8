"""What is missing where a finding says that nobody is there for a role: a position, a person in it, or that
the person joins; and the page on which it is mended.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.organization.models import Position
from tenants.organization.queries import holdings, positions, today
from workflows.problems import Problem
from workflows.procedure import Procedure, Stage


@dataclass(frozen=True, slots=True)
class Cure:
    """`text`: what to do, as a link to `url`."""

    text: str
    url: str


def cure_of(item: Problem, procedure: Procedure | None, stage: Stage | None) -> Cure | None:
    """What mends a finding about people; None for one that is mended in the document.

    `procedure`, `stage`: what the finding is about, where that could be read. At most two statements.
    """
    if item.code == "W14" and item.path[-2:-1] == ("actions",):
        return Cure(_("Tunjuk orang kedua di Penugasan"), reverse("portal:holdings"))
    if item.code != "W06" or item.path[-1:] != ("owner",):
        return None
    role = _role(item, procedure, stage)
    with_role = [position for position in positions() if role in position.roles]
    if not with_role:
        return Cure(
            _("Beri peran itu pada sebuah jabatan, lalu tunjuk orangnya di Penugasan"),
            reverse("portal:positions"),
        )
    return _cure_of_positions(with_role)


def _cure_of_positions(with_role: list[Position]) -> Cure:
    given = holdings(on=today()).filter(position__in=with_role, member__is_active=True)
    titles = ", ".join(position.title for position in with_role)
    waiting = [holding for holding in given if holding.member.user_id is None]
    if waiting:
        names = ", ".join(holding.member.name for holding in waiting)
        text = _("%(names)s sudah diundang tetapi belum masuk. Ingatkan atau undang lagi di Anggota")
        return Cure(text % {"names": names}, reverse("portal:members"))
    if given:
        names = ", ".join(holding.member.name for holding in given)
        text = _("%(names)s sedang tidak hadir. Tunjuk pengganti di Penugasan")
        return Cure(text % {"names": names}, reverse("portal:holdings"))
    text = _("Jabatan dengan peran ini belum ada orangnya (%(titles)s). Tunjuk orangnya di Penugasan")
    return Cure(text % {"titles": titles}, reverse("portal:holdings"))


def _role(item: Problem, procedure: Procedure | None, stage: Stage | None) -> str:
    """The code of the role that the finding names; "" where it cannot be told."""
    for code in stage.owner if stage is not None else ():
        found = procedure.role(code) if procedure is not None else None
        if found is not None and f"'{found.name.id}'" in item.text.id:
            return code
    return ""
