"""The office's SOP as the engine's objects: what is in force, and what a complaint is pinned to.

Every function is called inside `central.offices.access.office()`.

Documents are parsed once a process and kept under the digest of their content: the same content is the same
object, whatever office it came from, and nothing else can be found under that key.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db import connection
from django.db.models import Count, QuerySet
from django.db.models.fields.json import KT
from django.utils.translation import gettext as _

from tenants.errors import ServiceError
from tenants.organization.models import Unit
from workflows.cases import MAIN, WITH_GOVERNMENT, Scope
from workflows.loading import canonical, procedure_from, settings_from
from workflows.moving import Place
from workflows.procedure import Procedure
from workflows.settings import Settings

from .models import ProcedureVersion, SettingsVersion

if TYPE_CHECKING:
    from tenants.complaints.models import Complaint

Document = TypeVar("Document")

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
    return hashlib.sha256(canonical(document).encode()).hexdigest()


class _Parsed(Generic[Document]):
    """Parsed documents by the digest of their content; the longest unused goes first."""

    def __init__(self, parse: Callable[[Mapping[str, Any]], Document]) -> None:
        self._parse = parse
        self._kept: OrderedDict[str, Document] = OrderedDict()
        self._lock = Lock()

    def kept(self, digest: str) -> Document | None:
        """The parsed document with this digest, if this process has seen it."""
        with self._lock:
            return self._kept.get(digest)

    def get(self, digest: str, load: Callable[[], Mapping[str, Any]]) -> Document:
        """The parsed document with this digest; `load` reads it where this process has not seen it yet."""
        with self._lock:
            found = self._kept.get(digest)
            if found is not None:
                self._kept.move_to_end(digest)
                return found
        document = load()
        parsed = self._parse(document)
        if digest_of(document) == digest:
            with self._lock:
                self._kept[digest] = parsed
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return parsed


_procedures: _Parsed[Procedure] = _Parsed(procedure_from)
_settings: _Parsed[Settings] = _Parsed(settings_from)


@dataclass(frozen=True, slots=True)
class Rules:
    """A procedure with the settings in effect. `procedure_id`: the version that a complaint is pinned to;
    `procedure_digest`: of its content, which is the same wherever it is in use.

    `units`: the office's units by code, closed ones too, as far as their code and name. `current`: key and
    digest of the procedure in force, None where there is none.
    """

    procedure_id: int
    procedure: Procedure
    settings: Settings
    units: Mapping[str, Unit]
    procedure_digest: str = ""
    current: tuple[int, str] | None = None


_RULES = """
SELECT v.id, v.digest,
    (SELECT digest FROM procedure_settingsversion ORDER BY number DESC LIMIT 1),
    (SELECT json_agg(json_build_array(id, code, name, is_active)) FROM organization_unit),
    (SELECT json_build_array(id, digest) FROM procedure_procedureversion WHERE state = 'in_force')
FROM procedure_procedureversion v WHERE {condition}
"""


def _rules(condition: str, value: Any) -> Rules:
    """One statement, written out, for the documents' digests and the units: every intake and step begins
    with it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_RULES.format(condition=condition), [value])
        row = cursor.fetchone()
    if row is None or row[2] is None:
        raise NoProcedure
    units = {
        code: Unit(id=pk, code=code, name=name, is_active=active) for pk, code, name, active in row[3] or ()
    }
    current = (row[4][0], row[4][1]) if row[4] else None
    return Rules(row[0], _procedure(row[0], row[1]), _settings_of(row[2]), units, row[1], current)


def current_rules(rules: Rules) -> Rules:
    """As `rules_in_force`, for whoever has a complaint's rules already: no statement, unless this process has
    yet to read that procedure. Raises `NoProcedure`.
    """
    if rules.current is None:
        raise NoProcedure
    pk, digest = rules.current
    return replace(rules, procedure_id=pk, procedure=_procedure(pk, digest), procedure_digest=digest)


def _procedure(pk: int, digest: str) -> Procedure:
    return _procedures.get(
        digest, lambda: ProcedureVersion.objects.values_list("document", flat=True).get(pk=pk)
    )


def _settings_of(digest: str) -> Settings:
    return _settings.get(
        digest,
        lambda: SettingsVersion.objects.filter(digest=digest).values_list("document", flat=True)[:1].get(),
    )


def kept_procedure(digest: str) -> Procedure | None:
    """The procedure with this digest, if this process has read it in any office. Needs no office."""
    return _procedures.kept(digest)


def rules_in_force() -> Rules:
    """What a new complaint begins with. One statement. Raises `NoProcedure`."""
    return _rules("v.state = %s", ProcedureVersion.State.IN_FORCE.value)


def rules_of(complaint: Complaint) -> Rules:
    """What governs a complaint: the procedure it is pinned to, the settings of this moment. One statement."""
    return _rules("v.id = %s", complaint.procedure_id)


def procedure_in_force() -> Procedure:
    """The procedure that new complaints follow. Raises `NoProcedure`."""
    return rules_in_force().procedure


def settings_now() -> Settings:
    """The settings in effect. Raises `NoProcedure`."""
    return numbered_settings()[1]


def numbered_settings() -> tuple[int, Settings]:
    """The settings in effect with the number of their version. Raises `NoProcedure`."""
    newest = settings_versions().values_list("number", "digest").first()
    if newest is None:
        raise NoProcedure
    return newest[0], _settings_of(newest[1])


def office_roles() -> set[str]:
    """Codes of the roles that members of the office hold, by the procedure in force; empty without one."""
    try:
        procedure = procedure_in_force()
    except NoProcedure:
        return set()
    return {role.code for role in procedure.roles if role.scope is Scope.OFFICE}


def procedures_in_use() -> list[Procedure]:
    """The procedure in force, and every other to which complaints with open work are pinned."""
    from tenants.complaints.models import WorkItem

    used = WorkItem.objects.filter(closed_at=None).values("complaint__procedure_id").distinct()
    rows = ProcedureVersion.objects.filter(state=ProcedureVersion.State.IN_FORCE) | (
        ProcedureVersion.objects.filter(pk__in=used)
    )
    return [_procedure(pk, digest) for pk, digest in rows.order_by("-number").values_list("pk", "digest")]


def places_of(version: ProcedureVersion) -> dict[Place, int]:
    """How many open lines of complaints stand at each line and stage of a version of the procedure, or come
    back to it from the government's queue.
    """
    from tenants.complaints.models import Complaint, WorkItem

    work = WorkItem.objects.filter(closed_at=None, complaint__procedure=version)
    rows = work.values_list("line", "stage").annotate(count=Count("id"))
    found: dict[Place, int] = {(line, stage): count for line, stage, count in rows}
    queued = Complaint.objects.filter(pk__in=work.filter(stage=WITH_GOVERNMENT).values("complaint_id"))
    origin = KT("state__memory__handed_up__from_stage")
    waiting = queued.order_by().annotate(origin=origin).exclude(origin__isnull=True).values_list("origin")
    for stage, count in waiting.annotate(count=Count("pk")):
        found[MAIN, stage] = found.get((MAIN, stage), 0) + count
    return found


def procedures() -> QuerySet[ProcedureVersion]:
    """All versions of the procedure, newest first, without their documents."""
    return ProcedureVersion.objects.defer("document").order_by("-number")


def settings_versions() -> QuerySet[SettingsVersion]:
    """All versions of the settings, newest first, without their documents."""
    return SettingsVersion.objects.defer("document").order_by("-number")
