"""Why a change of the office's documents is refused, and who may make one."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tenants.errors import ServiceError
from tenants.procedure.models import ProcedureVersion
from workflows.cases import Actor, ActorKind
from workflows.problems import Problem, Severity


class ProcedureError(ServiceError):
    """A procedure or settings that cannot be put in force. Codes: `not_admin`, `refused` (see `problems`),
    `unchanged`, `unsigned` (see `problems`), `conflict`, `not_found`.
    """

    def __init__(self, code: str, message: str, problems: Sequence[Problem] = ()) -> None:
        self.problems = tuple(problems)
        super().__init__(code, message)


def refused(problems: Sequence[Problem]) -> ProcedureError:
    """What says how many errors there are, and the first of them."""
    errors = [item for item in problems if item.severity is Severity.ERROR]
    language = get_language() or "id"
    message = ngettext(
        "Dokumen ini belum dapat diberlakukan karena %(count)d kesalahan: %(first)s",
        "Dokumen ini belum dapat diberlakukan karena %(count)d kesalahan. Yang pertama: %(first)s",
        len(errors),
    ) % {"count": len(errors), "first": errors[0].text.get(language) if errors else ""}
    return ProcedureError("refused", message, problems)


def demand_admin(actor: Actor) -> None:
    """Raises `not_admin` for everybody but an admin of the office."""
    if actor.kind is not ActorKind.MEMBER or not actor.is_admin:
        raise ProcedureError("not_admin", _("Hanya admin instansi yang boleh mengubah ini."))


def lock_documents() -> None:
    """One change of the office's documents at a time. The first version is there as long as the office: the
    one in force may be another when the wait is over.
    """
    first = ProcedureVersion.objects.order_by("number").values("pk")[:1]
    list(ProcedureVersion.objects.select_for_update(no_key=True).filter(pk__in=first).values_list("pk"))
