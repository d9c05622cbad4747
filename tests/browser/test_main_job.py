"""From nothing to captions: what a newcomer does, and what the audience sees."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jiwer
import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect

from subtitles.speech import SAMPLE_RATE
from tests.browser import chromium
from tests.browser.chromium import Witness
from tests.browser.operator import Operator
from tests.browser.sent_audio import SentAudio
from tests.browser.site import DESKTOP, PHONE
from tests.browser.studio import Studio
from tests.faults.product import PROJECT
from tests.faults.stage import Kept, kept_audio, kept_sentences

pytestmark = pytest.mark.browser
SPEECH = PROJECT / "tests/audio/en_austen_5utt.wav"
SPOKEN = (
    "and mister john dashwood had then leisure to consider how much there might be prudently in his power "
    "to do for them he was not an ill disposed young man unless to be rather cold hearted and rather selfish "
    "is to be ill disposed had he married a more a amiable woman he might have been made still more respectable "
    "than he was he might even have been made amiable himself"
)
"""As the recording's source transcribes it."""
SECONDS = 31.3
WORST_ERROR_RATE = 0.40

NOTE_SENDING = """
    const send = WebSocket.prototype.send;
    window.begun = Infinity;
    WebSocket.prototype.send = function (data) {
      if (data instanceof ArrayBuffer) {
        const at = Number(new DataView(data).getBigUint64(0, true)) + (data.byteLength - 8) / 2;
        window.begun = Math.min(window.begun, Date.now() - at / 16);
      }
      return send.call(this, data);
    };
"""
"""`begun`: when the first sample was spoken, judged by the frame that left with the least delay."""
NOTE_READING = """
    window.shown = {};
    addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
      const now = Date.now();
      for (const line of document.querySelectorAll("[data-lines] .sentence")) window.shown[line.dataset.number] ??= now;
      if (document.querySelector("[data-interim]").textContent) window.firstWords ??= now;
    }).observe(document.querySelector("[data-scroller]"), { childList: true, characterData: true, subtree: true }));
"""
"""`shown`: when each finished sentence was in the page, by number. `firstWords`: when the first interim was."""


@dataclass(frozen=True, slots=True)
class Evening:
    """What was there to see."""

    overlay: str
    """While the last sentence was spoken."""
    read: list[str]
    sent: SentAudio
    kept: bytes
    sentences: list[Kept]
    listed: str
    second_visit: str
    complaints: list[str]
    delays_ms: dict[str, Any]


@pytest.fixture(scope="module")
def evening(chromium_type: BrowserType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    operator = Operator(tmp_path_factory.mktemp("fresh") / "data")
    operator.manage("migrate", "--verbosity", "0")
    operator.manage("collectstatic", "--noinput", "--verbosity", "0")
    with ExitStack() as stack:
        link = stack.enter_context(operator.serving())
        browser = stack.enter_context(chromium.launch(chromium_type, microphone=SPEECH))
        yield spend(browser, link, operator.folder)


def spend(browser: Browser, link: str, folder: Path) -> Evening:
    witness = Witness()
    page = witness.watch(browser.new_context(viewport=DESKTOP, locale="en").new_page())
    page.add_init_script(NOTE_SENDING)
    studio = set_up(page, link)
    audience, overlay = open_links(browser, witness, page)
    studio.go_live()
    studio.wait_until_sent(SECONDS - 2)
    expect(overlay.locator(".sentence").first).to_be_visible()
    expect(studio.lines.last).to_be_in_viewport(ratio=1)
    on_overlay = overlay.locator("[data-roll]").inner_text()
    studio.wait_until_sent(SECONDS)
    studio.stop()
    expect(audience.locator("[data-viewer]")).to_have_attribute("data-state", "ended")
    begun = page.evaluate("window.begun")
    page.get_by_role("link", name="Sessions").click()
    listed = page.locator("main").inner_text()
    complaints = witness.complaints()
    page.goto(link)
    sentences = kept_sentences(folder, 1)
    return Evening(
        on_overlay,
        audience.locator("[data-lines] .text").all_inner_texts(),
        studio.sent,
        kept_audio(folder, 1),
        sentences,
        listed,
        page.locator("main").inner_text(),
        complaints,
        delays_ms(begun, audience, sentences),
    )


def set_up(page: Page, link: str) -> Studio:
    page.goto(link)
    page.get_by_label("User name").fill("anna")
    page.get_by_label("Password", exact=True).fill("correct horse battery")
    page.get_by_label("Password again").fill("correct horse battery")
    page.get_by_label("Title of your first room").fill("Reading circle")
    studio = Studio(page)
    page.get_by_role("button", name="Make account and room").click()
    page.wait_for_url("**/rooms/reading-circle/")
    return studio


def open_links(browser: Browser, witness: Witness, page: Page) -> tuple[Page, Page]:
    """The audience's page on a phone of somebody else, and the overlay; both as the studio hands their links out."""
    audience = witness.watch(browser.new_context(viewport=PHONE).new_page())
    audience.add_init_script(NOTE_READING)
    audience.goto(page.get_by_label("For your viewers", exact=True).input_value())
    expect(audience.locator("[data-viewer]")).to_have_attribute("data-state", "waiting")
    overlay = witness.watch(browser.new_context(viewport={"width": 1920, "height": 200}).new_page())
    overlay.goto(page.get_by_label("For OBS", exact=True).input_value())
    return audience, overlay


def delays_ms(begun: float, audience: Page, sentences: list[Kept]) -> dict[str, list[int] | int]:
    shown = audience.evaluate("window.shown")
    finals = [round(shown[str(kept.number)] - begun - kept.end_ms) for kept in sentences]
    first = round(audience.evaluate("window.firstWords") - begun - sentences[0].begin_ms)
    return {"first words after they began": first, "finals after they were spoken": finals}


def test_the_audience_reads_what_is_spoken(evening: Evening, request: pytest.FixtureRequest) -> None:
    request.node.add_report_section("call", "delays at the audience's page in ms", str(evening.delays_ms))
    assert jiwer.wer(SPOKEN, " ".join(evening.read).lower()) <= WORST_ERROR_RATE
    assert evening.read == [kept.text for kept in evening.sentences]


def test_the_overlay_shows_the_newest_words(evening: Evening) -> None:
    assert evening.overlay.split()
    assert evening.overlay.split()[0] in " ".join(evening.read)


def test_the_recording_is_what_the_page_sent_sample_for_sample(evening: Evening) -> None:
    assert evening.sent.problems == []
    assert evening.sent.samples >= SECONDS * SAMPLE_RATE
    assert evening.kept == evening.sent.pcm


def test_the_session_is_in_the_list(evening: Evening) -> None:
    assert f"Reading circle · {datetime.now(UTC):%Y-}" in evening.listed
    assert "ended" in evening.listed


def test_the_set_up_link_works_once(evening: Evening) -> None:
    assert "This installation is already set up" in evening.second_visit


def test_no_page_has_anything_to_complain_about(evening: Evening) -> None:
    assert evening.complaints == []
