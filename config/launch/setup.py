"""Makes `.venv` from the hashed locks: `python3 -m config.launch.setup base|dev`, standard library alone.

A stamp in the environment names the locks it was made from, so that a later call costs nothing.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

from config.env import Environment
from config.launch import BASE_DIR, Trouble, var_folder

VENV = BASE_DIR / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "locks.json"
KINDS = ("base", "dev")


def lock_file(kind: str) -> Path:
    return BASE_DIR / "requirements" / f"{kind}.txt"


def digest(kind: str) -> str:
    return hashlib.sha256(lock_file(kind).read_bytes()).hexdigest()


def installed() -> dict[str, str]:
    """The digests of the locks that the environment was made from; empty where it must be made anew."""
    try:
        return (
            {str(key): str(value) for key, value in json.loads(STAMP.read_text()).items()} if works() else {}
        )
    except (OSError, ValueError):
        return {}


def works() -> bool:
    """Whether the environment's Python still runs (the one it was made from may have been removed)."""
    try:
        done = subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False)  # noqa: S603
    except OSError:
        return False
    return done.returncode == 0


def ensure(kind: str) -> None:
    """Brings the environment to the lock of this kind; `dev` holds everything of `base`."""
    has = installed()
    if has.get(kind) == digest(kind):
        return
    if "dev" in has:  # somebody works with this environment: keep it whole
        kind = "dev"
    if not has:
        print("Making .venv ...", flush=True)
        make()
    print(f"Installing packages from requirements/{kind}.txt ...", flush=True)
    run(
        *(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"),
        *("--require-hashes", "--no-deps", "--only-binary=:all:", "-r", lock_file(kind)),
        hint="The packages could not be installed. Is the package index within reach?",
    )
    fresh = {"base": digest("base")} | ({"dev": digest("dev")} if kind == "dev" else {})
    STAMP.write_text(json.dumps(fresh))


def make() -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    run(
        *(sys.executable, "-m", "venv", VENV),
        hint="Python's venv does not work here. On Debian and Ubuntu: apt-get install python3-venv",
    )


def run(*command: str | Path, hint: str) -> None:
    """Runs a step quietly; if it fails, shows the end of what it said, and the hint."""
    done = subprocess.run(  # noqa: S603  (fixed commands)
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        lines = [line for line in done.stdout.strip().splitlines() if not line.startswith("WARNING")]
        raise Trouble("\n".join([*lines[-15:], hint]))


def main() -> int:
    kind = sys.argv[1] if len(sys.argv) > 1 else "base"
    if kind not in KINDS:
        print(f"Say which environment: {' or '.join(KINDS)}.", file=sys.stderr)
        return 2
    try:
        with open(var_folder(Environment()) / "setup.lock", "wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            ensure(kind)
    except (Trouble, OSError) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
