from __future__ import annotations

import re
from typing import Self

from playwright.sync_api import Locator, Page, expect

from subtitles.speech import SAMPLE_RATE
from tests.browser.sent_audio import SentAudio

PATIENCE_MS = 15_000


class Studio:
    """The streamer's page, as somebody uses it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sent = SentAudio(page)
        self.root = page.locator("[data-studio]")
        self.notice = page.locator("[data-notice]")
        self.alarm = page.locator("[data-alarm]")
        self.lines = page.locator("[data-transcript] .sentence")

    def open(self, url: str) -> Self:
        self.page.goto(url)
        return self

    def button(self, name: str) -> Locator:
        """By its English words."""
        return self.page.get_by_role("button", name=name, exact=True)

    def go_live(self) -> Self:
        self.page.get_by_label(re.compile("Everybody who is recorded")).check()
        self.button("Go live").click()
        self.expect_state("live")
        return self

    def stop(self) -> None:
        self.button("Stop").click()
        self.expect_state("ended")

    def expect_state(self, state: str) -> None:
        expect(self.root).to_have_attribute("data-state", state, timeout=PATIENCE_MS)

    def number(self, name: str) -> Locator:
        return self.page.locator(f'[data-number="{name}"]')

    def wait_for_number(self, name: str, at_least: float) -> None:
        """Waits for a figure on the page; whatever time that takes."""
        condition = "([name, least]) => Number(document.querySelector(`[data-number=${name}]`).textContent) >= least"
        self.page.wait_for_function(condition, arg=[name, at_least], timeout=60_000)

    def wait_until_sent(self, seconds: float) -> None:
        """Waits until the connection of now has carried so much audio of this broadcast."""
        if self.sent.samples < seconds * SAMPLE_RATE:
            is_enough = lambda _: self.sent.samples >= seconds * SAMPLE_RATE  # noqa: E731
            self.sent.socket.wait_for_event("framesent", is_enough, timeout=60_000)
