"""A session's recording: being prepared, then there to be listened to."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import Witness
from tests.browser.site import Site
from tests.recordings.ground import speech

pytestmark = pytest.mark.browser
SECONDS = 31.23
SEAL = """
    UPDATE subtitles_recording SET samples = {samples}, sealed_at = datetime('now') WHERE session_id = {session};
    INSERT INTO subtitles_job
        (kind, key, payload, state, fence, owner, run_at, attempts, step, error_kind, error_key, error_message,
         cancel_asked, created_at, moved_at)
    SELECT 'encode', id, '{{"recording": ' || id || ', "session": {session}}}', 'queued', 0, '', '2999-01-01 00:00:00',
        0, '', '', '', '', 0, datetime('now'), datetime('now')
    FROM subtitles_recording WHERE session_id = {session};
"""
"""As the end of the session does it; but nobody takes up the job yet."""
PAINTED = """canvas => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.filter((value, place) => place % 4 === 3 && value > 0).length / (canvas.width * canvas.height);
}"""


def tell(folder: Path, script: str) -> None:
    with closing(sqlite3.connect(folder / "db.sqlite3", timeout=20)) as connection:
        connection.executescript(script)


def play_time(page: Page, condition: str) -> None:
    page.wait_for_function(f"() => (time => {condition})(document.querySelector('audio').currentTime)")


def test_a_recording_is_prepared_played_and_sought(site: Site, browser: Browser, witness: Witness) -> None:
    folder, session = site.product.folder, site.ground.short_session
    log = folder / "live" / str(session) / "1-0.pcm"
    log.parent.mkdir(parents=True)
    log.write_bytes(speech())
    tell(folder, SEAL.format(session=session, samples=len(speech()) // 2))
    with site.signed_in(browser) as context:
        page = witness.watch(context.new_page())
        page.goto(site.url(f"/rooms/{site.ground.archive.slug}/sessions/{session}/"))
        player = page.locator("#player")
        expect(player).to_contain_text("being prepared")
        tell(folder, "UPDATE subtitles_job SET run_at = datetime('now') WHERE kind = 'encode'")

        # It appears by itself; the waveform shows speech and its pauses.
        canvas, audio = player.locator("canvas"), player.locator("audio")
        expect(canvas).to_be_visible()
        page.wait_for_function("() => document.querySelector('audio').duration > 0")
        assert audio.evaluate("audio => audio.duration") == pytest.approx(SECONDS, abs=0.01)
        assert 0.05 < canvas.evaluate(PAINTED) < 0.8
        assert not log.exists()

        audio.focus()
        page.keyboard.press("Space")
        play_time(page, "time > 0.3 && time < 10")

        # Into the middle by the picture, on by the keyboard, to the front and the end.
        canvas.click()
        play_time(page, f"Math.abs(time - {SECONDS / 2}) < 2")
        audio.focus()
        page.keyboard.press("Space")
        before = audio.evaluate("audio => audio.currentTime")
        page.keyboard.press("ArrowRight")
        play_time(page, f"Math.abs(time - {before + 5}) < 0.5")
        page.keyboard.press("Home")
        play_time(page, "time === 0")

        # An address that has run out is replaced without a word, and it plays on.
        page.keyboard.press("Space")
        play_time(page, "time > 0")
        witness.forgive("403")
        audio.evaluate("audio => { audio.src = audio.src.replace(/.{5}.$/, 'stale/'); }")
        page.wait_for_function("() => !document.querySelector('audio').src.endsWith('stale/')")
        play_time(page, "time > 0.3")
        expect(player.locator("[data-trouble]")).to_be_hidden()
        assert [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")] == []

        # A link to a moment begins there; a sentence's time plays from there.
        page.goto(f"{page.url}?t=5000")
        play_time(page, "Math.abs(time - 5) < 0.1")
        time = page.locator("a[data-seek]").nth(1)
        begin = int(time.get_attribute("data-seek") or 0) / 1000
        time.click()
        play_time(page, f"time >= {begin} && time < {begin} + 3 && time != 5")
