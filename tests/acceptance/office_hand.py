"""An office's own hand in tests of the public site: steps by command, with every role at once.

That each role may do its own steps and no others is tested with the SOPs, by HTTP.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints import services
from tenants.complaints.models import Complaint
from tenants.organization.models import Unit
from tenants.procedure.queries import rules_in_force
from workflows.cases import MAIN, Actor, ActorKind

ANSWER = "Lampu sudah diganti hari ini dan menyala kembali. Terima kasih atas laporan Anda."


@dataclass
class OfficeHand:
    """Somebody in the office who may do everything."""

    office: Office

    def act(
        self,
        code: str,
        action: str,
        *,
        line: str = MAIN,
        pictures: Sequence[UUID] = (),
        **inputs: Any,
    ) -> Complaint:
        """One step on the complaint with this tracking code."""
        with inside(self.office):
            roles = {role.code for role in rules_in_force().procedure.roles}
            units = set(Unit.objects.values_list("code", flat=True))
            actor = Actor(
                ActorKind.MEMBER, name="Petugas Uji", roles=frozenset(roles), units=frozenset(units)
            )
            uid = Complaint.objects.values_list("uid", flat=True).get(tracking_code=code)
            more: dict[str, Any] = {"released": pictures} if pictures else {}
            return services.act(uid, action, actor=actor, line=line, inputs=inputs, **more)

    def ask(self, code: str, question: str) -> None:
        """Asks the reporter (Kecamatan Greged's SOP)."""
        self.act(code, "ask_reporter", question=question)

    def answer(self, code: str, answer: str = ANSWER, files: Sequence[Any] = ()) -> None:
        """Takes a new complaint to its official answer (Kecamatan Greged's SOP)."""
        self.act(code, "verify_complete")
        proposed = {"category": "street_light", "case_class": "routine", "unit": "trantib"}
        self.act(code, "propose_disposition", **proposed, correction="Tugas Seksi Trantib.")
        self.act(code, "assign", unit="trantib", instruction="Periksa lampunya.", urgency="ordinary")
        self.act(code, "submit_report", findings="Lampu putus.", recommendation="Ganti lampunya.")
        self.act(code, "approve")
        more = {"files": list(files)} if files else {}
        self.act(code, "upload_answer", answer=answer, **more)

    def publish(
        self, code: str, title: str, text: str, answer: str = ANSWER, pictures: Sequence[UUID] = ()
    ) -> None:
        """Releases an answered complaint."""
        self.act(
            code,
            "release",
            line="publication",
            pictures=pictures,
            public_title=title,
            public_complaint=text,
            public_answer=answer,
        )
