"""A broadcast whose network, or whose server, goes away: the studio page goes on by itself, and nothing is lost."""

from __future__ import annotations

import itertools
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, expect

from tests.browser import chromium
from tests.browser.backstage import Backstage
from tests.browser.chromium import Witness
from tests.browser.site import Site
from tests.browser.studio import Studio
from tests.fakes import position_code
from tests.fakes.dashscope.recognisers import PositionRecogniser
from tests.faults.product import RoomFacts
from tests.faults.relay import Relay
from tests.faults.stage import kept_audio, kept_sentences

pytestmark = pytest.mark.browser
SECONDS = 120
SHORT_S, LONG_S = 5, 30
NOTICED_MS = 2_000
FRAME = 1_600


@pytest.fixture(scope="module")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("microphone") / "position.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(position_code.encode(0, SECONDS * 1000 // position_code.BLOCK_MS))
    return path


@pytest.fixture(scope="module")
def line(backstage: Backstage, site: Site) -> Iterator[Relay]:
    """All that the browser has of a network."""
    with backstage.hosting(Relay(site.product.port)) as relay:
        yield relay


@pytest.fixture(scope="module")
def browser(chromium_type: BrowserType, site: Site, line: Relay, microphone: Path) -> Iterator[Browser]:
    # Addresses, cookies and origins stay as they are; the developer tools' own switch would spare open sockets.
    way = f"--host-resolver-rules=MAP localhost:{site.product.port} {line.url.removeprefix('ws://')}"
    with chromium.launch(chromium_type, way, microphone=microphone) as browser:
        yield browser


@pytest.fixture
def context(browser: Browser, site: Site, witness: Witness) -> Iterator[BrowserContext]:
    witness.forgive("WebSocket connection to")
    with site.signed_in(browser, locale="en") as context:
        witness.watch_all(context)
        yield context


@pytest.fixture
def audience(context: BrowserContext, site: Site, room: RoomFacts) -> Page:
    page = context.new_page()
    page.goto(site.watch(room))
    return page


@pytest.fixture
def overlay(context: BrowserContext, site: Site, room: RoomFacts) -> Page:
    page = context.new_page()
    page.goto(site.overlay(room))
    return page


@pytest.fixture
def studio(context: BrowserContext, site: Site, room: RoomFacts, audience: Page) -> Studio:
    """Live, with a first sentence at the audience's page."""
    studio = Studio(context.new_page()).open(site.studio(room)).go_live()
    expect_sentences(audience, 1)
    return studio


def expect_sentences(audience: Page, count: int) -> None:
    audience.locator(f'.sentence[data-number="{count}"]').wait_for()


def expect_more(audience: Page) -> None:
    """Waits for a sentence that is not there yet."""
    expect_sentences(audience, audience.locator(".sentence").count() + 1)


def check(
    site: Site, room: RoomFacts, studio: Studio, audience: Page, compared: Callable[[list[str]], list[str]] = list
) -> None:
    """Ends the broadcast; everything that was captured is kept, written down and was read, once and in order."""
    studio.stop()
    expect(audience.locator("[data-viewer]")).to_have_attribute("data-state", "ended")
    sent = bytes(studio.sent.pcm)
    assert studio.sent.problems == []
    check_microphone(sent)
    (session,) = site.sessions(room)
    assert kept_audio(site.product.folder, session) == sent
    texts = [kept.text for kept in kept_sentences(site.product.folder, session)]
    assert compared(texts) == compared(recognised(sent))
    assert audience.locator("[data-lines] .text").all_inner_texts() == texts
    assert site.gaps(room) == []


def check_microphone(pcm: bytes) -> None:
    """What the page captured is what was played, and no frame of it is missing or there twice.

    A device under load may put in, or leave out, some milliseconds of its own.
    """
    heard = list(position_code.Decoder().feed(pcm))
    for one, next_one in itertools.pairwise(heard):
        distance = (next_one.number - one.number) * position_code.BLOCK_SAMPLES
        assert distance > 0, f"block {next_one.number} came after {one.number}"
        missing = distance - (next_one.begin - one.begin)
        assert missing < FRAME, f"{missing} samples are missing after block {one.number}"


def recognised(pcm: bytes) -> list[str]:
    """The sentences of a run without faults."""
    recogniser = PositionRecogniser(16_000)
    return [said.text for said in [*recogniser.hear(pcm), *recogniser.finish()] if said.final]


@pytest.mark.chaos
def test_a_network_that_is_gone_for_seconds_costs_nothing(
    backstage: Backstage,
    line: Relay,
    site: Site,
    room: RoomFacts,
    studio: Studio,
    audience: Page,
    overlay: Page,
    rounds: int,
) -> None:
    backstage.call(line.cut)
    expect(studio.root).to_have_attribute("data-state", "reconnecting", timeout=NOTICED_MS)
    expect(studio.notice).to_have_text("The connection is gone: recording goes on here and is sent when it is back.")
    expect(audience.locator("[data-status]")).to_contain_text("no line is missed")
    expect(overlay.locator("[data-notice]")).to_have_text("Captions: reconnecting…")
    studio.wait_for_number("unsent", LONG_S if rounds > 3 else SHORT_S)
    expect(studio.alarm).to_contain_text("are sent in order")
    backstage.call(line.mend)
    studio.expect_state("live")
    expect_more(audience)
    expect(overlay.locator("[data-notice]")).to_be_hidden()
    expect(studio.alarm).to_be_hidden()
    check(site, room, studio, audience)


def test_a_connection_that_only_looks_alive_is_given_up(
    backstage: Backstage, line: Relay, site: Site, room: RoomFacts, studio: Studio, audience: Page
) -> None:
    before = len(studio.sent.sockets)
    backstage.call(line.hold)
    expect(studio.alarm).to_contain_text("are sent in order")
    expect(studio.root).to_have_attribute("data-link", "late")
    with studio.page.expect_websocket():
        pass
    studio.expect_state("live")
    expect(studio.root).to_have_attribute("data-link", "good")
    backstage.call(line.mend)
    assert len(studio.sent.sockets) > before
    expect_more(audience)
    check(site, room, studio, audience)


def test_a_server_that_dies_is_found_again(
    backstage: Backstage, site: Site, room: RoomFacts, studio: Studio, audience: Page
) -> None:
    backstage.run(site.product.kill())
    come_back(backstage, site, studio, audience)
    check(site, room, studio, audience)


def test_a_server_that_restarts_is_found_again(
    backstage: Backstage, site: Site, room: RoomFacts, studio: Studio, audience: Page
) -> None:
    backstage.run(site.product.terminate())
    come_back(backstage, site, studio, audience)
    # It ends what is being said as a sentence: two of them may be one of a run without faults.
    check(site, room, studio, audience, compared=words)


def come_back(backstage: Backstage, site: Site, studio: Studio, audience: Page) -> None:
    studio.expect_state("reconnecting")
    backstage.run(site.product.start())
    studio.expect_state("live")
    expect_more(audience)


def words(sentences: list[str]) -> list[str]:
    return " ".join(sentences).replace(".", "").split()
