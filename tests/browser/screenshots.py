"""`python -m tests.browser.screenshots FOLDER`: pictures of every page, for eyes; nothing is compared.

In each language and theme, on a phone and on a desktop; studio, audience and overlay also while somebody speaks.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.browser import chromium, library_site
from tests.browser.backstage import Backstage
from tests.browser.operator import Operator
from tests.browser.pages import LANGUAGES, THEMES, VIEWS, library_views
from tests.browser.site import DESKTOP, PHONE, Ground, Site, open_site
from tests.faults.product import PROJECT, RoomFacts

MICROPHONE = PROJECT / "tests/audio/en_austen_5utt.wav"
SCREENS = {"phone": PHONE, "desktop": DESKTOP}
PLACES: dict[str, ViewportSize] = {
    "studio-desktop": DESKTOP,
    "watch-phone": PHONE,
    "watch-desktop": DESKTOP,
    "overlay": {"width": 1920, "height": 200},
}
MOVING = ("watch", "overlay", "studio")
"""Shown as far as the screen goes."""
SPOKEN = [
    "Good evening, and welcome back to the reading circle.",
    "Hello world, 这里是阿里巴巴语音实验室。",
    "Tonight we go on with the second chapter, and as always you may write your questions into the chat.",
    "欢迎大家来体验实时字幕。",
    "He was not an ill-disposed young man, unless to be rather cold hearted and rather selfish is to be ill-disposed.",
    "Had he married a more amiable woman, he might have been made still more respectable than he was.",
]
SENTENCE_MS = 2_000


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright, Backstage() as backstage:
        ground = Ground(Path(data) / "ground")
        operator = Operator(Path(data) / "fresh")
        operator.manage("migrate", "--verbosity", "0")
        with (
            chromium.launch(playwright.chromium, microphone=MICROPHONE) as browser,
            operator.serving() as link,
            open_site(backstage, ground, Path(data) / "site") as site,
        ):
            Photographer(folder, browser, site).take_all(link)


class Photographer:
    def __init__(self, folder: Path, browser: Browser, site: Site) -> None:
        self._folder = folder
        self._browser = browser
        self._site = site
        self._rooms = iter(site.ground.rooms)
        stock = library_site.fill(site.product.folder, site.ground.archive.slug)
        self._views = [*VIEWS, *library_views(stock)]

    def take_all(self, link: str) -> None:
        for language, theme in product(LANGUAGES, THEMES):
            look = {"locale": language, "color_scheme": theme}
            for screen, size in SCREENS.items():
                self._take_views(f"{language}-{theme}-{screen}", link, {**look, "viewport": size})
            self._take_broadcast(next(self._rooms), f"{language}-{theme}", look)

    def _take_views(self, name: str, link: str, look: dict[str, Any]) -> None:
        # Two servers on one host share their cookies: each is visited by a browser of its own.
        with self._browser.new_context(**look) as context:
            page = context.new_page()
            for what, address in {"set-up": link, "home": link.partition("setup/")[0]}.items():
                page.goto(address)
                self._take(page, f"{what}-{name}", full_page=True)
        for view in self._views:
            with self._site.signed_in(self._browser, **look) as context:
                if not view.signed_in:
                    context.clear_cookies()
                page = context.new_page()
                page.goto(self._site.url(view.path(self._site)), wait_until="load")
                if view.name == "watch":
                    page.locator(".sentence").first.wait_for()
                self._take(page, f"{view.name}-{name}", full_page=view.name not in MOVING)
                if view.name == "watch":
                    page.locator("summary").click()
                    self._take(page, f"watch-settings-{name}")

    def _take_broadcast(self, room: RoomFacts, name: str, look: dict[str, Any]) -> None:
        sentences = [
            {"text": text, "begin_ms": at * SENTENCE_MS, "end_ms": (at + 1) * SENTENCE_MS - 200}
            for at, text in enumerate(SPOKEN)
        ]
        self._site.service.play(sentences)
        with self._places(room, look) as places:
            studio = places["studio-desktop"]
            studio.locator("[data-consent]").check()
            studio.locator("[data-action=live]").click()
            for moment, count in {"begun": 1, "live": len(SPOKEN) - 1}.items():
                studio.locator("[data-transcript] .sentence").nth(count - 1).wait_for()
                for place, page in places.items():
                    self._take(page, f"{place}-{moment}-{name}", omit_background="overlay" in place)
            studio.set_viewport_size(PHONE)
            self._take(studio, f"studio-phone-live-{name}")
            self._take(studio, f"studio-phone-live-whole-{name}", full_page=True)
            studio.locator("[data-action=stop]").click()
            studio.locator("[data-studio][data-state=ended]").wait_for()
            self._take(studio, f"studio-phone-ended-{name}")

    @contextmanager
    def _places(self, room: RoomFacts, look: dict[str, Any]) -> Iterator[dict[str, Page]]:
        site = self._site
        addresses = {"studio": site.studio(room), "watch": site.watch(room), "overlay": site.overlay(room)}
        with site.signed_in(self._browser, **look) as context:
            places = {name: context.new_page() for name in PLACES}
            for name, page in places.items():
                page.set_viewport_size(PLACES[name])
                page.goto(addresses[name.partition("-")[0]])
            yield places

    def _take(self, page: Page, name: str, **options: Any) -> None:
        page.screenshot(path=self._folder / f"{name}.png", animations="disabled", **options)


if __name__ == "__main__":
    main()
