"""In the worker: one live stream over a loaded model."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from subtitles.engines.local.sherpa_words import words
from subtitles.speech import SAMPLE_RATE, FinalResult, InterimResult, Result, Word, samples_to_ms

TAIL_SECONDS = 2.0
"""Of silence after the last sample: a chunk with its look-ahead is decoded only when it is full, so without it the last
words never come (sherpa-onnx issues 1373 and 3511; the longest chunk of the catalogue is 1.28 s)."""
SEEN_AFTER_MS, SETTLED_AFTER_MS = 790, 180
"""Models that tell no times (Paraformer): a chunk of 0.61 s with 0.18 s of look-ahead lies behind what has just been
heard when its words appear."""


class LiveStream:
    def __init__(
        self, recogniser: Any, hotwords: Sequence[str] = (), punctuate: Callable[[str], str] | None = None
    ) -> None:
        self._recogniser = recogniser
        self._stream = recogniser.create_stream("/".join(hotwords)) if hotwords else recogniser.create_stream()
        self._punctuate = punctuate
        self._samples = 0
        self._heard_ms = 0
        self._settled_ms = 0
        """End of the last final."""
        self._shown = ""
        self._seen_ms = 0
        """When the open sentence's first words appeared."""
        self._grown_ms = 0
        """When its last ones did."""

    def accept(self, pcm: bytes) -> Iterator[Result]:
        self._samples += len(pcm) // 2
        self._heard_ms = samples_to_ms(self._samples)
        yield from self._decode(floats(pcm))

    def finish(self) -> Iterator[Result]:
        yield from self._decode([0.0] * round(TAIL_SECONDS * SAMPLE_RATE))
        self._stream.input_finished()
        yield from self._decode([])
        yield from self._end()

    def _decode(self, samples: Sequence[float]) -> Iterator[Result]:
        if samples:
            self._stream.accept_waveform(SAMPLE_RATE, samples)
        while self._recogniser.is_ready(self._stream):
            self._recogniser.decode_stream(self._stream)
            yield from self._look()

    def _look(self) -> Iterator[Result]:
        text = self._text()
        if text != self._shown:
            yield self._interim(text)
        if self._recogniser.is_endpoint(self._stream):
            yield from self._end()
            self._recogniser.reset(self._stream)

    def _interim(self, text: str) -> InterimResult:
        if not self._shown:
            self._seen_ms = self._heard_ms
        self._shown, self._grown_ms = text, self._heard_ms
        return InterimResult(text, self._begin(self._words()))

    def _end(self) -> Iterator[FinalResult]:
        text, said = self._text(), self._words()
        self._shown = ""
        if not text:
            return
        begin = self._begin(said)
        end = said[-1].end_ms if said else max(begin, self._grown_ms - SETTLED_AFTER_MS)
        self._settled_ms = min(max(begin, end), self._heard_ms)
        yield FinalResult(begin, self._settled_ms, self._marked(text), tuple(_within(said, begin, self._settled_ms)))

    def _begin(self, said: Sequence[Word]) -> int:
        begin = said[0].begin_ms if said else self._seen_ms - SEEN_AFTER_MS
        return min(max(begin, self._settled_ms), self._heard_ms)

    def _text(self) -> str:
        return str(self._recogniser.get_result(self._stream)).strip()

    def _words(self) -> tuple[Word, ...]:
        origin_ms = round(1000 * self._recogniser.start_time(self._stream))
        return words(self._recogniser.tokens(self._stream), self._recogniser.timestamps(self._stream), origin_ms)

    def _marked(self, text: str) -> str:
        return (self._punctuate(text).strip() or text) if self._punctuate else text


def floats(pcm: bytes) -> Sequence[float]:
    """16-bit samples as numbers within ±1."""
    return [sample / 32768 for sample in array("h", pcm)]


def _within(said: Sequence[Word], begin: int, end: int) -> Iterator[Word]:
    for word in said:
        yield Word(min(max(word.begin_ms, begin), end), min(max(word.end_ms, begin), end), word.text, word.punctuation)
