"""`make lock`: resolves requirements/*.in into locks with hashes, for every Python that is supported."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from config.env import Environment
from config.launch import BASE_DIR, Trouble, setup, var_folder

UV = "uv==0.13.9"


def resolver() -> Path:
    """The resolver, from the path or installed into a corner of its own."""
    found = shutil.which("uv")
    if found:
        return Path(found)
    corner = var_folder(Environment()) / "resolver"
    if not (corner / "bin" / "uv").exists():
        setup.run(sys.executable, "-m", "venv", corner, hint="Python's venv does not work here.")
        setup.run(
            corner / "bin" / "python", "-m", "pip", "install", "--quiet", UV, hint=f"{UV} is not to be had."
        )
    return corner / "bin" / "uv"


def main() -> int:
    try:
        uv = resolver()
    except Trouble as problem:
        print(problem, file=sys.stderr)
        return 1
    for kind in setup.KINDS:
        command = [
            *(
                str(uv),
                "pip",
                "compile",
                "--quiet",
                "--universal",
                "--python-version",
                "3.11",
                "--generate-hashes",
            ),
            *(
                "--no-emit-index-url",
                "--no-emit-find-links",
                "--custom-compile-command",
                "make lock",
                *sys.argv[1:],
            ),
            *(f"{kind}.in", "--output-file", f"{kind}.txt"),
        ]
        done = subprocess.run(command, cwd=BASE_DIR / "requirements", check=False)  # noqa: S603
        if done.returncode != 0:
            return done.returncode
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
