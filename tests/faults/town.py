"""A government with two offices and their staff, made in a platform that runs: `python -m tests.faults.town`.

The tests' own process has another database; so this runs in one of its own and says on one line of JSON whom
it hired.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.launch import BASE_DIR
from config.launch.postgres import DATABASE, SUPERUSER, Server, known_server

ROLES = ("complaint_clerk", "district_secretary", "unit_officer")


@dataclass(frozen=True)
class Place:
    """An office: its schema's id, its host, a token for each role, the unit of its unit officer."""

    id: int
    code: str
    host: str
    tokens: dict[str, str]
    unit: str

    @property
    def schema(self) -> str:
        return f"o_{self.id}"


@dataclass(frozen=True)
class Town:
    """A running platform with its offices. `port`: of its web server. `var`: where it keeps all it writes."""

    port: int
    var: Path
    places: dict[str, Place]

    @property
    def server(self) -> Server:
        found = known_server(self.var, "run")
        assert found is not None
        return found

    @property
    def superuser_url(self) -> str:
        """The superuser, in the platform's own database."""
        return self.server.url(SUPERUSER, self.server.superuser_password, DATABASE)


def command(var: Path, port: int, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs a Python command over the running platform, as its operator would."""
    outside = ("DATABASE_", "TANGGAP_", "SECRET_KEY", "PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(outside)}
    return subprocess.run(
        [sys.executable, *words],
        cwd=BASE_DIR,
        env=kept
        | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONPATH": os.pathsep.join([str(BASE_DIR), str(BASE_DIR / "platform")]),
            "TANGGAP_VAR": str(var),
            "TANGGAP_DEMO": "0",
            "PORT": str(port),
            "LOG_LEVEL": "ERROR",
        },
        capture_output=True,
        text=True,
        check=False,
    )


def settle(var: Path, port: int, *codes: str) -> Town:
    """Makes an office for each code, with its staff."""
    done = command(var, port, "-m", "tests.faults.town", *codes)
    assert done.returncode == 0, done.stderr
    places = {found["code"]: Place(**found) for found in json.loads(done.stdout)}
    return Town(port, var, places)


def _found(codes: list[str]) -> list[dict[str, Any]]:
    from central.accounts.services import create_token
    from central.offices.access import office as inside
    from central.offices.services import create_government, create_office
    from tenants.organization.models import Member
    from tests.acceptance.cast import Cast, host_of

    government = create_government(code="ramai", name="Kabupaten Ramai", subdomain="ramai")
    cast, made = Cast(), []
    for code in codes:
        office = create_office(
            government=government,
            code=code,
            name=f"Kecamatan {code.title()}",
            preset="greged",
            kind="kecamatan",
            seed={"preset": "greged", "variant": ""},
        )
        players = {role: cast.member(office, role) for role in ROLES}
        with inside(office):
            officer = Member.objects.get(pk=players["unit_officer"].member_id)
            holding = officer.holdings.select_related("position__unit").get()
        made.append(
            {
                "id": office.pk,
                "code": code,
                "host": host_of(office),
                "tokens": {role: create_token(one.user, office, "Uji")[1] for role, one in players.items()},
                "unit": holding.position.unit.code,
            }
        )
    return made


if __name__ == "__main__":
    import django

    django.setup()
    sys.stdout.write(json.dumps(_found(sys.argv[1:])))
