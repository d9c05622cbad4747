"""An engine inside the test: it "recognises" one word per 100 ms of audio and one sentence per two seconds, by position."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from subtitles.engines.base import Capabilities, EngineError, Options
from subtitles.speech import AudioFormat, FinalResult, InterimResult, Result, Word

WORDS_PER_SENTENCE = 20


class ScriptedStream:
    def __init__(self, engine: ScriptedEngine) -> None:
        self.format = AudioFormat(engine.rate)
        self._engine = engine
        self._results: asyncio.Queue[Result | EngineError | None] = asyncio.Queue()
        self._samples = 0
        self._words: list[Word] = []

    async def send(self, pcm: bytes) -> None:
        self._engine.heard.append(pcm)
        if self._engine.stalled:
            return
        self._samples += len(pcm) // 2
        if (error := self._engine.fault(self._samples)) is not None:
            self._results.put_nowait(error)
            raise error
        while self._samples * 1000 // self.format.sample_rate >= (self._count + 1) * 100:
            self._hear()

    @property
    def _count(self) -> int:
        return self._words[-1].end_ms // 100 if self._words else 0

    def _hear(self) -> None:
        number = self._count
        self._words.append(Word(number * 100, number * 100 + 100, f"{number} "))
        spoken = self._words[-(number % WORDS_PER_SENTENCE + 1) :]
        text = "".join(word.text for word in spoken).strip()
        if len(spoken) == WORDS_PER_SENTENCE:
            self._results.put_nowait(FinalResult(spoken[0].begin_ms, spoken[-1].end_ms, text, tuple(spoken)))
        else:
            self._results.put_nowait(InterimResult(text, spoken[0].begin_ms, spoken[-1].end_ms))

    async def finish(self) -> None:
        self._engine.finished += 1
        self._results.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[Result]:
        while (result := await self._results.get()) is not None:
            if isinstance(result, EngineError):
                raise result
            yield result


class ScriptedEngine:
    """`fault(samples)` is asked at every frame of every stream; `refusal()` at every opening."""

    def __init__(self, rate: int = 16_000, max_pace: float = 1e6) -> None:
        self.capabilities = Capabilities(realtime=True, batch=False, max_pace=max_pace)
        self.rate = rate
        self.heard: list[bytes] = []
        self.opened = self.finished = 0
        self.stalled = False
        self.fault: Callable[[int], EngineError | None] = lambda samples: None
        self.refusal: Callable[[], EngineError | None] = lambda: None

    @asynccontextmanager
    async def open(self, options: Options) -> AsyncIterator[ScriptedStream]:
        self.opened += 1
        if (error := self.refusal()) is not None:
            raise error
        yield ScriptedStream(self)
