"""From a Chinese room on a machine that has neither key nor model to captions from a model that was fetched."""

from __future__ import annotations

import random
import re
import tarfile
import wave
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserType, Locator, Page, expect

from tests.browser import chromium, toy_models
from tests.browser.backstage import Backstage
from tests.browser.chromium import Witness
from tests.browser.site import Site
from tests.browser.studio import Studio
from tests.browser.test_accessibility import troubles, wider_than_the_narrowest
from tests.engines.local.mirror import TOP, Member, Mirror, mirroring
from tests.engines.local.streams import austen, seconds
from tests.engines.local.toy_delivery import offer
from tests.engines.local.toy_shop import CTC
from tests.faults.product import RoomFacts

pytestmark = pytest.mark.browser
HALF = 150_000


@pytest.fixture(scope="module")
def mirror(backstage: Backstage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mirror]:
    toy, files = offer(CTC, tmp_path_factory.mktemp("toy"), more=[_ballast()])
    with backstage.hosting(mirroring(files)) as mirror:
        mirror.wanted = toy
        yield mirror


def _ballast() -> Member:
    """So that there is something to be cut off."""
    content = random.Random(7).randbytes(2 * HALF)
    member = tarfile.TarInfo(f"{TOP}/README.md")
    member.size = len(content)
    return member, content


@pytest.fixture(scope="module")
def environment(mirror: Mirror) -> dict[str, str]:
    assert mirror.wanted
    return {
        "DJANGO_SETTINGS_MODULE": "tests.browser.models_settings",
        "SUBTITLES_MODEL_MIRROR": mirror.address,
        "DASHSCOPE_API_KEY": "",
        toy_models.VARIABLE: toy_models.told(mirror.wanted),
    }


@pytest.fixture(scope="module")
def browser(chromium_type: BrowserType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Hears a sentence, then silence."""
    path = tmp_path_factory.mktemp("sound") / "sentence.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(seconds(austen(), 8.6, 12.2) + bytes(64_000))
    with chromium.launch(chromium_type, microphone=path) as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, site: Site, witness: Witness) -> Iterator[Page]:
    with site.signed_in(browser, locale="en", reduced_motion="reduce") as context:
        yield witness.watch(context.new_page())


@pytest.fixture
def card(page: Page) -> Locator:
    return page.locator(f"#model-{CTC}")


@pytest.mark.long
def test_a_model_is_fetched_stopped_fetched_again_used_and_removed(
    page: Page, card: Locator, site: Site, room: RoomFacts, mirror: Mirror, witness: Witness
) -> None:
    witness.forgive("htmx:")  # says so when a newer choice takes the place of one under way
    choose(page, site, room)
    page.locator(".ways-out").get_by_role("link", name="Fetch a model to this machine").click()
    fetch(page, card, mirror)
    use(page, site, room)
    page.goto(site.url("/models/"))
    remove(card)
    expect(card.get_by_role("checkbox")).to_be_visible()
    assert not list((site.product.folder / "models").glob(f"{CTC}/*"))


def choose(page: Page, site: Site, room: RoomFacts) -> None:
    page.goto(site.url(f"/rooms/{room.slug}/settings/"))
    page.get_by_label("Spoken language").select_option("zh-CN")


def fetch(page: Page, card: Locator, mirror: Mirror) -> None:
    """Stopped in the middle by a person, then cut in the middle by the network."""
    mirror.stall_after = HALF
    download(card)
    expect(card.locator("progress")).to_have_attribute("value", re.compile("[34][0-9]"))
    assert troubles(page) == []
    assert wider_than_the_narrowest(page) == []
    card.get_by_role("button", name="Cancel").click()
    expect(card.get_by_role("checkbox")).to_be_visible()
    mirror.stall_after, mirror.cut_after = None, [HALF]
    download(card)
    expect(card.locator(".badge")).to_have_text("On this machine")
    *_, (_, again), (_, rest) = mirror.asked
    assert (again, rest[:7]) == ("", "bytes=1"), "from the beginning after a cancel, from the cut after a cut"


def download(card: Locator) -> None:
    card.get_by_role("checkbox").check()
    card.get_by_role("button", name="Download").click()


def use(page: Page, site: Site, room: RoomFacts) -> None:
    """Its captions are seen, and it cannot be taken away meanwhile."""
    choose(page, site, room)  # and, before its answer is there, the engine
    page.get_by_label("Engine", exact=True).select_option("local")
    page.get_by_label("Model", exact=True).select_option(CTC)
    expect(page.locator(".ways-out")).to_have_count(0)
    page.get_by_role("button", name="Save").first.click()
    studio = Studio(page).open(site.studio(room)).go_live()
    expect(studio.lines.first).to_contain_text("人")
    studio.stop()


def remove(card: Locator) -> None:
    card.locator("summary").click()
    card.get_by_role("button", name="Remove from this machine").click()
