"""All settings, in the order of the questions: who we are, what we store, watch and send, how we answer, guard and run.

Every value that differs between machines is read from the environment on one line;
`.env.template` explains them all. Without any of them the embedded mode works.
"""

import logging
import os
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from corsheaders.defaults import default_headers
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from config.databases import tuned
from config.enumerations import ENUMERATIONS
from config.environment import (
    LOOPBACK,
    PRIVATE_NETWORKS,
    Environment,
    hour,
    kept_secret,
    log_path,
    log_size,
    missing,
    own_addresses,
    own_names,
    writable,
)
from config.logs import logging_to
from config.mailers import mailers
from config.schedule import schedule
from config.stores import bucket, storage

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()
env.read_env(os.environ.get("ENV_FILE", str(BASE_DIR / ".env")))

# -- Who we are ---------------------------------------------------------------
VERSION = "1.0.0"
ENVIRONMENT = env.str("ENVIRONMENT", default="embedded")  # embedded | development | production
DEBUG = env.bool("DEBUG", default=ENVIRONMENT == "development")
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "data"))).absolute()
SECRET_KEY = env.str("SECRET_KEY", default="") or (
    missing("SECRET_KEY") if ENVIRONMENT == "production" else kept_secret(DATA_DIR / "secret_key")
)
NAMED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
ALLOWED_HOSTS = [*LOOPBACK, *([*NAMED_HOSTS, *own_addresses()] if NAMED_HOSTS else own_names())]
USE_HTTPS = env.bool("USE_HTTPS", default=False)
ALLOWED_NETWORKS = env.list("ALLOWED_NETWORKS", default=[]) or PRIVATE_NETWORKS  # all others are refused
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])  # networks whose X-Forwarded-For is believed
APPLICATION_URL = env.str("APPLICATION_URL", default="")
ORGANISATION_NAME = env.str("ORGANISATION_NAME", default="")
TECH_PROCESS = env.json("TECH_PROCESS", default={"DU_25": "25", "SPEC_DEP_26": "26", "CLIENTS_27": "27"})
RISK_SOURCE = env.json(
    "RISK_SOURCE",
    default={
        "ROUTER": "Маршрутизатор", "EQUIPMENT": "Оборудование", "BROKER": "Брокер",
        "PO": "Программное обеспечение", "PROVAIDER": "Провайдер", "ANOTHER": "Другое",
    },
)  # fmt: skip

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "monitoring",
    "tickets",
    "tasks",
    "suspensions",
    "incidents",
    "accounts",
    "attachments",
    "notifications",
    "workflow",
    "config.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "djoser",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "django_filters",
    "corsheaders",
]
MIDDLEWARE = [
    "monitoring.metrics.MetricsMiddleware",
    "workflow.headers.HeadersMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "workflow.middleware.RequestIdMiddleware",
    "workflow.access.AccessMiddleware",
    "workflow.network.LocalNetworkMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "workflow.middleware.CleanInputMiddleware",
    "attachments.uploads.BodyLimitMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.SessionMiddleware",
    "accounts.middleware.PreferencesMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.OwnPasswordMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "workflow.middleware.RefusalMiddleware",
]
DEBUG_TOOLBAR = DEBUG and ENVIRONMENT != "production" and env.bool("DEBUG_TOOLBAR", default=True)
if DEBUG_TOOLBAR and find_spec("debug_toolbar"):  # within the policy of contents, around what asks the database
    INSTALLED_APPS.append("debug_toolbar")
    MIDDLEWARE.insert(6, "debug_toolbar.middleware.DebugToolbarMiddleware")
    INTERNAL_IPS = ["127.0.0.1", "::1"]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                f"config.templatetags.{name}"
                for name in ("vakhta", "times", "timeline", "queries", "fields", "offshoots")
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.page",
            ],
        },
    }
]

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.NameOrEmailBackend"]
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
PASSWORD_RESET_TIMEOUT = 4 * 60 * 60  # seconds a reset letter is good for
SIGN_INS_KEEP = timedelta(days=90)  # failures, ended sign-ins and reset requests are forgotten after that
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "/"
REGISTRATION_MODE = env.str("REGISTRATION_MODE", default="approval")  # open | approval | closed
REQUIRE_2FA = env.bool("REQUIRE_2FA", default=False)  # Django Admin opens only to those with a second factor
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=env.int("ACCESS_TOKEN_LIFETIME_MINUTES", default=60)),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=env.int("REFRESH_TOKEN_LIFETIME_DAYS", default=30)),
}
DJOSER = {"LOGIN_FIELD": "username"}

TICKET_REOPEN_DAYS = env.int("TICKET_REOPEN_DAYS", default=14)

