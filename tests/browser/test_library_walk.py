"""A newcomer's whole way on the embedded engine: spoken, heard again, compared, corrected, exported, found."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import docx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.chromium import Witness
from tests.browser.site import Site
from tests.browser.test_editing import expect_saved, tab_to
from tests.exports.readers import Read, read_ass, read_csv, read_srt, read_vtt
from tests.faults.product import PROJECT

pytestmark = pytest.mark.browser
SPEECH = PROJECT / "tests/audio/en_austen_5utt.wav"
SENTENCES = 5
SECONDS = 31.23
SECOND = "he was not an ill-disposed young man"
THIRD = "unless to be rather cold-hearted and rather selfish is to be ill-disposed"
PATIENCE_MS = 120_000


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """Nobody has a key."""
    return {"DASHSCOPE_API_KEY": ""}


@pytest.fixture
def page(site: Site, browser: Browser, witness: Witness) -> Iterator[Page]:
    with site.signed_in(browser, locale="en", reduced_motion="reduce") as context:
        witness.watch_all(context)
        yield context.new_page()


@pytest.mark.long
def test_from_the_spoken_word_to_the_corrected_file_without_a_key(site: Site, page: Page) -> None:
    broadcast(site)
    session = open_session(page, site)
    play(page)
    transcribe_again(page)
    # The recording is what was heard live, sample for sample: the same engine hears the same.
    page.goto(session)
    page.get_by_role("link", name="Compare two").click()
    expect(page.locator(".tally")).to_have_text("Both say the same: nothing to decide.")
    correct_a_copy(page, session)
    accept(page)
    page.goto(session)
    expect(page.locator(".transcripts tbody tr")).to_have_count(4)
    shown(page).get_by_role("link", name="Edit –").click()
    type_over(page, 3, THIRD)
    page.get_by_role("link", name="Back to the session").click()
    expect(page.locator(".lines")).to_contain_text(THIRD)
    export(page)
    find(page, session)


def broadcast(site: Site) -> None:
    """As the terminal does it."""
    where = ("--server", f"http://127.0.0.1:{site.product.port}", "--key", site.ground.preview.stream_key)
    command = [sys.executable, "manage.py", "caption", str(SPEECH), *where, "--speed", "4"]
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "SUBTITLES_DATA_DIR": str(site.product.folder)}
    subprocess.run(command, env=environment, cwd=PROJECT, check=True, timeout=120)


def open_session(page: Page, site: Site) -> str:
    """The only one of its room; its address."""
    page.goto(site.url(f"/rooms/{site.ground.preview.slug}/sessions/"))
    page.locator("#sessions tbody a, main table a").first.click()
    page.wait_for_url("**/sessions/*/")
    expect(page.locator(".lines li")).to_have_count(SENTENCES)
    return page.url


def play(page: Page) -> None:
    audio = page.locator("audio")
    audio.wait_for(timeout=PATIENCE_MS)
    page.wait_for_function("() => document.querySelector('audio').duration > 0")
    assert audio.evaluate("audio => audio.duration") == pytest.approx(SECONDS, abs=0.01)
    audio.focus()
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0.3")
    page.keyboard.press("Space")


def transcribe_again(page: Page) -> None:
    """The recording is FLAC by now."""
    page.get_by_role("link", name="Transcribe again").click()
    expect(page.get_by_label("Model").locator("option:checked")).to_contain_text("PocketSphinx")
    expect(page.locator(".estimate")).to_contain_text("Costs nothing")
    page.get_by_role("button", name="Transcribe").click()
    page.wait_for_url("**/jobs/*/")
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.locator("#job .badge")).to_have_text("Done", timeout=PATIENCE_MS)
    page.get_by_role("link", name="Read the result").click()
    expect(page.locator("#result .lines li")).to_have_count(SENTENCES)


def correct_a_copy(page: Page, session: str) -> None:
    """Of what the job heard: two words in the first sentence, the whole of the second one."""
    page.goto(session)
    page.locator("tr", has_text="(no.").get_by_role("button", name="Edit a copy").dblclick()
    page.locator("[data-editor][data-ready]").wait_for()
    tab_to(page, "#s1 .text")
    page.keyboard.press("Home")
    page.keyboard.type("And ")
    page.keyboard.press("End")
    page.keyboard.type(" indeed")
    type_over(page, 2, SECOND)
    page.get_by_role("button", name="Publish").click()
    expect(shown(page)).to_contain_text("Edited copy")


def type_over(page: Page, number: int, text: str) -> None:
    tab_to(page, f"#s{number} .text")
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    expect_saved(page)


def accept(page: Page) -> None:
    """Into the live text: one word of the first sentence, the whole second one."""
    page.get_by_role("link", name="Compare two").click()
    for side, name in (("Left", "Live: "), ("Right", "Edited copy")):
        choice = page.get_by_label(side)
        choice.select_option(choice.locator("option", has_text=name).get_attribute("value"))
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".tally")).to_have_text("2 differences")
    # Whoever is impatient gets one copy all the same.
    page.locator("#difference-1 ins button").first.dblclick()
    expect(page.locator("#messages")).to_contain_text("published transcript")
    first = page.locator("#difference-1 .side").first
    expect(first).to_contain_text("And ")
    expect(first).not_to_contain_text("indeed")
    page.locator("#difference-2 [data-take]").click()
    expect(page.locator("#difference-2.taken .side").first).to_contain_text(SECOND)


def shown(page: Page) -> Locator:
    return page.locator("tr", has_text="Shown to people")


def export(page: Page) -> None:
    for key in READERS:
        page.get_by_label("Format").select_option(key)
        with page.expect_download() as download:
            page.get_by_role("button", name="Download").click()
        assert download.value.suggested_filename.startswith("A room on the preview engine")
        assert download.value.suggested_filename.endswith(f".{key}")
        text = READERS[key](download.value.path().read_bytes())
        assert "And " in text, key
        assert SECOND in text, key
        assert THIRD in text, key
        assert "indeed" not in text, key


def cue_text(cues: list[Read]) -> str:
    assert all(0 <= cue.begin_ms < cue.end_ms <= SECONDS * 1000 + 1 for cue in cues)
    return " ".join(line for cue in cues for line in cue.lines)


def json_text(data: bytes) -> str:
    return " ".join(cue["text"] for cue in json.loads(data)["cues"])


def csv_text(data: bytes) -> str:
    return " ".join(row["text"] for row in read_csv(data))


def docx_text(data: bytes) -> str:
    return " ".join(paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs)


READERS: dict[str, Callable[[bytes], str]] = {
    "vtt": lambda data: cue_text(read_vtt(data)),
    "srt": lambda data: cue_text(read_srt(data)),
    "ass": lambda data: cue_text(read_ass(data)),
    "txt": bytes.decode,
    "json": json_text,
    "csv": csv_text,
    "docx": docx_text,
}


def find(page: Page, session: str) -> None:
    page.get_by_role("link", name="Library").click()
    page.get_by_label("Search what was said").fill("unless")
    page.keyboard.press("Enter")
    expect(page.locator(".hits li")).to_have_count(1)
    page.locator(".moment").click()
    expect(page.locator("#s3")).to_be_in_viewport()
    expect(page.locator("#s3")).to_contain_text(THIRD)
    assert page.url.startswith(session)
