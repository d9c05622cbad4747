"""What the server and a model's worker say to each other: a length, a kind, whose stream it is, a payload.

One worker serves several streams; number 0 is the worker itself. Standard library only.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from subtitles.engines.base import EngineError, ErrorKind

HEADER = struct.Struct("<IBI")
"""Bytes of payload, the kind, the stream."""
MAX_PAYLOAD = 1 << 20
WORKER = 0


class Kind(IntEnum):
    LOAD = 1
    """To the worker: which model, as JSON (`sherpa_loading.Plan`)."""
    LOADED = 2
    """From the worker."""
    OPEN = 3
    """To the worker: a live stream, options as JSON."""
    OPENED = 4
    AUDIO = 5
    """To the worker: PCM."""
    TAKEN = 6
    """From the worker: so much of a stream has been heard (four bytes, little-endian)."""
    FINISH = 7
    """To the worker: no more audio comes."""
    TRANSCRIBE = 8
    """To the worker: a file, as JSON (`sherpa_file.Wish`)."""
    RESULT = 9
    """From the worker: one result as JSON."""
    END = 10
    """From the worker: the last result has been said; JSON with what is known of the whole file."""
    CLOSE = 11
    """To the worker: nobody listens to this stream any more."""
    FAILED = 12
    """From the worker: an error as JSON."""
    HOTWORDS = 13
    """From the worker: how many of a stream's hot words it had to leave out, as JSON."""


@dataclass(frozen=True, slots=True)
class Message:
    kind: Kind
    stream: int = WORKER
    payload: bytes = b""

    def packed(self) -> bytes:
        return HEADER.pack(len(self.payload), self.kind, self.stream) + self.payload

    def json(self) -> dict[str, Any]:
        """Raises ValueError."""
        fields = json.loads(self.payload)
        if not isinstance(fields, dict):
            raise ValueError("not an object")
        return fields


def message(kind: Kind, stream: int, fields: Mapping[str, Any]) -> Message:
    return Message(kind, stream, json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode())


def failed(stream: int, error: EngineError) -> Message:
    return message(Kind.FAILED, stream, {"kind": error.kind, "message": str(error), "code": error.code})


def error(said: Message) -> EngineError:
    """Raises ValueError."""
    try:
        fields = said.json()
        return EngineError(ErrorKind(fields["kind"]), str(fields["message"]), code=str(fields["code"]))
    except KeyError as missing:
        raise ValueError("not an error") from missing


class Reader:
    """Messages out of a pipe's bytes."""

    def __init__(self) -> None:
        self._input = bytearray()

    def feed(self, data: bytes) -> Iterator[Message]:
        """Raises ValueError for what is no message."""
        self._input += data
        while len(self._input) >= HEADER.size:
            size, kind, stream = HEADER.unpack_from(self._input)
            if size > MAX_PAYLOAD:
                raise ValueError(f"payload of {size} bytes")
            end = HEADER.size + size
            if len(self._input) < end:
                return
            payload = bytes(self._input[HEADER.size : end])
            del self._input[:end]
            yield Message(Kind(kind), stream, payload)
