from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, WebSocket

HEADER = 8
BYTES = 2


class SentAudio:
    """The samples that a studio page put on its sockets, as they count in the end: a repeated stretch counts once.

    AssertionError if the page leaves a hole, or says something else about samples that it had sent before.
    """

    def __init__(self, page: Page) -> None:
        self.pcm = bytearray()
        self.frames: list[tuple[int, int]] = []
        """Of each message: the first sample's number, and how many there are."""
        self.problems: list[str] = []
        self.sockets: list[WebSocket] = []
        page.on("websocket", self._listen)

    @property
    def samples(self) -> int:
        return len(self.pcm) // BYTES

    @property
    def socket(self) -> WebSocket:
        return self.sockets[-1]

    def _listen(self, socket: WebSocket) -> None:
        self.sockets.append(socket)
        socket.on("framesent", self._take)

    def _take(self, payload: Any) -> None:
        if isinstance(payload, str):
            return
        first, audio = int.from_bytes(payload[:HEADER], "little"), payload[HEADER:]
        self.frames.append((first, len(audio) // BYTES))
        begin, known = first * BYTES, self.pcm[first * BYTES : first * BYTES + len(audio)]
        if begin > len(self.pcm):
            self.problems.append(f"nothing was sent between {self.samples} and {first}")
        if known != audio[: len(known)]:
            self.problems.append(f"the samples from {first} were others before")
        self.pcm[begin : begin + len(known)] = b""
        self.pcm[begin:begin] = audio
