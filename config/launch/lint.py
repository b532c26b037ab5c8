"""`make lint`: every check at once, all of their findings, one exit code."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from config.launch import BASE_DIR

BIN = Path(sys.executable).parent
CHECKS: dict[str, list[str]] = {
    "mypy": [sys.executable, "-m", "mypy"],
    "ruff check": [sys.executable, "-m", "ruff", "check", "--quiet", "."],
    "ruff format": [sys.executable, "-m", "ruff", "format", "--quiet", "--check", "."],
    "import-linter": [
        str(BIN / "python"),
        str(BIN / "lint-imports"),
        "--no-logo",
        "--cache-dir",
        "var/imports",
    ],
    # The connection is refused, which is all one here: migrations are compared with the models.
    "missing migrations": [
        *(
            sys.executable,
            "-W",
            "ignore::RuntimeWarning",
            "manage.py",
            "makemigrations",
            "--check",
            "--dry-run",
        ),
    ],
}
NO_DATABASE = "postgresql://nobody@127.0.0.1:9/none?connect_timeout=2"


def main() -> int:
    began = time.monotonic()
    (BASE_DIR / "var").mkdir(mode=0o711, exist_ok=True)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(BASE_DIR), str(BASE_DIR / "platform")]),
        "DATABASE_URL": NO_DATABASE,
        "MYPYPATH": str(BASE_DIR / "platform"),
    }
    running = {
        name: subprocess.Popen(  # noqa: S603  (the commands above)
            command,
            cwd=BASE_DIR,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for name, command in CHECKS.items()
    }
    failed = []
    for name, process in running.items():
        output, _ = process.communicate()
        if process.returncode != 0:
            failed.append(name)
            print(f"--- {name}\n{output.strip()}\n", flush=True)
    verdict = f"{', '.join(failed)} failed" if failed else f"{', '.join(CHECKS)}: nothing found"
    print(f"lint: {verdict} ({time.monotonic() - began:.0f} s)")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
