"""Every page in a real browser: axe finds nothing serious, nothing is wider than a small phone, nothing is blocked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from subtitles.models import CaptionSession, Recording, RecordingGap, Room, Sentence, Transcript, User
from subtitles.pages import installation
from tests.browser.chromium import launch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1440, "height": 900}
LOOKS: list[tuple[str, Literal["light", "dark"], dict[str, int]]] = [
    ("en-US", "light", WIDE),
    ("zh-CN", "dark", NARROW),
]
SPEAK = """() => {
  const list = document.querySelector("[data-lines], [data-transcript], [data-roll]");
  for (const [number, text] of ["Good evening.", "接下来我们换成中文。"].entries()) {
    const block = Object.assign(document.createElement("li"), { className: "sentence" });
    const speaker = Object.assign(document.createElement("span"), { className: "speaker", textContent: "Speaker 1" });
    block.append(speaker, Object.assign(document.createElement("bdi"), { textContent: text }));
    list.append(block);
  }
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        yield browser
        browser.close()


@pytest.fixture
def addresses(room: Room, alice: User) -> dict[str, str]:
    now = timezone.now()
    for state in ("ended", "live"):
        session = CaptionSession.objects.create(
            room=room,
            title=f"Show ({state})",
            language="en",
            state=state,
            last_number=2,
            ended_at=now + timedelta(hours=1),
        )
    transcript = Transcript.objects.create(session=session, engine="preview")
    Sentence.objects.create(
        transcript=transcript, number=1, begin_ms=0, end_ms=900, text="Good evening.", language="en"
    )
    recording = Recording.objects.create(session=session)
    RecordingGap.objects.create(recording=recording, at_samples=9, reason="pause", ms=500)
    Room.objects.create(
        title="周末读书会",
        slug="读书会",
        owner=alice,
        engine="dashscope",
        model="paraformer-realtime-v2",
        language="el",
    )
    return {
        "set-up": reverse("setup", args=[installation.setup_token()]),
        "home": reverse("home"),
        "login": reverse("login"),
        "rooms": reverse("rooms"),
        "room-new": reverse("room-new"),
        "studio": reverse("studio", args=[room.slug]),
        "settings": reverse("room-settings", args=["读书会"]),
        "sessions": reverse("sessions", args=[room.slug]),
        "session": reverse("session", args=[room.slug, session.pk]),
        "watch": reverse("watch", args=[room.watch_token]),
        "overlay": reverse("overlay", args=[room.watch_token]),
        "closed": reverse("watch", args=["nothing"]),
        "missing": "/nothing",
    }


def serious(page: Page) -> list[str]:
    violations: list[dict[str, Any]] = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:120]}"
        for violation in violations
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize(("locale", "scheme", "size"), LOOKS, ids=lambda value: value if isinstance(value, str) else "")
def test_every_page_is_fit_for_everybody(
    browser: Browser,
    live_server: LiveServer,
    as_alice: Client,
    addresses: dict[str, str],
    locale: str,
    scheme: Literal["light", "dark"],
    size: dict[str, int],
) -> None:
    found: dict[str, list[str]] = {}
    with browser.new_context(locale=locale, color_scheme=scheme, viewport=size) as context:  # type: ignore[arg-type]
        for name, address in addresses.items():
            if name == "rooms":
                cookie = as_alice.cookies[settings.SESSION_COOKIE_NAME].value
                context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
            found[name] = problems(context.new_page(), live_server.url + address)
    assert {name: entries for name, entries in found.items() if entries} == {}


def problems(page: Page, address: str) -> list[str]:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address)
    if page.locator("[data-lines], [data-transcript], [data-roll]").count():
        page.evaluate(SPEAK)
    for summary in page.locator("summary").all():
        summary.click()
    found = serious(page)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("wider than the screen")
    page.close()
    # This server speaks no WebSocket, and two of the pages are errors on purpose.
    return found + [text for text in said if "WebSocket" not in text and "404" not in text]


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_the_viewers_own_colours_count_at_once_and_after_a_visit(
    browser: Browser, live_server: LiveServer, room: Room, theme: str
) -> None:
    with browser.new_context(color_scheme="dark" if theme == "light" else "light") as context:
        page = context.new_page()
        page.goto(live_server.url + reverse("watch", args=[room.watch_token]))
        page.locator("summary").click()
        page.locator(f"[name=theme][value={theme}]").check()
        page.locator("[name=size][value=xl]").check()
        at_once = colours(page)
        assert serious(page) == []
        page.get_by_role("button", name="Remember").click()
        page.wait_for_load_state()
        assert colours(page) == at_once
        assert (
            at_once[0] == {"light": "rgb(251, 251, 253)", "dark": "rgb(13, 16, 22)", "contrast": "rgb(0, 0, 0)"}[theme]
        )


def colours(page: Page) -> list[str]:
    return page.evaluate(  # type: ignore[no-any-return]
        """() => {
          const body = getComputedStyle(document.body);
          const words = getComputedStyle(document.querySelector("[data-scroller]"));
          return [body.backgroundColor, body.color, words.fontSize];
        }"""
    )


def test_htmx_redraws_the_room_form_and_keeps_what_was_entered(
    browser: Browser, live_server: LiveServer, as_alice: Client, addresses: dict[str, str]
) -> None:
    cookie = as_alice.cookies[settings.SESSION_COOKIE_NAME].value
    with browser.new_context() as context:
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.goto(live_server.url + addresses["room-new"])
        page.get_by_label("Title").fill("New show")
        page.get_by_label("Engine", exact=True).select_option("dashscope")
        page.get_by_label("Silence that ends a sentence").fill("450")
        with page.expect_response(lambda response: "fun-asr-realtime" in response.url) as asked:
            page.get_by_label("Model").select_option("fun-asr-realtime")
        assert "csrfmiddlewaretoken" not in asked.value.url
        page.get_by_label("Speech or noise").fill("0.5")
        page.get_by_role("button", name="Make room").click()
        page.wait_for_url("**/rooms/new-show/")
    room = Room.objects.get(slug="new-show")
    assert (room.model, room.options) == (
        "fun-asr-realtime",
        {"max_sentence_silence_ms": 450, "speech_noise_threshold": 0.5},
    )
