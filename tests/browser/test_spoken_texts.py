"""What the engine writes, from its wire to the reader's eye."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect

from subtitles.speech import MAX_SENTENCE_CHARACTERS
from tests.browser.backstage import Backstage
from tests.browser.chromium import Witness
from tests.browser.site import DESKTOP, Site
from tests.browser.voice import speaking
from tests.faults.product import RoomFacts
from tests.faults.stage import kept_sentences

pytestmark = pytest.mark.browser
BILINGUAL = "Hello world, 这里是阿里巴巴语音实验室。"
MARKUP = '<img src=x onerror="document.title=1"><script>document.title=2</script>&amp; <b>bold</b> {{ 7 }}'
ENDLESS = 150_000
"""Characters, of three bytes each: a message of the engine is a megabyte with them."""
BACKWARDS = "before \u202eesrever\u202c after \u2066isolated\u2069 end"


class Audience:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.lines = page.locator("[data-lines] .text")
        self.received: list[dict[str, Any]] = []
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: self.received.append(json.loads(payload)))

    def texts(self) -> list[str]:
        """Of the finished sentences in the protocol."""
        messages = [message for message in self.received if message["type"] in ("snapshot", "sentences")]
        return [item["text"] for message in messages for item in message["items"]]


@pytest.fixture
def audience(browser: Browser, witness: Witness, site: Site, room: RoomFacts) -> Iterator[Audience]:
    with browser.new_context(viewport=DESKTOP) as context:
        audience = Audience(witness.watch(context.new_page()))
        audience.page.goto(site.watch(room))
        yield audience


def say(backstage: Backstage, site: Site, room: RoomFacts, text: str) -> None:
    times = {"begin_ms": 200, "end_ms": 1_500}
    site.service.play([{"text": text, **times, "words": [{"text": text, **times}]}])
    with speaking(backstage, site, room) as voice:
        voice.stay_silent(2)
        voice.stop()


def test_chinese_and_english_in_one_sentence_reach_page_database_and_protocol_as_they_are(
    audience: Audience, backstage: Backstage, site: Site, room: RoomFacts
) -> None:
    say(backstage, site, room, BILINGUAL)
    expect(audience.lines).to_have_text([BILINGUAL])
    assert audience.texts() == [BILINGUAL]
    (session,) = site.sessions(room)
    assert [kept.text for kept in kept_sentences(site.product.folder, session)] == [BILINGUAL]


def test_what_looks_like_markup_is_shown_as_it_was_written(
    audience: Audience, backstage: Backstage, site: Site, room: RoomFacts
) -> None:
    title = audience.page.title()
    say(backstage, site, room, MARKUP)
    expect(audience.lines).to_have_text([MARKUP])
    assert audience.lines.locator("*").count() == 0
    assert audience.page.title() == title
    signed_in = site.signed_in(audience.page.context.browser)  # type: ignore[arg-type]
    with signed_in:
        page = signed_in.new_page()
        page.goto(site.url(f"/rooms/{room.slug}/sessions/{site.sessions(room)[0]}/"))
        assert MARKUP in page.locator("main").inner_text()
        assert page.locator("main img, main script:not([type='application/json']), main b").count() == 0


def test_characters_that_turn_the_reading_direction_cannot_turn_the_page(
    audience: Audience, backstage: Backstage, site: Site, room: RoomFacts
) -> None:
    say(backstage, site, room, BACKWARDS)
    expect(audience.lines).to_have_text(["before esrever after isolated end"])
    expect(audience.lines).to_have_attribute("dir", "auto")


def test_an_endless_sentence_is_cut_and_the_page_lives_on(
    audience: Audience, backstage: Backstage, site: Site, room: RoomFacts
) -> None:
    say(backstage, site, room, "深" * ENDLESS)
    expect(audience.lines).to_have_count(1)
    (text,) = audience.texts()
    assert 0 < len(text) <= MAX_SENTENCE_CHARACTERS
    expect(audience.page.locator("[data-viewer]")).to_have_attribute("data-state", "ended")
    assert audience.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
