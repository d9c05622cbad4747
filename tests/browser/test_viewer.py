from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from io import BytesIO

import av
import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.browser.backstage import Backstage
from tests.browser.chromium import Witness
from tests.browser.site import PHONE, Site
from tests.browser.voice import Voice, speaking
from tests.faults.product import RoomFacts

pytestmark = pytest.mark.browser
OPEN_PAGE = Callable[[str], Page]
AUDIENCE_BYTES = 30_000
OVERLAY_BYTES = 10_000
REQUESTS = 6
SHOWN = 250


@pytest.fixture
def visit(browser: Browser, witness: Witness) -> Iterator[OPEN_PAGE]:
    """Opens an address as somebody who is not signed in."""
    with browser.new_context(viewport=PHONE, locale="en") as context:

        def opened(url: str) -> Page:
            page = witness.watch(context.new_page())
            page.goto(url)
            return page

        yield opened


@pytest.fixture
def voice(backstage: Backstage, site: Site, room: RoomFacts) -> Iterator[Voice]:
    with speaking(backstage, site, room) as voice:
        yield voice


def lines(page: Page) -> list[str]:
    return page.locator("[data-lines] .text").all_inner_texts()


def expect_lines(page: Page, texts: list[str]) -> None:
    expect(page.locator("[data-lines] .text")).to_have_text(texts)


def expect_state(page: Page, state: str) -> None:
    expect(page.locator("[data-viewer]")).to_have_attribute("data-state", state)


def test_a_late_viewer_reads_the_recent_sentences_at_once(
    visit: OPEN_PAGE, site: Site, room: RoomFacts, voice: Voice
) -> None:
    early = visit(site.watch(room))
    spoken = voice.say_sentences(5)
    expect_lines(early, spoken)
    late = visit(site.watch(room))
    expect_lines(late, spoken)
    expect_state(late, "live")


def test_words_still_being_spoken_are_marked_and_give_way_to_the_sentence(
    visit: OPEN_PAGE, site: Site, room: RoomFacts, voice: Voice
) -> None:
    page = visit(site.watch(room))
    interim = page.locator("[data-interim]")
    words = voice.say_words(5)
    expect(interim).to_have_text(words)
    expect(interim).to_have_attribute("aria-hidden", "true")
    assert lines(page) == []
    sentence = voice.finish_sentence()
    expect_lines(page, [sentence])
    expect(interim).to_have_text("")
    line = page.locator("[data-lines] .sentence").element_handle()
    assert line
    expect_lines(page, [sentence, *voice.say_sentences(1)])
    assert line.evaluate("line => line.isConnected && line.dataset.number === '1'"), "the log was rewritten"


def test_the_next_session_appears_without_a_reload_also_for_whoever_reads_the_past_of_the_last(
    visit: OPEN_PAGE, backstage: Backstage, site: Site, room: RoomFacts
) -> None:
    page = visit(site.watch(room))
    expect_state(page, "waiting")
    with speaking(backstage, site, room) as first:
        expect_lines(page, first.say_sentences(12))
        page.locator("[data-scroller]").evaluate("box => { box.scrollTop = 0; }")
        expect(page.locator("[data-latest]")).to_be_visible()
        first.stop()
    expect_state(page, "ended")
    with speaking(backstage, site, room) as second:
        expect_lines(page, second.say_sentences(12))
        expect_state(page, "live")
        expect(page.locator("[data-lines] .sentence").last).to_be_in_viewport()
        expect(page.locator("[data-latest]")).to_be_hidden()
        second.stop()
    assert len(site.sessions(room)) == 2


