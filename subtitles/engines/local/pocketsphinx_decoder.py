"""The preview engine's recogniser. Runs in a worker (see host), never in the server."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

from pocketsphinx import Decoder, Endpointer  # type: ignore[import-untyped]

from subtitles.engines.base import Options
from subtitles.engines.local.utterance import Utterance
from subtitles.speech import BYTES_PER_SAMPLE, FinalResult, InterimResult

WINDOW_SECONDS = 0.5
"""Of these, 90 % speech starts a sentence and 90 % silence ends it. With 0.5 in place of the default 0.3 fewer words
were wrong on eight English recordings, .617 against .647."""

SearchResult = FinalResult | InterimResult


class PreviewRecogniser:
    """English, without punctuation, capitals or numerals. One decoder hears the whole stream, so that its running
    cepstral mean gets used to the room.

    The search is narrowed (second pass off, at most 5,000 active models and 10 words per frame): the same errors within
    the noise of the measurement, and no stall of seconds at a sentence's end.
    """

    def __init__(self, options: Options) -> None:
        self._decoder: Any = Decoder(fwdflat=False, maxhmmpf=5000, maxwpf=10, loglevel="ERROR")
        self._endpointer: Any = Endpointer(window=WINDOW_SECONDS, ratio=0.9, vad_mode=0)
        self._frame_bytes: int = self._endpointer.frame_bytes
        self._input = bytearray()
        # The endpointer hands speech out half a second late. It only says when here: the decoder hears each frame at
        # once, and first the window that led to the decision. Words so appear half a second earlier.
        self._before: deque[bytes] = deque(maxlen=round(WINDOW_SECONDS / self._endpointer.frame_length))
        self._position = 0
        self._utterance: Utterance | None = None

    def accept(self, pcm: bytes) -> Iterator[SearchResult]:
        self._input += pcm
        while len(self._input) >= self._frame_bytes:
            frame = bytes(self._input[: self._frame_bytes])
            del self._input[: self._frame_bytes]
            yield from self._hear(frame)

    def finish(self) -> Iterator[SearchResult]:
        if self._utterance and self._input:
            yield from _said(self._utterance.feed(bytes(self._input)))
        if self._utterance:
            yield from _said(self._utterance.end())
        self._utterance = None

    def _hear(self, frame: bytes) -> Iterator[SearchResult]:
        self._endpointer.process(frame)
        self._before.append(frame)
        self._position += len(frame) // BYTES_PER_SAMPLE
        if self._utterance is None and self._endpointer.in_speech:
            self._utterance = Utterance(self._decoder, self._position - self._waiting)
        if self._utterance:
            yield from self._decode(self._utterance)

    @property
    def _waiting(self) -> int:
        """Samples that the decoder has not heard."""
        return sum(map(len, self._before)) // BYTES_PER_SAMPLE

    def _decode(self, utterance: Utterance) -> Iterator[SearchResult]:
        while self._before:
            yield from _said(utterance.feed(self._before.popleft()))
        if not self._endpointer.in_speech:
            yield from _said(utterance.end())
            self._utterance = None
        elif utterance.full:
            yield from self._cut(utterance)

    def _cut(self, utterance: Utterance) -> Iterator[SearchResult]:
        sentence, begin, rest = utterance.cut()
        yield from _said(sentence)
        self._utterance = Utterance(self._decoder, begin)
        for at in range(0, len(rest), self._frame_bytes):
            yield from _said(self._utterance.feed(rest[at : at + self._frame_bytes]))


def _said(result: SearchResult | None) -> Iterator[SearchResult]:
    if result:
        yield result
