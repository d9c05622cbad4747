"""What the service takes of recordings, written down a second time from its documents.

"录音文件识别-Fun-ASR/Paraformer/SenseVoice", "录音文件转写", "录音文件识别API详情 (SenseVoice)"; Model Studio help,
"Paraformer recorded speech recognition", "Qwen-ASR API reference", "Qwen-Omni".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.dashscope.batch_behaviour import BatchBehaviour

_Check = Callable[[Any], bool]
Fault = tuple[int, str, str]
"""HTTP status, code, message."""


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 128


def _channels(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(type(n) is int and 0 <= n < 64 for n in value)


def _hints(most: int, *codes: str) -> _Check:
    return lambda value: isinstance(value, list) and 0 < len(value) <= most and (not codes or set(value) <= set(codes))


def _speakers(value: Any) -> bool:
    return type(value) is int and 2 <= value <= 100


def _filter(value: Any) -> bool:
    """A string that holds JSON."""
    try:
        rules = json.loads(value)
    except (TypeError, ValueError):
        return False
    lists = (rules.get(name, {"word_list": []}) for name in ("filter_with_signed", "filter_with_empty"))
    known = {"filter_with_signed", "filter_with_empty", "system_reserved_filter"}
    return set(rules) <= known and all(isinstance(entry.get("word_list"), list) for entry in lists)


_PARAFORMER: Mapping[str, _Check] = {
    "channel_id": _channels,
    "disfluency_removal_enabled": _flag,
    "timestamp_alignment_enabled": _flag,
    "special_word_filter": _filter,
    "diarization_enabled": _flag,
    "speaker_count": _speakers,
}
_FUN: Mapping[str, _Check] = {
    name: check for name, check in _PARAFORMER.items() if name != "timestamp_alignment_enabled"
} | {"vocabulary_id": _name, "language_hints": _hints(100)}
_V2 = {**_PARAFORMER, "vocabulary_id": _name}
_FIRST = ("paraformer-v1", "paraformer-8k-v1", "paraformer-mtl-v1")
_FUN_NAMES = ("fun-asr", "fun-asr-2025-11-07", "fun-asr-2025-08-25", "fun-asr-mtl", "fun-asr-mtl-2025-08-25")
FILETRANS = "qwen3-asr-flash-filetrans"
FLASH = "fun-asr-flash-2026-06-15"
QWEN = "qwen3-asr-flash"

TASKS: Mapping[str, Mapping[str, _Check]] = {
    "paraformer-v2": {**_V2, "language_hints": _hints(8, "zh", "en", "ja", "yue", "ko", "de", "fr", "ru")},
    "paraformer-8k-v2": _V2,
    **dict.fromkeys(_FIRST, _PARAFORMER),
    "sensevoice-v1": {"channel_id": _channels, "disfluency_removal_enabled": _flag, "language_hints": _hints(1)},
    **dict.fromkeys(_FUN_NAMES, _FUN),
    FILETRANS: {"channel_id": _channels, "language": _name, "enable_itn": _flag, "enable_words": _flag},
}
BEIJING_ONLY = {"paraformer-v2", "paraformer-8k-v2", *_FIRST, "sensevoice-v1"}
_8K = {"paraformer-8k-v2", "paraformer-8k-v1"}
FORMATS = {
    "aac", "amr", "avi", "flac", "flv", "m4a", "mkv", "mov", "mp3", "mp4", "mpeg", "ogg", "opus", "wav", "webm", "wma",
    "wmv",
}  # fmt: skip


def wrong(message: str, code: str = "InvalidParameter", status: int = 400) -> Fault:
    return status, code, message


def task_fault(body: Any, headers: Mapping[str, str], region: str, behaviour: BatchBehaviour) -> Fault | None:
    if headers.get("X-DashScope-Async") != "enable":
        return wrong("current user api does not support synchronous calls.", "AccessDenied", 403)
    if fault := _model_fault(body, TASKS, region):
        return fault
    model = body["model"]
    if set(body) - {"model", "input", "parameters", "resources"}:
        return wrong("unknown field")
    if fault := _input_fault(model, body.get("input"), behaviour):
        return fault
    if fault := _parameters_fault(TASKS[model], body.get("parameters")):
        return fault
    return _resources_fault(model, body.get("resources"))


def rate_fault(model: str, sample_rate: int) -> bool:
    """Whether a recording's rate is one that the model does not take."""
    return (model in _8K and sample_rate != 8000) or (model == "paraformer-mtl-v1" and sample_rate < 16_000)


def addresses(body: Mapping[str, Any]) -> list[str]:
    found = body["input"]
    return [found["file_url"]] if "file_url" in found else list(found["file_urls"])


def flash_fault(body: Any, headers: Mapping[str, str], region: str, behaviour: BatchBehaviour) -> Fault | None:
    """Fun-ASR-Flash and Qwen-ASR on the generation interface."""
    if fault := _model_fault(body, {FLASH: {}, QWEN: {}}, region):
        return fault
    if not isinstance(body.get("parameters"), dict) or not isinstance(body.get("input", {}).get("messages"), list):
        return wrong("Missing required parameter 'parameters' or 'messages'")
    return _qwen_fault(body) if body["model"] == QWEN else _fun_flash_fault(body, headers, behaviour)


