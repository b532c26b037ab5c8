"""How gunicorn serves, here and on real servers: `gunicorn -c python:config.web config.wsgi:application`."""

from __future__ import annotations

from typing import Any

from config.env import Environment

_env = Environment()
_port = _env.integer("PORT", 8000, low=1, high=65535)

bind = [f"{host}:{_port}" for host in _env.text("BIND", "127.0.0.1").split()]
workers = _env.integer("WEB_WORKERS", 2, low=1, high=64)
threads = _env.integer("WEB_THREADS", 4, low=1, high=64)
worker_class = "config.receiving.worker.Worker"  # gunicorn's threads, which never wait for a slow sender
worker_connections = 400  # a large upload takes two file descriptors
preload_app = True
timeout = 60
graceful_timeout = 8
keepalive = 5
loglevel = "warning"
# No access log: addresses hold tracking codes. The reverse proxy's log must leave them out, too.
accesslog = None
# X-Forwarded-Proto is believed only where the environment says that a proxy stands before us.
forwarded_allow_ips = "*" if _env.integer("TRUSTED_PROXIES", 0, low=0, high=5) else ""


def post_worker_init(worker: Any) -> None:
    """gunicorn's own lines name the address of a request that failed; codes are left out of them as well."""
    from config.logs import OfficeFilter

    worker.log.error_log.addFilter(OfficeFilter())
