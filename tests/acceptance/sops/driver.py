"""A complaint on its way through an SOP: people open its page, take a step that it offers, and look.

Everybody works by HTTP alone, as a browser without JavaScript would. Only what no page shows is read from the
database: the moments of the clocks, the messages that lie in the outbox.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from central.delivery.models import Outbox
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints.models import CallTask, Clock, Complaint, Message, WorkItem
from tests.acceptance.cast import Player, host_of
from tests.acceptance.citizen import Citizen, receipt
from tests.acceptance.sops.page import Form, Page

VERSION, PREVIEW = "versi", "pratinjau"
INPUT = "isi-"


def wib(moment: str) -> datetime:
    """A moment in Western Indonesia Time. The 3rd of February 2025 is a Monday; that month has no holiday."""
    return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Asia/Jakarta"))


def seen(player: Player | Citizen, path: str, data: dict[str, Any] | None = None) -> Page:
    """The page at an address, which must be there."""
    page = Page(player.get(path, data) if isinstance(player, Player) else player.get(path))
    assert page.status == 200, page
    return page


@dataclass
class Case:
    """One complaint at one office, with the citizen who sent it."""

    office: Office
    citizen: Citizen
    number: str
    code: str
    slug: str = field(init=False)

    def __post_init__(self) -> None:
        with inside(self.office):
            self.slug = Complaint.objects.get(number=self.number).slug

    # What people see

    def page(self, who: Player) -> Page:
        """The complaint's page, at the host where this person works."""
        if who.host == host_of(self.office):
            return seen(who, f"/kantor/aduan/{self.slug}/")
        return seen(who, seen(who, "/meja/").link(self.slug))

    def _address(self, who: Player) -> str:
        """Where the complaint stands for this person, were it theirs to see."""
        at_home = who.host == host_of(self.office)
        return f"/kantor/aduan/{self.slug}/" if at_home else f"/meja/{self.office.code}/{self.slug}/"

    def offered(self, who: Player) -> set[str]:
        """The steps that the page offers, as `line/action`."""
        return set(self._steps(self.page(who)))

    def _steps(self, page: Page) -> dict[str, str]:
        found = {}
        for href, _words in page.links:
            step = re.search(rf"{self.slug}/tindakan/([a-z_]+/[a-z_]+)/$", urlsplit(href).path)
            if step is not None:
                found[step[1]] = href
        return found

    def waits_for(self, who: Player) -> bool:
        """Whether the complaint stands in the list of work with which this person's day begins."""
        start = "/kantor/" if who.host == host_of(self.office) else "/meja/"
        return any(self.slug in href for href, _words in seen(who, start).links)

    def tracked(self) -> Page:
        """The reporter's page."""
        return seen(self.citizen, f"/lacak/{self.code}/")

    def sheet(self, who: Player, kind: str) -> Page:
        """A paper, found on the complaint's page, as it is printed."""
        return seen(who, self.page(who).link(rf"/cetak/{kind}/(?!.*format=pdf)"))

    # What people do

    def does(self, who: Player, step: str, **inputs: Any) -> Page:
        """Takes a step that the complaint's page offers, by way of the preview where there is one; gives the
        page that follows. `step`: an action, with its line before it if that is a side line.
        """
        steps, name = self._steps(self.page(who)), _full(step)
        assert name in steps, f"{name} is not offered, but {sorted(steps)}"
        form = self.form(who, steps[name], **inputs)
        if PREVIEW in form.buttons:
            shown = Page(who.post(form.action, form.data(PREVIEW)))
            assert shown.status == 200, shown
            again = shown.form(VERSION)
            for text in (one for one in form.fields if form.fields[one].kind in {"text", "textarea"}):
                assert again.fields[text].values == form.fields[text].values, (
                    "the preview lost what was typed"
                )
            form = again
        answer = who.post(form.action, form.data())
        assert answer.status_code == 302, Page(answer)
        after = seen(who, answer["Location"])
        assert "sudah dicatat" in after
        return after

    def form(self, who: Player, path: str, **inputs: Any) -> Form:
        """The form of a step at its address, filled in by the inputs' codes. A person is chosen by being
        given.
        """
        form = seen(who, path).form(VERSION)
        form.action = form.action or path
        for code, value in inputs.items():
            form.fill(f"{INPUT}{code}", str(value.member_id) if isinstance(value, Player) else value)
        return form

    def step_page(self, who: Player, step: str) -> Page:
        """The page of a step that the complaint's page offers, nothing filled in yet."""
        return seen(who, self._steps(self.page(who))[_full(step)])

    def choices(self, who: Player, step: str, code: str) -> list[str]:
        """What a step's page lets this person choose for one input, in words."""
        form = self.step_page(who, step).form(VERSION)
        return [words for value, words in form.fields[f"{INPUT}{code}"].choices.items() if value]

    def tries(self, who: Player, step: str, **inputs: Any) -> Page:
        """Fills a step in and sends it, whatever comes of it."""
        form = self.form(who, self._steps(self.page(who))[_full(step)], **inputs)
        return Page(who.post(form.action, form.data()))

    def refuses(self, who: Player, step: str) -> None:
        """This person is not offered the step, has no page for it, and sending it changes nothing."""
        before, name = self.row(), _full(step)
        assert name not in self.offered(who)
        path = f"{self._address(who)}tindakan/{name}/"
        assert who.get(path).status_code == 404
        answer = who.post(path, {VERSION: str(before.version)})
        assert answer.status_code == 409, Page(answer)
        self._unchanged(before)

    def shuts_out(self, who: Player, step: str) -> None:
        """This person does not get to the complaint at all, nor to a step of it."""
        before, address = self.row(), self._address(who)
        assert not self.waits_for(who)
        assert who.get(address).status_code == 404
        answer = who.post(f"{address}tindakan/{_full(step)}/", {VERSION: str(before.version)})
        assert answer.status_code in {404, 409}, Page(answer)  # 409: it was theirs, and is over
        self._unchanged(before)

    def _unchanged(self, before: Complaint) -> None:
        now = self.row()
        assert (now.version, now.stage, now.state) == (before.version, before.stage, before.state)

    def answers(self, action: str, line: str = "main", **inputs: Any) -> Page:
        """The reporter does something that the tracking page offers; gives the tracking page afterwards."""
        path = self.tracked().link(rf"/langkah/{line}/{action}/$")
        form = Page(self.citizen.get(path)).form("csrfmiddlewaretoken")
        for name, value in inputs.items():
            form.fill(name, value)
        answer = self.citizen.post(form.action or path, form.data())
        assert answer.status_code == 303, Page(answer)
        return seen(self.citizen, answer["Location"])

    # What only the database knows

    def row(self) -> Complaint:
        with inside(self.office):
            return Complaint.objects.select_related("unit", "member").get(number=self.number)

    def clock(self, code: str) -> Clock:
        """The newest round of a clock."""
        with inside(self.office):
            found = Clock.objects.filter(complaint__number=self.number, code=code).order_by("-round").first()
        assert found is not None, f"{code} has never run"
        return found

    def due(self, code: str) -> datetime:
        """When a clock that runs now is due."""
        clock = self.clock(code)
        assert clock.stopped_at is None, f"{code} does not run"
        assert clock.paused_at is None, f"{code} stands still"
        return clock.due_at

    def met(self, code: str) -> bool:
        """Whether a clock has come to its end in time."""
        clock = self.clock(code)
        assert clock.stopped_at is not None, f"{code} still runs"
        return not clock.cancelled and clock.stopped_at <= clock.due_at

    def running(self) -> set[str]:
        """The clocks that run now."""
        with inside(self.office):
            clocks = Clock.objects.filter(complaint__number=self.number, stopped_at=None, paused_at=None)
            return set(clocks.values_list("code", flat=True))

    def work(self, line: str = "main") -> WorkItem:
        """What waits for somebody on a line."""
        with inside(self.office):
            items = WorkItem.objects.select_related("unit", "member")
            return items.get(complaint__number=self.number, line=line, closed_at=None)

    def has_no_limit(self, line: str = "main") -> bool:
        """Whether the step that waits has no clock, but a reminder of the platform."""
        work = self.work(line)
        return work.due_at is None and work.remind_at is not None

    def mail(self, recipient: str) -> str:
        """The text of the newest message to somebody."""
        with inside(self.office):
            sent = Message.objects.filter(complaint__uid=self.slug, recipient=recipient)
            return str(sent.order_by("-id").values_list("body", flat=True)[0])

    def told(self, recipient: str) -> list[str]:
        """Subjects of the messages to an address that lie in the outbox, oldest first."""
        with inside(self.office):
            rows = Message.objects.filter(complaint__number=self.number, recipient=recipient, channel="email")
            found = list(rows.order_by("id").values_list("uid", "subject"))
            sent = set(Outbox.objects.filter(office=self.office).values_list("message_uid", flat=True))
        return [subject for uid, subject in found if uid in sent]

    def calls(self) -> list[CallTask]:
        """Calls that are to be made instead of messages."""
        with inside(self.office):
            tasks = CallTask.objects.select_related("message").filter(complaint__number=self.number)
            return list(tasks.order_by("id"))


