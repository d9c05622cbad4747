"""Server-sent events as DashScope writes them, without any I/O.

Native answers have four lines (`id:`, `event:`, `:HTTP_STATUS/200`, `data:`) and end with the connection; the
OpenAI-compatible ones have `data:` only and end with `data: [DONE]` (Model Studio help, "Streaming output").
"""

from __future__ import annotations

from collections.abc import Iterator

from subtitles.engines.dashscope.errors import request_error
from subtitles.engines.dashscope.fields import Json, Malformed, parse

_DONE = b"[DONE]"
_STATUS = b":HTTP_STATUS/"


class EventReader:
    """Takes bytes as they come, at most `most` of them, and gives the JSON objects in them.

    Raises Malformed, and the EngineError that an error event stands for.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._rest = b""
        self._read = 0
        self._data: list[bytes] = []
        self._failed = False
        self._status = 200

    @property
    def complete(self) -> bool:
        """Whether nothing is left that an ended connection would cut off."""
        return not self._rest.strip() and not self._data

    def feed(self, chunk: bytes) -> Iterator[Json]:
        self._read += len(chunk)
        if self._read > self._most:
            raise Malformed("too big")
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            yield from self._line(line.rstrip(b"\r"))

    def _line(self, line: bytes) -> Iterator[Json]:
        name, _, value = line.partition(b":")
        if not line:
            yield from self._event()
        elif name == b"data":
            self._data.append(value.removeprefix(b" "))
        elif name == b"event":
            self._failed = value.strip() == b"error"
        elif line.startswith(_STATUS) and line.removeprefix(_STATUS).isdigit():
            self._status = int(line.removeprefix(_STATUS))

    def _event(self) -> Iterator[Json]:
        data, self._data = b"\n".join(self._data), []
        if not data or data == _DONE:
            return
        if self._failed or self._status >= 400:
            raise request_error(self._status if self._status >= 400 else 500, data)
        yield parse(data, self._most)
