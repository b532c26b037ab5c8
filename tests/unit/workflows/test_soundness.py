"""A broken document gets a code, a line and a sentence that says what to do; nothing can blow up."""

from __future__ import annotations

import time
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

from workflows.loading import load_procedure, load_settings
from workflows.preset import load_preset, preset_from
from workflows.problems import DocumentRefused, Severity, sentences
from workflows.soundness import check_procedure
from workflows.strictyaml import read_yaml
from workflows.texts import PLACEHOLDERS, default_texts, fill

MINIMAL = """\
code: minimal
name: {id: Contoh, en: Example}
head: {title: Contoh}
roles:
  - {code: clerk, name: {id: Petugas, en: Clerk}}
  - {code: head, head: true, name: {id: Kepala, en: Head}}
case_classes:
  - {code: easy, name: {id: Mudah, en: Easy}}
  - {code: hard, name: {id: Sulit, en: Hard}}
lines:
  - code: main
    name: {id: Utama, en: Main}
    stages:
      - code: first
        name: {id: Pertama, en: First}
        owner: [clerk]
        status: received
        actions:
          - {code: answer, name: {id: Jawab, en: Answer}, tells: {text: finished}, to: closed}
          - code: ask
            name: {id: Tanya, en: Ask}
            tells: {text: question}
            to: waiting
      - code: waiting
        name: {id: Menunggu, en: Waiting}
        owner: [clerk]
        status: awaiting_reporter
        no_limit: true
        waits: {cap: 30 d, to: first}
      - {code: closed, name: {id: Selesai, en: Closed}, status: closed, final: resolved}
clocks:
  - code: first
    name: {id: Pertama, en: First}
    limit: 1 WD
    counts_from: receipt
    live: [first]
    pauses_in: [waiting]
    escalate_to: head
    legal_basis: Contoh
    since: 2025-01-02
platform:
  refer: {stages: [first]}
"""


def problems(text: str) -> list[tuple[str, int | None]]:
    with pytest.raises(DocumentRefused) as caught:
        load_procedure(text)
    for problem in caught.value.problems:
        assert problem.text.id
        assert problem.text.en
    return [(problem.code, problem.line) for problem in caught.value.problems]


def changed(old: str, new: str) -> str:
    assert MINIMAL.count(old) >= 1, old
    return MINIMAL.replace(old, new, 1)


def test_the_example_is_sound_and_its_messages_have_gaps() -> None:
    found = check_procedure(load_procedure(MINIMAL))
    assert [(problem.code, problem.severity) for problem in found] == [("W15", Severity.WARNING)] * 2
    assert "has a place for what is written to the reporter ({body})" in found[0].text.en
    assert "'question'" in found[1].text.en


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ("owner: [clerk]", "owner: [nobody]", "R01", "owner: [nobody]"),
        ("to: waiting", "to: nowhere", "R01", "to: nowhere"),
        ("live: [first]", "live: [frist]", "R01", "live: [frist]"),
        ("code: head", "code: clerk", "R02", "{id: Kepala"),
        ("code: waiting", "code: with_government", "R03", "code: with_government"),
        ("code: answer,", "code: note,", "R03", "code: note"),
        ("final: resolved", "no_limit: true, owner: [clerk]", "W01", "code: main"),
        ("code: main", "code: other", "W01", "lines:"),
        ("final: resolved", "final: resolved, owner: [clerk]", "W01", "code: closed"),
        (", to: closed}", "}", "W02", "code: closed"),
        ("        waits: {cap: 30 d, to: first}\n", "", "W03", "code: waiting"),
        ("to: waiting", "to: first", "W02", "code: waiting"),
        ("to: closed}", "to: [{when: {case_class: easy}, to: closed}]}", "W05", "code: answer"),
        (
            "to: closed}",
            "to: [{when: {case_class: [easy, hard]}, to: closed}, {else: first}, {else: waiting}]}",
            "W04",
            "code: answer",
        ),
        (
            "to: closed}",
            "when: {all: [{case_class: easy}, {case_class: hard}]}, to: closed}",
            "W04",
            "code: answer",
        ),
        ("to: closed}", "when: {case_class: unknown}, to: closed}", "R01", "code: answer"),
        (
            "        owner: [clerk]\n        status: received",
            "        status: received",
            "W06",
            "code: first",
        ),
        ("live: [first]", "live: [waiting]", "W07", "code: first"),
        ("escalate_to: head", "escalate_to: clerk", "W07", "escalate_to"),
        ("        waits: {cap: 30 d, to: first}\n", "", "W08", "pauses_in"),
        ("waits: {cap: 30 d, to: first}", "waits: {cap: 30 d, to: waiting}", "W10", "code: waiting"),
        ("        status: received\n", "", "W12", "code: first"),
        ("status: received", "status: closed", "W12", "code: first"),
        ("final: resolved", "final: declined", "W13", "code: answer"),
        ("platform:\n  refer: {stages: [first]}\n", "", "W13", ""),
        ("to: closed}", "timeline: no_such_text, to: closed}", "W15", "code: answer"),
        ("tells: {text: finished}", "tells: {text: answer, body: answer}", "W16", "code: answer"),
        ("to: closed}", "inputs: [{code: a, kind: choice, label: A}], to: closed}", "W16", "code: answer"),
        ("code: head, head: true", "code: head", "W09", "escalate_to"),
        (
            "platform:",
            "ladder: [{role: head, after: 1 h}, {role: head, after: 2 h}]\nplatform:",
            "W09",
            "ladder",
        ),
        ("    counts_from: receipt", "    legal_maximum: 1 d\n    counts_from: receipt", "W11", "limit"),
        ("to: closed}", "four_eyes: true, to: closed}", "W14", "code: answer"),
        ("ode: first\n    name", "ode: first\n    kind: whole\n    name", "P12", "code: first"),
        (
            "to: closed}",
            "to: closed}\n          - {code: idle, name: {id: Diam, en: Idle}}",
            "W04",
            "code: idle",
        ),
        ("to: closed}", "to: first}", "W10", "code: answer"),
        ("tells: {text: finished}, ", "", "W15", "code: answer"),
        ("            tells: {text: question}\n", "", "W15", "code: ask"),
        (
            "waits: {cap: 30 d, to: first}",
            "waits: {cap: 30 d, to: first}\n        actions: [{code: still, name: {id: Diam, en: Still}}]",
            "W08",
            "code: still",
        ),
        ("code: clerk, ", "code: clerk, assigned_by: mayor, ", "P12", "assigned_by"),
        ("code: head, ", "code: head, assigned_by: head, ", "W06", "assigned_by"),
        ("limit: 1 WD", "limit: 1 weeks", "P12", "limit"),
        ("limit: 1 WD", "limt: 1 WD", "P10", "limt"),
        ("code: minimal\n", "", "P11", "name"),
        ("status: received", "status: gone", "P12", "status: gone"),
        ("counts_from: receipt", "counts_from: sometimes", "P12", "counts_from"),
        ("owner: [clerk]", "owner: [clerk", "P01", "status"),
        ("code: minimal", "code: &a minimal", "P03", "code"),
        ("code: minimal", "code: !!python/name:os.system x", "P04", "code"),
        ("code: minimal", "code: minimal\ncode: again", "P05", "again"),
        ("code: minimal", "code: " + "[" * 50 + "]" * 50, "P06", "code"),
        ("title: Contoh", 'title: "Con\\0toh"', "P16", "title"),
        ("title: Contoh", 'title: "Con\\e[2Jtoh"', "P16", "title"),
        ("title: Contoh", "title: Con\x00toh", "P16", "title"),
        ("code: minimal", "--- 1\n---\ncode: minimal", "P07", "---"),
    ],
)
def test_each_defect_is_named_with_its_line(old: str, new: str, code: str, where: str) -> None:
    text = changed(old, new)
    lines = ["", *text.split("\n")]
    found = problems(text)
    assert any(code == named and where in lines[line or 0] for named, line in found), found


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("status: received", "status: gone", "status: gone"),
        ("owner: [clerk]", "owner: clerk", "owner: clerk"),
        ("cap: 30 d", "cap: soon", "waits"),
        ("code: closed", "code: Closed", "code: Closed"),
        ("tells: {text: finished}", "tells: finished", "code: answer"),
        ("to: closed}", "to: [{when: {case_class: easy}, to: CLOSED}, {else: first}]}", "code: answer"),
    ],
)
def test_one_mistake_is_told_once_and_where_it_is(old: str, new: str, where: str) -> None:
    """Not once more at the list that it stands in, which would be too short without it."""
    text = changed(old, new)
    ((code, line),) = problems(text)
    assert code == "P12"
    assert where in text.split("\n")[(line or 0) - 1]


