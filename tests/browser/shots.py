"""Pictures of every page for a person to look at: `python -m tests.browser.shots FOLDER [NAME]`.

Writes each page that the tests open as NAME-1280.png and NAME-360.png into the folder; with a name, only the
pages whose names hold it. With TANGGAP_PROOF=1 every role's pages are among them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from config.launch import BASE_DIR


def main(arguments: list[str]) -> int:
    if not 1 <= len(arguments) <= 2:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    folder = Path(arguments[0]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    chosen = ["-k", arguments[1]] if len(arguments) == 2 else []
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/browser/test_pages.py", "-q", "-n", "0", *chosen],
        cwd=BASE_DIR,
        env={**os.environ, "TANGGAP_SHOTS": str(folder)},
        check=False,
    )
    sys.stdout.write(f"{len(list(folder.glob('*.png')))} pictures in {folder}\n")
    return done.returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
