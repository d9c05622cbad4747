from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserType, Dialog, Page, expect

from subtitles.speech import SAMPLE_RATE
from tests.browser import chromium
from tests.browser.chromium import Witness
from tests.browser.fidelity import compare
from tests.browser.sent_audio import BYTES
from tests.browser.site import Site
from tests.browser.studio import Studio
from tests.fakes.dashscope import recognisers
from tests.faults.product import PROJECT, RoomFacts
from tests.faults.stage import kept_audio

pytestmark = pytest.mark.browser
SPEECH = PROJECT / "tests/audio/zhen_hello_lab.wav"
FRAME = SAMPLE_RATE // 10
AT_48_KHZ = """
    const Context = window.AudioContext;
    window.AudioContext = class extends Context {
      constructor(options) { super({ ...options, sampleRate: 48000 }); }
    };
"""


@pytest.fixture(scope="module")
def browser(chromium_type: BrowserType) -> Iterator[Browser]:
    with chromium.launch(chromium_type, microphone=SPEECH) as browser:
        yield browser


@pytest.fixture
def page(site: Site, browser: Browser, witness: Witness) -> Iterator[Page]:
    with site.signed_in(browser) as context:
        yield witness.watch(context.new_page())


@pytest.fixture
def studio(page: Page, site: Site, room: RoomFacts) -> Studio:
    return Studio(page).open(site.studio(room))


def kept(site: Site, room: RoomFacts) -> bytes:
    return kept_audio(site.product.folder, site.sessions(room)[-1])


# The fake device runs at 44.1 kHz; the context may run at another rate, as with many a real device.
@pytest.mark.parametrize("script", ["", AT_48_KHZ], ids=["44.1 kHz", "48 kHz"])
def test_the_server_gets_what_the_microphone_heard_at_16_khz(
    page: Page, site: Site, room: RoomFacts, script: str
) -> None:
    page.add_init_script(script)
    studio = Studio(page).open(site.studio(room)).go_live()
    studio.wait_until_sent(5.0)
    studio.stop()
    assert studio.sent.problems == []
    assert kept(site, room) == studio.sent.pcm
    heard = compare(recognisers.recording(SPEECH), bytes(studio.sent.pcm))
    # A busy machine lets the fake device run dry; what a filter does wrong it does in every second.
    assert max(second.snr_db for second in heard) >= 30
    whole = [second for second in heard if second.snr_db >= 10]
    assert all(before.late - FRAME < after.late for before, after in itertools.pairwise(whole)), "a frame is missing"


def test_audio_leaves_in_numbered_frames_of_100_ms(studio: Studio) -> None:
    studio.go_live()
    studio.wait_until_sent(1.5)
    studio.stop()
    firsts, sizes = zip(*studio.sent.frames, strict=True)
    assert list(firsts) == list(itertools.accumulate(sizes[:-1], initial=0))
    # What gathers before the server is ready leaves in one; the last frame is what was left.
    assert set(sizes[1:-1]) == {FRAME}
    assert sizes[0] % FRAME == 0


def test_nobody_is_recorded_before_it_is_said_that_everybody_knows(studio: Studio) -> None:
    studio.button("Go live").click()
    expect(studio.alarm).to_contain_text("Tick first that everybody who is recorded knows about it.")
    expect(studio.page.get_by_label("Everybody who is recorded")).to_be_focused()
    studio.expect_state("idle")
    assert studio.sent.sockets == []
    studio.go_live()
    expect(studio.alarm).to_be_hidden()
    studio.stop()


def test_a_pause_leaves_a_gap_that_has_a_place_and_no_samples(studio: Studio, site: Site, room: RoomFacts) -> None:
    studio.go_live()
    studio.wait_until_sent(1.0)
    studio.button("Pause").click()
    studio.expect_state("paused")
    expect(studio.notice).to_contain_text("Nothing is recorded until you resume")
    paused_at = studio.sent.samples
    studio.button("Resume").click()
    studio.expect_state("live")
    studio.wait_until_sent(paused_at / SAMPLE_RATE + 1.0)
    studio.stop()
    assert kept(site, room) == studio.sent.pcm
    assert site.gaps(room) == [(paused_at, "pause")]


