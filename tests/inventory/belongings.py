"""What a place has beside complaints: people of every standing, invitations, a logo, drafts, deliveries."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.utils import timezone
from PIL import Image

from central.accounts.models import ApiToken, User
from central.accounts.services import create_person, create_token
from central.coordination.ledger import open_follow_up
from central.coordination.models import IntakeRule, OutsideOffice, SupportVisit
from central.coordination.support import note_look
from central.delivery.models import Outbox
from central.offices.access import office as inside
from central.offices.models import Government, GovernmentMember, Office
from central.onboarding import services as onboarding
from central.onboarding.models import Invitation
from tenants.complaints.models import Complaint, Coordination
from tenants.organization.models import Holding, Member, Position
from tenants.organization.queries import Person, actor_for_member, units
from tenants.organization.services import (
    assign,
    create_position,
    create_unit,
    deactivate_member,
    note_absence,
)
from tenants.portal.services import change_office
from tenants.procedure.queries import procedure_in_force, settings_now
from tenants.procedure.services import put_procedure, put_settings, start_draft
from tenants.site import drafts
from tests.acceptance.cast import Player
from workflows.cases import SYSTEM
from workflows.editing import Name, NewStage, add_stage, gaps
from workflows.loading import as_data, as_yaml

if TYPE_CHECKING:
    from .world import Place, World

PASSWORD = "sawah-hijau-2026"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""Password and time-code secret of the person `paired` at every host."""

Kind = Invitation.Kind


@dataclass
class Things:
    """Keys of what a place has, for its addresses. `closing`: the first day of the office's closing. `ours`:
    the code of its own period of other hours, category, question and routing rule; `settings`: the number of
    an earlier version of its settings. `version`: the number of a version of its procedure that is no longer
    in force; `sop_draft`: a draft of it, and in its main line `sop_stage`, which was added. `kept`: a
    position that only the government gives, `appointment`: somebody's holding of it. `visit`: a support
    visit, to the office or by the desk's admin. `question`: one that was put to
    the clerk.
    """

    draft: str = ""
    sent_draft: str = ""
    invitation: str = ""
    used_invitation: str = ""
    open_invitation: int = 0
    token: int = 0
    reset_key: str = ""
    unit: int = 0
    position: int = 0
    invited: int = 0
    holding: int = 0
    absence: int = 0
    kept: int = 0
    appointment: int = 0
    closing: str = ""
    ours: str = ""
    settings: int = 1
    version: int = 1
    sop_draft: int = 0
    sop_stage: str = ""
    logo: str = ""
    mail: str = ""
    deliveries: dict[str, int] = field(default_factory=dict)
    question: str = ""
    choice: int = 0
    outside: int = 0
    visit: int = 0


def let_the_desk_write(place: Place) -> None:
    """Has the desk tell the reporter why a complaint is not published, so that the desk, too, has a step with
    a message to preview; and keeps a role for the government to give. No SOP that is shipped has one.
    """
    assert place.office is not None
    with inside(place.office):
        admin = actor_for_member(place.people["admin"].member_id or 0)
        assert admin is not None
        document = as_data(procedure_in_force())
        for line in document["lines"]:
            for stage in line["stages"]:
                for action in stage.get("actions", ()):
                    if (stage["code"], action["code"]) == ("editing", "withhold"):
                        action |= {
                            "tells": {"text": "declined", "body": "reason"},
                            "reason_to_reporter": True,
                        }
        name = {"id": "Bendahara", "en": "Treasurer"}
        document["roles"].append({"code": "treasurer", "name": name, "assigned_by": "government"})
        put_procedure(document, actor=admin)
        _appoint(place.things)


def _appoint(things: Things) -> None:
    """Somebody in a position that only the government gives."""
    position = create_position(actor=SYSTEM, code="bendahara", title="Bendahara", roles=["treasurer"])
    member = Member.objects.create(name="Bendahara Uji", email="bendahara@example.id")
    things.kept = position.pk
    things.appointment = assign(actor=SYSTEM, member=member, position=position).pk


