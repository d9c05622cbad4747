"""DashScope's realtime recognition protocol without any I/O: frames in, events out. The only file that knows its JSON.

Model Studio help, "Paraformer realtime WebSocket API" ('run-task', 'finish-task', 'result-generated') and "Fun-ASR
realtime WebSocket API". Where the documents disagree, both readings are taken.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from subtitles.engines.base import OptionValue
from subtitles.speech import FinalResult, InterimResult, Result, UsageReport, Word, clean_text

AUDIO_FORMATS = ("pcm", "wav", "mp3", "opus", "speex", "aac", "amr")
MAX_FRAME_BYTES = 1 << 20
MAX_WORDS = 2_000
MAX_MS = 10 * 24 * 3600 * 1000
_MAX_WORD_CHARACTERS = 200


class Malformed(Exception):
    """The service said something that cannot be understood. The text names the place, never the content."""


@dataclass(frozen=True, slots=True)
class Started:
    """Audio may flow."""


@dataclass(frozen=True, slots=True)
class Recognised:
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """The task is over. `results` withdraws an interim that never became final."""

    results: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    code: str
    message: str
    results: tuple[Result, ...] = ()


Event = Started | Recognised | Finished | Failed
Json = Mapping[str, object]


def run_task(
    task_id: str,
    model: str,
    sample_rate: int,
    parameters: Mapping[str, OptionValue] | None = None,
    *,
    phrase_id: str = "",
    audio_format: str = "pcm",
) -> str:
    """The text frame that opens a task. `input` must be there and be empty."""
    if audio_format not in AUDIO_FORMATS:
        raise ValueError(f"unknown audio format {audio_format!r}")
    payload: dict[str, object] = {
        "task_group": "audio",
        "task": "asr",
        "function": "recognition",
        "model": model,
        "parameters": {"format": audio_format, "sample_rate": sample_rate, **(parameters or {})},
        "input": {},
    }
    if phrase_id:
        payload["resources"] = [{"resource_id": phrase_id, "resource_type": "asr_phrase"}]
    return _command("run-task", task_id, payload)


def finish_task(task_id: str) -> str:
    """The text frame that says: no more audio. Results may still follow."""
    return _command("finish-task", task_id, {"input": {}})


class Task:
    """What one task has said so far, so that results leave here as the engine contract wants them."""

    def __init__(self, task_id: str) -> None:
        self.task_id = task_id
        self.heard_ms: int | None = None
        """How much audio was sent, where the caller counts it: no time lies beyond."""
        self._settled_ms = 0
        self._open = False
        self._billed = 0.0

    def receive(self, frame: str) -> Event | None:
        """What a text frame means; None for heartbeats, other tasks' events and events that are not known.

        Raises:
            Malformed: not JSON as RFC 8259 has it, too big, too deep, or not of the documented shape.
        """
        message = parse(frame)
        header = _object(message, "header")
        event = header.get("event")
        if header.get("task_id", self.task_id) not in (self.task_id, ""):
            return None
        payload = message.get("payload")
        return self._event(event, header, payload if isinstance(payload, dict) else {})

    def _event(self, event: object, header: Json, payload: Json) -> Event | None:
        match event:
            case "task-started":
                return Started()
            case "result-generated":
                results = self._results(payload)
                return Recognised(results) if results else None
            case "task-finished":
                return Finished((*self._withdraw(), *self._usage(payload)))
            case "task-failed":
                return Failed(_text(header, "error_code"), _text(header, "error_message"), self._withdraw())
            case str():
                return None
        raise Malformed("no event")

    def _results(self, payload: Json) -> tuple[Result, ...]:
        sentence = _object(_object(payload, "output"), "sentence")
        if sentence.get("heartbeat") is True:
            return ()
        words = _words(sentence)
        spoken = self._final(sentence, words) if _is_final(sentence) else self._interim(sentence, words)
        return (*spoken, *self._usage(payload))

    def _interim(self, sentence: Json, words: Sequence[Word]) -> tuple[Result, ...]:
        text = clean_text(_text(sentence, "text"))
        if not text:
            return self._withdraw()
        self._open = True
        begin_ms = max(self._clip(_ms(sentence, "begin_time") or 0), self._settled_ms)
        end_ms = max(begin_ms, self._clip(words[-1].end_ms)) if words else None
        return (InterimResult(text, begin_ms, end_ms),)

    def _final(self, sentence: Json, words: Sequence[Word]) -> tuple[Result, ...]:
        text = clean_text(_text(sentence, "text"))
        if not text:
            return self._withdraw()
        begin_ms = max(self._clip(_ms(sentence, "begin_time") or 0), self._settled_ms)
        end_ms = max(begin_ms, self._clip(_end(sentence, words, begin_ms)))
        self._open, self._settled_ms = False, end_ms
        emotion, confidence = _emotion(sentence)
        return (
            FinalResult(
                begin_ms,
                end_ms,
                text,
                _within(words, begin_ms, end_ms),
                emotion=emotion,
                emotion_confidence=confidence,
            ),
        )

    def _withdraw(self) -> tuple[Result, ...]:
        was_open, self._open = self._open, False
        return (InterimResult(""),) if was_open else ()

    def _usage(self, payload: Json) -> tuple[Result, ...]:
        """`usage.duration` counts from the start of the task; the task's id is what the provider's support asks for."""
        usage = payload.get("usage")
        billed = _number(usage, "duration") if isinstance(usage, dict) else None
        if billed is None or not self._billed < billed:
            return ()
        self._billed = billed
        return (UsageReport(billed, self.task_id),)

    def _clip(self, ms: int) -> int:
        return ms if self.heard_ms is None else min(ms, self.heard_ms)


def parse(frame: str) -> Json:
    """A JSON object, strictly: no NaN or Infinity, no number that overflows, no unpaired surrogate, not too deep."""
    if len(frame) > MAX_FRAME_BYTES:
        raise Malformed("too big")
    try:
        found = json.loads(frame, parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error
    if not isinstance(found, dict):
        raise Malformed("not an object")
    return found


def _command(action: str, task_id: str, payload: Json) -> str:
    header = {"action": action, "task_id": task_id, "streaming": "duplex"}
    return json.dumps({"header": header, "payload": payload}, ensure_ascii=False)


def _is_final(sentence: Json) -> bool:
    """The documents decide by `sentence_end`; older answers lack it, and there the SDK's rule holds: a numeric end."""
    marked = sentence.get("sentence_end")
    return marked if isinstance(marked, bool) else _ms(sentence, "end_time") is not None


