"""The service's frames, in either reading of the documents."""

from __future__ import annotations

import json
from typing import Any

from tests.fakes.dashscope.behaviour import Behaviour
from tests.fakes.dashscope.recognisers import Said


def started(task_id: str) -> str:
    return _frame({"task_id": task_id, "event": "task-started"}, {})


def finished(task_id: str) -> str:
    return _frame({"task_id": task_id, "event": "task-finished"}, {"output": {}, "usage": None})


def failed(task_id: str, code: str, message: str) -> str:
    return _frame({"task_id": task_id, "event": "task-failed", "error_code": code, "error_message": message}, {})


def heartbeat(task_id: str, at_ms: int) -> str:
    """It looks like an empty final but for its mark."""
    sentence = {"begin_time": at_ms, "end_time": at_ms, "text": "", "words": [], "heartbeat": True}
    return _result(task_id, {**sentence, "sentence_end": True}, None)


def result(task_id: str, said: Said, behaviour: Behaviour, billed: int, emotion: bool) -> str:
    sentence: dict[str, Any] = {"begin_time": said.begin_ms, "end_time": None, "text": said.text, "heartbeat": False}
    if behaviour.final_end if said.final else behaviour.interim_end:
        sentence["end_time"] = said.end_ms
    if behaviour.sentence_end:
        sentence["sentence_end"] = said.final
    sentence["words"] = [
        {"begin_time": word.begin_ms, "end_time": word.end_ms, "text": word.text, "punctuation": word.punctuation}
        for word in said.words
    ]
    if emotion and said.final:
        sentence |= {"emo_tag": "neutral", "emo_confidence": 0.9}
    return _result(task_id, sentence, {"duration": billed} if said.final else None)


def _result(task_id: str, sentence: dict[str, Any], usage: dict[str, int] | None) -> str:
    header = {"task_id": task_id, "event": "result-generated"}
    return _frame(header, {"output": {"sentence": sentence}, "usage": usage})


def _frame(header: dict[str, Any], payload: dict[str, Any]) -> str:
    return json.dumps({"header": {**header, "attributes": {}}, "payload": payload}, ensure_ascii=False)
