"""From a pasted list of names to the words in the command that begins a broadcast."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect

from tests.browser import chromium
from tests.browser.backstage import Backstage
from tests.browser.chromium import Witness
from tests.browser.site import DESKTOP, Site
from tests.browser.studio import Studio
from tests.browser.test_accessibility import troubles, wider_than_the_narrowest
from tests.faults.product import RoomFacts

pytestmark = pytest.mark.browser
PASTED = 'Paraformer 5\n字幕，5，zh\n"Formula 1",3\n直播,9'


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    return {"DJANGO_SETTINGS_MODULE": "tests.browser.transcribing_settings"}


@pytest.fixture(scope="module")
def browser(chromium_type: BrowserType) -> Iterator[Browser]:
    with chromium.launch(chromium_type, *chromium.FAKE_MICROPHONE) as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, site: Site, witness: Witness) -> Iterator[Page]:
    with site.signed_in(browser, locale="en", reduced_motion="reduce") as context:
        yield witness.watch(context.new_page())


def fit_for_everybody(page: Page) -> None:
    page.set_viewport_size(DESKTOP)
    assert troubles(page) == []
    assert wider_than_the_narrowest(page) == []
    page.set_viewport_size(DESKTOP)


def words(page: Page) -> list[str]:
    return [row.input_value() for row in page.locator("[name=text]").all() if row.input_value()]


def make(page: Page, site: Site) -> None:
    """A vocabulary from a list in which one line is wrong; then the line is mended."""
    page.goto(site.url("/vocabularies/"))
    fit_for_everybody(page)
    page.get_by_label("Name").fill("Names of the evening")
    page.get_by_role("button", name="Make vocabulary").click()
    page.get_by_label("One word on a line").fill(PASTED)
    page.get_by_role("button", name="Add these words").click()
    expect(page.get_by_label("One word on a line")).to_have_value("直播,9")
    expect(page.locator("#pasted-bad")).to_contain_text("The weight goes from 1 to 5.")
    expect(page.locator("#messages")).to_contain_text("Saved: 3 words.")
    fit_for_everybody(page)
    page.get_by_label("One word on a line").fill("直播,1")
    page.get_by_role("button", name="Add these words").click()
    expect(page.locator("#messages")).to_contain_text("Saved: 4 words.")
    page.get_by_role("button", name="Take out Paraformer").click()
    expect(page.locator("#messages")).to_contain_text("Saved: 3 words.")
    assert words(page) == ["字幕", "Formula 1", "直播"]


def test_names_that_were_pasted_are_expected_live(
    page: Page, site: Site, room: RoomFacts, witness: Witness, backstage: Backstage
) -> None:
    witness.forgive("422")
    make(page, site)
    address = page.url
    page.goto(site.url(f"/rooms/{room.slug}/settings/"))
    page.get_by_label("Vocabulary", exact=True).select_option("Names of the evening")
    page.get_by_role("button", name="Save").first.click()
    page.goto(address)
    expect(page.locator(".places .badge")).to_have_text("ready")
    expect(page.locator("[hx-trigger^=load]")).to_have_count(0)
    ((name, stored),) = site.service.batch.hotwords.lists.items()
    assert {"text": "字幕", "weight": 5, "lang": "zh"} in stored["vocabulary"]

    studio = Studio(page).open(site.studio(room))
    expect(page.locator(".note.warning")).to_have_count(0)
    studio.go_live()
    studio.stop()
    assert site.service.log.tasks[-1].command["payload"]["parameters"]["vocabulary_id"] == name

    page.goto(address)
    page.get_by_label("Word 4", exact=True).fill("Added in the table")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("Saved: 4 words.")
    expect(page.locator(".places .badge")).to_have_text("ready")
    assert len(stored["vocabulary"]) == 4

    page.get_by_role("link", name="Delete").click()
    fit_for_everybody(page)
    page.get_by_role("button", name="Delete it").click()
    expect(page).to_have_url(site.url("/vocabularies/"))
    backstage.run(site.service.until(lambda: not site.service.batch.hotwords.lists))


def test_the_pages_are_fit_for_chinese_readers_too(site: Site, browser: Browser) -> None:
    with site.signed_in(browser, locale="zh-CN", reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(site.url("/vocabularies/"))
        page.get_by_label("名称").fill("今晚的人名")
        page.get_by_role("button", name="创建词汇表").click()
        page.get_by_label("每行一个词").fill("张三、李四 5\n太长太长太长太长太长太长")
        page.get_by_role("button", name="添加这些词").click()
        expect(page.locator("#pasted-bad")).to_contain_text(re.compile("第 1 行.*太长了"))
        fit_for_everybody(page)
