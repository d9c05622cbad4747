"""What the service takes, written down a second time from its documents so that a mistake in the catalogue shows.

"Paraformer实时语音识别Python SDK", request parameters; Model Studio help, 'run-task' and 'finish-task'.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

FORMATS = {"pcm", "wav", "mp3", "opus", "speex", "aac", "amr"}
LARGEST_FRAME = 16 * 1024

Fault = tuple[str, str]
_Check = Callable[[Any], bool]


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _between(low: float, high: float) -> _Check:
    return lambda value: not isinstance(value, bool) and isinstance(value, int | float) and low <= value <= high


def _hints(*codes: str, most: int) -> _Check:
    return lambda value: isinstance(value, list) and 0 < len(value) <= most and set(value) <= set(codes)


def _name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 128


_PARAFORMER = {"disfluency_removal_enabled": _flag}
_LATER: Mapping[str, _Check] = {
    "vocabulary_id": _name,
    "semantic_punctuation_enabled": _flag,
    "max_sentence_silence": _between(200, 6000),
    "multi_threshold_mode_enabled": _flag,
    "punctuation_prediction_enabled": _flag,
    "inverse_text_normalization_enabled": _flag,
    "heartbeat": _flag,
}
_V2_HINTS = _hints("zh", "en", "ja", "yue", "ko", "de", "fr", "ru", most=8)
_FUN_HINTS = _hints("zh", "en", "ja", most=1)

PARAMETERS: Mapping[str, Mapping[str, _Check]] = {
    "paraformer-realtime-v2": {**_PARAFORMER, **_LATER, "language_hints": _V2_HINTS},
    "paraformer-realtime-8k-v2": {**_PARAFORMER, **_LATER},
    "paraformer-realtime-v1": _PARAFORMER,
    "paraformer-realtime-8k-v1": _PARAFORMER,
    "fun-asr-realtime": {**_LATER, "language_hints": _FUN_HINTS, "speech_noise_threshold": _between(-1, 1)},
}
RATES: Mapping[str, Callable[[int], bool]] = {
    "paraformer-realtime-v2": lambda rate: 8000 <= rate <= 48000,
    "paraformer-realtime-8k-v2": lambda rate: rate == 8000,
    "paraformer-realtime-v1": lambda rate: rate == 16000,
    "paraformer-realtime-8k-v1": lambda rate: rate == 8000,
    "fun-asr-realtime": lambda rate: rate == 16000,
}
ELSEWHERE = {"fun-asr-realtime"}
"""Models that exist outside Beijing."""


def header_fault(message: Mapping[str, Any]) -> Fault | None:
    header = message.get("header")
    payload = message.get("payload")
    if not isinstance(header, dict) or not isinstance(payload, dict):
        return "InvalidParameter", "Invalid payload data"
    if not re.fullmatch(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", str(header.get("task_id"))):
        return "InvalidParameter", "Missing required parameter 'header.task_id'! Please follow the protocol!"
    if header.get("streaming") != "duplex":
        return "InvalidParameter", "Missing required parameter 'header.streaming'! Please follow the protocol!"
    if header.get("action") != "continue-task" and payload.get("input") != {}:
        return "InvalidParameter", "Invalid payload data"
    return None


def run_fault(payload: Mapping[str, Any], region: str) -> Fault | None:
    """What is wrong with the payload of `run-task`."""
    wanted = {"task_group": "audio", "task": "asr", "function": "recognition"}
    for name, value in wanted.items():
        if payload.get(name) != value:
            return "InvalidParameter", f"Missing required parameter 'payload.{name}'! Please follow the protocol!"
    model = payload.get("model")
    if not model:
        return "InvalidParameter", "Missing required parameter 'payload.model'! Please follow the protocol!"
    if model not in PARAMETERS or (region != "cn-beijing" and model not in ELSEWHERE):
        return "ModelNotFound", "Model not exist."
    unknown = set(payload) - {*wanted, "model", "parameters", "input", "resources"}
    if unknown:
        return "InvalidParameter", "Invalid payload data"
    return _parameters_fault(model, payload.get("parameters")) or _resources_fault(model, payload.get("resources"))


def _parameters_fault(model: str, parameters: Any) -> Fault | None:
    if not isinstance(parameters, dict):
        return "InvalidParameter", "Missing required parameter 'payload.parameters'! Please follow the protocol!"
    rate = parameters.get("sample_rate")
    if type(rate) is not int or not RATES[model](rate):
        return "InvalidParameter", "sample_rate"
    if parameters.get("format") not in FORMATS:
        return "InvalidParameter", "format"
    for name in parameters.keys() - {"format", "sample_rate"}:
        check = PARAMETERS[model].get(name)
        if check is None or not check(parameters[name]):
            return "InvalidParameter", name
    return None


def _resources_fault(model: str, resources: Any) -> Fault | None:
    if resources is None:
        return None
    good = (
        model.endswith("-v1")
        and isinstance(resources, list)
        and all(
            isinstance(entry, dict) and entry.get("resource_type") == "asr_phrase" and _name(entry.get("resource_id"))
            for entry in resources
        )
    )
    return None if good else ("InvalidParameter", "resources")