def test_what_is_no_document_is_refused(tmp_path: Path) -> None:
    assert problems("just words")[0][0] == "P09"
    assert problems("")[0][0] == "P09"
    with pytest.raises(DocumentRefused, match="P08"):
        load_procedure(tmp_path / "missing.yaml")
    large = tmp_path / "large.yaml"
    large.write_text("a: " + "x" * 5_000_000)
    begin = time.perf_counter()
    with pytest.raises(DocumentRefused, match="P02"):
        load_procedure(large)
    assert problems("a: " + "x" * 5_000_000)[0][0] == "P02"
    bomb = "a: &a [x]\n" + "\n".join(f"a{n}: &a{n} [*a, *a]" for n in range(20))
    assert problems(bomb)[0][0] == "P03"
    assert time.perf_counter() - begin < 2


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('mon: ["07:30-16:00"]', 'mon: ["16:00-07:30"]', "P12"),
        ('mon: ["07:30-16:00"]', 'mon: ["07:30-12:00", "11:00-16:00"]', "P12"),
        ("code: road,", "code: irrigation,", "P12"),
        ("case_class: urgent", "case_class: sometimes", "R01"),
        ("unit: umum\n", "unit: unknown\n", "R01"),
        ("{seq:04}/SIGAP", "{number}/SIGAP", "P12"),
        ("channels: [website,", "channels: [pigeon,", "P12"),
        (
            "  categories:\n",
            "  texts: {receipt: {subject: A, body: 'Halo {nobody}', line: B}}\n  categories:\n",
            "W15",
        ),
        ("  categories:\n", "  texts: {receipt: {line: B}}\n  categories:\n", "W15"),
    ],
)
def test_broken_settings_are_named_too(old: str, new: str, code: str) -> None:
    text = files("workflows").joinpath("presets", "greged.yaml").read_text("utf-8")
    assert old in text
    with pytest.raises(DocumentRefused) as caught:
        preset_from(read_yaml(text.replace(old, new, 1)))
    assert code in {problem.code for problem in caught.value.problems}
    assert all(problem.line for problem in caught.value.problems)


def test_settings_load_by_themselves() -> None:
    preset = load_preset("greged")
    text = files("workflows").joinpath("presets", "greged.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.safe_load(text)["settings"]
    assert load_settings(yaml.safe_dump(data), preset.procedure) == preset.settings


def test_the_platforms_texts_know_their_placeholders() -> None:
    for key, entry in default_texts().items():
        assert entry.unknown_placeholders() == (), key
    assert fill("{number} {unknown} {0}", {"number": "7"}) == "7  {0}"
    assert "number" in PLACEHOLDERS


def test_every_sentence_is_bilingual() -> None:
    assert all(text.id and text.en for text in sentences().values())