def _end(sentence: Json, words: Sequence[Word], begin_ms: int) -> int:
    """A documented final has `end_time: null`: then the last word's end counts."""
    end_ms = _ms(sentence, "end_time")
    if end_ms is not None:
        return end_ms
    return words[-1].end_ms if words else begin_ms


def _words(sentence: Json) -> list[Word]:
    entries = sentence.get("words") or []
    if not isinstance(entries, list):
        raise Malformed("words")
    return [_word(entry) for entry in entries[:MAX_WORDS]]


def _word(entry: object) -> Word:
    """Latin words carry their own space, before or after; joining `text + punctuation` must give the sentence."""
    if not isinstance(entry, dict):
        raise Malformed("words")
    begin_ms = _ms(entry, "begin_time") or 0
    end_ms = max(begin_ms, _ms(entry, "end_time") or 0)
    return Word(begin_ms, end_ms, _spaced(_text(entry, "text")), _spaced(_text(entry, "punctuation")))


def _within(words: Sequence[Word], begin_ms: int, end_ms: int) -> tuple[Word, ...]:
    """The words in order, none before the one in front of it, all inside their sentence."""
    kept: list[Word] = []
    at = begin_ms
    for word in words:
        first = min(max(word.begin_ms, at), end_ms)
        at = min(max(word.end_ms, first), end_ms)
        kept.append(Word(first, at, word.text, word.punctuation))
    return tuple(kept)


def _emotion(sentence: Json) -> tuple[str, float | None]:
    """Only `paraformer-realtime-8k-v2`, on finals, while sentences are cut by silence."""
    name = clean_text(_text(sentence, "emo_tag"), 40)
    confidence = _number(sentence, "emo_confidence")
    return name, min(max(confidence, 0.0), 1.0) if name and confidence is not None else None


def _spaced(text: str) -> str:
    """`clean_text`, but a space at either end stays."""
    core = clean_text(text, _MAX_WORD_CHARACTERS)
    if not core:
        return " " if text.isspace() else ""
    return f"{' ' if text[0].isspace() else ''}{core}{' ' if text[-1].isspace() else ''}"


def _object(parent: Json, name: str) -> Json:
    value = parent.get(name)
    if not isinstance(value, dict):
        raise Malformed(name)
    return value


def _text(parent: Json, name: str) -> str:
    """A string, "" when absent or null."""
    value = parent.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Malformed(name)
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise Malformed(f"{name}: unpaired surrogate")
    return value


def _number(parent: Json, name: str) -> float | None:
    """A number, None when absent, null, negative or of another type."""
    value = parent.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        return None
    if value > MAX_MS:
        raise Malformed(f"{name}: out of range")
    return float(value)


def _ms(parent: Json, name: str) -> int | None:
    value = _number(parent, name)
    return None if value is None else round(value)


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("overflow")
    return value
