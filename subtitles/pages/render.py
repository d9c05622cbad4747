"""One page, two shapes: whole, or the part that htmx asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

from subtitles.models import User


class PageRequest(HttpRequest):
    """What the middleware makes of a request; `user` is right behind `login_required`."""

    htmx: HtmxDetails
    user: User


def wants_fragment(request: HttpRequest) -> bool:
    """Not when htmx restores a page that fell out of its history: that needs the whole page. A request that was
    refused before the middleware saw it has no `htmx`."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.history_restore_request


def page(request: HttpRequest, name: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """`<name>/index.html`, or `<name>/_fragment.html` for htmx; both come from the same address."""
    template = f"{name}/_fragment.html" if wants_fragment(request) else f"{name}/index.html"
    response = render(request, template, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