# Words and times
LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en")
LANGUAGES = [("en", _("English")), ("ru", _("Russian"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = str(env("TIME_ZONE", cast=ZoneInfo, default=ZoneInfo("UTC")))

# -- What we store ------------------------------------------------------------
DATABASES = {
    "default": tuned(
        env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'vakhta.sqlite3'}"),
        password=env.str("DATABASE_PASSWORD", default=""),
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": {"BACKEND": "config.shared.SharedCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "vakhta"}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(DATA_DIR / "media"))
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
S3_BUCKET = env.str("S3_BUCKET", default="")  # unset: the local disk
S3 = bucket(
    S3_BUCKET,
    endpoint=env.str("S3_ENDPOINT_URL", default=""),
    region=env.str("S3_REGION", default=""),
    access_key=env.str("S3_ACCESS_KEY", default=""),
    secret_key=env.str("S3_SECRET_KEY", default=""),
)
STORAGES |= {folder: storage(folder, MEDIA_ROOT, S3) for folder in ("attachments", "previews")}
X_ACCEL_REDIRECT = "" if S3_BUCKET else env.str("X_ACCEL_REDIRECT", default="")  # nginx knows only the local disk
DB_BACKUP_DIR = env.str("DB_BACKUP_DIR", default=str(DATA_DIR / "backups"))
SLEEP_DB_BACKUP = env.int("SLEEP_DB_BACKUP", default=12 * 60 * 60)  # seconds between two backups; 0: only on demand
MAX_DB_BACKUP_FILES = max(1, env.int("MAX_DB_BACKUP_FILES", default=50))  # the newest verified ones
BACKUP_PUBLIC_KEY = env.str("BACKUP_PUBLIC_KEY", default="")  # of age; unset: archives are not encrypted
BACKUP_S3_BUCKET = env.str("BACKUP_S3_BUCKET", default="")
if BACKUP_S3_BUCKET:  # what is not said of it is as for files
    elsewhere = bucket(
        BACKUP_S3_BUCKET,
        endpoint=env.str("BACKUP_S3_ENDPOINT_URL", default="") or S3["endpoint_url"],
        region=env.str("BACKUP_S3_REGION", default="") or S3["region_name"],
        access_key=env.str("BACKUP_S3_ACCESS_KEY", default="") or S3["access_key"],
        secret_key=env.str("BACKUP_S3_SECRET_KEY", default="") or S3["secret_key"],
    )
    STORAGES["backups"] = {
        "BACKEND": "monitoring.backups.bucket.BackupBucket",
        "OPTIONS": elsewhere | {"location": "backups"},
    }
FILE_TYPE_DOWNLOAD = [
    name.strip(" .").lower()
    for name in env.list(
        "FILE_TYPE_DOWNLOAD",
        default=["doc", "docx", "xls", "xlsx", "pdf", "txt", "csv", "png", "jpg", "jpeg", "gif", "webp"],
    )
]
MAX_FILE_SIZE_DOWNLOAD = env.int("MAX_FILE_SIZE_DOWNLOAD", default=10 * 1024 * 1024)  # bytes
FILES_PER_REQUEST = DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILES_PER_OBJECT = env.int("MAX_FILES_PER_OBJECT", default=100)
IMAGE_PIXEL_LIMIT = 50_000_000
BODY_LIMIT = FILES_PER_REQUEST * MAX_FILE_SIZE_DOWNLOAD + 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "attachments.uploads.SpareUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # bytes of a request body without files
IDEMPOTENCY_KEEP = timedelta(hours=48)

# -- What we watch ------------------------------------------------------------
SLEEP_TEST_CONNECTION = max(1, env.int("SLEEP_TEST_CONNECTION", default=20))  # seconds between two rounds of a probe
CONNECTION_TEST_URLS = [
    url
    for url in (env.str("CONNECTION_TEST_URL_BASE", default=""), env.str("CONNECTION_TEST_URL_2", default=""))
    if url
]
INTERNET_ACCESS_TECH_PROCESS = env.str("INTERNET_ACCESS_TECH_PROCESS", default="")
PROBE_RISK_SOURCE = env.str("PROBE_RISK_SOURCE", default="PROVAIDER")
PROBE_OPEN_AFTER = env.int("PROBE_OPEN_AFTER", default=3)  # failed rounds in a row that make an outage
PROBE_CLOSE_AFTER = env.int("PROBE_CLOSE_AFTER", default=2)  # good rounds in a row that end it
PROBE_JOIN_SECONDS = env.int("PROBE_JOIN_SECONDS", default=300)
PROBE_ALLOWED_NETWORKS = env.list("PROBE_ALLOWED_NETWORKS", default=[])
DISK_LOW = env.int("DISK_LOW_MB", default=1024) * 1024**2  # bytes
SENTRY_DSN = env.str("SENTRY_DSN", default="")  # faults are reported there, without personal data
HEARTBEAT_URL = env.str("HEARTBEAT_URL", default="")  # told every minute that this installation works
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")  # opens /metrics to Prometheus; unset: administrators only
PROBE_KEEP = timedelta(days=env.int("PROBE_KEEP_DAYS", default=90))

# -- What we send -------------------------------------------------------------
MAILERS = mailers(env.str("EMAIL_URL", default=""))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Vakhta <vakhta@localhost>")
SILENCED_SYSTEM_CHECKS = ["mail.W001"]  # without EMAIL_URL there is no mailer, and the pages about messages say so
TELEGRAM_BOT_TOKEN = env.str("TELEGRAM_BOT_TOKEN", default="")  # unset: no Telegram
TELEGRAM_API_BASE_URL = env.str("TELEGRAM_API_BASE_URL", default="https://api.telegram.org")
TELEGRAM_LOGGING_CHAT = env.str("TELEGRAM_LOGGING_CHAT", default="")
BOT_WEBHOOK_MODE = env.bool("BOT_WEBHOOK_MODE", default=False)
BOT_WEBHOOK_NETWORKS = env.list("BOT_WEBHOOK_NETWORKS", default=[])  # none: from anywhere, with the secret
SEND_NEW_TASK_HOUR = env("SEND_NEW_TASK_HOUR", cast=hour, default=9)  # of the organisation's day
SEND_NO_REPORT_REMINDER_HOUR = env("SEND_NO_REPORT_REMINDER_HOUR", cast=hour, default=20)
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default=REDIS_URL or "filesystem://localhost")
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = schedule(probe=timedelta(seconds=SLEEP_TEST_CONNECTION), calls_home=bool(HEARTBEAT_URL))
if CELERY_BROKER_URL.startswith("filesystem"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(DATA_DIR / "broker"),
        "data_folder_out": str(DATA_DIR / "broker"),
        "control_folder": str(DATA_DIR / "broker-control"),
        "store_processed": False,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 900,  # seconds until a killed worker's message is given to another
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
    }

# -- How we answer ------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.BearerAuthentication",
        "accounts.authentication.PageSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.permissions.ByPolicy"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "workflow.negotiation.AnyAccept",
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS answers 405: the schema says what there is
    "DEFAULT_PARSER_CLASSES": ["workflow.parsers.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "config.schema.Schema",
    "DEFAULT_PAGINATION_CLASS": "workflow.pagination.PageOrCursor",
    "DEFAULT_FILTER_BACKENDS": [],
    "PAGE_SIZE": 100,
    "EXCEPTION_HANDLER": "config.api.refuse_politely",
    "URL_FORMAT_OVERRIDE": None,  # `?format=` belongs to the exports
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
CORS_URLS_REGEX = r"^/api/(?!admin/)"
CORS_ALLOW_HEADERS = [*default_headers, "idempotency-key", "if-match", "if-none-match", "x-request-id"]
CORS_EXPOSE_HEADERS = ["ETag", "Location", "Retry-After", "X-Request-ID"]
SPECTACULAR_SETTINGS = {
    "TITLE": "Vakhta API",
    "DESCRIPTION": "The operations journal of one organisation. Sign in at `/api/identity/auth/jwt/create/`.",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["accounts.permissions.ByPolicy"],
    "SWAGGER_UI_DIST": "SIDECAR",
    # Hundreds of operations, all unfolded, keep a browser busy for half a minute.
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "docExpansion": "none",
        "filter": True,
        "defaultModelsExpandDepth": -1,
    },
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": ENUMERATIONS,
}

# -- How we guard -------------------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
SECURE_HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = USE_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if USE_HTTPS else None  # from TRUSTED_PROXIES only
SECURE_REDIRECT_EXEMPT = [r"^api/health/", r"^metrics$"]  # asked from inside, where there is no TLS
SECURE_HSTS_SECONDS = 31_536_000 if USE_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = USE_HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = USE_HTTPS
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = SECURE_HEADERS["X-Frame-Options"]
CSRF_FAILURE_VIEW = "config.views.csrf_failure"

# -- How we run ---------------------------------------------------------------
PORT = env.int("PORT", default=8000)
LISTEN_ADDRESS = env.str("LISTEN_ADDRESS", default="0.0.0.0")  # noqa: S104 - ALLOWED_NETWORKS keeps the door
WEB_WORKERS = env.int("WEB_WORKERS", default=2)
logging.captureWarnings(True)  # else they would stand between the lines as plain text
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOG_DIR = env.str("LOG_DIR", default="")
LOG_FILE = log_path(LOG_DIR, env.str("LOG_FILE", default=""), otherwise=DATA_DIR / "logs")
LOG_FILE = writable("LOG_FILE", LOG_FILE)  # beside the output, down to INFO
LOG_FILE_SIZE = env("LOG_FILE_SIZE", cast=log_size, default=20_000_000)  # bytes
LOG_FILES_TO_KEEP = env.int("LOG_FILES_TO_KEEP", default=10)
LOGGING = logging_to(
    LOG_LEVEL,
    file=LOG_FILE,
    size=LOG_FILE_SIZE,
    kept=LOG_FILES_TO_KEEP,
    on_call={
        "token": TELEGRAM_BOT_TOKEN,
        "chat": TELEGRAM_LOGGING_CHAT,
        "base": TELEGRAM_API_BASE_URL,
        "folder": str(DATA_DIR),
    },
)
