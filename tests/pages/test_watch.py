from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from subtitles.models import Room


@pytest.fixture
def watch(room: Room) -> str:
    return reverse("watch", args=[room.watch_token])


@pytest.fixture
def overlay(room: Room) -> str:
    return reverse("overlay", args=[room.watch_token])


def loaded(page: str) -> set[str]:
    """Style sheets and scripts of a page, with what the scripts import."""
    waiting = re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js))"', page)
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [f"js/{other}" for other in re.findall(r'(?:from|import) "\./([^"]+)"', text(name))]
    return found


def text(name: str) -> str:
    path = finders.find(name)
    assert path, name
    return Path(path).read_text()


def weight(page: str) -> int:
    return sum(len(gzip.compress(part.encode())) for part in [page, *map(text, loaded(page))])


def test_whoever_has_the_link_may_look_without_an_account(client: Client, watch: str, overlay: str) -> None:
    assert client.get(watch).status_code == 200
    assert client.get(overlay).status_code == 200


@pytest.mark.parametrize("name", ["watch", "overlay"])
def test_an_unknown_link_says_so(client: Client, db: None, name: str) -> None:
    answer = client.get(reverse(name, args=["nothing"]))
    assert answer.status_code == 404
    assert "There is no room at this link" in answer.content.decode()


def test_the_audience_page_is_light(client: Client, watch: str) -> None:
    page = client.get(watch).content.decode()
    assert 1 + len(loaded(page)) <= 6
    assert weight(page) <= 30_000
    assert "htmx" not in page


def test_the_overlay_is_lighter(client: Client, overlay: str) -> None:
    page = client.get(overlay).content.decode()
    assert 1 + len(loaded(page)) <= 6
    assert weight(page) <= 10_000
    assert "htmx" not in page


def test_the_overlay_keeps_to_what_chromium_103_knows() -> None:
    css = re.sub(r"/\*.*?\*/", "", text("css/overlay.css"), flags=re.DOTALL)
    assert not re.search(r":has\(|\dlh\b|color-mix|light-dark|dvh|&", css)
    assert re.search(r"html,\s*body \{[^}]*background: transparent", css)
    assert "height: calc(var(--line) * 2)" in css


def test_only_the_overlay_may_be_embedded(client: Client, watch: str, overlay: str) -> None:
    assert "frame-ancestors 'none'" in client.get(watch)["Content-Security-Policy"]
    assert client.get(watch)["X-Frame-Options"] == "DENY"
    embedded = client.get(overlay)
    assert "frame-ancestors *" in embedded["Content-Security-Policy"]
    assert "script-src 'self'" in embedded["Content-Security-Policy"]
    assert "X-Frame-Options" not in embedded


def test_how_somebody_reads_is_remembered_by_their_browser_alone(client: Client, watch: str) -> None:
    answer = client.get(watch, {"size": "xl", "theme": "contrast"})
    assert answer["Location"] == watch
    page = client.get(watch).content.decode()
    assert 'name="size" value="xl" checked' in page
    assert 'name="theme" value="contrast" checked' in page
    assert all(cookie["path"] == "/watch/" for name, cookie in client.cookies.items() if name in ("size", "theme"))


def test_a_strange_wish_counts_as_none(client: Client, watch: str) -> None:
    client.get(watch, {"size": '"><script>', "theme": "neon"})
    page = client.get(watch).content.decode()
    assert 'name="size" value="m" checked' in page
    assert 'name="theme" value="auto" checked' in page


def test_they_have_what_the_scripts_look_for(client: Client, watch: str, overlay: str) -> None:
    page = client.get(watch).content.decode()
    for mark in ["viewer", "title", "status", "scroller", "older", "lines", "interim", "latest", "quiet"]:
        assert re.search(rf"\bdata-{mark}\b", page), mark
    page = client.get(overlay).content.decode()
    for mark in ["overlay", "window", "roll", "notice", "clear-ms", "state"]:
        assert re.search(rf"\bdata-{mark}\b", page), mark


def test_search_engines_keep_out(client: Client, watch: str, overlay: str) -> None:
    for address in (watch, overlay):
        assert '<meta name="robots" content="noindex">' in client.get(address).content.decode()
    assert settings.SECURE_REFERRER_POLICY == "same-origin"
