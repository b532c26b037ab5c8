"""Where the time of a request goes: `python -m tests.benchmarks.profile [NAME ...]`; without a name, of all.

Requests go to this process's own application, through all middleware, to a database that really writes. The
looks of `sampling` slow a request down by a few hundredths; shares are what to read here, and `make bench`
the times.
"""

from __future__ import annotations

import itertools
import json
import re
import shutil
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.crowd import crowd, make_office, remove_office, signed_in
from tests.benchmarks.figures import p50, say
from tests.benchmarks.sampling import Samples, sampling
from tests.benchmarks.stage import INTAKE_RATE, database

WARM_UP = 10
SECONDS = 2.0  # of each page
OPEN = 10_000
SENDERS = 9_000

Run = Callable[[], float]


@dataclass
class Scene:
    """An office with its crowd; the uid of a complaint there, and the code that a citizen opens it with."""

    office: Any
    host: str
    cookies: dict[str, str]
    uid: str = ""
    code: str = ""

    def client(self, *, staff: bool = False) -> Any:
        from django.test import Client

        client = Client(HTTP_HOST=self.host)
        for name, value in (self.cookies if staff else {}).items():
            client.cookies[name] = value
        return client


def _timed(send: Callable[[], Any], *statuses: int) -> float:
    begin = time.perf_counter()
    response = send()
    seconds = time.perf_counter() - begin
    assert response.status_code in statuses, (response.status_code, response.content[:300])
    return seconds


def _get(path: str, *, staff: bool = False) -> Callable[[Scene], Run]:
    def make(scene: Scene) -> Run:
        client = scene.client(staff=staff)
        address = path.format(uid=scene.uid, code=scene.code)
        return lambda: _timed(lambda: client.get(address), 200)

    return make


def _empty(scene: Scene) -> Run:
    from django.test import Client

    client = Client(HTTP_HOST="localhost")
    return lambda: _timed(lambda: client.get("/kosong/"), 200)


def _api(scene: Scene) -> Run:
    from tests.benchmarks.intake import PATH, body

    client = scene.client()
    return lambda: _timed(lambda: client.post(PATH, json.dumps(body()), content_type="application/json"), 201)


def _api_of_many(scene: Scene) -> Run:
    """As on a machine without Redis whose brakes remember many senders: each is a file."""
    from django.conf import settings
    from django.core.cache import cache

    folder = Path(str(settings.CACHES["default"]["LOCATION"]))
    cache.set("bench", 0, timeout=3600)
    first = next(folder.glob("*.djcache"))
    for _ in range(SENDERS):
        shutil.copy(first, folder / f"{uuid.uuid4().hex}.djcache")
    return _api(scene)


def _wizard(scene: Scene) -> Run:
    """The last page's button; the pages before it are not measured."""
    from tests.acceptance.citizen import Citizen

    citizens = itertools.count(1)

    def run() -> float:
        citizen = Citizen(scene.host)
        filled = citizen.fill(name=f"Warga {next(citizens)}")
        assert filled.status_code == 303, filled.content[:300]
        return _timed(citizen.send, 303)

    return run


PAGES: dict[str, Callable[[Scene], Run]] = {
    "empty": _empty,
    "intake-api": _api,
    "intake-form": _wizard,
    "inbox": _get("/kantor/", staff=True),
    "inbox-open": _get("/kantor/?tab=terbuka", staff=True),
    "inbox-search": _get("/kantor/?q=lampu", staff=True),
    "complaints": _get("/kantor/aduan/", staff=True),
    "board": _get("/kantor/pantau/", staff=True),
    "register": _get("/kantor/register/", staff=True),
    "case": _get("/kantor/aduan/{uid}/", staff=True),
    "track": _get("/lacak/{code}/"),
    "home": _get("/"),
    "published": _get("/aduan/"),
    "api-work": _get("/api/v1/work/", staff=True),
    "api-case": _get("/api/v1/cases/{uid}/", staff=True),
    "intake-senders": _api_of_many,  # the last: the files stay until the end
}
ONLY_LAST = {"intake-form"}  # of which only a part is to be sampled


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in PAGES]
    if unknown:
        say(f"There is no {unknown}; there are: {' '.join(PAGES)}")
        return 2
    with database():
        from django.core.cache import cache

        cache.clear()
        say(f"{OPEN:,} open complaints; INTAKE_RATE={INTAKE_RATE} for this run.")
        office = make_office()
        try:
            scene = stage_for(office, OPEN)
            for name in names or PAGES:
                _profile(name, PAGES[name](scene))
        finally:
            remove_office(office)
            cache.clear()
    return 0


def stage_for(office: Any, wanted: int) -> Scene:
    """Makes a crowd there, and a clerk who is signed in."""
    from central.offices.access import office as inside
    from tenants.complaints.models import Complaint

    host = f"{office.code}.localhost"
    crowd(office, wanted)
    scene = Scene(office, host, signed_in(office, role="complaint_clerk"))
    with inside(office):
        first = Complaint.objects.order_by("register_seq")[0]
        scene.uid, scene.code = first.uid.hex, first.tracking_code
    return scene


def _profile(name: str, run: Run) -> None:
    for _ in range(WARM_UP):
        run()
    bare = [run() for _ in range(20)]
    requests = max(20, int(SECONDS / p50(bare)))
    with sampling(only=re.compile("check") if name in ONLY_LAST else None) as samples:
        for _ in range(requests):
            run()
    bare += [run() for _ in range(20)]
    _show(name, p50(bare), samples)


def _show(name: str, seconds: float, samples: Samples) -> None:
    say(f"\n{name}: p50 {seconds * 1000:.2f} ms, {samples.looks:,} looks")
    for group, share in _shares(samples.groups, samples.total):
        say(f"  {share:6.1%} {share * seconds * 1000:7.2f} ms  {group}")
    for title, seen in (("database for", samples.waiting), ("busy in", samples.working)):
        for place, share in _shares(seen, samples.total)[:6]:
            say(f"      {title} {share:6.1%}  {place}")


def _shares(seen: Mapping[str, float], total: float) -> list[tuple[str, float]]:
    return sorted(((name, part / total) for name, part in seen.items()), key=lambda row: -row[1])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