def test_muted_means_silence_and_time_goes_on(studio: Studio, site: Site, room: RoomFacts) -> None:
    studio.go_live()
    studio.wait_until_sent(1.0)
    studio.button("Mute").click()
    expect(studio.button("Mute")).to_have_attribute("aria-pressed", "true")
    # What was on its way between the device and the page is still sound.
    muted_at = studio.sent.samples + 3 * FRAME
    studio.wait_until_sent((muted_at + SAMPLE_RATE) / SAMPLE_RATE)
    studio.button("Mute").click()
    studio.stop()
    audio = np.frombuffer(kept(site, room), "<i2")
    assert audio[:muted_at].any()
    assert not audio[muted_at : muted_at + SAMPLE_RATE - 3 * FRAME].any()


def test_a_second_tab_says_that_another_one_is_live(studio: Studio, site: Site, room: RoomFacts) -> None:
    studio.go_live()
    second = Studio(studio.page.context.new_page()).open(site.studio(room))
    second.page.get_by_label("Everybody who is recorded").check()
    second.button("Go live").click()
    second.expect_state("elsewhere")
    expect(second.alarm).to_contain_text("Another tab of this browser is live in this room.")
    assert second.sent.sockets == []
    studio.stop()
    second.button("Go live").click()
    second.expect_state("live")
    second.stop()


def test_another_browser_may_leave_a_broadcast_alone_or_take_it_over(
    studio: Studio, site: Site, room: RoomFacts, browser: Browser, witness: Witness
) -> None:
    studio.go_live()
    studio.wait_until_sent(0.5)
    with site.signed_in(browser) as elsewhere:
        other = Studio(witness.watch(elsewhere.new_page())).open(site.studio(room))
        other.page.get_by_label("Everybody who is recorded").check()
        other.button("Go live").click()
        expect(other.page.get_by_role("dialog")).to_contain_text("Somebody is live in this room")
        other.button("Leave it alone").click()
        expect(other.page.get_by_role("dialog")).to_be_hidden()
        studio.expect_state("live")

        other.button("Go live").click()
        other.button("Take over").click()
        other.expect_state("live")
        studio.expect_state("elsewhere")
        expect(studio.alarm).to_contain_text("Another page or program took over this broadcast.")
        other.wait_until_sent(other.sent.samples / SAMPLE_RATE + 0.5)
        other.stop()
    assert len(site.sessions(room)) == 1
    # What the first page still sent before it heard of it was refused.
    handed_over = other.sent.frames[0][0] * BYTES
    assert kept(site, room) == studio.sent.pcm[:handed_over] + other.sent.pcm


def test_leaving_while_live_asks_first_and_a_reload_continues_the_session(
    studio: Studio, site: Site, room: RoomFacts
) -> None:
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    studio.page.on("dialog", leave)
    studio.go_live()
    studio.wait_until_sent(1.0)
    before = bytes(studio.sent.pcm)
    studio.page.reload()
    again = Studio(studio.page).go_live()
    again.wait_until_sent(1.0)
    again.stop()
    assert asked == ["beforeunload"]
    assert len(site.sessions(room)) == 1
    # What the page sent in its last moment may have been seen by the server, or by this test, alone.
    resumed = again.sent.frames[0][0] * BYTES
    assert resumed <= len(before) + SAMPLE_RATE * BYTES
    recording = kept(site, room)
    assert recording[:resumed][: len(before)] == before[:resumed]
    assert recording[resumed:] == again.sent.pcm


def test_after_the_end_the_same_page_begins_a_new_session(studio: Studio, site: Site, room: RoomFacts) -> None:
    for expected in (1, 2):
        studio.go_live()
        studio.wait_until_sent(0.5)
        studio.stop()
        assert len(site.sessions(room)) == expected


def test_a_tab_that_comes_back_after_its_session_ended_begins_a_new_one(
    studio: Studio, site: Site, room: RoomFacts
) -> None:
    studio.go_live()
    remembered = studio.page.evaluate("JSON.stringify(sessionStorage)")
    studio.stop()
    studio.page.evaluate("remembered => Object.assign(sessionStorage, JSON.parse(remembered))", remembered)
    studio.page.reload()
    studio.go_live()
    studio.stop()
    assert len(site.sessions(room)) == 2
