from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserType, Page, ViewportSize, expect

from tests.browser import chromium, library_site
from tests.browser.operator import Operator
from tests.browser.pages import LANGUAGES, VIEWS, View, library_views
from tests.browser.site import CHINESE, DESKTOP, PHONE, Site
from tests.browser.studio import Studio
from tests.faults.product import RoomFacts

pytestmark = pytest.mark.browser
NARROW: ViewportSize = {"width": 320, "height": 640}
"""WCAG 2.2, success criterion 1.4.10: no scrolling in two dimensions at 320 CSS pixels."""
WIDER_THAN_THE_SCREEN = """
    () => document.documentElement.scrollWidth <= innerWidth ? [] :
      [...document.querySelectorAll("body *")].filter((part) => part.getBoundingClientRect().right > innerWidth)
        .map((part) => part.outerHTML.slice(0, 120))
"""
VIOLATIONS_ALONE = {"resultTypes": ["violations"]}
"""What passed is counted, but not described: half of the time."""
CONTRAST_ALONE = {**VIOLATIONS_ALONE, "runOnly": {"type": "rule", "values": ["color-contrast"]}}


@pytest.fixture(scope="module")
def listening(chromium_type: BrowserType) -> Iterator[Browser]:
    with chromium.launch(chromium_type, *chromium.FAKE_MICROPHONE) as browser:
        yield browser


def troubles(page: Page) -> list[str]:
    """What axe finds serious or critical: everything in the light theme, the contrast in the dark one."""
    page.evaluate(Axe().axe_script)
    page.emulate_media(color_scheme="light")
    found = violations(page, VIOLATIONS_ALONE)
    page.emulate_media(color_scheme="dark")
    return found + violations(page, CONTRAST_ALONE)


def violations(page: Page, options: dict[str, Any]) -> list[str]:
    # The other results, every element that passed, would be most of the test's time.
    found = page.evaluate("options => axe.run(options).then(({ violations }) => violations)", options)
    return [_words(violation) for violation in found if violation["impact"] in ("serious", "critical")]


def _words(violation: dict[str, Any]) -> str:
    return f"{violation['id']}: {[node['html'][:200] for node in violation['nodes']]}"


@pytest.fixture(scope="module")
def views(site: Site) -> list[View]:
    return [*VIEWS, *library_views(library_site.fill(site.product.folder, site.ground.archive.slug))]


def test_every_page_is_fit_for_everybody(site: Site, browser: Browser, views: list[View]) -> None:
    with visitors(site, browser, "en") as pages:
        found = {view.name: faults(pages[view.signed_in], site, view) for view in views}
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_in_chinese_no_page_is_wider_than_the_screen(site: Site, browser: Browser, views: list[View]) -> None:
    """Axe would say the same again: it looks at mark-up and colours, which are the same in both languages, and
    tests/pages/test_translations.py sees that no name is empty. But words and lines have other widths."""
    found: dict[str, list[str]] = {}
    with visitors(site, browser, CHINESE) as pages:
        for view in views:
            open_view(pages[view.signed_in], site, view, NARROW)
            found[view.name] = wider_than_the_narrowest(pages[view.signed_in])
    assert {name: faults for name, faults in found.items() if faults} == {}


@contextmanager
def visitors(site: Site, browser: Browser, language: str) -> Iterator[dict[bool, Page]]:
    """By whether they have signed in."""
    options: Any = {"locale": language, "reduced_motion": "reduce"}
    with site.signed_in(browser, **options) as member, browser.new_context(**options) as stranger:
        yield {True: member.new_page(), False: stranger.new_page()}


def open_view(page: Page, site: Site, view: View, size: ViewportSize) -> None:
    """With everything that can be unfolded."""
    page.set_viewport_size(size)
    response = page.goto(site.url(view.path(site)))
    assert response
    assert response.status == view.status, view.name
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")


def faults(page: Page, site: Site, view: View) -> list[str]:
    open_view(page, site, view, DESKTOP)
    return troubles(page) + wider_than_the_narrowest(page)


def wider_than_the_narrowest(page: Page) -> list[str]:
    page.set_viewport_size(NARROW)
    return list(page.evaluate(WIDER_THAN_THE_SCREEN))


