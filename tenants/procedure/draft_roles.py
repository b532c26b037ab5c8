"""The roles that drafts of the office's procedure name, so that they can be given to somebody beforehand.

Every function is called inside `central.offices.access.office()`.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from workflows.cases import Scope
from workflows.checking import check
from workflows.procedure import Role

from .models import ProcedureDraft

_KEPT = 256
_known: OrderedDict[str, tuple[Role, ...]] = OrderedDict()
_lock = Lock()


def draft_roles() -> dict[str, Role]:
    """The office's roles in all drafts that can be read, by their code; the newest draft's name counts.

    What a text holds is worked out once a process and kept under the text's digest.
    """
    found: dict[str, Role] = {}
    for digest, text in ProcedureDraft.objects.order_by("-updated_at").values_list("digest", "text"):
        for role in _roles(digest, text):
            found.setdefault(role.code, role)
    return found


def _roles(digest: str, text: str) -> tuple[Role, ...]:
    with _lock:
        if digest in _known:
            _known.move_to_end(digest)
            return _known[digest]
    procedure = check(text).procedure
    roles = tuple(role for role in procedure.roles if role.scope is Scope.OFFICE) if procedure else ()
    with _lock:
        _known[digest] = roles
        while len(_known) > _KEPT:
            _known.popitem(last=False)
    return roles
