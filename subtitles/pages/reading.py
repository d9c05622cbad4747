"""How a viewer likes to read: text size and colours, kept in cookies of their own browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

A_YEAR_S = 365 * 24 * 3600
PATH = "/watch/"

SIZES: Mapping[str, str | Promise] = {"s": _("Small"), "m": _("Medium"), "l": _("Large"), "xl": _("Huge")}
THEMES: Mapping[str, str | Promise] = {
    "auto": _("Like my device"),
    "light": _("Light"),
    "dark": _("Dark"),
    "contrast": _("High contrast"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    size: str
    theme: str

    @property
    def sizes(self) -> Mapping[str, str | Promise]:
        return SIZES

    @property
    def themes(self) -> Mapping[str, str | Promise]:
        return THEMES


def chosen(values: Mapping[str, str]) -> Reading:
    """From cookies or a form; anything unknown counts as not chosen."""
    size, theme = values.get("size", ""), values.get("theme", "")
    return Reading(size if size in SIZES else "m", theme if theme in THEMES else "auto")


def remember(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    reading = chosen(request.GET.dict())
    for name in ("size", "theme"):
        value = getattr(reading, name)
        response.set_cookie(name, value, A_YEAR_S, path=PATH, samesite="Lax", secure=request.is_secure())
    return response
