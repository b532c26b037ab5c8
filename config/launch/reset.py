"""`make reset`: removes what runs in this clone have left: the embedded database, files, mail, logs."""

from __future__ import annotations

import fcntl
import shutil
import sys

from config.env import Environment
from config.launch import places, postgres, var_folder


def main() -> int:
    var = var_folder(Environment())
    with open(var / "run.lock", "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Tanggap runs in this clone. Stop it first (Ctrl-C).", file=sys.stderr)
            return 1
        homes = [*var.glob("postgres-*"), *var.glob("*/postgres-*")]  # those of the tests, too
        busy = [home for home in homes if postgres.running(home)]
        if busy:
            print(f"The database in {busy[0]} is in use by another command. End that first.", file=sys.stderr)
            return 1
        for folder in (places.private_folder(var), places.private_folder(var / "test"), var):
            if folder.exists():
                shutil.rmtree(folder)
                print(f"Removed {folder}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
