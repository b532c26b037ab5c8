"""Skips are listed by what was missing; where TANGGAP_NO_SKIPS=1 (CI, which has everything) they fail."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Generator

import pytest


def _reasons(config: pytest.Config) -> Counter[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    found: Counter[str] = Counter()
    for report in reporter.stats.get("skipped", []) if reporter else []:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        found[reason.removeprefix("Skipped: ")] += 1
    return found


def _forbidden() -> bool:
    return os.environ.get("TANGGAP_NO_SKIPS") == "1"


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, None, None]:
    yield
    if _forbidden() and _reasons(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    reasons = _reasons(config)
    if not reasons:
        return
    terminalreporter.section("skipped" + (", which counts as a failure here" if _forbidden() else ""))
    for reason, count in reasons.most_common():
        terminalreporter.line(f"{count:4}  {reason}")
