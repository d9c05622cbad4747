"""Recordings through the page: dropped, cut off in the middle, continued, opened."""

from __future__ import annotations

import re
import wave
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.backstage import Backstage
from tests.browser.chromium import Witness
from tests.browser.site import Site
from tests.faults.product import PROJECT, RoomFacts

pytestmark = pytest.mark.browser

SPEECH = PROJECT / "tests/audio/en_austen_5utt.wav"
TIMES = 10
PIECES = 3
"""As many of the long file's are taken before the server is killed."""


@pytest.fixture
def long_file(tmp_path: Path) -> Path:
    """Ten times the speech: several pieces."""
    path = tmp_path / "A long_talk.wav"
    with wave.open(str(SPEECH)) as speech, wave.open(str(path), "wb") as long:
        long.setparams(speech.getparams())
        long.writeframes(speech.readframes(speech.getnframes()) * TIMES)
    return path


def dropped(page: Page, name: str, content: bytes) -> None:
    transfer = page.evaluate_handle(
        """([name, content]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([Uint8Array.from(content)], name));
            return transfer;
        }""",
        [name, list(content)],
    )
    page.dispatch_event("#upload", "drop", {"dataTransfer": transfer})


def parts(site: Site) -> list[Path]:
    return list((site.product.folder / "uploads").glob("*.part"))


def test_files_arrive_whole_over_a_killed_server_and_a_reload(
    site: Site, browser: Browser, room: RoomFacts, backstage: Backstage, witness: Witness, long_file: Path
) -> None:
    taken: list[str] = []

    def die_in_the_middle(route: Route) -> None:
        if route.request.method == "PATCH":
            taken.append(route.request.headers["upload-offset"])
            if len(taken) == PIECES + 1:
                backstage.run(site.product.kill())
        route.continue_()

    for words in ("Failed to load resource", "htmx:"):  # what the dead server leaves on the console
        witness.forgive(words)
    with site.signed_in(browser, locale="en") as context:
        page = witness.watch(context.new_page())
        page.goto(site.url(f"/rooms/{room.slug}/sessions/"))
        page.get_by_role("link", name="Upload a recording").click()
        expect(page.get_by_text("Or drop them here")).to_be_visible()  # its script runs
        # Somebody signs in again on another tab: the token in this page is of no use any more.
        context.add_cookies([{"name": "csrftoken", "value": "n" * 32, "url": site.url("/")}])
        dropped(page, "picture.mp3", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
        refused = page.locator(".uploads .row", has_text="picture.mp3")
        expect(refused).to_contain_text("No sound or video in a format we know")

        page.route("**/uploads/*/", die_in_the_middle)
        page.locator("input[type=file]").set_input_files(long_file)
        sending = page.locator(".sending .row")
        expect(sending).to_contain_text("are safe; it goes on by itself")
        expect(page.locator("[data-said]")).to_contain_text("the connection is gone")
        [part] = parts(site)
        kept = part.stat().st_size
        assert kept >= int(taken[-1]) > 0
        assert long_file.read_bytes().startswith(part.read_bytes())
        sending.get_by_role("button", name="Pause").click()
        expect(sending).to_contain_text("Paused")
        page.unroute("**/uploads/*/")

        backstage.run(site.product.start())
        page.reload()
        expect(page.locator(".uploads .row", has_text="A long_talk.wav")).to_contain_text("Choose the same file again")
        expect(page.get_by_text("Or drop them here")).to_be_visible()
        with page.expect_request(lambda request: request.method == "PATCH") as continued:
            page.locator("input[type=file]").set_input_files(long_file)
        assert int(continued.value.headers["upload-offset"]) == kept
        done = page.locator(".uploads .row", has_text="A long_talk.wav")
        done.get_by_role("link", name="Open the session").click()
        expect(page.get_by_role("heading", name="A long talk", exact=True)).to_be_visible()
    session = re.search(r"sessions/(\d+)/", page.url)
    assert session
    assert (site.product.folder / "recordings" / session[1] / "original.wav").read_bytes() == long_file.read_bytes()


def test_without_scripts_a_small_file_comes_all_the_same(site: Site, browser: Browser, room: RoomFacts) -> None:
    with site.signed_in(browser, locale="en", java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(site.url(f"/rooms/{room.slug}/uploads/"))
        page.locator("input[type=file]").set_input_files(SPEECH)
        page.get_by_role("button", name="Upload").click()
        expect(page.locator(".uploads .row", has_text=SPEECH.name)).to_be_visible()
