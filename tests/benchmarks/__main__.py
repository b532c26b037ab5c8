"""`make bench`: every figure with its aim and its gate, in one run. Exit code 1 where a gate is missed.

`--json PATH` also leaves the figures in a file.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from tests.benchmarks import crowd, desk, engine, growth, inbox, intake, offices
from tests.benchmarks.figures import Report, say
from tests.benchmarks.stage import INTAKE_RATE, stage


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    kept = parser.parse_args().json
    report = Report()
    with stage() as server:
        say(f"One web worker with four threads; INTAKE_RATE={INTAKE_RATE} for this run.\n")
        report.head()
        engine.measure(report)
        offices.measure(report)
        office = crowd.make_office()
        host = f"{office.code}.localhost"
        try:
            intake.measure(report, server, office, host)
            inbox.measure(report, server, office, host)
        finally:
            crowd.remove_office(office)
        growth.measure(report)
        desk.measure(report)
    if kept:
        kept.write_text(json.dumps([figure.as_dict() for figure in report.figures], indent=1))
    missed = report.missed_gates()
    if missed:
        say("\nGates missed: " + "; ".join(figure.name.strip() for figure in missed))
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
