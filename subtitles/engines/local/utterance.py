"""One stretch of speech in a pocketsphinx decoder, from its first sample to its final."""

from __future__ import annotations

import re
from typing import Any

from subtitles.engines.local.agreement import Agreement
from subtitles.engines.local.profanity import mask
from subtitles.speech import BYTES_PER_SAMPLE, SAMPLE_RATE, FinalResult, InterimResult, Word, samples_to_ms

BYTES_PER_MS = SAMPLE_RATE * BYTES_PER_SAMPLE // 1000
FRAME_MS = 10
"""The decoder's default frame rate, 100 per second (PocketSphinx, config_params, `frate`)."""
PARTIAL_MS = 100
PAUSE_AFTER_MS = 8_000
PAUSE_MS = 150
LONGEST_MS = 12_000
_VARIANT = re.compile(r"\(\d+\)$")
_FILLERS = ("<", "[", "+")


class Utterance:
    """Starts the decoder's utterance; `end` ends it. Time is counted in audio, never by a clock."""

    def __init__(self, decoder: Any, begin: int) -> None:
        """`begin`: the stream's sample number of the first sample that will be fed."""
        self._decoder = decoder
        self._begin = begin
        self._audio = bytearray()
        self._partial_at = PARTIAL_MS
        self._agreement = Agreement()
        self._shown = ""
        self._pausing = False
        decoder.start_utt()

    def feed(self, pcm: bytes) -> InterimResult | None:
        """The interim, where it changed."""
        self._decoder.process_raw(pcm, False, False)
        self._audio += pcm
        if self._length_ms < self._partial_at:
            return None
        self._partial_at += PARTIAL_MS
        return self._partial()

    @property
    def full(self) -> bool:
        """A caption must not grow without end: after 8 s the next short pause ends it, after 12 s anything."""
        return self._length_ms >= LONGEST_MS or (self._length_ms >= PAUSE_AFTER_MS and self._pausing)

    def end(self) -> FinalResult | InterimResult | None:
        """The sentence; or the withdrawal of what was shown of it; or nothing."""
        return self._final(self._last_words())

    def cut(self) -> tuple[FinalResult | InterimResult | None, int, bytes]:
        """Ends in the middle of speech: the sentence, and the last word's audio with its first sample number, which
        belongs to the next utterance because that word may be half said."""
        words = self._last_words()
        end_ms = samples_to_ms(self._begin) + self._length_ms
        if len(words) < 2 or words[-1].end_ms < end_ms - PAUSE_MS:
            return self._final(words), self._end, b""
        kept = (words[-1].begin_ms - samples_to_ms(self._begin)) * BYTES_PER_MS
        return self._final(words[:-1]), self._begin + kept // BYTES_PER_SAMPLE, bytes(self._audio[kept:])

    @property
    def _length_ms(self) -> int:
        return len(self._audio) // BYTES_PER_MS

    @property
    def _end(self) -> int:
        return self._begin + len(self._audio) // BYTES_PER_SAMPLE

    def _partial(self) -> InterimResult | None:
        words = self._words()
        end_ms = samples_to_ms(self._begin) + self._length_ms
        self._pausing = bool(words) and words[-1].end_ms <= end_ms - PAUSE_MS
        shown = words[: self._agreement.add([word.text for word in words])]
        text = _text(shown)
        if text == self._shown:
            return None
        self._shown = text
        return InterimResult(text, shown[0].begin_ms, shown[-1].end_ms) if shown else InterimResult("")

    def _final(self, words: list[Word]) -> FinalResult | InterimResult | None:
        if words:
            return FinalResult(words[0].begin_ms, words[-1].end_ms, _text(words), tuple(words), language="en")
        return InterimResult("") if self._shown else None

    def _last_words(self) -> list[Word]:
        heard = self._words()
        self._decoder.end_utt()
        # The last pass over the lattice fails now and then and leaves nothing at all (not even a silence): whole
        # sentences would vanish. What was heard until then stands in.
        return heard if self._decoder.seg() is None else self._words()

    def _words(self) -> list[Word]:
        segments = self._decoder.seg() or ()
        return [self._word(segment) for segment in segments if not segment.word.startswith(_FILLERS)]

    def _word(self, segment: Any) -> Word:
        origin = samples_to_ms(self._begin)
        text = mask(_VARIANT.sub("", segment.word))
        return Word(origin + segment.start_frame * FRAME_MS, origin + (segment.end_frame + 1) * FRAME_MS, text)


def _text(words: list[Word]) -> str:
    return " ".join(word.text for word in words)
