from __future__ import annotations

import json
from typing import Any

from websockets.asyncio.client import ClientConnection

from tests.faults.party import Party
from tests.faults.product import RoomFacts


class Viewer(Party):
    """What an audience page does, and notes in which order sentences appeared for the first time.

    Nothing may appear twice, out of order, or vanish; interims only announce what is not there yet.
    """

    def __init__(self, url: str, room: RoomFacts) -> None:
        super().__init__(url, f"/ws/watch/{room.watch_token}/")
        self.shown: dict[int, dict[str, Any]] = {}
        """Sentences of the newest session, by number, in the order in which they appeared."""
        self.session: int | None = None
        self.state = ""
        self.seq: int | None = None
        self.open: dict[int, str] = {}
        """Interims that are shown now, by number."""
        self.snapshots = 0
        self.interims = 0
        self.holes = 0

    def __repr__(self) -> str:
        return (
            f"<viewer of {self.session} ({self.state}), {len(self.shown)} sentences, seq {self.seq}, {self.codes[-5:]}>"
        )

    @property
    def texts(self) -> list[str]:
        return [item["text"] for item in self.shown.values()]

    async def sees(self, sentences: int) -> None:
        await self.until(lambda: len(self.shown) >= sentences)

    async def sees_the_end(self) -> None:
        await self.until(lambda: self.state == "ended")

    async def talk(self, socket: ClientConnection) -> None:
        await socket.send(json.dumps({"type": "hello", "version": 1, "session": self.session, "seq": self.seq}))
        async for text in socket:
            self.messages += 1
            message = json.loads(text)
            if self._hear(message):
                self.holes += 1
                await socket.send(json.dumps({"type": "since", "seq": self.seq}))
            self.changed()

    def _hear(self, message: dict[str, Any]) -> bool:
        """Whether something is missing before it."""
        match message["type"]:
            case "snapshot":
                self._replace_all(message)
            case "sentences" if self._is_next(message):
                self._append(message["items"])
            case "session" if self._is_next(message):
                self.state = message["state"]
            case "sentences" | "session":
                return bool(message["seq"] > (self.seq or 0))
            case "interim":
                self._interim(message["number"], message["text"])
            case "status":
                # What was missed may have ended the session: sentences do not say so, this does.
                self.state = message["state"]
                return self.seq is not None and message["seq"] > self.seq
            case "error":
                self.errors.append(message)
        return False

    def _is_next(self, message: dict[str, Any]) -> bool:
        if self.seq is None or message["session"] != self.session or message["after"] > self.seq >= message["seq"]:
            return False
        fresh: bool = message["after"] <= self.seq < message["seq"]
        if fresh:
            self.seq = message["seq"]
        return fresh

    def _replace_all(self, message: dict[str, Any]) -> None:
        session = message["session"]
        self.snapshots += 1
        self.seq = message["seq"]
        if session is None:
            return
        if session["id"] != self.session:
            self.session, self.shown = session["id"], {}
        self.state = session["state"]
        self.open = {interim["number"]: interim["text"] for interim in message["interims"]}
        numbers = [item["number"] for item in message["items"]]
        assert [number for number in self.shown if numbers and number >= numbers[0]] == numbers[: len(self.shown)]
        self._append([item for item in message["items"] if item["number"] not in self.shown])

    def _interim(self, number: int, text: str) -> None:
        assert not text or number > len(self.shown), f"sentence {number} went back to being open"
        self.open.pop(number, None)
        if text:
            self.open[number] = text
            self.interims += 1

    def _append(self, items: list[dict[str, Any]]) -> None:
        for item in items:
            number = item["number"]
            assert number not in self.shown, f"sentence {number} came twice"
            assert number == len(self.shown) + 1, f"sentence {number} came after {len(self.shown)}"
            self.shown[number] = item
            self.open.pop(number, None)
