"""What is typed into a sentence, and the steps that undoing it takes."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect

from tests.browser.chromium import Witness
from tests.browser.editing_site import Heard, hear_twice
from tests.browser.site import Site

pytestmark = pytest.mark.browser
LONG_MS = 2_000
"""More than a text waits before it is saved."""
SAVED = "Everything is saved."
HEARD = "he was not an ill disposed young men"


@pytest.fixture
def heard(site: Site) -> Heard:
    return hear_twice(site.product.folder, site.ground.archive.slug)


@pytest.fixture
def context(browser: Browser, site: Site, witness: Witness) -> Iterator[BrowserContext]:
    with site.signed_in(browser, locale="en", reduced_motion="reduce") as context:
        witness.watch_all(context)
        yield context


class Editor:
    """The page, and the texts that it asked to save."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        self.saved: list[str] = []
        self.page.clock.install()
        self.page.on("request", self._asked)
        self.page.goto(address)
        self.expect_ready()

    def expect_ready(self) -> None:
        self.page.locator("[data-editor][data-ready]").wait_for()

    def _asked(self, request: Request) -> None:
        if request.url.endswith("/changes/"):
            self.saved.append(json.loads(request.post_data or "{}").get("text", ""))

    def into(self, number: int) -> None:
        self.page.locator(f"#s{number} .text").focus()
        self.page.keyboard.press("End")

    def expect_text(self, number: int, text: str) -> None:
        expect(self.page.locator(f"#s{number} .text")).to_have_text(text)

    def expect_saved(self) -> None:
        expect(self.page.locator("[data-saved]")).to_have_text(SAVED)


def test_typing_and_undoing(context: BrowserContext, site: Site, heard: Heard, witness: Witness) -> None:
    editor = Editor(context, site.url(heard.editor))
    compose(context, editor)
    paste(editor)
    cut(editor)
    witness.forgive("422")
    empty(editor)


@pytest.mark.long
def test_undoing_and_joining_while_sentences_are_still_to_come(context: BrowserContext, site: Site) -> None:
    heard = hear_twice(site.product.folder, site.ground.archive.slug, 600)
    editor = Editor(context, site.url(heard.editor))
    editor.page.locator("#s595").wait_for(state="attached")
    editor.into(595)
    before = editor.page.locator("#s595 .text").inner_text()
    editor.page.keyboard.type(", at last")
    editor.expect_saved()

    held: list[Route] = []
    editor.page.route("**/?page=2", lambda route: held.append(route))
    reload_without_the_second_window(editor)
    editor.page.keyboard.press("Control+z")
    expect(editor.page.locator("[data-told]")).to_have_text("")
    held.pop().continue_()
    editor.expect_text(595, before)

    # Joining moves nothing out of the windows that are still to come.
    reload_without_the_second_window(editor)
    editor.page.locator("#s1").focus()
    editor.page.keyboard.press("m")
    expect(editor.page.locator("#s2")).to_have_count(0)
    held.pop().continue_()
    expect(editor.page.locator("[data-sentences] > li")).to_have_count(599)
    expect(editor.page.locator("[data-loading]")).to_have_text("")


def reload_without_the_second_window(editor: Editor) -> None:
    with editor.page.expect_request("**/?page=2"):
        editor.page.reload()
    editor.expect_ready()


def compose(context: BrowserContext, editor: Editor) -> None:
    """An input method's letters on the way to the word are never saved, and undoing is one step."""
    editor.into(2)
    method = context.new_cdp_session(editor.page)
    letters = "ni hao"
    method.send("Input.imeSetComposition", {"text": letters, "selectionStart": 6, "selectionEnd": 6})
    editor.page.clock.run_for(LONG_MS)
    assert editor.saved == []
    expect(editor.page.locator("[data-saved]")).to_have_text("Saving…")
    method.send("Input.insertText", {"text": "你好"})
    editor.expect_saved()
    assert editor.saved == [f"{HEARD}你好"]
    editor.page.keyboard.press("Control+z")
    editor.expect_text(2, HEARD)


def paste(editor: Editor) -> None:
    """A text that the server keeps in another form stays undone."""
    editor.into(2)
    editor.page.keyboard.insert_text(unicodedata.normalize("NFD", " café"))
    editor.expect_saved()
    editor.page.keyboard.press("Control+z")
    editor.expect_text(2, HEARD)
    editor.into(3)
    editor.expect_saved()
    editor.page.reload()
    editor.expect_ready()
    editor.expect_text(2, HEARD)


def cut(editor: Editor) -> None:
    """The second part begins later, and is called so."""
    editor.page.locator("#s3 .text").focus()
    editor.page.keyboard.press("Home")
    for _ in range(25):
        editor.page.keyboard.press("ArrowRight")
    editor.page.keyboard.press("Enter")
    second = editor.page.locator("#s6")
    time = second.locator(".at").inner_text()
    assert time != editor.page.locator("#s3 .at").inner_text()
    expect(second.get_by_role("textbox", name=f"Sentence at {time}")).to_be_focused()
    editor.page.keyboard.press("Control+z")
    expect(second).to_have_count(0)


def empty(editor: Editor) -> None:
    """Undoing brings back a text that was deleted, which cannot be saved; only then what was changed before."""
    editor.into(4)
    before = editor.page.locator("#s4 .text").inner_text()
    editor.page.keyboard.type(", at last")
    editor.expect_saved()
    editor.into(2)
    editor.page.keyboard.press("Control+a")
    editor.page.keyboard.press("Delete")
    expect(editor.page.locator("[data-saved]")).to_contain_text("Not everything is saved")
    editor.page.keyboard.press("Control+z")
    editor.expect_text(2, HEARD)
    editor.expect_text(4, f"{before}, at last")
    editor.expect_saved()
    editor.page.keyboard.press("Control+z")
    editor.expect_text(4, before)
