"""htmx under the strict content policy: pages change in place, and say nothing on the console."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import Witness
from tests.browser.site import Site
from tests.faults.stage import rows

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, site: Site, witness: Witness) -> Iterator[Page]:
    with site.signed_in(browser, locale="en") as context:
        page = witness.watch(context.new_page())
        yield page


def stays(page: Page) -> bool:
    """Whether the document is still the one that was marked."""
    return bool(page.evaluate("window.marked === true"))


def mark(page: Page) -> None:
    page.evaluate("window.marked = true")


def test_choosing_an_engine_and_a_model_draws_their_options(page: Page, site: Site) -> None:
    page.goto(site.url("/rooms/new/"))
    mark(page)
    page.get_by_label("Title").fill("Kept while the form changes")
    page.get_by_label("Engine").select_option("preview")
    expect(page.get_by_label("Model").locator("option")).to_have_count(1)
    page.get_by_label("Engine").select_option("dashscope")
    page.get_by_label("Model").select_option("paraformer-realtime-8k-v2")
    expect(page.locator("#engine-fields")).to_contain_text("8")
    options = page.locator("#engine-fields .options label").all_inner_texts()
    page.get_by_label("Model").select_option("fun-asr-realtime")
    expect(page.locator("#engine-fields .options label")).not_to_have_text(options)
    expect(page.get_by_label("Title")).to_have_value("Kept while the form changes")
    assert stays(page)


def test_a_room_is_made_with_the_options_that_were_drawn(page: Page, site: Site) -> None:
    page.goto(site.url("/rooms/new/"))
    page.get_by_label("Title").fill("Made in the browser")
    page.get_by_label("Silence that ends a sentence").fill("450")
    with page.expect_response(lambda response: "fun-asr-realtime" in response.url) as asked:
        page.get_by_label("Model").select_option("fun-asr-realtime")
    assert "csrfmiddlewaretoken" not in asked.value.url
    page.get_by_label("Speech or noise").fill("0.5")
    page.get_by_role("button", name="Make room").click()
    page.wait_for_url("**/rooms/made-in-the-browser/")
    query = "SELECT model, options FROM subtitles_room WHERE slug = 'made-in-the-browser'"
    ((model, options),) = rows(site.product.folder, query)
    assert model == "fun-asr-realtime"
    assert json.loads(str(options)) == {"max_sentence_silence_ms": 450, "speech_noise_threshold": 0.5}


def test_rooms_are_found_while_typing(page: Page, site: Site) -> None:
    page.goto(site.url("/rooms/"))
    mark(page)
    rooms = page.locator("#rooms .room")
    everything = rooms.count()
    page.get_by_label("Search rooms").press_sequentially("council")
    expect(rooms).to_have_count(1)
    expect(page).to_have_url(site.url("/rooms/?q=council"))
    page.get_by_label("Search rooms").fill("no such room")
    expect(page.locator("#rooms")).to_contain_text("No room is called “no such room”.")
    page.get_by_label("Search rooms").fill("")
    expect(rooms).to_have_count(everything)
    assert stays(page)


def test_a_new_stream_key_is_shown_in_place_and_once(page: Page, site: Site) -> None:
    page.goto(site.url(f"/rooms/{site.ground.preview.slug}/settings/"))
    mark(page)
    page.get_by_role("button", name="Renew the stream key").click()
    shown = page.get_by_label("Your new stream key.")
    expect(shown).to_be_visible()
    assert len(shown.input_value()) >= 20
    assert stays(page)
    page.reload()
    expect(shown).to_have_count(0)
