"""`manage.py sop`: a person without a database proves an SOP, and is told line by line what to mend."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from config.launch import BASE_DIR
from tests.unit.workflows.simulate import PRESETS
from tests.unit.workflows.test_soundness import MINIMAL
from workflows.loading import as_yaml
from workflows.preset import load_preset


def sop(*arguments: str | Path) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("sop", *map(str, arguments), stdout=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "sop.yaml"
    path.write_text(MINIMAL, encoding="utf-8")
    return path


def test_a_sound_procedure_passes(written: Path) -> None:
    code, said = sop("check", written)
    assert code == 0
    assert said.strip().endswith("OK")


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_passes_without_a_warning(preset: str) -> None:
    path = BASE_DIR / "workflows" / "presets" / f"{preset}.yaml"
    code, said = sop("check", path)
    assert (code, len(said.strip().splitlines())) == (0, 1)


def test_an_error_ends_with_one_and_names_code_and_line(written: Path) -> None:
    written.write_text(MINIMAL.replace("to: closed}", "to: nowhere}"), encoding="utf-8")
    code, said = sop("check", written, "--language", "en")
    assert code == 1
    line = next(n for n, text in enumerate(written.read_text().splitlines(), 1) if "nowhere" in text)
    assert f"{written}:{line}: R01 error: 'to' refers to the stage 'nowhere'" in said
    assert "R01 error: 'to' merujuk tahap" in sop("check", written)[1]


def test_what_is_owed_no_longer_is_said_of_a_procedure_that_follows_another(tmp_path: Path) -> None:
    greged = BASE_DIR / "workflows" / "presets" / "greged.yaml"
    changed = tmp_path / "changed.yaml"
    text = greged.read_text("utf-8")
    changed.write_text(text.replace("to: investigation", "to: answering", 1), encoding="utf-8")
    assert "W19" not in sop("check", changed)[1]
    code, said = sop("check", changed, "--in-force", greged, "--language", "en")
    assert code == 0
    line = next(n for n, text in enumerate(changed.read_text().splitlines(), 1) if "code: assign" in text)
    assert f"{changed}:{line}: W19 warning: After “Assign”" in said


def test_what_follows_another_is_compared_with_a_procedure_and_with_nothing_else(
    written: Path, tmp_path: Path
) -> None:
    """Also with one that came into force under fewer rules than there are today."""
    greged = BASE_DIR / "workflows" / "presets" / "greged.yaml"
    settings, unsound, unread = (tmp_path / f"{name}.yaml" for name in ("settings", "unsound", "unread"))
    settings.write_text(as_yaml(load_preset("greged").settings), encoding="utf-8")
    unsound.write_text(MINIMAL.replace("tells: {text: finished}, ", ""), encoding="utf-8")
    unread.write_text("lines: 7", encoding="utf-8")
    assert sop("check", unsound)[0] == 1
    assert sop("check", written, "--in-force", unsound)[0] == 0
    assert "W19" in sop("check", written, "--in-force", greged)[1]
    for option, path, words in (
        ("--in-force", settings, "another kind of document"),
        ("--in-force", unread, "P1"),
        ("--with-procedure", settings, "another kind of document"),
        ("--with-settings", written, "another kind of document"),
    ):
        with pytest.raises(CommandError, match=words):
            sop("check", written, option, path)


def test_a_warning_is_said_and_lets_it_pass(written: Path) -> None:
    written.write_text(MINIMAL.replace("    since: 2025-01-02\n", ""), encoding="utf-8")
    code, said = sop("check", written)
    assert code == 0
    assert "W11 warning" in said


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a: " + "x" * 5_000_000, "P02"),
        ("a: &a [x]\n" + "\n".join(f"a{n}: &a{n} [*a, *a]" for n in range(20)), "P03"),
        (MINIMAL + "surprise: 1\n", "P10"),
        (MINIMAL.replace("waits: {cap: 30 d, to: first}", "waits: {cap: 30 d, to: waiting}"), "W10"),
        (
            MINIMAL.replace(
                "to: closed}", "when: {all: [{case_class: easy}, {case_class: hard}]}, to: closed}"
            ),
            "W04",
        ),
        ("just words", "P09"),
        ("name: nothing", "P13"),
        ("a: [", "P01"),
    ],
)
def test_hostile_files_are_refused_at_once(written: Path, content: str, expected: str) -> None:
    written.write_text(content, encoding="utf-8")
    begun = time.perf_counter()
    code, said = sop("check", written)
    assert time.perf_counter() - begun < 2
    assert code == 1
    assert expected in said


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    code, said = sop("check", tmp_path / "missing.yaml")
    assert code == 1
    assert "P08" in said


def test_the_schema_is_printed() -> None:
    assert json.loads(sop("schema")[1])["$defs"]["Procedure"]


def test_two_versions_are_compared_in_words(written: Path, tmp_path: Path) -> None:
    other = tmp_path / "new.yaml"
    other.write_text(MINIMAL.replace("limit: 1 WD", "limit: 2 WD"), encoding="utf-8")
    assert "Limit First limit: 1 WD -> 2 WD" in sop("diff", written, other, "--language", "en")[1]
    other.write_text("a: [", encoding="utf-8")
    with pytest.raises(CommandError, match="P01"):
        sop("diff", written, other)
