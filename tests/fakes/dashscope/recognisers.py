"""What the fake hears. Either position-coded blocks become words, or a known text comes as its audio passes."""

from __future__ import annotations

import re
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from subtitles.speech import Word
from tests.fakes import position_code

_LOCATE_BYTES = 9_600


@dataclass(frozen=True, slots=True)
class Said:
    """One result: the open sentence so far, or the whole of it. Milliseconds of the task's audio."""

    begin_ms: int
    end_ms: int
    text: str
    words: tuple[Word, ...]
    final: bool


class Recogniser(Protocol):
    blocks: list[int]
    """Numbers of position-coded blocks heard since it was last emptied."""

    def hear(self, pcm: bytes) -> Iterator[Said]: ...

    def finish(self) -> Iterator[Said]: ...


class PositionRecogniser:
    """Block 123 is the word w000123. A sentence ends with its last word's silence, or when it falls silent."""

    def __init__(self, sample_rate: int, silence_ms: int = 800) -> None:
        self.blocks: list[int] = []
        self._rate = sample_rate
        self._silence_ms = silence_ms
        self._decoder = position_code.Decoder(sample_rate)
        self._heard = 0
        self._sentence = -1
        self._words: list[Word] = []

    def hear(self, pcm: bytes) -> Iterator[Said]:
        self._heard += len(pcm) // 2
        for block in self._decoder.feed(pcm):
            self.blocks.append(block.number)
            yield from self._block(block)
        if self._words and self._ms(self._heard) - self._words[-1].end_ms > self._silence_ms:
            yield from self.finish()

    def finish(self) -> Iterator[Said]:
        if self._words:
            last = replace(self._words[-1], punctuation=".")
            yield _said([*self._words[:-1], last], final=True)
            self._words = []

    def _block(self, block: position_code.Heard) -> Iterator[Said]:
        sentence = block.number // position_code.SENTENCE_BLOCKS
        if sentence != self._sentence or not position_code.is_word(block.number):
            yield from self.finish()
        self._sentence = sentence
        if position_code.is_word(block.number):
            text = (" " if self._words else "") + position_code.word(block.number)
            self._words.append(Word(self._ms(block.begin), self._ms(block.end), text))
            yield _said(self._words, final=False)

    def _ms(self, samples: int) -> int:
        return samples * 1000 // self._rate


class ScriptedRecogniser:
    """Says given sentences when the audio has passed them. With the known recording, a task that begins in the middle
    of it says what is left from there."""

    def __init__(self, sample_rate: int, sentences: Sequence[Said], recording: bytes = b"") -> None:
        self.blocks: list[int] = []
        self._rate = sample_rate
        self._sentences = list(sentences)
        self._recording = recording
        self._heard = bytearray()
        self._samples = 0
        self._located = not recording
        self._shown = 0

    def hear(self, pcm: bytes) -> Iterator[Said]:
        self._samples += len(pcm) // 2
        if not self._located:
            self._heard += pcm
            if len(self._heard) < _LOCATE_BYTES:
                return
            self._locate()
        yield from self._pass(self._samples * 1000 // self._rate)

    def finish(self) -> Iterator[Said]:
        if not self._located:
            self._locate()
        yield from self._pass(self._samples * 1000 // self._rate, flush=True)

    def _pass(self, now_ms: int, flush: bool = False) -> Iterator[Said]:
        while self._sentences:
            sentence = self._sentences[0]
            words = [word for word in sentence.words if word.end_ms <= now_ms]
            if sentence.end_ms <= now_ms or (flush and words):
                del self._sentences[0]
                self._shown = 0
                yield sentence if len(words) == len(sentence.words) else _said(words, final=True)
                continue
            if len(words) > self._shown:
                self._shown = len(words)
                yield _said(words, final=False)
            return

    def _locate(self) -> None:
        self._located = True
        found = self._recording.find(bytes(self._heard[:_LOCATE_BYTES]))
        offset_ms = max(found, 0) // 2 * 1000 // self._rate
        self._sentences = [left for sentence in self._sentences if (left := _rest(sentence, offset_ms))]


def scripted(script: Sequence[dict[str, Any]]) -> list[Said]:
    """Sentences from JSON: `text`, `begin_ms`, `end_ms`, and `words` with the same fields (made up where missing)."""
    return [_sentence(entry) for entry in script]


def recording(path: Path) -> bytes:
    with wave.open(str(path)) as file:
        frames: bytes = file.readframes(file.getnframes())
        return frames


def _sentence(entry: dict[str, Any]) -> Said:
    given = [Word(w["begin_ms"], w["end_ms"], w["text"], w.get("punctuation", "")) for w in entry.get("words", [])]
    words = given or _spread(entry["text"], entry["begin_ms"], entry["end_ms"])
    return Said(entry["begin_ms"], entry["end_ms"], entry["text"], tuple(words), final=True)


def _spread(text: str, begin_ms: int, end_ms: int) -> list[Word]:
    """Chinese characters one by one, other words by their spaces, in equal steps."""
    parts = re.findall(r"[\u3400-\u9fff][^\w\s]*|[^\s\u3400-\u9fff]+\s*", text)
    step = (end_ms - begin_ms) / max(1, len(parts))
    return [Word(round(begin_ms + i * step), round(begin_ms + (i + 1) * step), part) for i, part in enumerate(parts)]


def _rest(sentence: Said, offset_ms: int) -> Said | None:
    words = [
        replace(word, begin_ms=word.begin_ms - offset_ms, end_ms=word.end_ms - offset_ms)
        for word in sentence.words
        if word.begin_ms >= offset_ms
    ]
    if not words:
        return None
    whole = len(words) == len(sentence.words)
    return _said(words, final=True, text=sentence.text if whole else "")


def _said(words: Sequence[Word], final: bool, text: str = "") -> Said:
    text = text or "".join(word.text + word.punctuation for word in words).strip()
    return Said(words[0].begin_ms, words[-1].end_ms, text, tuple(words), final)
