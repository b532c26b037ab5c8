"""Runs every test at full size and every benchmark, and writes `docs/proof.md`. Exit code 1 if any failed."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import Any

from config.launch import BASE_DIR
from tests.proof import Subject

REPORT = BASE_DIR / "docs" / "proof.md"
WORK = BASE_DIR / "var" / "proof"


def main(arguments: list[str]) -> int:
    """`arguments` go to pytest. With any of them the report is printed, but not kept: it is not the whole."""
    WORK.mkdir(parents=True, exist_ok=True)
    commit, changed = _state()
    began = time.monotonic()
    tests = _tests(arguments)
    text, whole = _report(tests, [], commit=commit), not arguments and not changed
    if whole:
        REPORT.write_text(text, encoding="utf-8")  # what was tried stays, if the benchmarks are cut short
    benches = [] if arguments else _benchmarks()
    if benches:
        text = _report(tests, benches, commit=commit, seconds=time.monotonic() - began)
    sys.stdout.write(f"\n{text}")
    if whole:
        REPORT.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write("\nNot kept: only a part was run, or files differ from the commit.\n")
    failed = tests["exit"] != 0 or any(not bench["ok"] for bench in benches)
    return 1 if failed else 0


def _state() -> tuple[str, bool]:
    """The commit that is tried, and whether files differ from it."""

    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], cwd=BASE_DIR, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    changed = git("status", "--porcelain", "--", ".", ":!docs/proof.md")
    return git("rev-parse", "--short=12", "HEAD"), bool(changed)


def _tests(arguments: list[str]) -> dict[str, Any]:
    kept = WORK / "figures.json"
    kept.unlink(missing_ok=True)
    workers = os.environ.get("TEST_WORKERS", "2")
    subprocess.run(
        [sys.executable, "-m", "pytest", "-n", workers, "--durations=25", *arguments],
        cwd=BASE_DIR,
        env={**os.environ, "TANGGAP_PROOF": "1", "TANGGAP_FIGURES": str(kept)},
        check=False,  # the report says what failed
    )
    found: dict[str, Any] = json.loads(kept.read_text())
    return found


def _benchmarks() -> list[dict[str, Any]]:
    """The figures of `make bench`, which runs after the tests: beside them it would measure them."""
    kept = WORK / "bench.json"
    kept.unlink(missing_ok=True)
    subprocess.run([sys.executable, "-m", "tests.benchmarks", "--json", str(kept)], cwd=BASE_DIR, check=False)
    if not kept.exists():
        return [{"name": "benchmarks", "value": 0.0, "unit": "", "bound": "", "ok": False}]
    found: list[dict[str, Any]] = json.loads(kept.read_text())
    return found


def _report(
    tests: dict[str, Any], benches: list[dict[str, Any]], *, commit: str, seconds: float | None = None
) -> str:
    """The page. `seconds`: of all; None: the benchmarks were not run."""
    benched = (
        "the benchmarks were not run" if seconds is None else f"with the benchmarks {_duration(seconds)}"
    )
    outcomes = ", ".join(f"{count:,} {name}" for name, count in sorted(tests["outcomes"].items()))
    lines = [
        "# What was proved, and on what",
        "",
        "Written by `make proof`, which tries the promises of the platform by force and counts.",
        "`make test` holds a fixed short form of the same tests.",
        "",
        f"- Commit `{commit}`, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        f"- Python {platform.python_version()}, {os.cpu_count()} processors",
        f"- Tests: {outcomes}, in {_duration(tests['seconds'])}; {benched}",
    ]
    for subject in Subject:
        figures = dict(tests["figures"].get(subject.name, {}))
        if not figures and not (subject is Subject.SPEED and benches):
            continue
        lines += ["", f"## {subject.value}", "", "| counted | |", "| --- | ---: |"]
        lines += [f"| {name} | {_number(value)} |" for name, value in sorted(figures.items())]
        if subject is Subject.SPEED:
            lines += [
                f"| {bench['name'].strip()} | {bench['value']:.3f} {bench['unit']} {bench['bound']} |"
                for bench in benches
            ]
    return "\n".join(lines) + "\n"


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.3f}"


def _duration(seconds: float) -> str:
    return f"{int(seconds) // 60} min {int(seconds) % 60} s"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
