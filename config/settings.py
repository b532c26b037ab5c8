"""Settings of the platform. What differs between machines comes from the environment (see README)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from config import launch
from config.env import Environment
from config.receiving.limits import TEXT_BYTES

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

# --- where this machine keeps things, and how the world sees it ---------------------------------------------
VAR = env.folder("TANGGAP_VAR", BASE_DIR / "var")
DEBUG = False
DEMO = env.boolean("TANGGAP_DEMO", False)  # sample offices, and pages that show mail and second-factor codes
SECRET_KEY = env.secret("SECRET_KEY") or launch.secret_key(VAR)
# Keys of before: what they have signed or sealed is still good, what is new takes SECRET_KEY.
SECRET_KEY_FALLBACKS = env.secrets("SECRET_KEY_FALLBACKS")
PORT = env.integer("PORT", 8000, low=1, high=65535)
BASE_HOST = env.host("BASE_HOST", "localhost")
PUBLIC_SCHEME = env.choice(
    "PUBLIC_SCHEME", "http" if BASE_HOST == "localhost" else "https", ("http", "https")
)
# The port in addresses that people are given: none where the scheme's own port is used.
PUBLIC_PORT = env.port("PUBLIC_PORT", str(PORT) if PUBLIC_SCHEME == "http" else "")
HTTPS = PUBLIC_SCHEME == "https"
# The platform's own hosts are known without a look into the database; all others are rows of Domain.
PLATFORM_HOSTS = frozenset({BASE_HOST, "127.0.0.1", "[::1]"})
PLATFORM_URL = f"{PUBLIC_SCHEME}://{BASE_HOST}" + (f":{PUBLIC_PORT}" if PUBLIC_PORT else "") + "/"
# How many reverse proxies stand before the web server; their X-Forwarded-* headers are believed, no others.
TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", 0, low=0, high=5)
# Host names are data (central.offices.Domain): OfficeHost refuses what is not in the table, whatever Django
# lets in.
ALLOWED_HOSTS = ["*"]

# --- applications -------------------------------------------------------------------------------------------
SHARED_APPS = [
    "config",
    "central.offices",
    "django_tenants",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "central.accounts",
    "central.onboarding",
    "central.coordination",
    "central.delivery",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "rest_framework",
    "drf_spectacular",
    # Rooms of an office without tables of their own
    "tenants.channels",
    "tenants.portal",
    "tenants.site",
    "tenants.desk",
    "tenants.api",
    "tenants.demo",
]
TENANT_APPS = ["tenants.organization", "tenants.procedure", "tenants.complaints"]
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS]

MIDDLEWARE = [
    "config.middleware.Health",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.CompressedText",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.PermissionsPolicy",
    "config.middleware.PageLanguage",
    "central.offices.middleware.OfficeHost",
    "config.middleware.WrongMethod",
    "config.receiving.middleware.BodyLimit",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "central.accounts.middleware.StaffDoor",
    "central.offices.middleware.EnterOffice",
    "tenants.organization.middleware.AtHome",
]
ROOT_URLCONF = "config.urls.platform"
URLCONFS = {
    "platform": "config.urls.platform",
    "government": "config.urls.government",
    "office": "config.urls.office",
}
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "config.forms_renderer.AccessibleRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "libraries": {"design": "config.design_tags"},
        },
    },
]

# --- database -----------------------------------------------------------------------------------------------
# `default` is the login of web and worker: it owns nothing. `owner` migrates and makes offices; a process
# that has no need of it is started without DATABASE_ADMIN_URL.
_addresses = launch.database_addresses(env, VAR)


def _database(url: str, engine: str) -> dict[str, Any]:
    parts = Environment({"DATABASE_URL": url}).database("DATABASE_URL")
    assert parts is not None
    return {
        "ENGINE": engine,
        **parts,
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": env.integer("DATABASE_KEEP_SECONDS", 300, low=0, high=86400),
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


DATABASES = {
    "default": _database(_addresses.app, "central.offices.postgresql"),
    "owner": {**_database(_addresses.owner, "django_tenants.postgresql_backend"), "CONN_MAX_AGE": 0},
}
DATABASE_ROUTERS = ["central.offices.router.OfficeRouter", "django_tenants.routers.TenantSyncRouter"]
TENANT_DB_ALIAS = "owner"  # where django-tenants migrates
# Names the database roles of this cell's offices. Roles belong to a whole PostgreSQL server: two databases on
# one server need two keys.
CELL_KEY = env.key("CELL_KEY", "main")
# An office's transactions run under a role of its own. Only a Citus cell switches it off (it would hold a
# connection to every worker for each role).
OFFICE_ROLES = env.boolean("OFFICE_ROLES", True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TENANT_MODEL = "offices.Office"
TENANT_DOMAIN_MODEL = "offices.Domain"
PUBLIC_SCHEMA_URLCONF = ROOT_URLCONF

# --- people -------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/akun/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "central.accounts.adapter.AccountAdapter"
MFA_ADAPTER = "central.accounts.adapter.SecondFactorAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation's link, which came by e-mail, is the proof
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = PUBLIC_SCHEME
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password or second factor is told to its owner
PASSWORD_RESET_TIMEOUT = 60 * 60
MFA_FORMS = {
    "authenticate": "central.accounts.forms.CodeForm",
    "reauthenticate": "central.accounts.forms.CodeAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Tanggap"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODE_COUNT = 10

# --- cookies, headers ---------------------------------------------------------------------------------------
# Cookies belong to one host: an office's session says nothing to its neighbour. Browsers do not tell ports
# apart, so that two clones on one machine need names of their own.
_cookie = "__Host-tanggap" if HTTPS else f"tanggap-{PORT}"
SESSION_COOKIE_NAME = f"{_cookie}-session"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = f"{_cookie}-csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
# Its path is /lapor/, which the prefix __Host- does not allow.
DRAFT_COOKIE_NAME = "__Secure-tanggap-draft" if HTTPS else f"{_cookie}-draft"
LANGUAGE_COOKIE_NAME = "tanggap-language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"  # a tracking code in an address must not leave with a click
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_SSL_REDIRECT = False  # the reverse proxy's work
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "img-src": [SELF, "blob:", "data:"],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- language and time --------------------------------------------------------------------------------------
LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"  # an office has its own; this is the platform's

# --- files --------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_MAX_AGE = 60  # of files without a hash in their name
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750
DATA_UPLOAD_MAX_MEMORY_SIZE = TEXT_BYTES  # of a form's text; files are counted by the forms themselves
DATA_UPLOAD_MAX_NUMBER_FILES = 20
_local_files = {
    "BACKEND": "config.storage.WholeFiles",
    "OPTIONS": {"location": VAR / "files", "base_url": None},
}
_store = env.url("S3_ENDPOINT_URL", ("https", "http"))
_s3_files = {
    "BACKEND": "storages.backends.s3.S3Storage",
    "OPTIONS": {
        "bucket_name": env.text("S3_BUCKET"),
        "endpoint_url": _store.geturl() if _store else None,
        "region_name": env.text("S3_REGION") or None,
        "access_key": env.text("S3_ACCESS_KEY_ID") or None,
        "secret_key": env.text("S3_SECRET_ACCESS_KEY") or None,
        "location": env.text("S3_PREFIX"),
        "addressing_style": env.choice("S3_ADDRESSING_STYLE", "auto", ("auto", "path", "virtual")),
        "default_acl": None,
        "file_overwrite": True,  # names are made of the content, so that the same name is the same file
        "querystring_auth": True,
    },
}
STORAGES = {
    "default": _s3_files if env.has("S3_BUCKET") else _local_files,
    "staticfiles": {"BACKEND": "config.static.HashedStaticFiles"},
}

# --- mail, cache, queue -------------------------------------------------------------------------------------
_mail = env.mail("EMAIL_URL") or {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail.get("EMAIL_HOST", "")
EMAIL_PORT = _mail.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 20
EMAIL_FILE_PATH = VAR / "mail"
DEFAULT_FROM_EMAIL = env.sender("EMAIL_FROM", f"Tanggap <tanggap@{BASE_HOST}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Text messages to reporters who left a mobile number only; without a gateway they are called.
_sms = env.url("SMS_URL", ("https", "http"))
SMS_URL = _sms.geturl() if _sms else ""
SMS_TOKEN = env.text("SMS_TOKEN")
# Who hears of a registration on the platform's page; addresses with commas between them.
OPERATORS = env.addresses("OPERATORS", "operator@tanggap.demo" if DEMO else "")

_cache = env.url("CACHE_URL", ("redis", "rediss", "unix"))
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env.text("CACHE_URL"),
        "KEY_FUNCTION": "config.cache.office_key",
    }
    if _cache
    else {
        "BACKEND": "config.cache.FileCache",
        "LOCATION": VAR / "cache",
        "KEY_FUNCTION": "config.cache.office_key",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

_broker = env.url("CELERY_BROKER_URL", ("redis", "rediss", "amqp", "amqps"))
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL") if _broker else "filesystem://"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "data_folder_in": str(VAR / "broker" / "messages"),
        "data_folder_out": str(VAR / "broker" / "messages"),
        "processed_folder": str(VAR / "broker" / "done"),
        "control_folder": str(VAR / "broker" / "control"),
        "polling_interval": 0.2,
    }
    if _broker is None
    else {}
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = _broker is not None
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "broker" / "schedule")
# How long a message or an alarm belongs to the worker that took it; how long the sweep leaves a message to
# its nudge; how often the sweep comes.
CLAIM_SECONDS = env.integer("CLAIM_SECONDS", 300, low=5, high=3600)
SWEEP_GRACE_SECONDS = env.integer("SWEEP_GRACE_SECONDS", 20, low=1, high=3600)
SWEEP_SECONDS = env.integer("SWEEP_SECONDS", 30, low=1, high=3600)
# Task name and seconds between two runs. The tasks find what is due by index: an idle platform does next to
# nothing.
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # finds messages whose nudge was lost with the broker
    "delivery": {
        "task": "central.delivery.tasks.sweep",
        "schedule": float(SWEEP_SECONDS),
        "options": {"expires": SWEEP_SECONDS},
    },
    # reminders, limits that run out, steps that begin by the clock
    "alarms": {
        "task": "central.coordination.tasks.dispatch_alarms",
        "schedule": float(SWEEP_SECONDS),
        "options": {"expires": SWEEP_SECONDS},
    },
    # deletes sessions that are over
    "sessions": {
        "task": "central.accounts.tasks.forget_sessions",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
}

# --- API ----------------------------------------------------------------------------------------------------
INTAKE_RATE = env.rate("INTAKE_RATE", "30/hour")  # complaints a sender's address and hour, by form and by API
INTAKE_SECONDS = env.integer("INTAKE_SECONDS", 3, low=0, high=60)  # nobody fills the form in faster than this
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "central.offices.rest.PreloadedToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "EXCEPTION_HANDLER": "tenants.api.problems.handler",
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "tenants.api.parsers.ShallowJSON",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "tenants.api.parsers.OnlyJSON",
    "DEFAULT_THROTTLE_RATES": {"intake": INTAKE_RATE},
    "NUM_PROXIES": TRUSTED_PROXIES,
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Tanggap",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "tenants.api.described.add_links",
    ],
}

# --- logs ---------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"office": {"()": "config.logs.OfficeFilter"}},
    "formatters": {
        "line": {
            "class": "config.logs.OneLine",
            "format": "%(asctime)s %(levelname)s %(name)s [%(office)s] %(message)s",
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["office"], "formatter": "line"}},
    "root": {
        "handlers": ["console"],
        "level": env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")),
    },
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        "celery": {"handlers": [], "propagate": True},
        "kombu.connection": {"level": "ERROR"},  # warns at each message that a folder has no host name
        "fontTools": {"level": "WARNING"},
        "pypdf": {"level": "ERROR"},  # its warnings quote the file
        "weasyprint": {"level": "ERROR"},
    },
}