def omni_fault(body: Any, model: str) -> Fault | None:
    if not isinstance(body, dict) or body.get("model") != model:
        return wrong("The model does not exist.", "model_not_found", 404)
    if body.get("stream") is not True:
        return wrong("This model only support stream mode, please enable the stream parameter.")
    known = {"model", "stream", "stream_options", "modalities", "messages"}
    if set(body) != known or body["modalities"] != ["text"] or body["stream_options"] != {"include_usage": True}:
        return wrong("unexpected field")
    (message,) = body["messages"]
    audio, text = message["content"]
    good = (audio["type"], text["type"], message["role"]) == ("input_audio", "text", "user") and text["text"]
    known_format = audio["input_audio"].get("format") in FORMATS
    return None if good and known_format else wrong("messages")


def context_of(body: Mapping[str, Any]) -> list[str]:
    """Texts of the pairs before the audio, of users alone."""
    messages = body["input"]["messages"][:-1]
    return [part["text"] for message in messages for part in message["content"] if part["type"] == "input_text"]


def _model_fault(body: Any, known: Mapping[str, object], region: str) -> Fault | None:
    if not isinstance(body, dict) or not body.get("model"):
        return wrong("Model is required", "BadRequest.EmptyModel")
    model = body["model"]
    if model not in known or (region != "cn-beijing" and model in BEIJING_ONLY):
        return wrong("Model not exist.", "ModelNotFound", 404)
    return None


def _input_fault(model: str, given: Any, behaviour: BatchBehaviour) -> Fault | None:
    wanted = "file_url" if model == FILETRANS else "file_urls"
    if not isinstance(given, dict) or set(given) != {wanted}:
        return wrong("input", "BadRequest.EmptyInput")
    places = [given[wanted]] if model == FILETRANS else given[wanted]
    if not isinstance(places, list) or not 0 < len(places) <= behaviour.most_addresses:
        return wrong(f"file_urls must have 1 to {behaviour.most_addresses} entries")
    return next((fault for place in places if (fault := _address_fault(place))), None)


def _address_fault(place: Any) -> Fault | None:
    good = isinstance(place, str) and place.isascii() and not re.search(r"\s", place)
    if not good or urlsplit(place).scheme not in ("http", "https", "oss"):
        return wrong("The provided URL does not appear to be valid.", "InvalidURL")
    return None


def _parameters_fault(known: Mapping[str, _Check], given: Any) -> Fault | None:
    if not isinstance(given, dict):
        return wrong("parameters", "BadRequest.EmptyParameters")
    for name, value in given.items():
        if name not in known or not known[name](value):
            return wrong(name)
    if "speaker_count" in given and not given.get("diarization_enabled"):
        return wrong("speaker_count")
    return None


def _resources_fault(model: str, resources: Any) -> Fault | None:
    if resources is None:
        return None
    good = model in _FIRST and all(
        entry.get("resource_type") == "asr_phrase" and _name(entry.get("resource_id")) for entry in resources
    )
    return None if good else wrong("resources")


def _qwen_fault(body: Mapping[str, Any]) -> Fault | None:
    roles = [message.get("role") for message in body["input"]["messages"]]
    if roles not in (["user"], ["system", "user"]):
        return wrong("messages")
    if not set(body["parameters"]) <= {"asr_options"}:
        return wrong("parameters")
    known = {"language": _name, "enable_itn": _flag, "enable_lid": _flag}
    return _parameters_fault(known, body["parameters"].get("asr_options", {}))


def _fun_flash_fault(body: Mapping[str, Any], headers: Mapping[str, str], behaviour: BatchBehaviour) -> Fault | None:
    if headers.get("X-DashScope-SSE", "disable") not in ("enable", "disable"):
        return wrong("X-DashScope-SSE")
    given = body["parameters"]
    rate = given.get("sample_rate", "16000")
    if given.get("format") not in FORMATS or not isinstance(rate, str) or not rate.isdigit():
        return wrong("format or sample_rate")
    known = {"format": _name, "sample_rate": _name, "language_hints": _hints(1), "vocabulary_id": _name}
    return _parameters_fault(known, given) or _messages_fault(body["input"]["messages"], behaviour.pair_order)


def _messages_fault(messages: list[Any], order: str) -> Fault | None:
    *context, last = messages
    if [part.get("type") for part in last["content"]] != ["input_audio"] or last["role"] != "user":
        return wrong("the audio comes last")
    pairs = [tuple(message["role"] for message in context[at : at + 2]) for at in range(0, len(context), 2)]
    users_first, others_first = ("user", "assistant"), ("assistant", "user")
    allowed = {"user": {users_first}, "assistant": {others_first}}.get(order, {users_first, others_first})
    if len(pairs) > 5 or not set(pairs) <= allowed:
        return wrong("context comes in pairs")
    kinds = {"user": "input_text", "assistant": "text"}
    for message in context:
        (part,) = message["content"]
        if part.get("type") != kinds[message["role"]] or not 0 < len(part["text"]) <= 400:
            return wrong("context")
    return None
