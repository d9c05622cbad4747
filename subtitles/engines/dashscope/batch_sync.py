"""Answers of the models that transcribe at once, plain or streamed. No I/O.

"录音文件转写", 同步调用, and Model Studio help, "Fun-ASR-Flash"; "Qwen-ASR API reference"; "Qwen-Omni".
"""

from __future__ import annotations

import re
from typing import Protocol

from subtitles.engines.base import BatchResult, Transcribed
from subtitles.engines.dashscope.batch_answers import billed_seconds
from subtitles.engines.dashscope.batch_results import sentence_of
from subtitles.engines.dashscope.fields import Json, Malformed, number_of, object_of, text_of
from subtitles.speech import MAX_SENTENCE_CHARACTERS, FinalResult, UsageReport, clean_text

_SENTENCE = re.compile(r".+?(?:[.!?…]+[\"'”’)\]]*(?=\s|$)|[。！？]+[”’」』）]*|\n|$)", re.DOTALL)


class AnswerReader(Protocol):
    """Takes the JSON objects of one answer, in order, and then gives the result."""

    def read(self, answer: Json) -> None: ...

    def result(self) -> BatchResult: ...


class _Reader:
    def __init__(self) -> None:
        self._billed: float | None = None
        self._request_id = ""

    def _heard(self, answer: Json) -> None:
        billed = billed_seconds(answer)
        self._billed = self._billed if billed is None else billed
        self._request_id = text_of(answer, "request_id") or self._request_id

    def _made(self, recording: Transcribed) -> BatchResult:
        usage = None if self._billed is None else UsageReport(self._billed, self._request_id)
        return BatchResult((recording,), usage, self._request_id)


class FlashReader(_Reader):
    """Fun-ASR-Flash: `text` is all that was said so far, `sentence` only the one sentence it is at."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._sentences: dict[object, FinalResult] = {}

    def read(self, answer: Json) -> None:
        self._heard(answer)
        output = object_of(answer, "output")
        self._text = text_of(output, "text") or self._text
        entry = output.get("sentence")
        if isinstance(entry, dict) and (sentence := sentence_of(entry)):
            self._sentences[number_of(entry, "sentence_id")] = sentence

    def result(self) -> BatchResult:
        """Without times where the sentences that came are not the whole text: an unstreamed answer may hold only the
        last one."""
        ordered = sorted(self._sentences.values(), key=lambda sentence: sentence.begin_ms)
        told = "".join(sentence.text for sentence in ordered)
        if _squeezed(told) == _squeezed(clean_text(self._text, len(self._text) + 1)):
            return self._made(Transcribed(tuple(ordered)))
        return self._made(Transcribed(untimed=sentences_in(self._text)))


class QwenReader(_Reader):
    """Qwen-ASR, short files: one text, with language and emotion beside it."""

    def __init__(self) -> None:
        super().__init__()
        self._recording = Transcribed()

    def read(self, answer: Json) -> None:
        self._heard(answer)
        message = object_of(_first(object_of(answer, "output"), "choices"), "message")
        notes = _first(message, "annotations") if message.get("annotations") else {}
        self._recording = Transcribed(
            untimed=sentences_in(_content(message)),
            language=clean_text(text_of(notes, "language"), 40),
            emotion=clean_text(text_of(notes, "emotion"), 40),
        )

    def result(self) -> BatchResult:
        return self._made(self._recording)


class OmniReader(_Reader):
    """Qwen-Omni: pieces of text. It is billed by tokens, of which nothing is told here."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[str] = []

    def read(self, answer: Json) -> None:
        self._request_id = text_of(answer, "id") or self._request_id
        if answer.get("choices"):
            self._pieces.append(text_of(object_of(_first(answer, "choices"), "delta"), "content"))

    def result(self) -> BatchResult:
        return self._made(Transcribed(untimed=sentences_in("".join(self._pieces))))


def sentences_in(text: str) -> tuple[str, ...]:
    """A text in sentences, cut after their marks; one without marks is cut where it is too long to be kept."""
    found: list[str] = []
    for match in _SENTENCE.finditer(text):
        rest = match[0].strip()
        while rest:
            end = MAX_SENTENCE_CHARACTERS
            if len(rest) > end:
                end = rest.rfind(" ", end // 2, end) + 1 or end
            found.append(clean_text(rest[:end]))
            rest = rest[end:].strip()
    return tuple(sentence for sentence in found if sentence)


def _content(message: Json) -> str:
    """An empty list where nobody spoke."""
    return text_of(_first(message, "content"), "text") if message.get("content") else ""


def _first(parent: Json, name: str) -> Json:
    entries = parent.get(name)
    if not isinstance(entries, list) or not entries or not isinstance(entries[0], dict):
        raise Malformed(name)
    return entries[0]


def _squeezed(text: str) -> str:
    return "".join(text.split())
