"""The parts of the benchmarks hold together: a bad answer ends a run, gates are reckoned right."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import connection
from django.test import Client as Browser

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import Complaint
from tenants.organization.queries import actor_for_member
from tenants.portal.queries import tab_counts
from tests.acceptance.cast import Cast
from tests.benchmarks import desk, growth, profile
from tests.benchmarks.client import BadAnswer, Client, in_parallel
from tests.benchmarks.figures import Figure, Report
from tests.benchmarks.sampling import DATABASE, sampling


class _Answers(BaseHTTPRequestHandler):
    """Answers with the status that the path names."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(int(self.path[1:]))
        self.send_header("Set-Cookie", "a=b; Path=/")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def client() -> Iterator[Client]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        made = Client(server.server_address[1], "localhost")
        yield made
        made.connection.close()
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("status", [302, 400, 429, 500, 503])
def test_any_answer_but_2xx_ends_the_run(client: Client, status: int) -> None:
    assert client.get("/200") > 0
    with pytest.raises(BadAnswer, match=f": {status} "):
        client.get(f"/{status}")


def test_an_answer_that_should_be_another_ends_the_run(client: Client) -> None:
    assert client.request("GET", "/302", expected=302)[1] == b"ok"
    assert client.cookies == {"a": "b"}
    with pytest.raises(BadAnswer):
        client.request("GET", "/200", expected=302)


def test_one_bad_answer_among_parallel_ones_ends_the_run() -> None:
    sent = iter([0.1, 0.2, 0.3])

    def send() -> float:
        seconds = next(sent, None)
        if seconds is None:
            raise BadAnswer("500")
        return seconds

    assert sorted(in_parallel(1, lambda _index: send, 3)[0]) == [0.1, 0.2, 0.3]
    with pytest.raises(BadAnswer):
        in_parallel(2, lambda _index: send, 3)


@pytest.mark.parametrize(("many", "ratio", "missed"), [([2.0, 8.0, 2.4], 1.2, 0), ([3.0, 2.0, 4.0], 1.5, 1)])
def test_300_offices_are_held_against_10_by_their_medians(
    many: list[float], ratio: float, missed: int
) -> None:
    report = Report()
    growth._compare(report, "inbox", lambda: ([1.0, 9.0, 2.0], many))
    (few, against) = report.figures
    assert (few.name, few.value) == ("inbox: p50, 10 offices", 2000)
    assert against.name == "inbox: 300 offices against 10"
    assert against.value == pytest.approx(ratio)
    assert len(report.missed_gates()) == missed
    assert against.as_dict()["ok"] is (not missed)


def test_what_disturbed_a_ratio_passes_and_what_grows_stays() -> None:
    disturbed = iter([([1.0], [4.0]), ([1.0], [1.1])])
    report = Report()
    growth._compare(report, "inbox", lambda: next(disturbed))
    assert report.missed_gates() == []
    tries = [0]

    def grows() -> growth.Taken:
        tries[0] += 1
        return [1.0], [2.0]

    growth._compare(report, "inbox", grows)
    assert tries == [growth.TRIES]
    assert len(report.missed_gates()) == 1


def test_both_sides_take_turns_in_going_first() -> None:
    order: list[str] = []

    def sender(name: str) -> Callable[[], float]:
        return lambda: order.append(name) or float(len(order))

    few, many = growth._pairs(sender("few"), sender("many"), 4)
    measured = order[2 * growth.WARM_UP :]
    assert measured == ["many", "few", "few", "many", "many", "few", "few", "many"]
    assert len(few) == len(many) == 4


def test_a_gate_can_be_a_floor() -> None:
    report = Report()
    report.add(Figure("times faster", 4.0, "x", gate=5, at_least=True))
    report.add(Figure("times slower", 4.0, "x", gate=5))
    assert [figure.name for figure in report.missed_gates()] == ["times faster"]


def test_pages_of_the_profile_open_and_their_time_is_put_into_groups(
    real_commits: str, office_a: Office
) -> None:
    wanted = 40
    scene = profile.stage_for(office_a, wanted)
    clerk = Cast().member(office_a, "complaint_clerk").member_id
    with inside(office_a):
        assert Complaint.objects.filter(closed_at=None).count() == wanted
        person = actor_for_member(clerk or 0)
        assert person is not None
        assert tab_counts(person)["open"] == wanted
    runs = {name: make(scene) for name, make in profile.PAGES.items() if name != "intake-senders"}
    for run in runs.values():
        assert run() > 0
    with sampling() as samples:
        ends = time.monotonic() + 20
        while not {DATABASE, "templates"} <= set(samples.groups) and time.monotonic() < ends:
            runs["inbox"]()
    assert samples.total > 0
    assert samples.waiting
    assert samples.working


def test_every_page_of_the_desks_worklist_shows_something(real_commits: str) -> None:
    with connection.cursor() as cursor:
        made = desk.make_desk(3, 3_000, cursor.execute)
    client = Browser(HTTP_HOST=f"{made.government.code}.localhost")
    for name, value in made.cookies.items():
        client.cookies[name] = value
    for name, query in desk.queries_of(made).items():
        page = client.get(f"{desk.PATH}?{query}")
        assert page.status_code == 200, name
        assert (b"/UJI" in page.content) is (name not in desk.MAY_BE_EMPTY), name
