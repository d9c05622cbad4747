from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, BrowserType, ConsoleMessage, Page, Response

FAKE_MICROPHONE = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")


def launch(chromium: BrowserType, *arguments: str, microphone: Path | None = None) -> Browser:
    """A whole browser where a microphone matters; for the others, where it is installed, the same engine alone: pages
    cost less.

    `microphone`: a WAV that every capture hears once, from its beginning; then silence."""
    listens = microphone or any("media-stream" in argument for argument in arguments)
    program = (not listens and shutil.which("chromium-headless-shell")) or shutil.which("chromium")
    assert program, "Chromium is missing; CONTRIBUTING.md says what the tests need on the machine"
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", *arguments]
    if microphone:
        flags += [*FAKE_MICROPHONE, f"--use-file-for-fake-audio-capture={microphone.resolve()}%noloop"]
    return chromium.launch(executable_path=program, args=flags)


SUPERSEDED = ("htmx:afterRequest,", "htmx:sendAbort,")
"""A choice took the place of the one before it, whose answer had not come yet. What fails has other names as well:
htmx:sendError, htmx:timeout, htmx:responseError."""


class Witness:
    """Notes what pages complain about: exceptions, errors on the console (violated policies too), bad answers."""

    def __init__(self) -> None:
        self._complaints: list[str] = []
        self._forgiven = list(SUPERSEDED)

    def watch_all(self, context: BrowserContext) -> None:
        context.on("page", self._opened)

    def watch(self, page: Page) -> Page:
        page.on("pageerror", lambda error: self._complaints.append(f"{page.url}: {error}"))
        page.on("console", self._written)
        page.on("response", self._answered)
        return page

    def forgive(self, words: str) -> None:
        """What a test provokes."""
        self._forgiven.append(words)

    def complaints(self) -> list[str]:
        return [text for text in self._complaints if not any(words in text for words in self._forgiven)]

    def _opened(self, page: Page) -> None:
        self.watch(page)

    def _written(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._complaints.append(message.text)

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self._complaints.append(f"{response.status} {response.url}")