def hire(place: Place) -> None:
    """The people of an office who hold no position now: `plain`, `ended`, `former`, `hasty`, `paired`."""
    assert place.office is not None
    users = {
        name: create_person(
            f"{name}@{place.code}.example.id",
            f"{called} {place.office.name}",
            PASSWORD if name == "paired" else None,
        )
        for name, called in _NAMES.items()
    }
    with inside(place.office):
        for name, user in users.items():
            member = Member.objects.create(
                user_id=user.pk, name=user.name, email=user.email, is_admin=name == "hasty"
            )
            place.people[name] = Player(user, place.host, name, member.pk, second_factor=name != "hasty")
        today = timezone.localdate()
        clerk = Position.objects.filter(roles__len__gt=0).order_by("id")[0]
        Holding.objects.create(
            member_id=place.people["ended"].member_id,
            position=clerk,
            starts_on=today - timedelta(days=90),
            ends_on=today - timedelta(days=1),
        )
        former = Member.objects.get(pk=place.people["former"].member_id)
        Holding.objects.create(member=former, position=clerk, starts_on=today - timedelta(days=90))
        admin = actor_for_member(place.people["admin"].member_id or 0)
        assert admin is not None
        deactivate_member(former, actor=admin)
    pair(place.people["paired"].user)


_NAMES = {
    "plain": "Anggota Biasa",
    "ended": "Mantan Pejabat",
    "former": "Mantan Anggota",
    "hasty": "Admin Tergesa",
    "paired": "Pemakai Aplikasi Kode",
}


def pair(user: User) -> None:
    """Gives somebody a time-code app and recovery codes."""
    RecoveryCodes.activate(user)
    TOTP.activate(user, SECRET)


def give(place: Place) -> None:
    """Everything else that the addresses of the place name."""
    if place.site == "government":
        _desk(place)
    elif place.site == "office":
        _office(place)
    else:
        place.things.mail = _mail()
    if place.site != "platform":
        place.things.reset_key = _reset_key(place.person("paired").user)


def _reset_key(user: User) -> str:
    return f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"


def _mail() -> str:
    """A message as the demo's pages read it: a file that the file-based mail backend wrote."""
    path = Path(settings.EMAIL_FILE_PATH) / "20250303-100000-1.log"
    if not path.is_file():
        path.write_bytes(
            b"Subject: Laporan diterima\nFrom: tanggap@localhost\nTo: warga@example.org\n"
            b"Date: Mon, 03 Mar 2025 10:00:00 +0700\n\nLaporan Anda sudah diterima.\n"
            + b"\n"
            + b"-" * 79
            + b"\n"
        )
    return f"{path.stem}-0"


def _desk(place: Place) -> None:
    assert place.government is not None
    user = create_person(f"paired@{place.code}.example.id", f"Petugas {place.government.name}", PASSWORD)
    GovernmentMember.objects.create(user=user, government=place.government, role="central_admin")
    pair(user)
    place.people["paired"] = Player(user, place.host, "central_admin")
    mail = f"baru@{place.code}.example.id"
    link = onboarding.invite(Kind.GOVERNMENT_MEMBER, mail, government=place.government, role="editor")
    place.things.invitation = _token(link)
    place.things.open_invitation = Invitation.objects.get(email=mail).pk
    place.things.used_invitation = _used(f"lama@{place.code}.example.id", place)
    place.things.token = ApiToken.objects.create(
        user=user, office_id=0, name="Aplikasi", digest=f"{place.code:0>64}"
    ).pk


def _office(place: Place) -> None:
    office, things = place.office, place.things
    assert office is not None
    with inside(office):
        admin = actor_for_member(place.people["admin"].member_id or 0)
        assert admin is not None
        unit = create_unit(actor=admin, code="baru", name="Unit Baru")
        position = create_position(actor=admin, code="jabatan-baru", title="Jabatan Baru", unit=unit)
        things.unit, things.position = unit.pk, position.pk
        invited = Member.objects.create(name="Calon Anggota", email=f"calon@{place.code}.example.id")
        things.invited = invited.pk
        acting = Holding.objects.create(
            member_id=place.people["paired"].member_id,
            position=position,
            acting_kind=Holding.Acting.PLH,
            starts_on=timezone.localdate(),
            ends_on=timezone.localdate() + timedelta(days=14),
        )
        things.holding = acting.pk
        plain = Member.objects.get(pk=place.people["plain"].member_id)
        days = [timezone.localdate() + timedelta(days=days) for days in (40, 42)]
        things.absence = note_absence(plain, actor=admin, starts_on=days[0], ends_on=days[1]).pk
        things.ours = f"punya_{place.code.replace('-', '_')}"
        things.closing = _settings(admin, things.ours)
        _logo(place, admin)
        _procedure(place, admin)
        _drafts(place)
        link = onboarding.invite(Kind.OFFICE_MEMBER, invited.email, office=office, member_id=invited.pk)
        things.deliveries = _deliveries()
        things.question = _question(place)
    things.visit = _visit(place.world(office.government).person("visitor").user, office)
    things.invitation = _token(link)
    things.open_invitation = Invitation.objects.get(email=invited.email).pk
    things.used_invitation = _used(f"lama@{place.code}.example.id", place)
    things.token = create_token(place.people["paired"].user, office, "Aplikasi loket")[0].pk


