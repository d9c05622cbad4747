"""What is wrong with the settings, said before the first request. Errors stop `serve`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import InvalidStorageError, storages

SHORTEST_SECRET = 50


@register()
def production_is_safe(**_: Any) -> list[CheckMessage]:
    """With SUBTITLES_PRODUCTION=1 nothing unsafe starts."""
    if not settings.SUBTITLES_PRODUCTION:
        return []
    return [Error(text, hint=hint, id=f"subtitles.E{number:03}") for number, broken, text, hint in _rules() if broken]


def _rules() -> list[tuple[int, bool, str, str]]:
    hosts = settings.ALLOWED_HOSTS
    key = settings.SECRET_KEY
    return [
        (1, settings.DEBUG, "SUBTITLES_DEBUG is on in production.", "Error pages would show code: turn it off."),
        (
            2,
            len(key) < SHORTEST_SECRET or len(set(key)) < 5,
            "SUBTITLES_SECRET_KEY is too weak.",
            f"Use at least {SHORTEST_SECRET} random characters, or leave it out: one is made in the data folder.",
        ),
        (3, "*" in hosts or not hosts, "SUBTITLES_ALLOWED_HOSTS admits any name.", "List the names you serve."),
        (
            4,
            any(origin.startswith("http://") for origin in settings.CSRF_TRUSTED_ORIGINS),
            "SUBTITLES_TRUSTED_ORIGINS contains an address without TLS.",
            "Browsers give no microphone to plain http: use https addresses.",
        ),
    ]


@register()
def engines_are_known(**_: Any) -> list[CheckMessage]:
    if settings.SUBTITLES_ENGINE in settings.ENGINES:
        return []
    known = ", ".join(settings.ENGINES)
    return [
        Error(f"SUBTITLES_ENGINE={settings.SUBTITLES_ENGINE} is unknown.", hint=f"Known: {known}.", id="subtitles.E010")
    ]


@register()
def bucket_has_its_library(**_: Any) -> list[CheckMessage]:
    """Before the first recording is to be handed over, not then."""
    try:
        if "recordings" in settings.STORAGES:
            storages["recordings"]
    except (ImproperlyConfigured, InvalidStorageError) as error:
        hint = "SUBTITLES_S3_BUCKET needs `pip install 'subtitles[s3]'`."
        return [Error(f"Recordings cannot be kept in a bucket: {error}", hint=hint, id="subtitles.E011")]
    return []
