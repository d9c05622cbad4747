from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def same_origin_only(application: Application) -> Application:
    """ASGI middleware: a browser may open a socket only from a page of this site (or of a trusted origin).

    Programs send no Origin; they have to show a key, or the link itself is the secret. Refused with 403.
    """

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if is_trusted(header(scope, b"origin"), header(scope, b"host")):
            await application(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close"})

    return guarded


def is_trusted(origin: str | None, host: str | None) -> bool:
    if origin is None:
        return True
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    domain, _ = split_domain_port(host or "")
    schemes = {"https"} if settings.SUBTITLES_PRODUCTION else {"http", "https"}
    return parts.scheme in schemes and parts.netloc == host and validate_host(domain, settings.ALLOWED_HOSTS)


def header(scope: Scope, name: bytes) -> str | None:
    """The first header of this (lower-case) name."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)
