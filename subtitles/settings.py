"""All settings. A checkout with no environment at all runs: SQLite, one process, the engine that needs no key.

Every setting that an operator may change is read from the environment here, under the name in docs/settings.md.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF

from subtitles.secrets import secret_key

env = environ.Env()
# Compose files and service units leave empty variables behind. And a value that begins with $, as keys may, is no name
# of another variable, which the library takes it for.
env.ENVIRON = {name: value.replace("$", r"\$") for name, value in os.environ.items() if value}
env.escape_proxy = True
PACKAGE_DIR = Path(__file__).resolve().parent
BASE_DIR = PACKAGE_DIR.parent


def _resources(name: str) -> Path:
    """`templates` and `static` stand beside the package in a checkout, inside it in a wheel."""
    installed = PACKAGE_DIR / f"_{name}"
    return installed if installed.is_dir() else BASE_DIR / name


# --- where we are -----------------------------------------------------------------------------------------------------

SUBTITLES_DATA_DIR = Path(env.str("SUBTITLES_DATA_DIR", str(Path.cwd() / "data"))).resolve()
SUBTITLES_DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

SUBTITLES_PRODUCTION = env.bool("SUBTITLES_PRODUCTION", False)
DEBUG = env.bool("SUBTITLES_DEBUG", False)
SECRET_KEY = env.str("SUBTITLES_SECRET_KEY", "") or secret_key(SUBTITLES_DATA_DIR / "secret_key")
ALLOWED_HOSTS = env.list("SUBTITLES_ALLOWED_HOSTS", default=["localhost", ".localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("SUBTITLES_TRUSTED_ORIGINS", default=[])
if env.bool("SUBTITLES_BEHIND_TLS_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SUBTITLES_PRODUCTION
SECURE_SSL_REDIRECT = SUBTITLES_PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = env.int("SUBTITLES_HSTS_SECONDS", 31_536_000 if SUBTITLES_PRODUCTION else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.bool("SUBTITLES_HSTS_SUBDOMAINS", SUBTITLES_PRODUCTION)
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

# --- the application --------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "daphne",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "csp",
    "django_htmx",
    "subtitles",
]
MIDDLEWARE = [
    "subtitles.pages.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "subtitles.pages.headers.PermissionsPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "subtitles.urls"
ASGI_APPLICATION = "subtitles.asgi.application"
AUTH_USER_MODEL = "subtitles.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "rooms"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_resources("templates")],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- data -------------------------------------------------------------------------------------------------------------

# The folder is not made part of an address: its name may hold what has a meaning there.
DATABASES: dict[str, Any] = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": SUBTITLES_DATA_DIR / "db.sqlite3"}
}
if "SUBTITLES_DATABASE_URL" in env.ENVIRON:
    DATABASES["default"] = env.db_url("SUBTITLES_DATABASE_URL")
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a transaction that reads first and writes later would otherwise fail at once when another one writes.
    # FULL: a committed sentence survives a power cut.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    # A file, because the live path has connections of its own.
    DATABASES["default"]["TEST"] = {"NAME": str(SUBTITLES_DATA_DIR / "test.sqlite3")}

SUBTITLES_REDIS_URL = env.str("SUBTITLES_REDIS_URL", "")
CHANNEL_LAYERS: dict[str, Any] = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
if SUBTITLES_REDIS_URL:
    CHANNEL_LAYERS["default"] = {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [SUBTITLES_REDIS_URL]},
    }

# --- the live path ----------------------------------------------------------------------------------------------------

SUBTITLES_RUNTIMES = [
    "subtitles.live.runtime",
    "subtitles.jobs.runner",
    "subtitles.search.keeper",
    "subtitles.engines.dashscope.connections",
]
SUBTITLES_BANNER = "subtitles.pages.setup.banner"
SUBTITLES_ABANDON_AFTER_S = env.float("SUBTITLES_ABANDON_AFTER_S", 600.0)
SUBTITLES_LEASE_S = env.float("SUBTITLES_LEASE_S", 15.0)
SUBTITLES_SWEEP_EVERY_S = env.float("SUBTITLES_SWEEP_EVERY_S", 30.0)
SUBTITLES_IDLE_FINISH_S = env.float("SUBTITLES_IDLE_FINISH_S", 10.0)
SUBTITLES_MIN_FREE_BYTES = env.int("SUBTITLES_MIN_FREE_BYTES", 500_000_000)

# --- engines ----------------------------------------------------------------------------------------------------------

DASHSCOPE_API_KEY = env.str("DASHSCOPE_API_KEY", "")
SUBTITLES_DASHSCOPE_HTTP_URL = env.str("SUBTITLES_DASHSCOPE_HTTP_URL", "https://dashscope.aliyuncs.com/api/v1")
SUBTITLES_DASHSCOPE_WEBSOCKET_URL = env.str(
    "SUBTITLES_DASHSCOPE_WEBSOCKET_URL", "wss://dashscope.aliyuncs.com/api-ws/v1/inference"
)
SUBTITLES_MODELS_DIR = SUBTITLES_DATA_DIR / "models"
SUBTITLES_MODEL_MIRROR = env.str("SUBTITLES_MODEL_MIRROR", "")
ENGINES: dict[str, dict[str, Any]] = {
    "preview": {
        "class": "subtitles.engines.local.pocketsphinx.PreviewEngine",
        "options": {"capacity": env.int("SUBTITLES_PREVIEW_CAPACITY", 0) or None},
    },
    "local": {
        "class": "subtitles.engines.local.sherpa.LocalEngine",
        "options": {
            "folder": SUBTITLES_MODELS_DIR,
            "capacity": env.int("SUBTITLES_LOCAL_CAPACITY", 0) or None,
            "threads": env.int("SUBTITLES_LOCAL_THREADS", 1),
        },
    },
    "dashscope": {
        "class": "subtitles.engines.dashscope.realtime.DashScopeEngine",
        "options": {
            "api_key": DASHSCOPE_API_KEY,
            "websocket_url": SUBTITLES_DASHSCOPE_WEBSOCKET_URL,
            "http_url": SUBTITLES_DASHSCOPE_HTTP_URL,
            "workspace": env.str("SUBTITLES_DASHSCOPE_WORKSPACE", ""),
            "token_auth": env.bool("SUBTITLES_DASHSCOPE_TOKEN_AUTH", False),
            "max_pace": env.float("SUBTITLES_DASHSCOPE_MAX_PACE", 1.25),
        },
    },
}
BATCH_ENGINES: dict[str, dict[str, Any]] = {
    "preview": {"class": "subtitles.engines.local.pocketsphinx_batch.PreviewBatchEngine"},
    "local": {
        "class": "subtitles.engines.local.sherpa_batch.LocalBatchEngine",
        "options": {name: ENGINES["local"]["options"][name] for name in ("folder", "threads")},
    },
    "dashscope": {
        "class": "subtitles.engines.dashscope.batch.DashScopeBatchEngine",
        "options": {name: ENGINES["dashscope"]["options"][name] for name in ("api_key", "http_url", "workspace")},
    },
}
SUBTITLES_ENGINE = env.str("SUBTITLES_ENGINE", "dashscope" if DASHSCOPE_API_KEY else "preview")

SUBTITLES_PUBLIC_URL = env.str("SUBTITLES_PUBLIC_URL", "")

# --- jobs -------------------------------------------------------------------------------------------------------------

JOB_KINDS = {
    "download": "subtitles.local_models.kind.ModelDownload",
    "retranscribe": "subtitles.retranscribe.kind.Retranscription",
    "ingest": "subtitles.recordings.ingest.Ingest",
    "upload-sweep": "subtitles.recordings.upload_sweep.UploadSweep",
    "encode": "subtitles.recordings.encoding.Encoding",
    "vocabulary": "subtitles.vocabularies.kind.KeepInStep",
}
SUBTITLES_JOBS_IN_SERVER = env.bool("SUBTITLES_JOBS_IN_SERVER", True)
SUBTITLES_JOBS_AT_ONCE = env.int("SUBTITLES_JOBS_AT_ONCE", 8)
SUBTITLES_JOBS_HEARTBEAT_S = env.float("SUBTITLES_JOBS_HEARTBEAT_S", 10.0)
SUBTITLES_JOBS_STALE_S = env.float("SUBTITLES_JOBS_STALE_S", 30.0)

# --- pages ------------------------------------------------------------------------------------------------------------

LANGUAGE_CODE = env.str("SUBTITLES_LANGUAGE", "en").lower()
if LANGUAGE_CODE.startswith("zh"):  # zh-CN, zh_CN, zh: there is one Chinese
    LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [PACKAGE_DIR / "locale"]
TIME_ZONE = env.str("SUBTITLES_TIME_ZONE", "UTC")
USE_TZ = True
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
"""A vocabulary of 500 words is a form of 1,500 fields."""
STATIC_URL = "/static/"
STATIC_ROOT = SUBTITLES_DATA_DIR / "static"
STATICFILES_DIRS = [_resources("static")]
# Until `collectstatic` has run, files are served from where they lie, under their own names.
_COLLECTED = (STATIC_ROOT / "staticfiles.json").is_file() and not DEBUG
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not _COLLECTED
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "subtitles.pages.static.HashedStorage"
        if _COLLECTED or "collectstatic" in sys.argv
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
SUBTITLES_S3_BUCKET = env.str("SUBTITLES_S3_BUCKET", "")
if SUBTITLES_S3_BUCKET:
    STORAGES["recordings"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": SUBTITLES_S3_BUCKET,
            "endpoint_url": env.str("SUBTITLES_S3_ENDPOINT", "") or None,
            "region_name": env.str("SUBTITLES_S3_REGION", "") or None,
            "access_key": env.str("SUBTITLES_S3_ACCESS_KEY", "") or None,
            "secret_key": env.str("SUBTITLES_S3_SECRET_KEY", "") or None,
            "signature_version": "s3v4",
            "addressing_style": env.str("SUBTITLES_S3_ADDRESSING", "") or None,
            "default_acl": None,
        },
    }
# Styles set from scripts (the level meter) go through the CSSOM, which this policy allows.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "media-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- logs -------------------------------------------------------------------------------------------------------------

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"hide_links": {"()": "subtitles.logs.HideLinks"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["hide_links"]}},
    "root": {"handlers": ["stderr"], "level": env.str("SUBTITLES_LOG_LEVEL", "INFO").upper()},
    "loggers": {
        # Access lines would carry the watch links, which are secrets.
        "daphne.http_protocol": {"level": "WARNING"},
        "daphne.server": {"level": "WARNING"},
        "uvicorn.access": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "websockets": {"level": "WARNING"},
    },
}