def entered(office: Office, who: Player, **answers: Any) -> tuple[Case, Page]:
    """A member enters a complaint on somebody's behalf; gives it with the page that they hand on."""
    form = seen(who, "/kantor/masukkan/").form("description")
    for name, value in answers.items():
        form.fill(name, value)
    answer = who.post("/kantor/masukkan/", form.data())
    assert answer.status_code == 302, Page(answer)
    page = seen(who, answer["Location"])
    number, code = receipt(page.response)
    return Case(office, Citizen(host_of(office)), number, code), page


Way = Sequence[tuple[str, str, Mapping[str, Any]]]
"""The rows of an SOP in their order: who, which step, with what."""


def walk(case: Case, staff: Mapping[str, Player], way: Way, until: str) -> Case:
    """Takes a complaint along the way, up to the step `until`, which is left to be taken. In haste: nobody
    looks at anything but the steps' own pages.
    """
    for who, step, inputs in way:
        if step == until:
            return case
        path = f"/kantor/aduan/{case.slug}/tindakan/{_full(step)}/"
        form = case.form(staff[who], path, **inputs)
        answer = staff[who].post(form.action, form.data())
        assert answer.status_code == 302, Page(answer)
    raise LookupError(f"{until} is not on the way.")


def _full(step: str) -> str:
    return step if "/" in step else f"main/{step}"
