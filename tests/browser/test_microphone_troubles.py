"""What a streamer reads when there is no sound to be had."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserType, expect

from tests.browser import chromium
from tests.browser.chromium import Witness
from tests.browser.site import Site
from tests.browser.studio import Studio
from tests.faults.product import RoomFacts

pytestmark = pytest.mark.browser
LAN = "lan.test"
DEAD_MICROPHONE = """
    navigator.mediaDevices.getUserMedia = async () => new AudioContext().createMediaStreamDestination().stream;
"""


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    return {"SUBTITLES_ALLOWED_HOSTS": f"localhost,127.0.0.1,{LAN}"}


@pytest.fixture(scope="module")
def hearing(chromium_type: BrowserType) -> Iterator[Browser]:
    """With a microphone, and with a name for the machine that is not its own."""
    way = f"--host-resolver-rules=MAP {LAN} 127.0.0.1"
    with chromium.launch(chromium_type, *chromium.FAKE_MICROPHONE, way) as browser:
        yield browser


@contextmanager
def open_studio(browser: Browser, site: Site, room: RoomFacts, witness: Witness) -> Iterator[Studio]:
    with site.signed_in(browser, locale="en") as context:
        yield Studio(witness.watch(context.new_page())).open(site.studio(room))


def press_go_live(studio: Studio) -> None:
    studio.page.get_by_label("Everybody who is recorded").check()
    studio.button("Go live").click()


def test_a_machine_without_a_microphone_says_so(
    chromium_type: BrowserType, site: Site, room: RoomFacts, witness: Witness
) -> None:
    with (
        chromium.launch(chromium_type, "--use-fake-ui-for-media-stream") as browser,
        open_studio(browser, site, room, witness) as studio,
    ):
        press_go_live(studio)
        expect(studio.alarm).to_have_text("No microphone was found. Plug one in and try again.")
        studio.expect_state("idle")
        expect(studio.button("Go live")).to_be_enabled()
        assert studio.sent.sockets == []


def test_a_refused_permission_is_explained(
    chromium_type: BrowserType, site: Site, room: RoomFacts, witness: Witness
) -> None:
    with (
        chromium.launch(chromium_type, "--use-fake-device-for-media-stream") as browser,
        open_studio(browser, site, room, witness) as studio,
    ):
        press_go_live(studio)
        expect(studio.alarm).to_contain_text("The browser was not allowed to use the microphone.")
        expect(studio.alarm).to_contain_text("allow the microphone, and try again")
        studio.expect_state("idle")
        studio.page.context.grant_permissions(["microphone"])
        studio.button("Go live").click()
        studio.expect_state("live")
        expect(studio.alarm).to_be_hidden()
        studio.stop()


def test_a_microphone_that_gives_nothing_is_noticed_after_three_seconds(
    hearing: Browser, site: Site, room: RoomFacts, witness: Witness
) -> None:
    with open_studio(hearing, site, room, witness) as studio:
        studio.page.add_init_script(DEAD_MICROPHONE)
        studio.page.reload()
        press_go_live(studio)
        studio.expect_state("live")
        expect(studio.alarm).to_contain_text("Nothing to hear for 3 seconds.")
        assert studio.sent.samples >= 2.5 * 16_000
        studio.stop()


def test_a_chosen_microphone_that_is_gone_is_replaced_by_another_and_named(
    hearing: Browser, site: Site, room: RoomFacts, witness: Witness
) -> None:
    with open_studio(hearing, site, room, witness) as studio:
        studio.page.evaluate("localStorage.setItem('subtitles.microphone', 'of-yesterday')")
        studio.page.reload()
        press_go_live(studio)
        studio.expect_state("live")
        expect(studio.alarm).to_contain_text("The microphone chosen last time is not there.")
        expect(studio.page.locator("[data-track]")).to_contain_text("Fake")
        studio.stop()


def test_a_page_without_https_says_why_there_is_no_microphone_and_where_there_is_one(
    hearing: Browser, site: Site, room: RoomFacts, witness: Witness
) -> None:
    witness.forgive("Cross-Origin-Opener-Policy header has been ignored")
    with site.signed_in(hearing, host=LAN, locale="en") as context:
        page = witness.watch(context.new_page())
        page.goto(f"http://{LAN}:{site.product.port}/rooms/{room.slug}/")
        assert not page.evaluate("isSecureContext")
        expect(page.get_by_role("heading", name="This address gives no microphone")).to_be_visible()
        expect(page.get_by_role("link", name=site.studio(room))).to_be_visible()
        expect(page.get_by_role("button", name="Go live")).to_be_hidden()

        page.goto(f"http://{LAN}:{site.product.port}/watch/{room.watch_token}/")
        expect(page.locator("[data-viewer]")).to_have_attribute("data-state", "waiting")