def test_scrolling_back_brings_the_whole_past_and_never_more_than_the_page_can_carry(
    visit: OPEN_PAGE, site: Site
) -> None:
    page = visit(site.watch(site.ground.archive))
    scroller, sentences = page.locator("[data-scroller]"), page.locator("[data-lines] .sentence")
    expect(sentences.last).to_have_attribute("data-number", str(site.ground.SENTENCES))
    expect(sentences.last).to_be_in_viewport()
    seen: list[int] = []
    while (first := int(sentences.first.get_attribute("data-number") or 0)) > 1:
        seen.append(first)
        scroller.evaluate("box => { box.scrollTop = 0; }")
        expect(sentences.first).not_to_have_attribute("data-number", str(first))
        assert sentences.count() <= SHOWN
    assert seen == sorted(seen, reverse=True)
    numbers = [int(line.get_attribute("data-number") or 0) for line in sentences.all()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > SHOWN / 2
    page.get_by_role("button", name="To the newest line").click()
    expect(sentences.last).to_have_attribute("data-number", str(site.ground.SENTENCES))
    expect(sentences.last).to_be_in_viewport()


def test_whoever_reads_the_past_is_not_torn_away_by_new_words(
    visit: OPEN_PAGE, site: Site, room: RoomFacts, voice: Voice
) -> None:
    page = visit(site.watch(room))
    spoken = voice.say_sentences(12)
    expect_lines(page, spoken)
    page.locator("[data-scroller]").evaluate("box => { box.scrollTop = 0; }")
    pill = page.locator("[data-latest]")
    expect(pill).to_be_visible()
    voice.say_sentences(2)
    expect(pill).to_have_text("New lines: 2")
    expect(page.locator("[data-lines] .sentence").first).to_be_in_viewport()
    pill.click()
    expect(page.locator("[data-lines] .sentence").last).to_be_in_viewport()


def test_the_streamer_sees_how_many_read_and_overlays_do_not_count(
    visit: OPEN_PAGE, site: Site, room: RoomFacts, voice: Voice
) -> None:
    overlay, *readers = (visit(url) for url in (site.overlay(room), site.watch(room), site.watch(room)))
    sentence = voice.finish_sentence()
    for reader in readers:
        expect_lines(reader, [sentence])
    expect(overlay.locator(".text")).to_have_text([sentence])
    voice.wait_for_status(viewers=2)


def test_a_renewed_link_closes_the_old_one_in_words(
    visit: OPEN_PAGE, browser: Browser, site: Site, room: RoomFacts, witness: Witness
) -> None:
    witness.forgive("410")
    with site.signed_in(browser, locale="en") as owner:
        settings = owner.new_page()
        settings.goto(site.url(f"/rooms/{room.slug}/settings/"))
        settings.get_by_label("The old link may stop working for everybody, and in OBS.").check()
        settings.get_by_role("button", name="Renew the watch link").click()
        settings.wait_for_url(f"**/rooms/{room.slug}/**")
    page = visit(site.watch(room))
    expect(page.get_by_role("heading")).to_have_text("This link was replaced")
    assert "Captions: This link was replaced" in visit(site.overlay(room)).locator("body").inner_text()


# --- weight -----------------------------------------------------------------------------------------------------------


def loaded(page: Page, url: str) -> list[Response]:
    """What came over the network until the first caption was there."""
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))
    page.goto(url)
    page.locator(".sentence").first.wait_for()
    return responses


def weight(responses: list[Response]) -> int:
    return sum(len(gzip.compress(response.body(), 6)) for response in responses)


def test_the_audience_loads_little(browser: Browser, site: Site) -> None:
    with browser.new_context() as context:
        responses = loaded(context.new_page(), site.watch(site.ground.archive))
        assert len(responses) <= REQUESTS
        assert weight(responses) <= AUDIENCE_BYTES


def test_the_overlay_loads_less_and_no_htmx(browser: Browser, site: Site, room: RoomFacts, voice: Voice) -> None:
    voice.say_sentences(1)
    with browser.new_context() as context:
        responses = loaded(context.new_page(), site.overlay(room))
        assert len(responses) <= REQUESTS
        assert weight(responses) <= OVERLAY_BYTES
        assert not any("htmx" in response.url for response in responses)


# --- overlay ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def overlay(browser: Browser, site: Site, room: RoomFacts, witness: Witness) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1920, "height": 200}, locale="en", reduced_motion="reduce") as context:
        page = witness.watch(context.new_page())
        page.goto(site.overlay(room))
        yield page


def test_the_overlay_is_transparent_but_for_its_words(overlay: Page, voice: Voice) -> None:
    voice.say_words(3)
    overlay.locator(".sentence").wait_for()
    with av.open(BytesIO(overlay.screenshot(omit_background=True)), mode="r") as picture:
        (frame,) = picture.decode(video=0)
        alpha = frame.to_ndarray(format="rgba")[:, :, 3]
    assert not alpha[0].any()
    assert not alpha[-1].any()
    assert not alpha[:, -1].any()
    assert 255 in alpha


def test_the_overlay_shows_the_two_newest_lines(overlay: Page, voice: Voice) -> None:
    voice.say_sentences(3)
    words = voice.say_words(12)
    expect(overlay.locator(".sentence").last).to_have_text(words)
    window = overlay.locator("[data-window]")
    height, line = window.evaluate("box => [box.clientHeight, parseFloat(getComputedStyle(box).lineHeight)]")
    assert height == pytest.approx(2 * line, abs=1)
    frame, last = window.bounding_box(), overlay.locator(".sentence").last.bounding_box()
    assert frame
    assert last
    assert last["y"] + last["height"] == pytest.approx(frame["y"] + frame["height"], abs=1)
    assert overlay.locator(".sentence").count() <= 4


def test_the_overlay_speaks_of_a_room_that_is_not_live_only_outside_obs(overlay: Page) -> None:
    notice = overlay.locator("[data-notice]")
    expect(notice).to_have_text("Captions appear here when the room goes live.")
    overlay.add_init_script("window.obsstudio = {};")
    overlay.reload()
    expect(overlay.locator("body")).to_have_attribute("data-state", "waiting")
    expect(notice).to_be_hidden()
