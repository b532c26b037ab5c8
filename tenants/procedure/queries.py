"""The office's SOP as the engine's objects: what is in force, and what a complaint is pinned to.

Every function is called inside `central.offices.access.office()`.

Documents are parsed once a process and kept under the digest of their content: the same content is the same
object, whatever office it came from, and nothing else can be found under that key.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db.models import QuerySet, Subquery
from django.utils.translation import gettext as _

from tenants.errors import ServiceError
from workflows.cases import Scope
from workflows.procedure import Procedure
from workflows.settings import Settings

from .models import ProcedureVersion, SettingsVersion

if TYPE_CHECKING:
    from tenants.complaints.models import Complaint

Document = TypeVar("Document", Procedure, Settings)

_KEPT = 512
"""How many parsed documents a process keeps, of each kind."""


class NoProcedure(ServiceError):
    """The office has no procedure in force or no settings: it was not set up to its end. Code
    `no_procedure`.
    """

    def __init__(self) -> None:
        super().__init__(
            "no_procedure", _("Instansi ini belum punya prosedur yang berlaku. Hubungi admin instansi.")
        )


def digest_of(document: Mapping[str, Any]) -> str:
    """SHA-256 of a document's canonical JSON."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


class _Parsed(Generic[Document]):
    """Parsed documents by the digest of their content; the longest unused goes first."""

    def __init__(self, model: type[Document]) -> None:
        self._model = model
        self._kept: OrderedDict[str, Document] = OrderedDict()
        self._lock = Lock()

    def get(self, digest: str, load: Callable[[], Mapping[str, Any]]) -> Document:
        """The parsed document with this digest; `load` reads it where this process has not seen it yet."""
        with self._lock:
            found = self._kept.get(digest)
            if found is not None:
                self._kept.move_to_end(digest)
                return found
        document = load()
        parsed = self._model.model_validate(document)
        if digest_of(document) == digest:
            with self._lock:
                self._kept[digest] = parsed
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return parsed


_procedures = _Parsed(Procedure)
_settings = _Parsed(Settings)


@dataclass(frozen=True, slots=True)
class Rules:
    """A procedure with the settings in effect. `procedure_id`: the version that a complaint is pinned to."""

    procedure_id: int
    procedure: Procedure
    settings: Settings


def _newest_settings() -> QuerySet[SettingsVersion]:
    return SettingsVersion.objects.order_by("-number")


def _procedure(pk: int, digest: str) -> Procedure:
    return _procedures.get(
        digest, lambda: ProcedureVersion.objects.values_list("document", flat=True).get(pk=pk)
    )


def _settings_of(digest: str) -> Settings:
    return _settings.get(
        digest,
        lambda: SettingsVersion.objects.filter(digest=digest).values_list("document", flat=True)[:1].get(),
    )


def rules_in_force() -> Rules:
    """What a new complaint begins with. One statement. Raises `NoProcedure`."""
    row = (
        ProcedureVersion.objects.filter(state=ProcedureVersion.State.IN_FORCE)
        .values_list("pk", "digest", Subquery(_newest_settings().values("digest")[:1]))
        .first()
    )
    if row is None or row[2] is None:
        raise NoProcedure
    return Rules(row[0], _procedure(row[0], row[1]), _settings_of(row[2]))


def rules_of(complaint: Complaint) -> Rules:
    """What governs a complaint: the procedure it is pinned to, the settings of this moment. One statement."""
    row = (
        ProcedureVersion.objects.filter(pk=complaint.procedure_id)
        .values_list("digest", Subquery(_newest_settings().values("digest")[:1]))
        .get()
    )
    if row[1] is None:
        raise NoProcedure
    return Rules(complaint.procedure_id, _procedure(complaint.procedure_id, row[0]), _settings_of(row[1]))


def procedure_in_force() -> Procedure:
    """The procedure that new complaints follow. Raises `NoProcedure`."""
    return rules_in_force().procedure


def procedure_of(complaint: Complaint) -> Procedure:
    """The procedure that a complaint is pinned to."""
    return rules_of(complaint).procedure


def settings_now() -> Settings:
    """The settings in effect. Raises `NoProcedure`."""
    digest = _newest_settings().values_list("digest", flat=True).first()
    if digest is None:
        raise NoProcedure
    return _settings_of(digest)


def office_roles() -> set[str]:
    """Codes of the roles that members of the office hold, by the procedure in force; empty without one."""
    try:
        procedure = procedure_in_force()
    except NoProcedure:
        return set()
    return {role.code for role in procedure.roles if role.scope is Scope.OFFICE}


def procedures() -> QuerySet[ProcedureVersion]:
    """All versions of the procedure, newest first, without their documents."""
    return ProcedureVersion.objects.defer("document").order_by("-number")


def settings_versions() -> QuerySet[SettingsVersion]:
    """All versions of the settings, newest first, without their documents."""
    return _newest_settings().defer("document")
