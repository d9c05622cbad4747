"""DashScope's realtime recognition protocol without any I/O: frames in, events out. Only it knows the frames.

Model Studio help, "Paraformer realtime WebSocket API" ('run-task', 'finish-task', 'result-generated') and "Fun-ASR
realtime WebSocket API". Where the documents disagree, both readings are taken.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from subtitles.engines.base import OptionValue
from subtitles.engines.dashscope.fields import (
    Json,
    Malformed,
    ms_of,
    number_of,
    object_of,
    parse,
    text_of,
    within,
    words_of,
)
from subtitles.speech import FinalResult, InterimResult, Result, UsageReport, Word, clean_text

AUDIO_FORMATS = ("pcm", "wav", "mp3", "opus", "speex", "aac", "amr")
MAX_FRAME_BYTES = 1 << 20


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
        message = parse(frame, MAX_FRAME_BYTES)
        header = object_of(message, "header")
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
                return Failed(text_of(header, "error_code"), text_of(header, "error_message"), self._withdraw())
            case str():
                return None
        raise Malformed("no event")

    def _results(self, payload: Json) -> tuple[Result, ...]:
        sentence = object_of(object_of(payload, "output"), "sentence")
        if sentence.get("heartbeat") is True:
            return ()
        words = words_of(sentence)
        spoken = self._final(sentence, words) if _is_final(sentence) else self._interim(sentence, words)
        return (*spoken, *self._usage(payload))

    def _interim(self, sentence: Json, words: Sequence[Word]) -> tuple[Result, ...]:
        text = clean_text(text_of(sentence, "text"))
        if not text:
            return self._withdraw()
        self._open = True
        begin_ms = max(self._clip(ms_of(sentence, "begin_time") or 0), self._settled_ms)
        end_ms = max(begin_ms, self._clip(words[-1].end_ms)) if words else None
        return (InterimResult(text, begin_ms, end_ms),)

    def _final(self, sentence: Json, words: Sequence[Word]) -> tuple[Result, ...]:
        text = clean_text(text_of(sentence, "text"))
        if not text:
            return self._withdraw()
        begin_ms = max(self._clip(ms_of(sentence, "begin_time") or 0), self._settled_ms)
        end_ms = max(begin_ms, self._clip(_end(sentence, words, begin_ms)))
        self._open, self._settled_ms = False, end_ms
        emotion, confidence = _emotion(sentence)
        return (
            FinalResult(
                begin_ms,
                end_ms,
                text,
                within(words, begin_ms, end_ms),
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
        billed = number_of(usage, "duration") if isinstance(usage, dict) else None
        if billed is None or not self._billed < billed:
            return ()
        self._billed = billed
        return (UsageReport(billed, self.task_id),)

    def _clip(self, ms: int) -> int:
        return ms if self.heard_ms is None else min(ms, self.heard_ms)


def _command(action: str, task_id: str, payload: Json) -> str:
    header = {"action": action, "task_id": task_id, "streaming": "duplex"}
    return json.dumps({"header": header, "payload": payload}, ensure_ascii=False)


def _is_final(sentence: Json) -> bool:
    """The documents decide by `sentence_end`; older answers lack it, and there the SDK's rule holds: a numeric end."""
    marked = sentence.get("sentence_end")
    return marked if isinstance(marked, bool) else ms_of(sentence, "end_time") is not None


def _end(sentence: Json, words: Sequence[Word], begin_ms: int) -> int:
    """A documented final has `end_time: null`: then the last word's end counts."""
    end_ms = ms_of(sentence, "end_time")
    if end_ms is not None:
        return end_ms
    return words[-1].end_ms if words else begin_ms


def _emotion(sentence: Json) -> tuple[str, float | None]:
    """Only `paraformer-realtime-8k-v2`, on finals, while sentences are cut by silence."""
    name = clean_text(text_of(sentence, "emo_tag"), 40)
    confidence = number_of(sentence, "emo_confidence")
    return name, min(max(confidence, 0.0), 1.0) if name and confidence is not None else None
