from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.browser.library_site import Stock
from tests.browser.site import Site

LANGUAGES = ("en", "zh-CN")
THEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class View:
    """A page as a visitor meets it; `path` of the site with a past."""

    name: str
    path: Callable[[Site], str]
    status: int = 200
    signed_in: bool = True


def _archive(more: str) -> Callable[[Site], str]:
    return lambda site: f"/rooms/{site.ground.archive.slug}/{more}"


def _at(path: str) -> Callable[[Site], str]:
    return lambda _: path


VIEWS = [
    View("login", lambda _: "/login/", signed_in=False),
    View("rooms", lambda _: "/rooms/"),
    View("rooms-none-found", lambda _: "/rooms/?q=nothing"),
    View("room-new", lambda _: "/rooms/new/"),
    View("room-settings", _archive("settings/")),
    View("studio", _archive("")),
    View("sessions", _archive("sessions/")),
    View("session", lambda site: f"/rooms/{site.ground.archive.slug}/sessions/{site.ground.short_session}/"),
    View("uploads", _archive("uploads/")),
    View("library", lambda _: "/library/"),
    View("search", lambda _: "/library/search/?q=council+记"),
    View("export", lambda site: f"/library/export/?session={site.ground.short_session}"),
    View("delete", lambda site: f"/library/delete/?session={site.ground.short_session}"),
    View("watch", lambda site: f"/watch/{site.ground.archive.watch_token}/", signed_in=False),
    View("watch-closed", lambda _: "/watch/unknown/", status=404, signed_in=False),
    View("overlay", lambda site: f"/overlay/{site.ground.archive.watch_token}/", signed_in=False),
    View("overlay-closed", lambda _: "/overlay/unknown/", status=404, signed_in=False),
    View("not-found", lambda _: "/rooms/unknown/", status=404),
    View("set-up-again", lambda _: "/setup/used/", status=410, signed_in=False),
]
"""All but the first run's, which a site with a past no longer has."""


def library_views(stock: Stock) -> list[View]:
    """Of a library that is in use."""
    session, editor = stock.session, f"{stock.session}edit/{stock.copy}/"
    paths = {
        "session-heard-twice": session,
        "transcribe": f"{session}transcribe/",
        "transcribe-many": f"/transcribe/?session={session.split('/')[-2]}",
        "transcript": f"{session}transcripts/{stock.batch}/",
        "compare": f"{session}compare/?a={stock.live}&b={stock.batch}",
        "editor": editor,
        "sentence": f"{editor}1/",
        "jobs": "/jobs/",
        **{f"job-{state}": path for state, path in stock.jobs.items()},
        "job-result": f"{stock.jobs['done']}result/",
        "job-pay-again": f"{stock.jobs['uncertain']}pay-again/",
        "usage": "/usage/",
        "vocabularies": "/vocabularies/",
        "vocabulary": stock.vocabulary,
        "vocabulary-delete": f"{stock.vocabulary}delete/",
        "models": "/models/",
        "model": "/models/kroko-en/",
    }
    return [View(name, _at(path)) for name, path in paths.items()]