def _visit(user: User, office: Office) -> int:
    """A support visit that lasts longer than any test, with a look."""
    now = timezone.now()
    visit = SupportVisit.objects.create(
        government_id=office.government_id,
        office=office,
        user_id=user.pk,
        user_name=user.name,
        reason="Kategori tidak muncul.",
        begun_at=now,
        until_at=now + timedelta(days=30),
    )
    note_look(visit, "portal:categories", "/kantor/atur/kategori/", now)
    return visit.pk


def _question(place: Place) -> str:
    """Somebody has asked the clerk something about a complaint that is not a new one."""
    complaints = Complaint.objects.filter(closed_at=None).exclude(pk=place.cases["new"].pk)
    complaint = complaints.order_by("id")[0]
    complaint.state["memory"] |= {"coordinated": 1, "coordinations": [1]}
    complaint.save(update_fields=["state"])
    now = timezone.now()
    question = Coordination.objects.create(
        direction=Coordination.Direction.ASKED,
        complaint=complaint,
        seq=1,
        number=complaint.number,
        member_id=place.people["clerk"].member_id,
        asked_by_name="Pak Camat",
        question="Apakah lampu ini sudah pernah diperiksa?",
        asked_at=now,
        warn_at=now + timedelta(hours=18),
        due_at=now + timedelta(hours=24),
    )
    return question.slug


def open_doors(world: World) -> None:
    """What lies between offices. Mojokerto's desk has a second office, its own report form with a report that
    is begun, the directory of offices outside, and a referral to look after. Greged may hand what is about
    one place straight to another office.
    """
    desk, dishub, greged = (world(code) for code in ("mojokerto", "dishub-mojokerto", "greged"))
    assert desk.government is not None
    assert greged.government is not None
    Office.objects.filter(code="triharjo").update(government=desk.government)
    desk.things.visit = _visit(desk.person("admin").user, Office.objects.get(code="triharjo"))
    Office.objects.filter(code="dpupkp-jogja").update(government=greged.government)
    Government.objects.filter(pk=greged.government.pk).update(direct_handover=True)
    rule = {"field": "words", "value": ["cempaka"]}
    _put_rule(
        greged, {"code": "gang", "why": "Gang itu", "when": [rule], "target": {"office": "dpupkp-jogja"}}
    )
    desk.things.outside = OutsideOffice.objects.create(
        government=desk.government, name="Kantor Pertanahan", phone="0321-123456"
    ).pk
    desk.things.choice = IntakeRule.objects.create(
        government=desk.government, position=1, name="Lampu", office=dishub.office, category="traffic_light"
    ).pk
    assert dishub.office is not None
    with inside(dishub.office):
        answers = _answers("mojokerto")
        desk.things.draft = drafts.begin(answers)[1]
        sent, desk.things.sent_draft = drafts.begin(answers)
        sent.sent_uid = dishub.cases["new"].uid
        sent.save(update_fields=["sent_uid"])
        case = dishub.cases["handed_up"]
        open_follow_up(
            dishub.office,
            uid=case.uid,
            number=case.number,
            role="central_admin",
            stage="referred",
            procedure_digest="",
            due_at=timezone.now() + timedelta(days=3),
            now=timezone.now(),
        )


def _put_rule(place: Place, rule: dict[str, object]) -> None:
    assert place.office is not None
    with inside(place.office):
        admin = actor_for_member(place.people["admin"].member_id or 0)
        assert admin is not None
        document = as_data(settings_now())
        put_settings({**document, "routing": [rule, *document.get("routing", [])]}, actor=admin)


def _token(link: str) -> str:
    return link.rstrip("/").rpartition("/")[2]


def _used(mail: str, place: Place) -> str:
    kind = Kind.OFFICE_MEMBER if place.office else Kind.GOVERNMENT_MEMBER
    government = None if place.office else place.government
    link = onboarding.invite(kind, mail, office=place.office, government=government, role="editor")
    Invitation.objects.filter(email=mail).update(used_at=timezone.now())
    return _token(link)


