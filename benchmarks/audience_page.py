"""How late words are on the audience page, with the preview engine: from being spoken to being in the page.

Run as `python -m benchmarks.audience_page [--rounds 5]`; a round takes 40 s. A recording is broadcast at the pace of
speech through the real server to a real Chromium; each frame is sent when its last sample has been spoken. A word's own
end is the engine's. What is not in it: the microphone and the browser's capture, a network, and painting.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import struct
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from uuid import uuid4

from playwright.async_api import async_playwright
from websockets.asyncio.client import connect

from benchmarks._load.report import spread
from tests.engines.local.streams import SENTENCES, austen
from tests.faults.product import Ground, Product
from tests.faults.stage import rows

FRAME = 1_600
WATCH_THE_PAGE = """() => {
  window.seen = [];
  const note = (kind, text) => window.seen.push([Date.now(), kind, text]);
  const lines = document.querySelector("[data-lines]"), interim = document.querySelector("[data-interim]");
  const texts = {childList: true, characterData: true, subtree: true};
  new MutationObserver(() => note("interim", interim.textContent)).observe(interim, texts);
  const last = () => note("final", lines.lastElementChild?.textContent ?? "");
  new MutationObserver(last).observe(lines, {childList: true});
}"""

Row = dict[str, float]
Sighting = tuple[float, str, str]


async def broadcast(product: Product, slug: str, key: str) -> float:
    """The whole recording, in time; returns the wall-clock second at which its first sample was spoken."""
    headers = {"Authorization": f"Bearer {key}"}
    async with connect(f"{product.url}/ws/broadcast/{slug}/", additional_headers=headers, compression=None) as socket:
        await socket.send(json.dumps({"type": "hello", "version": 1, "broadcast": str(uuid4()), "consent": True}))
        await socket.recv()
        began = time.time()
        audio = austen()
        for at in range(0, len(audio) // 2, FRAME):
            await asyncio.sleep(max(0.0, began + (at + FRAME) / 16_000 - time.time()))
            await socket.send(struct.pack("<Q", at) + audio[at * 2 : (at + FRAME) * 2])
        await socket.send(json.dumps({"type": "stop", "at": len(audio) // 2}))
        async for text in socket:
            if json.loads(text)["type"] == "ended":
                break
    return began


async def listen(product: Product, room: Any) -> tuple[float, list[Sighting]]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = await browser.new_page()
        await page.goto(f"http://127.0.0.1:{product.port}/watch/{room.watch_token}/")
        await page.wait_for_selector("[data-viewer][data-state=waiting]")
        await page.evaluate(WATCH_THE_PAGE)
        began = await broadcast(product, room.slug, room.stream_key)
        await page.wait_for_selector("[data-viewer][data-state=ended]")
        seen = [(at / 1000, kind, text) for at, kind, text in await page.evaluate("window.seen")]
        await browser.close()
    return began, seen


def lags(began: float, seen: list[Sighting], sentences: list[tuple[Any, ...]]) -> tuple[list[float], list[float]]:
    """Of every word that an interim showed before its final; of every final. Seconds."""
    words_late, finals_late = [], []
    for text, end_ms, words in sentences:
        final_at = next(at for at, kind, shown in seen if kind == "final" and shown == text)
        # The sentence that this final is about: the one whose end, as the recording's publisher marked it, is nearest.
        spoken = min((end for _, end, _ in SENTENCES), key=lambda end: abs(end - end_ms))
        finals_late.append(final_at - began - spoken / 1000)
        for count, word in enumerate(json.loads(words), 1):
            start = " ".join(entry[2].strip() for entry in json.loads(words)[:count])
            shown_at = (
                at for at, kind, shown in seen if kind == "interim" and shown.startswith(start) and at < final_at
            )
            if (at := next(shown_at, None)) is not None:
                words_late.append(at - began - word[1] / 1000)
    return words_late, finals_late


async def measure(ground: Ground, folder: Path) -> Row:
    ground.copy_to(folder)
    async with Product(folder) as product:
        began, seen = await listen(product, ground.rooms["preview"])
    found = rows(folder, "SELECT text, end_ms, words FROM subtitles_sentence ORDER BY number")
    words_late, finals_late = lags(began, seen, found)
    return {
        "interim after the word's end, median (s)": median(words_late),
        "interim after the word's end, p90 (s)": quantiles(words_late, n=10)[-1],
        "words first shown as interim": float(len(words_late)),
        "final after the end of speech, median (s)": median(finals_late),
        "final after the end of speech, slowest (s)": max(finals_late),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        ground = Ground(Path(name) / "ground")
        table = [asyncio.run(measure(ground, Path(name) / str(number))) for number in range(arguments.rounds)]
    for column in table[0]:
        print(f"  {column:46} {spread([row[column] for row in table])}")


if __name__ == "__main__":
    main()
