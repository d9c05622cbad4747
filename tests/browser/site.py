from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ViewportSize

from tests.browser.backstage import Backstage
from tests.browser.ground import SENTENCES
from tests.fakes.dashscope import KEY, FakeDashScope
from tests.faults.product import PROJECT, Product, RoomFacts
from tests.faults.stage import rows

PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
CHINESE = "zh-CN"


class Ground:
    """A data folder with a past (see ground.py), made once and copied for each product that starts from it."""

    SENTENCES = SENTENCES
    """Of the archive's newest session."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        environment = {
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "DJANGO_SETTINGS_MODULE": "subtitles.settings",
            "SUBTITLES_DATA_DIR": str(folder),
            "DASHSCOPE_API_KEY": KEY,
        }
        made = subprocess.run(
            [sys.executable, "-m", "tests.browser.ground"],
            env=environment,
            cwd=PROJECT,
            check=True,
            stdout=subprocess.PIPE,
            timeout=60,
        )
        facts: dict[str, Any] = json.loads(made.stdout)
        self.cookie: str = facts["cookie"]
        self.rooms = [_room(room) for room in facts["rooms"]]
        self.preview = _room(facts["preview"])
        self.archive = _room(facts["archive"])
        self.short_session: int = facts["archive"]["id"]

    def copy_to(self, folder: Path) -> None:
        shutil.copytree(self._folder, folder)


def _room(facts: dict[str, Any]) -> RoomFacts:
    return RoomFacts(facts["slug"], facts["watch_url"].rstrip("/").rpartition("/")[2], facts["stream_key"])


@dataclass(frozen=True, slots=True)
class Site:
    """A running product with a past, and where its pages are."""

    ground: Ground
    product: Product
    service: FakeDashScope

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.product.port}"

    def url(self, path: str) -> str:
        return f"{self.origin}{path}"

    def studio(self, room: RoomFacts) -> str:
        return self.url(f"/rooms/{room.slug}/")

    def watch(self, room: RoomFacts) -> str:
        return self.url(f"/watch/{room.watch_token}/")

    def overlay(self, room: RoomFacts) -> str:
        return self.url(f"/overlay/{room.watch_token}/")

    def sessions(self, room: RoomFacts) -> list[int]:
        """The room's, oldest first."""
        return [int(str(row[0])) for row in self._ask(room, "SELECT s.id", "ORDER BY s.id")]

    def gaps(self, room: RoomFacts) -> list[tuple[object, ...]]:
        """Sample and reason of each, in the room's recordings."""
        recordings = (
            "JOIN subtitles_recording a ON a.session_id = s.id JOIN subtitles_recordinggap g ON g.recording_id = a.id"
        )
        return self._ask(room, "SELECT g.at_samples, g.reason", "ORDER BY g.at_samples", recordings)

    def _ask(self, room: RoomFacts, what: str, order: str, joined: str = "") -> list[tuple[object, ...]]:
        tables = "subtitles_captionsession s JOIN subtitles_room r ON r.id = s.room_id"
        return rows(self.product.folder, f"{what} FROM {tables} {joined} WHERE r.slug = '{room.slug}' {order}")

    def signed_in(self, browser: Browser, host: str = "localhost", **options: Any) -> BrowserContext:
        """A context of the admin."""
        context = browser.new_context(**{"viewport": DESKTOP, **options})
        context.add_cookies([{"name": "sessionid", "value": self.ground.cookie, "domain": host, "path": "/"}])
        return context


@contextmanager
def open_site(backstage: Backstage, ground: Ground, folder: Path, **environment: str) -> Iterator[Site]:
    """Everything that the product complains about in its log fails whoever opened it."""
    ground.copy_to(folder)
    with backstage.hosting(FakeDashScope()) as service:
        product = Product(folder, SUBTITLES_DASHSCOPE_WEBSOCKET_URL=service.websocket_url, **environment)
        with backstage.hosting(product):
            yield Site(ground, product, service)
            assert product.complaints() == []
