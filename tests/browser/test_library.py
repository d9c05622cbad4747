"""From a long list to one sentence, to a file, to nothing: as somebody with many sessions does it."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from subtitles.exports.visible import visible
from tests.browser.chromium import Witness
from tests.browser.site import Site
from tests.exports.readers import read_vtt

pytestmark = pytest.mark.browser
HOSTILE = [
    "00:00:01.000 --> 00:00:09.000",
    "a --> b ---> c -->",
    "NOTE hidden",
    "STYLE ::cue { color: red }",
    "WEBVTT",
    "<script>alert(1)</script> <b>bold</b> <00:00:01.000>",
    "<v Mallory>not said by her",
    "a < b && c > d &amp; &lt; &nbsp; &#60;",
    r"{\an8}{\p1} back\slash \N",
    "=1+1 'quoted' \"text\"",
    "זה טקסט, مرحبا, 你好",
    "</script><!-- ]]> -->",
]
ONE_CUE_A_SENTENCE = (
    "format=vtt&preset=live&drawn=live&line_length=200&lines=4&speed=100&min_ms=0&max_ms=60000&gap_ms=0"
)
PARSED = """
    (address) => new Promise((resolve, reject) => {
      const video = document.body.appendChild(document.createElement("video"));
      const track = video.appendChild(document.createElement("track"));
      track.onload = () => resolve([...track.track.cues].map((cue) =>
        [Math.round(cue.startTime * 1000), Math.round(cue.endTime * 1000), cue.getCueAsHTML().textContent]));
      track.onerror = () => reject(new Error("the track is refused"));
      track.src = address;
      track.track.mode = "hidden";
    })
"""


@pytest.fixture
def page(site: Site, browser: Browser, witness: Witness) -> Any:
    with site.signed_in(browser) as context:
        witness.watch_all(context)
        yield context.new_page()


def test_the_browsers_own_parser_reads_every_cue_whatever_was_said(site: Site, page: Page) -> None:
    _say(site, HOSTILE)
    page.goto(site.url("/library/search/?q=mallory"))
    expect(page.locator(".hits mark")).to_have_text("Mallory")
    address = site.url(f"/library/export/file/?session={site.ground.short_session}&{ONE_CUE_A_SENTENCE}")
    ours = read_vtt(page.request.get(address).body())
    read = page.evaluate(PARSED, address)
    assert read == [[cue.begin_ms, cue.end_ms, "\n".join(cue.lines)] for cue in ours]
    assert [text for _, _, text in read] == [visible(text).replace("\\", "＼") for text in HOSTILE]


def _say(site: Site, texts: list[str]) -> None:
    """Into the sentences of the short session, behind the product's back."""
    with closing(sqlite3.connect(site.product.folder / "db.sqlite3", timeout=20)) as database, database:
        database.executemany(
            "UPDATE subtitles_sentence SET text = ?, words = '[]' WHERE number = ? AND transcript_id IN"
            " (SELECT id FROM subtitles_transcript WHERE session_id = ?)",
            [(text, number, site.ground.short_session) for number, text in enumerate(texts, 1)],
        )


def test_from_the_list_to_a_sentence_to_a_file_to_nothing(site: Site, page: Page) -> None:
    page.goto(site.url("/library/"))
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_label("Title").fill("first")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("q=first"))
    _find(page)
    _export(page)
    _delete(page)


def _find(page: Page) -> None:
    page.get_by_label("Search what was said").fill("案")
    page.keyboard.press("Enter")
    page.locator(".hits .moment").first.wait_for()
    page.locator("#words").fill("council 399")
    expect(page.locator(".hits li")).to_have_count(1)
    page.locator(".moment").click()
    sentence = page.locator("#s399")
    expect(sentence).to_be_in_viewport()
    expect(sentence).to_contain_text("sentence 399")
    page.go_back()
    page.go_back()
    page.get_by_role("link", name="Library").click()


def _export(page: Page) -> None:
    page.get_by_label("Choose “Budget, first").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Export").click()
    length = page.get_by_label("Characters in a line")
    expect(length).to_have_value("42")
    page.get_by_label("Layout").select_option("vertical")
    expect(length).to_have_value("24")
    length.fill("3")
    length.blur()
    expect(page.locator(".errorlist")).to_contain_text("greater than or equal to 4")
    page.get_by_label("Characters in a line").fill("200")
    page.get_by_label("Format").select_option("srt")
    expect(page.locator(".cues li")).to_have_count(12)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "Budget, first reading 预算.srt"


def _delete(page: Page) -> None:
    page.goto(page.url.partition("/library/")[0] + "/library/?q=first")
    page.get_by_label("Choose “Budget, first").check()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Delete sessions")
    page.get_by_role("button", name="Delete 1 session for good").click()
    expect(page.locator("#messages")).to_contain_text("1 session was deleted.")
    expect(page.locator("tbody tr")).to_have_count(1)
