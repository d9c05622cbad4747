"""How soon and how well the preview engine writes, with read speech at the pace of speech.

Run as `python -m benchmarks.preview_engine [--rounds 5] [--streams 1]`; a round takes 32 s. The whole way to the
audience page is measured elsewhere: this is the engine's share of it.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import time
from dataclasses import dataclass, field
from statistics import median, quantiles

import jiwer

from subtitles.engines.base import Options
from subtitles.engines.local.pocketsphinx import PreviewEngine
from subtitles.speech import BYTES_PER_SAMPLE, SAMPLE_RATE, FinalResult, InterimResult, Result
from tests.engines.local.streams import SENTENCES, austen, chunks, feed

Row = dict[str, float]


@dataclass
class Hearing:
    """What one stream said, and when."""

    interim_lags: list[float] = field(default_factory=list)
    """Seconds from a word's end, as the engine tells it, to the first interim that shows it."""
    final_lags: list[float] = field(default_factory=list)
    """Seconds from the end of a sentence, as the recording's publisher marked it, to its final."""
    texts: list[str] = field(default_factory=list)
    shown_ms: int = 0

    def note(self, result: Result, spoken_ms: float) -> None:
        if isinstance(result, FinalResult):
            # The sentence that this final is about: the one whose end is nearest.
            read_to = min((end_ms for _, end_ms, _ in SENTENCES), key=lambda end_ms: abs(end_ms - result.end_ms))
            self.final_lags.append((spoken_ms - read_to) / 1000)
            self.texts.append(result.text)
        elif isinstance(result, InterimResult) and (result.end_ms or 0) > self.shown_ms:
            self.shown_ms = result.end_ms or 0
            self.interim_lags.append((spoken_ms - self.shown_ms) / 1000)


async def hear(engine: PreviewEngine) -> tuple[Hearing, float]:
    """One stream at the pace of speech, and the seconds until it was accepted."""
    hearing, opening = Hearing(), time.perf_counter()
    async with engine.open(Options(language="en")) as stream, asyncio.TaskGroup() as tasks:
        begin = time.perf_counter()
        tasks.create_task(feed(stream, chunks(austen()), pace=1.0))
        async for result in stream:
            hearing.note(result, (time.perf_counter() - begin) * 1000)
    return hearing, begin - opening


async def measure(streams: int) -> Row:
    engine = PreviewEngine(capacity=streams)
    workers, own, begin = _cpu(resource.RUSAGE_CHILDREN), _cpu(resource.RUSAGE_SELF), time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(hear(engine)) for _ in range(streams)]
    wall = time.perf_counter() - begin
    hearings = [task.result()[0] for task in running]
    spoken = len(austen()) / BYTES_PER_SAMPLE / SAMPLE_RATE * streams
    reference = " ".join(text for _, _, text in SENTENCES)
    return {
        "accepted after, slowest (s)": max(task.result()[1] for task in running),
        **_lags("interim after its last word's end", [lag for one in hearings for lag in one.interim_lags]),
        **_lags("final after the end of speech", [lag for one in hearings for lag in one.final_lags]),
        "words wrong (share)": median(jiwer.wer(reference, " ".join(one.texts)) for one in hearings),
        "finals per stream": median(len(one.texts) for one in hearings),
        "worker, cores per stream, loading included": (_cpu(resource.RUSAGE_CHILDREN) - workers) / spoken,
        "this client, cores": (_cpu(resource.RUSAGE_SELF) - own) / wall,
    }


def _lags(name: str, lags: list[float]) -> Row:
    return {f"{name}, median (s)": median(lags), f"{name}, p90 (s)": quantiles(lags, n=10)[-1]}


def _cpu(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def table(rows: list[Row]) -> str:
    lines = [f"{'':46} {'median':>8}   range over {len(rows)} rounds"]
    for name in rows[0]:
        values = [row[name] for row in rows]
        lines.append(f"{name:46} {median(values):8.3f}   {min(values):.3f} to {max(values):.3f}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--streams", type=int, default=1, help="streams at the same time")
    arguments = parser.parse_args()
    print(table([asyncio.run(measure(arguments.streams)) for _ in range(arguments.rounds)]))


if __name__ == "__main__":
    main()
