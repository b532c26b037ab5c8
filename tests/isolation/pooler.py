"""A PgBouncer in transaction mode in front of the tests' server."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from config.launch.places import server_identity
from config.launch.postgres import APP, OWNER, Server

PORT = "6432"  # part of the socket's name; nothing listens on the network
SECONDS = 15

SETTINGS = """
[databases]
* = host={server_socket}
[pgbouncer]
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
auth_type = scram-sha-256
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = {size}
max_client_conn = 100
server_login_retry = 1
log_connections = 0
log_disconnections = 0
"""


@contextmanager
def pgbouncer(program: Path, server: Server, database: str, *, size: int) -> Iterator[str]:
    """Runs it with so many server connections a login; gives the folder of its socket."""
    folder = Path(tempfile.mkdtemp(prefix="tanggap-pool-"))
    identity = server_identity()
    users = f'"{APP}" "{server.app_password}"\n"{OWNER}" "{server.owner_password}"\n'
    text = SETTINGS.format(server_socket=server.socket, port=PORT, folder=folder, size=size)
    for name, content in (("users", users), ("settings", text)):
        with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(content)
    if identity is not None:
        for path in (folder, *folder.iterdir()):
            os.chown(path, identity.uid, identity.gid)
    process = subprocess.Popen(
        [program, "--quiet", str(folder / "settings")],
        user=identity.uid if identity else None,
        group=identity.gid if identity else None,
        extra_groups=[] if identity else None,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(process, folder, server, database)
        yield str(folder)
    finally:
        process.terminate()
        process.wait(SECONDS)
        shutil.rmtree(folder)


def _wait(process: subprocess.Popen[bytes], folder: Path, server: Server, database: str) -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            psycopg.connect(
                host=str(folder), port=PORT, user=APP, password=server.app_password, dbname=database
            ).close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
        else:
            return
