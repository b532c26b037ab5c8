"""What no preset uses: a side line that joins, clocks that an action begins and ends while the line stays."""

from __future__ import annotations

import pytest

from tests.unit.workflows.simulate import Life, staff, wib
from workflows.cases import Case, CitizenStatus, LineState
from workflows.decision import ActionRefused, Refusal
from workflows.loading import load_procedure
from workflows.preset import Preset, load_preset
from workflows.procedure import Procedure
from workflows.settings import Settings

JOINING = """\
code: joining
name: Koordinasi
head: {title: Koordinasi}
roles:
  - {code: clerk, name: Petugas}
  - {code: head, head: true, name: Kepala}
ladder: [{role: head, after: 1 WD}]
lines:
  - code: main
    name: Utama
    stages:
      - code: working
        name: Pengerjaan
        owner: [clerk]
        status: in_process
        actions:
          - {code: coordinate, name: Koordinasi}
          - {code: call, name: Telepon}
          - {code: called, name: Sudah ditelepon}
          - {code: finish, name: Selesai, tells: {text: finished}, to: closed}
          - code: choose
            name: Pilih
            tells: {text: finished}
            to: [{when: {visibility: open}, to: closed}, {else: working}]
      - {code: closed, name: Selesai, status: closed, final: resolved}
  - code: coordination
    name: Koordinasi
    starts: {action: coordinate}
    joins: closed
    stages:
      - code: asking
        name: Menunggu instansi lain
        owner: [head]
        actions:
          - {code: agree, name: Sepakat, to: agreed}
      - {code: agreed, name: Sepakat, final: resolved}
clocks:
  - code: whole
    name: Semua
    limit: 14 WD
    counts_from: receipt
    whole: true
    escalate_to: head
  - code: calling
    name: Telepon
    limit: 2 h
    counts_from: {action: call}
    live: [working]
    stops_by: [called]
    escalate_to: head
  - code: coordination
    name: Koordinasi
    line: coordination
    limit: 24 h
    counts_from: entering
    live: [asking]
    escalate_to: clerk
platform:
  refer: {stages: [working]}
"""
CLERK, HEAD = staff("clerk"), staff("head", id=2)


@pytest.fixture(scope="module")
def joining() -> Procedure:
    return load_procedure(JOINING)


@pytest.fixture
def life(joining: Procedure) -> Life:
    greged = load_preset("greged")
    settings: Settings = greged.settings
    preset = Preset(
        "joining", "", joining.name, "dinas", "Asia/Jakarta", joining, settings, greged.organisation, ()
    )
    found = Life(preset, wib("2025-06-03 10:00"))
    found.case = Case(
        received_at=found.now,
        timezone="Asia/Jakarta",
        status=CitizenStatus.IN_PROCESS,
        lines={"main": LineState("working", found.now)},
    )
    return found


def test_the_main_line_waits_for_the_line_that_joins_it(life: Life) -> None:
    assert {"coordinate", "finish"} <= life.codes(CLERK)
    decision = life.does(CLERK, "coordinate")
    assert [item.line for item in decision.work_opened] == ["coordination"]
    assert not decision.work_closed, "the main line's work goes on"
    assert life.due("coordination") == wib("2025-06-04 10:00")
    assert "finish" not in life.codes(CLERK)
    with pytest.raises(ActionRefused) as refused:
        life.does(CLERK, "finish")
    assert refused.value.code is Refusal.UNFINISHED_LINE
    assert "choose" in life.codes(CLERK), "one of its branches is free"
    assert life.does(CLERK, "coordinate").lines == (), "the line is open already"
    life.does(HEAD, "agree", "coordination")
    life.does(CLERK, "finish")
    assert not life.case.is_open


def test_a_clock_begins_and_ends_with_actions_while_the_line_stays(life: Life) -> None:
    assert life.running() == set()
    decision = life.does(CLERK, "call")
    assert life.due("calling") == wib("2025-06-03 12:00")
    assert decision.work_moved[0].due_at == wib("2025-06-03 12:00")
    life.at("2025-06-03 11:00").does(CLERK, "call")
    assert life.due("calling") == wib("2025-06-03 13:00"), "counted from the newest call"
    assert life.clock("calling").round == 2
    life.does(CLERK, "coordinate")
    assert life.due("calling") == wib("2025-06-03 13:00"), "another step does not touch it"
    life.does(CLERK, "called")
    assert life.clock("calling").stopped_at == life.now
    assert life.case.alarms == tuple(a for a in life.case.alarms if a.clock != "calling")
