"""What a worker and its host say to each other: a length, a kind, a payload. Standard library only."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import asdict
from enum import IntEnum
from typing import Any

from subtitles.engines.base import Options
from subtitles.speech import FinalResult, InterimResult, Result, UsageReport, Word

HEADER = struct.Struct("<IB")
"""Bytes of payload, then the kind."""
MAX_PAYLOAD = 1 << 20


class Kind(IntEnum):
    START = 1
    """To the worker: options as JSON."""
    AUDIO = 2
    """To the worker: PCM."""
    FINISH = 3
    """To the worker: no more audio comes."""
    READY = 4
    """From the worker: the recogniser is loaded."""
    RESULT = 5
    """From the worker: one result as JSON."""
    END = 6
    """From the worker: the last result has been said."""


def pack(kind: Kind, payload: bytes = b"") -> bytes:
    return HEADER.pack(len(payload), kind) + payload


def unpack_header(header: bytes) -> tuple[int, Kind]:
    """Payload size and kind. Raises ValueError."""
    size, kind = HEADER.unpack(header)
    if size > MAX_PAYLOAD:
        raise ValueError(f"payload of {size} bytes")
    return size, Kind(kind)


def encode_options(options: Options) -> bytes:
    return _dump({"model": options.model, "language": options.language, "values": dict(options.values)})


def decode_options(payload: bytes) -> Options:
    return Options(**json.loads(payload))


def encode_result(result: Result) -> bytes:
    return _dump({"type": type(result).__name__, **asdict(result)})


def decode_result(payload: bytes) -> Result:
    """Raises ValueError."""
    try:
        fields = json.loads(payload)
        return _make(fields.pop("type"), fields)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not a result") from error


def _make(kind: str, fields: dict[str, Any]) -> Result:
    if kind == FinalResult.__name__:
        words = tuple(Word(**word) for word in fields.pop("words"))
        return FinalResult(words=words, **{**fields, "events": tuple(fields["events"])})
    if kind == InterimResult.__name__:
        return InterimResult(**fields)
    if kind == UsageReport.__name__:
        return UsageReport(**fields)
    raise ValueError("unknown result")


def _dump(fields: Mapping[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
