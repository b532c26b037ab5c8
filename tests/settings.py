"""Settings of the tests: the caller's environment stays out, and so does the data of `make run`."""

import os

from config.launch import BASE_DIR

OUTSIDE = (
    "DATABASE_",
    "S3_",
    "CACHE_",
    "CELERY_",
    "EMAIL_",
    "PUBLIC_",
    "TRUSTED_",
    "SMS_",
    "OPERATORS",
    "SECRET_KEY",
    "CELL_KEY",
    "OFFICE_ROLES",
    "LOG_LEVEL",
    "TANGGAP_DEMO",
    "TANGGAP_VAR",
)
for _name in [name for name in os.environ if name.startswith(OUTSIDE)]:
    del os.environ[_name]
os.environ |= {
    "TANGGAP_VAR": str(BASE_DIR / "var" / "test"),
    "SECRET_KEY": "known to everybody, for tests only",
    "BASE_HOST": "localhost",
    "PORT": "8000",
    "INTAKE_RATE": "1000/minute",
    "INTAKE_SECONDS": "0",
}

from config.launch.prepare import catalogues  # noqa: E402
from config.settings import *  # noqa: E402, F403  (after the environment was set)
from config.settings import LOGGING, STORAGES, VAR  # noqa: E402  (named for the reader and the type checker)

# A fast hash: the tests make many people, and none of their passwords is worth a second of work.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    **STORAGES,
    "default": {"BACKEND": "tests.storage.FilesOfTheDatabase"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "KEY_FUNCTION": "config.cache.office_key",
    }
}
LOGGING = {**LOGGING, "root": {**LOGGING["root"], "level": "WARNING"}}
for _folder in ("static", "files", "mail", "broker/messages", "broker/done", "broker/control"):
    (VAR / _folder).mkdir(parents=True, exist_ok=True)
catalogues()  # Django reads a language once: its catalogue has to be there before the first page