def _settings(admin: object, ours: str) -> str:
    """Another version of the settings: with a day on which the office is closed, some weeks ahead, whose
    number in the list is 0, and with a period, a category with a question, and a routing rule of this code.
    Returns the day.
    """
    day = timezone.localdate() + timedelta(days=40)
    document = as_data(settings_now())
    row = {"name": "Pemeliharaan gedung", "starts_on": day.isoformat(), "ends_on": day.isoformat()}
    document["calendar"]["closings"] = [row]
    opening = {"on": "2031-02-01", "frames": ["08:00-12:00"], "name": "Hari buka uji"}
    document["calendar"]["openings"] = [opening]
    week = {"mon": ["08:00-15:00"]}
    period = {"code": ours, "name": "Masa Uji", "starts_on": "2031-01-01", "ends_on": "2031-01-30"}
    document["calendar"]["periods"] = [{**period, "week": week}]
    question = {"code": ours, "label": "Sejak kapan?"}
    category = {"code": ours, "name": "Kategori Uji", "in_use": False, "questions": [question]}
    document["categories"].append(category)
    words = {"field": "words", "value": ["kata uji yang tidak ditulis siapa pun"]}
    unit = next(unit.code for unit in units())
    rule = {"code": ours, "why": "Aturan Uji", "when": [words], "target": {"unit": unit}}
    document["routing"] = [*document.get("routing", []), rule]
    put_settings(document, actor=admin)  # type: ignore[arg-type]  # a member as an actor
    return day.isoformat()


def _procedure(place: Place, admin: Person) -> None:
    """Another version in force than the one that open complaints follow, and a draft with one more stage."""
    document = as_data(procedure_in_force())
    document["head"]["number"] = "000.8.3/1"
    put_procedure(document, actor=admin, note="Nomor SOP")
    now = procedure_in_force()
    gap = next(gap for gap in gaps(now) if gap.line == "main")
    stage, owner = now.stage(gap.before), now.roles[0].code
    assert stage is not None
    assert stage.status is not None
    new = NewStage(Name("Telaah"), owner, Name("Selesai ditelaah"), None, stage.status)
    changed, place.things.sop_stage = add_stage(now, gap, new)
    place.things.sop_draft = start_draft(actor=admin, title="SOP baru", text=as_yaml(changed)).pk


def _logo(place: Place, admin: object) -> None:
    office = place.office
    assert office is not None
    out = io.BytesIO()
    Image.new("RGBA", (64, 64), {"greged": "teal", "jenawi": "maroon"}.get(place.code, "navy")).save(
        out, "PNG"
    )
    place.office = change_office(
        office,
        actor=admin,  # type: ignore[arg-type]  # a member as an actor
        name=office.name,
        address="Jalan Raya 1",
        phone="0231-123456",
        email=f"kantor@{place.code}.example.go.id",
        colour=office.colour,
        logo=out.getvalue(),
    )
    place.things.logo = place.office.logo.rpartition("/")[2].removesuffix(".png")


DRAFT_NAMES = {
    "greged": "Gayatri Anindita",
    "jenawi": "Gendis Maheswari",
    "dishub-mojokerto": "Gusti Pradipta",
    "mojokerto": "Gading Permana",
}
"""Who has begun a report at each host and not sent it."""


def _drafts(place: Place) -> None:
    """A report that is begun, complete up to sending, and one that became the first complaint."""
    answers = _answers(place.code)
    place.things.draft = drafts.begin(answers)[1]
    sent, place.things.sent_draft = drafts.begin(answers)
    sent.sent_uid = place.cases["new"].uid
    sent.save(update_fields=["sent_uid"])


def _answers(code: str) -> dict[str, object]:
    return {
        "category": next(iter(settings_now().selectable)),
        "description": "Saluran air di depan sekolah tersumbat sampah sejak dua minggu yang lalu.",
        "place": "Depan sekolah dasar",
        "occurred_at": "dua minggu",
        "visibility": "open",
        "name": DRAFT_NAMES[code],
        "address": "Jalan Sekolah 3",
        "email": f"gayatri@{code}.example.org",
        "phone": "+628120001111",
        "done": ["kategori", "uraian", "tempat", "berkas", "kerahasiaan", "pelapor"],
    }


def _deliveries() -> dict[str, int]:
    """Messages of this office by state; one has failed."""
    failed = Outbox.objects.filter(channel="email").order_by("id").first()
    assert failed is not None
    failed.state, failed.last_error, failed.attempts = Outbox.State.FAILED, "550 5.1.1 tidak dikenal", 8
    failed.save(update_fields=["state", "last_error", "attempts"])
    pending = Outbox.objects.filter(state=Outbox.State.PENDING).order_by("id")
    return {"failed": failed.pk, "pending": pending.values_list("pk", flat=True)[0]}
