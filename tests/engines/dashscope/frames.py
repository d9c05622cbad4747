"""Server frames as the documents show them, for tests of the protocol."""

from __future__ import annotations

import json
from typing import Any

from subtitles.engines.dashscope import protocol

TASK = "7f3c0a52f1a94d1e9a1d3f0c2b5e6a77"


def frame(event: str, payload: Any = None, task_id: str = TASK, **header: Any) -> str:
    content = {"header": {"task_id": task_id, "event": event, "attributes": {}, **header}, "payload": payload or {}}
    return json.dumps(content)


def result(usage: Any = None, task_id: str = TASK, **sentence: Any) -> str:
    return frame("result-generated", {"output": {"sentence": sentence}, "usage": usage}, task_id)


def word(begin: Any, end: Any, text: str, punctuation: str = "") -> dict[str, Any]:
    return {"begin_time": begin, "end_time": end, "text": text, "punctuation": punctuation}


def interim(text: str, **more: Any) -> str:
    return result(begin_time=0, end_time=None, text=text, sentence_end=False, **more)


def final(text: str, begin: Any = 0, end: Any = 1000, **more: Any) -> str:
    return result(begin_time=begin, end_time=end, text=text, sentence_end=True, **more)


def said(*frames: str, task: protocol.Task | None = None) -> list[Any]:
    """All results of these frames, in order."""
    task = task or protocol.Task(TASK)
    events = [task.receive(text) for text in frames]
    return [result for event in events if event for result in getattr(event, "results", ())]
