"""Comparing and correcting, with nothing but the keyboard; two who correct the same sentence."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import Witness
from tests.browser.editing_site import Heard, hear_twice
from tests.browser.site import Site
from tests.browser.test_accessibility import troubles

pytestmark = pytest.mark.browser
SPOKEN = "() => [...CSS.highlights.get('spoken') ?? []].map(String)[0]"


@pytest.fixture
def heard(site: Site) -> Heard:
    return hear_twice(site.product.folder, site.ground.archive.slug)


@pytest.fixture
def context(browser: Browser, site: Site, witness: Witness) -> Iterator[BrowserContext]:
    with site.signed_in(browser, locale="en", reduced_motion="reduce") as context:
        witness.watch_all(context)
        yield context


def tab_to(page: Page, selector: str) -> None:
    """By Tab alone; through the player's own controls too, which show the focus themselves."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def text(page: Page, number: int) -> str:
    return page.locator(f"#s{number} .text").inner_text()


def expect_saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_have_text("Everything is saved.")


def test_words_are_accepted_and_corrected_without_a_mouse(context: BrowserContext, site: Site, heard: Heard) -> None:
    page = context.new_page()
    page.goto(site.url(heard.session))
    tab_to(page, "a[href*=compare]")
    page.keyboard.press("Enter")

    # The first difference: one word of it. The copy is made, and the page is about the copy.
    page.locator("[data-steps]").wait_for()
    page.keyboard.press("j")
    expect(page.locator("#difference-1")).to_be_focused()
    expect(page.locator(".tally")).to_have_text("Difference 1 of 2")
    tab_to(page, "ins button")
    page.keyboard.press("Enter")
    page.wait_for_url("**#difference-1")
    expect(page.locator("#messages")).to_contain_text("published transcript")
    expect(page.locator(".tally")).to_contain_text("1")
    expect(page.locator(".rows")).to_contain_text("ill disposed young man")

    # The second one: the whole sentence, in place.
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator("#difference-1.taken")).to_be_focused()
    expect(page.locator("#difference-1 .side").first).to_contain_text("Had he married a more amiable woman,")

    # On to the editor of this copy.
    page.goto(site.url(heard.session))
    page.locator("tr", has_text="Shown to people").get_by_role("link", name="Edit –").focus()
    page.keyboard.press("Enter")
    page.locator("[data-editor][data-ready]").wait_for()
    correct(page)
    listen(page)


def correct(page: Page) -> None:
    """Type, undo, redo, split, join, hide, go back."""
    tab_to(page, "#s2 .text")
    page.keyboard.press("End")
    page.keyboard.type(", they said")
    expect_saved(page)
    page.keyboard.press("Control+z")
    expect(page.locator("#s2 .text")).to_have_text("he was not an ill disposed young man")
    page.keyboard.press("Control+y")
    expect(page.locator("#s2 .text")).to_have_text("he was not an ill disposed young man, they said")

    page.keyboard.press("Home")
    for _ in "he was not":
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#s6 .text")).to_be_focused()
    assert (text(page, 2), text(page, 6)) == ("he was not", "an ill disposed young man, they said")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Escape")
    expect(page.locator("#s2")).to_be_focused()
    page.keyboard.press("m")
    expect(page.locator("#s6")).to_have_count(0)
    page.keyboard.press("h")
    expect(page.locator("#s2[data-hidden]")).to_be_visible()

    # The first version of the sentence again, and a name for who speaks.
    page.keyboard.press("r")
    versions = page.get_by_role("dialog", name="Versions")
    expect(versions.locator("li")).to_have_count(8)
    versions.get_by_role("button", name="Go back").last.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#s2:not([data-hidden]) .text")).to_have_text("he was not an ill disposed young men")
    page.keyboard.press("s")
    page.keyboard.type("Marianne")
    page.keyboard.press("Enter")
    expect(page.locator("#s2 .speaker")).to_have_text("Marianne")

    page.keyboard.press("/")
    page.keyboard.type("HE MIGHT")
    expect(page.locator("[data-found]")).to_have_text("2 found")
    page.keyboard.press("Tab")
    page.keyboard.type("they might")
    tab_to(page, "[data-replace]")
    page.keyboard.press("Enter")
    expect(page.locator("[data-told]")).to_have_text("Replaced in 2 sentences.")
    assert text(page, 5) == "they might even have been made amiable himself"
    page.keyboard.press("Control+z")
    expect(page.locator("#s5 .text")).to_have_text("he might even have been made amiable himself")
    expect_saved(page)


def listen(page: Page) -> None:
    """The sentence that is played, and its word, are lit."""
    page.locator("#s3").focus()
    page.keyboard.press("Space")
    page.wait_for_function(f"() => ({SPOKEN})() === 'rather'")
    expect(page.locator("#s3.spoken")).to_be_visible()
    page.keyboard.press("Space")
    assert page.locator("audio").evaluate("audio => audio.paused")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#s4 .text").click(position={"x": 12, "y": 12})
    page.wait_for_function(f"() => ({SPOKEN})() === 'Had'")


def test_two_who_correct_one_sentence_are_both_shown_both_texts(
    context: BrowserContext, site: Site, heard: Heard, witness: Witness
) -> None:
    witness.forgive("409")
    pages = [context.new_page(), context.new_page()]
    for page in pages:
        page.goto(site.url(heard.editor))
        page.locator("[data-editor][data-ready]").wait_for()
    for page, words in zip(pages, ("one", "two"), strict=True):
        page.locator("#s1 .text").fill(words)
        state = "Everything is saved." if words == "one" else "Not everything is saved"
        expect(page.locator("[data-saved]")).to_contain_text(state)
    second = pages[1]
    conflict = second.locator("#s1 .conflict")
    for words in ("one", "two"):
        expect(conflict).to_contain_text(words)
    assert troubles(second) == []
    conflict.get_by_role("button", name="Keep mine").click()
    expect(conflict).to_have_count(0)
    expect_saved(second)

    first = pages[0]
    first.bring_to_front()
    first.locator("#s1 .text").fill("three")
    first.get_by_role("button", name="Take theirs").click()
    expect(first.locator("#s1 .text")).to_have_text("two")
    first.reload()
    expect(first.locator("#s1 .text")).to_have_text("two")