def test_the_first_pages_are_for_everybody_too(browser: Browser, tmp_path: Path) -> None:
    operator = Operator(tmp_path / "data")
    operator.manage("migrate", "--verbosity", "0")
    with operator.serving() as link:
        for language in LANGUAGES:
            assert first_pages(browser, link, language) == {}


def first_pages(browser: Browser, link: str, language: str) -> dict[str, list[str]]:
    """What is wrong with the page that makes the first account, and with the one that says where its link is."""
    with browser.new_context(locale=language, viewport=PHONE, reduced_motion="reduce") as context:
        page = context.new_page()
        found: dict[str, list[str]] = {}
        for name, address in (("setup", link), ("start", link.partition("/setup/")[0])):
            page.goto(address)
            found[f"{name} {language}"] = troubles(page) + wider_than_the_narrowest(page)
    return {name: faults for name, faults in found.items() if faults}


@pytest.fixture
def studio(site: Site, listening: Browser, room: RoomFacts) -> Iterator[Studio]:
    with site.signed_in(listening, locale="en", reduced_motion="reduce") as context:
        yield Studio(context.new_page()).open(site.studio(room))


def test_a_studio_on_air_is_for_everybody(studio: Studio) -> None:
    studio.button("Go live").click()
    expect(studio.alarm).to_be_visible()
    assert troubles(studio.page) == []
    studio.go_live()
    assert troubles(studio.page) == []
    studio.button("Pause").click()
    studio.expect_state("paused")
    assert troubles(studio.page) == []
    studio.stop()


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim() || document.activeElement.outerHTML"))


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until the element has the focus, and sees that the focus shows everywhere on the way."""
    for _ in range(30):
        page.keyboard.press("Tab")
        style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style != "none", f"the focus does not show: {focused(page)}"
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_a_broadcast_needs_no_mouse(studio: Studio) -> None:
    page = studio.page
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the content"
    page.keyboard.press("Enter")
    tab_to(page, "[data-consent]")
    page.keyboard.press("Space")
    tab_to(page, "[data-action=live]")
    page.keyboard.press("Enter")
    studio.expect_state("live")
    page.locator("[data-consent]").focus()
    tab_to(page, "[data-action=stop]")
    page.keyboard.press("Enter")
    studio.expect_state("ended")


def test_the_reader_keeps_the_focus_when_the_page_is_driven_by_keys(site: Site, browser: Browser) -> None:
    with browser.new_context(locale="en", viewport=PHONE) as context:
        page = context.new_page()
        page.goto(site.watch(site.ground.archive))
        page.locator(".sentence").first.wait_for()
        tab_to(page, "summary")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Keep my screen reader silent")).to_be_visible()
        tab_to(page, "[name=size]")
        page.keyboard.press("ArrowRight")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        tab_to(page, "[data-quiet]")
        page.keyboard.press("Space")
        expect(page.get_by_role("log")).to_have_attribute("aria-live", "off")


@pytest.mark.parametrize(
    ("theme", "paper"), [("light", "rgb(251, 251, 253)"), ("dark", "rgb(13, 16, 22)"), ("contrast", "rgb(0, 0, 0)")]
)
def test_the_readers_own_colours_and_size_count_at_once_and_are_remembered(
    site: Site, browser: Browser, theme: str, paper: str
) -> None:
    with browser.new_context(locale="en", color_scheme="dark" if theme == "light" else "light") as context:
        page = context.new_page()
        page.goto(site.watch(site.ground.archive))
        page.locator("summary").click()
        page.locator(f"[name=theme][value={theme}]").check()
        page.locator("[name=size][value=xl]").check()
        at_once = look(page)
        assert at_once[0] == paper
        page.evaluate(Axe().axe_script)
        assert violations(page, CONTRAST_ALONE) == []
        page.get_by_role("button", name="Remember on this device").click()
        page.wait_for_load_state()
        assert look(page) == at_once


def look(page: Page) -> list[str]:
    """Colour of the paper, colour and size of the words."""
    colours = "getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color"
    return list(page.evaluate(f"[{colours}, getComputedStyle(document.querySelector('[data-scroller]')).fontSize]"))
