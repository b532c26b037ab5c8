"""What tests count: `figure(subject, name, value)` keeps a number for the report of `make proof`.

Numbers of the same subject and name are added up over tests and processes. Where TANGGAP_FIGURES names a
file, the run leaves them there as JSON, with its outcome.
"""

from __future__ import annotations

import json
import os
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.proof import Subject

KEY = "figure"
Keep = Callable[[Subject, str, float], None]


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Keep:
    """`figure(Subject.ACCESS, "requests made", 4200)`; to be called before the number is asserted on."""

    def keep(subject: Subject, name: str, value: float) -> None:
        request.node.user_properties.append((KEY, [subject.name, name, value]))

    return keep


class Collector:
    """Sums the figures up where the run is led from."""

    def __init__(self, path: Path, config: pytest.Config) -> None:
        self.path, self.config = path, config
        self.began = time.monotonic()
        self.sums: defaultdict[str, dict[str, float]] = defaultdict(dict)
        self.outcomes: defaultdict[str, int] = defaultdict(int)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.outcome != "passed":
            self.outcomes[report.outcome] += 1
        if report.failed:
            self._say(report)
        if report.when != "teardown":
            return
        for key, kept in report.user_properties:
            if key == KEY:
                subject, name, value = kept  # type: ignore[misc]  # a list that this plugin made
                sums = self.sums[subject]
                sums[name] = sums.get(name, 0) + value

    def _say(self, report: pytest.TestReport) -> None:
        """Tells of a failure when it happens: the run takes long, and may be cut short."""
        terminal = self.config.pluginmanager.getplugin("terminalreporter")
        if terminal is not None:
            terminal.ensure_newline()
            terminal.section(f"{report.when} {report.nodeid}", sep="-", red=True)
            terminal.line(report.longreprtext)

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        found = {
            "exit": int(exitstatus),
            "seconds": round(time.monotonic() - self.began),
            "outcomes": self.outcomes,
            "figures": self.sums,
        }
        self.path.write_text(json.dumps(found, indent=1, ensure_ascii=False))


def pytest_configure(config: pytest.Config) -> None:
    path = os.environ.get("TANGGAP_FIGURES")
    if path and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Collector(Path(path), config), "figures-collector")
