"""A platform as `make run` starts it, with a government, two offices and their staff."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.launch.postgres import known_server
from config.launch.supervisor import tail
from tests.faults.killer import kill
from tests.faults.load import Journal
from tests.faults.post import Post
from tests.faults.town import Town, settle
from tests.launched import READY, Run, below, free_port, remove

HASTE = {
    "INTAKE_RATE": "1000000/hour",
    "INTAKE_SECONDS": "0",
    "WEB_WORKERS": "2",
    "SWEEP_SECONDS": "1",
    "SWEEP_GRACE_SECONDS": "1",
    "CLAIM_SECONDS": "5",
    "LOG_LEVEL": "WARNING",
}
"""What is done every half minute is done every second: nobody waits for it here."""


@dataclass
class Stage:
    run: Run
    town: Town
    post: Post

    @property
    def var(self) -> Path:
        return self.town.var

    def trouble(self, journal: Journal) -> str:
        """What went wrong, with the end of the web server's log; "" where nothing did."""
        said = "\n".join(journal.problems)
        return f"{said}\n{tail(self.var / 'log' / 'web.log', 40)}" if said else ""

    def bugs(self) -> str:
        """What the web server's log tells of answers that were 500: the traces of those requests."""
        text = (self.var / "log" / "web.log").read_text("utf-8", errors="replace")
        return "\n\n".join(
            re.findall(r"^.* ERROR django\.request .*(?:\n(?!\d{4}-).*)*", text, re.MULTILINE)[-3:]
        )


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    top = Path(tempfile.mkdtemp(prefix="tanggap faults "))
    top.chmod(0o711)
    var = top / "var"
    post = Post()
    run = Run(var, free_port(), EMAIL_URL=post.url, **HASTE)
    try:
        run.wait_for(READY)
        yield Stage(run, settle(var, run.port, "serentak", "gangguan"), post)
    finally:
        server = known_server(var, "run")
        kill(run.process.pid, *below(run.process.pid))
        run.ended()
        post.close()
        remove(top, var)
        if server is not None:
            shutil.rmtree(server.socket, ignore_errors=True)
