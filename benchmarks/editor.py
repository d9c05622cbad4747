"""The editor with thousands of sentences: until the first can be corrected, and how smoothly they scroll.

Run as `python -m benchmarks.editor [--sentences 5000] [--rounds 3]`. The real server, a real Chromium without a
graphics card, one client. From pressing the link to a sentence whose text can be typed in, with the script at work;
then until all sentences are in the page; then three seconds of the wheel, with the longest and the usual time between
two pictures. Beside it: how long two transcripts of that length take to be aligned and to be on the screen.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from benchmarks._load.report import spread
from tests.browser import chromium
from tests.browser.backstage import Backstage
from tests.browser.editing_site import Heard, hear_twice
from tests.browser.site import Ground, Site, open_site

READY = "[data-editor][data-ready] [data-number] .text[contenteditable]"
WATCH_FRAMES = """() => {
  window.frames_ms = [];
  let last = performance.now();
  const note = (now) => { window.frames_ms.push(now - last); last = now; requestAnimationFrame(note); };
  requestAnimationFrame(note);
}"""
Row = dict[str, float]


def opened(page: Page, site: Site, heard: Heard, count: int) -> Row:
    began = time.perf_counter()
    page.goto(site.url(heard.editor), wait_until="commit")
    page.wait_for_selector(READY)
    usable = time.perf_counter() - began
    page.wait_for_function(f"() => document.querySelectorAll('[data-number]').length === {count}")
    whole = time.perf_counter() - began
    return {"first sentence can be corrected (s)": usable, "all sentences are in the page (s)": whole}


def scrolled(page: Page) -> Row:
    page.mouse.move(600, 700)
    page.evaluate(WATCH_FRAMES)
    until = time.perf_counter() + 3
    while time.perf_counter() < until:
        page.mouse.wheel(0, 900)
        page.wait_for_timeout(30)
    frames: list[float] = page.evaluate("window.frames_ms")
    return {
        "between two pictures while scrolling, median (ms)": median(frames),
        "between two pictures while scrolling, longest (ms)": max(frames),
    }


def typed(page: Page) -> Row:
    """From the last key to the words "Everything is saved.", 600 ms of patience included."""
    page.keyboard.press("End")
    box = page.locator("[data-number] .text").nth(40)
    box.click()
    began = time.perf_counter()
    page.keyboard.type("x")
    page.wait_for_function("() => document.querySelector('[data-saved]').textContent.startsWith('Sav')")
    page.wait_for_function("() => document.querySelector('[data-saved]').textContent.startsWith('Every')")
    return {"saved after the last key (s)": time.perf_counter() - began}


def compared(page: Page, site: Site, heard: Heard) -> Row:
    began = time.perf_counter()
    page.goto(site.url(heard.compare))
    first = time.perf_counter() - began
    began = time.perf_counter()
    page.goto(site.url(heard.compare + "&page=2"))
    return {"comparison on the screen (s)": first, "its next page (s)": time.perf_counter() - began}


def measure(site: Site, page: Page, heard: Heard, count: int) -> Row:
    return {**opened(page, site, heard, count), **scrolled(page), **typed(page), **compared(page, site, heard)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright, Backstage() as backstage:
        ground = Ground(Path(name) / "ground")
        with chromium.launch(playwright.chromium) as browser, open_site(backstage, ground, Path(name) / "site") as site:
            table = []
            for _ in range(asked.rounds):
                heard = hear_twice(site.product.folder, site.ground.archive.slug, asked.sentences)
                with site.signed_in(browser, locale="en") as context:
                    table.append(measure(site, context.new_page(), heard, asked.sentences))
    for column in table[0]:
        print(f"  {column:52} {spread([row[column] for row in table])}")


if __name__ == "__main__":
    main()
