"""Two who work at one transcript, one of them in the comparison."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.chromium import Witness
from tests.browser.editing_site import Heard, hear_twice
from tests.browser.site import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def heard(site: Site) -> Heard:
    return hear_twice(site.product.folder, site.ground.archive.slug)


@pytest.fixture
def context(browser: Browser, site: Site, witness: Witness) -> Iterator[BrowserContext]:
    with site.signed_in(browser, locale="en", reduced_motion="reduce") as context:
        witness.watch_all(context)
        yield context


@pytest.mark.long
def test_who_is_overtaken_again_and_again_is_shown_the_text_of_now(
    context: BrowserContext, site: Site, heard: Heard
) -> None:
    copy = heard.editor.rstrip("/").rpartition("/")[2]
    address, _, batch = heard.compare.partition("?")
    page, editor = context.new_page(), context.new_page()
    page.goto(site.url(f"{address}?a={copy}&{batch.partition('&')[2]}"))
    editor.goto(site.url(heard.editor))
    editor.locator("[data-editor][data-ready]").wait_for()
    row = page.locator(".row", has=page.locator("ins button")).first
    for word in ("kind", "brave", "proud"):
        editor.bring_to_front()
        editor.locator("#s2 .text").fill(f"he was not {word}")
        editor.locator("#s2 .text").press("Escape")
        expect(editor.locator("[data-saved]")).to_have_text("Everything is saved.")
        page.bring_to_front()
        row.locator("[data-take]").click()
        expect(page.locator("#messages")).to_contain_text("Somebody changed this sentence meanwhile.")
        expect(row).to_contain_text(word)
        expect(row).to_be_focused()
    row.locator("[data-take]").click()
    expect(page.locator("#difference-1.taken")).to_contain_text("Taken")
