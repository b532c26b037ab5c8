"""Who opens an address, and what its form posts: the parts that the recipes are put together from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, format_hotp_value, hotp_value
from django.core.cache import cache
from django.utils import timezone

from central.coordination.models import Reminder
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Complaint
from tenants.procedure.models import ProcedureVersion
from tenants.procedure.queries import places_of, procedure_in_force, settings_now
from tests.acceptance.cast import Player
from workflows.editing import gaps
from workflows.loading import as_data, as_yaml, settings_from
from workflows.preset import load_preset
from workflows.procedure import Procedure

from .belongings import PASSWORD, SECRET
from .cases import Case
from .world import Caller, Place

Values = Callable[[Place, Case], dict[str, Any]]
Opener = Callable[[Place], Player | Caller]


def nothing(place: Place, case: Case) -> dict[str, Any]:
    """No values; an empty form."""
    return {}


def procedure_text() -> str:
    """A sound procedure as YAML."""
    return as_yaml(load_preset("greged").procedure)


def _procedure_of(place: Place) -> Procedure:
    assert place.office is not None
    with inside(place.office):
        return procedure_in_force()


def first_role(place: Place) -> str:
    """A role of the office's procedure, by its code."""
    return _procedure_of(place).roles[0].code


def plain_limit(place: Place) -> str:
    """A limit without branches, by its code."""
    return next(clock.code for clock in _procedure_of(place).clocks if len(clock.limits()) == 1)


def new_stage(place: Place, case: Case) -> dict[str, Any]:
    """One more stage in the first place that is offered."""
    gap = gaps(_procedure_of(place))[-1]
    return {
        "letak": f"{gap.line}/{gap.before}/{gap.after}",
        "name": "Telaah kedua",
        "status": "in_process",
        "owner": first_role(place),
        "tindakan": "Selesai ditelaah lagi",
        "batas": "tanpa",
    }


def move_of(place: Place, case: Case) -> dict[str, Any]:
    """Every open complaint of an earlier version to the stage of the same code."""
    assert place.office is not None
    with inside(place.office):
        version = ProcedureVersion.objects.get(number=place.things.version)
        places = places_of(version)
    return {"mulai": "1", **{f"tahap-{line}-{stage}": stage for line, stage in places}}


def settings_text(place: Place) -> str:
    """The office's settings as YAML, with a word more to hide."""
    assert place.office is not None
    with inside(place.office):
        document = as_data(settings_now())
    # Without the rules: what they name is somebody's secret elsewhere.
    return as_yaml(settings_from({**document, "routing": [], "masking": {"hide": ["Pak Uji"]}}))


# --- who opens ----------------------------------------------------------------------------------------------


def nobody(place: Place) -> Caller:
    return place.caller()


def somebody(name: str) -> Opener:
    """A person of the place, with a browser of their own."""

    def opener(place: Place) -> Player:
        known = place.person(name)
        return Player(known.user, place.host, known.role, known.member_id, second_factor=known.second_factor)

    return opener


clerk, admin, paired, editor = (somebody(name) for name in ("clerk", "admin", "paired", "editor"))


def visitor(place: Place) -> Player:
    """Who is on a support visit to the office."""
    assert place.government is not None
    known = place.world(place.government).person("visitor")
    return Player(known.user, place.host, "visitor")


def half_signed_in(place: Place) -> Caller:
    """The password was right, the second factor is still to be shown."""
    cache.clear()  # the counters of earlier tries
    caller = place.caller()
    caller.post("/akun/login/", {"login": place.person("paired").user.email, "password": PASSWORD})
    return caller


def pairing(place: Place) -> Player:
    """Has the page open that pairs a time-code app; the session holds the secret of `paired`, too."""
    known = somebody("clerk" if place.site == "office" else "editor")(place)
    known.sign_in()
    session = known.client.session
    session[SECRET_SESSION_KEY] = SECRET
    session.save()
    return known


def with_reset_key(place: Place) -> Caller:
    """Who has followed the link of a password mail: the key is in the session, not in the address."""
    caller = place.caller()
    caller.get(f"/akun/password/reset/key/{place.things.reset_key}/")
    return caller


def who_reminds(place: Place) -> Player:
    """Who may remind an office of this government: by its SOP, else an admin of the desk."""
    return somebody("press_coordinator" if place.code == "mojokerto" else "admin")(place)


def reminder_of(case: Case) -> int:
    """A reminder of the complaint that was set for later."""
    office = Office.objects.get(code=case.office)
    now = timezone.now()
    row, _made = Reminder.objects.get_or_create(
        uid=case.uid,
        office=office,
        government_id=office.government_id,
        number=case.number,
        defaults={
            "by_id": 0,
            "by_name": "Koordinator",
            "role": "press_coordinator",
            "state": Reminder.State.SCHEDULED,
            "made_at": now,
            "ring_at": now + timedelta(days=3),
        },
    )
    return row.pk


def program(token: str) -> Opener:
    """A program with the API token of a person here."""
    return lambda place: place.caller(token)


def drafting(place: Place) -> Caller:
    return place.reporter()


def after_sending(place: Place) -> Caller:
    return place.reporter_after()


# --- what is posted -----------------------------------------------------------------------------------------


def code_now() -> str:
    """What the time-code app of `paired` shows now."""
    return str(format_hotp_value(hotp_value(SECRET, int(timezone.now().timestamp()) // 30)))


def version_of(place: Place, case: Case) -> int:
    office = place.office or place.world("dishub-mojokerto").office
    assert office is not None
    with inside(office):
        return Complaint.objects.values_list("version", flat=True).get(pk=case.pk)


def step_form(**inputs: str) -> Values:
    """A step's form on a page of staff."""
    named = {f"isi-{name}": value for name, value in inputs.items()}
    return lambda place, case: {"versi": version_of(place, case), **named}


def later(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


REPORT = {
    "category": "",
    "description": "Jalan di depan balai desa berlubang dalam dan licin.",
    "place": "Depan balai desa",
    "name": "Rukmana Jayadi",
    "address": "Dusun Manis RT 03",
    "email": "rukmana@warga.example.org",
    "phone": "0813-5555-1212",
    "visibility": "open",
}
ANSWERS = {"name": "Anggota Baru", "password": PASSWORD, "again": PASSWORD}
NEW_PASSWORD = "padi-kuning-2027"


def category_of(place: Place) -> str:
    """A category that reports of the office may have."""
    return next(iter(place.cases.values())).story.category or "other"


def report_of(place: Place, case: Case) -> dict[str, Any]:
    return {**REPORT, "category": category_of(place)}


def on_behalf(place: Place, case: Case) -> dict[str, Any]:
    stamp = (timezone.localtime() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    return {**REPORT, "category": category_of(place), "channel": "letter", "received_at": stamp}


def office_data(place: Place, case: Case) -> dict[str, Any]:
    office = place.office
    assert office is not None
    kept = {name: getattr(office, name) for name in ("name", "address", "phone", "email", "colour")}
    return {**kept, "name": f"{office.name} Baru", "number_pattern": "{seq:04}/UJI/{year}"}
