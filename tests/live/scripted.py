"""An engine inside the test. Every 100 ms block of its audio carries a number in each sample and is one word to it; of
every twenty numbers it makes a sentence, and silence ends one too. So lost or doubled audio shows as words.
"""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import groupby

from subtitles.engines.base import Capabilities, EngineError, Options
from subtitles.speech import AudioFormat, FinalResult, InterimResult, Result, UsageReport, Word

BLOCK = 1_600
WORDS_PER_SENTENCE = 20
_LOUD = 2_000


def speech(first: int, blocks: int) -> bytes:
    """Blocks `first` to `first + blocks - 1`: 100 ms each, loud."""
    return b"".join(array("h", [_LOUD + number] * BLOCK).tobytes() for number in range(first, first + blocks))


def silence(blocks: int) -> bytes:
    return bytes(blocks * BLOCK * 2)


def sentences(first: int, blocks: int) -> list[str]:
    """What these blocks say when nothing goes wrong."""
    every: dict[int, list[str]] = {}
    for number in range(first, first + blocks):
        every.setdefault(number // WORDS_PER_SENTENCE, []).append(f"w{number}")
    return [" ".join(words) for words in every.values()]


class ScriptedStream:
    def __init__(self, engine: ScriptedEngine) -> None:
        self.format = AudioFormat(engine.rate)
        self._engine = engine
        self._results: asyncio.Queue[Result | EngineError | None] = asyncio.Queue()
        self._samples = 0
        self._block = self.format.sample_rate // 10
        self._value = self._count = 0
        self._words: list[Word] = []
        self._silent = 0
        self._dead = False

    async def send(self, pcm: bytes) -> None:
        self._engine.heard.append(pcm)
        await asyncio.sleep(0)  # whoever iterates gets its turn
        if self._engine.held_from is not None and self._samples >= self._engine.held_from:
            await self._engine.release.wait()
        self._dead = self._dead or self._engine.stalled
        if (error := self._engine.fault(self._samples + len(pcm) // 2)) is not None:
            self._results.put_nowait(error)
            raise error
        for value, run in groupby(array("h", pcm)):
            self._take(value, len(list(run)))
        if self._engine.silence_ends_after is not None and self._silent >= self._engine.silence_ends_after:
            self._results.put_nowait(None)

    def _take(self, value: int, count: int) -> None:
        if value != self._value:
            self._flush()
            self._value = value
        self._samples += count
        self._count += count
        self._silent = 0 if value else self._silent + count
        if self._count >= self._block:
            self._flush()

    def _flush(self) -> None:
        """A block is over: a word if it was loud, the end of the sentence if not. Scraps between blocks are nothing."""
        count, self._count = self._count, 0
        number = self._value - _LOUD
        if self._dead or 2 * count < self._block:
            return
        if number < 0:
            self._say_final()
            return
        self._words.append(
            Word(self._ms(self._samples - count), self._ms(self._samples), self._engine.spoken or f"w{number} ")
        )
        text = "".join(word.text for word in self._words).strip()
        self._results.put_nowait(InterimResult(text, self._words[0].begin_ms, self._words[-1].end_ms))
        if number % WORDS_PER_SENTENCE == WORDS_PER_SENTENCE - 1:
            self._say_final()

    def _say_final(self) -> None:
        words, self._words = self._words, []
        if words:
            text = "".join(word.text for word in words).strip()
            self._results.put_nowait(FinalResult(words[0].begin_ms, words[-1].end_ms, text, tuple(words)))

    def _ms(self, samples: int) -> int:
        return samples * 1000 // self.format.sample_rate

    async def finish(self) -> None:
        self._engine.finished += 1
        if self._dead:
            return
        self._flush()
        self._say_final()
        self._results.put_nowait(UsageReport(self._samples / self.format.sample_rate, f"task-{self._engine.opened}"))
        self._results.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[Result]:
        while (result := await self._results.get()) is not None:
            if isinstance(result, EngineError):
                raise result
            yield result


class ScriptedEngine:
    """`fault(samples)` is asked at every frame of every stream; `refusal()` at every opening.

    `stalled`: streams take audio and answer nothing; one that has been stalled stays dead.
    `silence_ends_after`: so many samples of silence end a stream. `held_from`: beyond so many samples a stream takes
    nothing before `release` is set.
    """

    def __init__(self, rate: int = 16_000, max_pace: float = 1e6) -> None:
        self.capabilities = Capabilities(realtime=True, batch=False, max_pace=max_pace)
        self.rate = rate
        self.heard: list[bytes] = []
        self.opened = self.finished = 0
        self.stalled = False
        self.silence_ends_after: int | None = None
        self.held_from: int | None = None
        self.spoken = ""
        """What every word is, if not its number."""
        self.release = asyncio.Event()
        self.fault: Callable[[int], EngineError | None] = lambda samples: None
        self.refusal: Callable[[], EngineError | None] = lambda: None

    @property
    def heard_samples(self) -> int:
        return sum(len(pcm) for pcm in self.heard) // 2

    @asynccontextmanager
    async def open(self, options: Options) -> AsyncIterator[ScriptedStream]:
        self.opened += 1
        if (error := self.refusal()) is not None:
            raise error
        yield ScriptedStream(self)
