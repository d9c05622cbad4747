"""A room without a database, its changes on their way to a hub, and viewers that keep the client's rules."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from subtitles.live import reading, tail
from subtitles.live.changes import InterimChanged, SentenceChanged, StateChanged
from subtitles.live.hub import Hub
from subtitles.live.reading import Head, RoomView
from subtitles.live.sender import Frame
from subtitles.live.wire import Cursor, Item, SessionInfo

ROOM = 1


class Book:
    """What the database knows of one room, and answers as `reading` does."""

    def __init__(self) -> None:
        self.seq = 0
        self.sessions: list[SessionInfo] = []
        self.sentences: list[Item] = []
        self.reads = 0
        self.delay_s = self.heads_delay_s = 0.0
        self.token = "link"
        self.is_deleted = False
        self.away = False

    # --- writing: each returns what other processes are told

    def begin(self) -> StateChanged:
        self.seq += 1
        session = SessionInfo(len(self.sessions) + 1, "Talk", "live", "en")
        self.sessions.append(session)
        self.sentences = []
        return StateChanged(ROOM, session, self.seq)

    def become(self, state: str) -> StateChanged:
        self.seq += 1
        self.sessions[-1] = session = replace(self.sessions[-1], state=state)
        return StateChanged(ROOM, session, self.seq)

    def say(self, text: str = "said") -> SentenceChanged:
        number = len(self.sentences) + 1
        self.sentences.append(Item(number, 0, 0, number * 1000, number * 1000 + 900, f"{text} {number}"))
        return self.change(number)

    def change(self, number: int, **fields: Any) -> SentenceChanged:
        self.seq += 1
        item = self.sentences[number - 1]
        item = replace(item, revision=item.revision + 1, seq=self.seq, **fields)
        self.sentences[number - 1] = item
        return SentenceChanged(ROOM, self.sessions[-1].id, item)

    def interim(self, text: str, ahead: int = 1, epoch: int = 1) -> InterimChanged:
        return InterimChanged(ROOM, self.sessions[-1].id, len(self.sentences) + ahead, text, epoch)

    # --- reading

    @property
    def visible(self) -> list[Item]:
        return sorted(
            (item for item in self.sentences if not item.hidden), key=lambda item: (item.begin_ms, item.number)
        )

    async def view(self, room_id: int, after: int) -> RoomView:
        self.reads += 1
        if self.away:
            raise ConnectionError
        session = self.sessions[-1] if self.sessions else None
        items = sorted((item for item in self.sentences if item.seq > after), key=lambda item: item.seq)
        found = RoomView(session, self.seq, after, items)
        if len(items) > reading.WINDOW:
            floor = items[-reading.WINDOW - 1].seq
            last = list(reversed(self.visible[-tail.TAIL - tail.SPARE :]))
            found = RoomView(session, self.seq, floor, items[-reading.WINDOW :], last)
        await asyncio.sleep(self.delay_s)
        return found

    async def heads(self, room_ids: list[int]) -> dict[int, Head]:
        if self.away:
            raise ConnectionError
        found = {} if self.is_deleted else dict.fromkeys(room_ids, Head(self.seq, self.token))
        await asyncio.sleep(self.heads_delay_s)
        return found


class Wire:
    """A `Sender` that takes frames until it is blocked."""

    def __init__(self) -> None:
        self.taken: deque[dict[str, Any]] = deque()
        self.blocked = False
        self.closed: tuple[int, str] | None = None

    def send(self, frame: Frame) -> bool:
        if self.blocked or self.closed:
            return False
        self.taken.append(json.loads(frame.text))
        return True

    def queued(self) -> int:
        return int(self.blocked)

    def close(self, code: int, reason: str) -> None:
        self.closed = code, reason

    def types(self) -> list[str]:
        return [message["type"] for message in self.taken]

    def take_all(self) -> list[dict[str, Any]]:
        taken = list(self.taken)
        self.taken.clear()
        return taken


class ModelViewer:
    """What docs/protocol.md asks of a client, and nothing more."""

    def __init__(self, hub: Callable[[], Hub]) -> None:
        self._hub = hub
        self.wire = Wire()
        self.connected = False
        self.session: int | None = None
        self.seq: int | None = None
        self.state: str | None = None
        self.floor = 0
        self.items: dict[int, dict[str, Any]] = {}
        self._question: tuple[int | None] | None = None

    async def connect(self) -> None:
        self.wire, self.connected, self._question = Wire(), True, None
        known = None if self.session is None or self.seq is None else Cursor(self.session, self.seq)
        wire, hub = self.wire, self._hub()
        try:
            await hub.join(ROOM, wire, known)
        except (ConnectionError, asyncio.CancelledError):
            self.connected = False
        if self.wire is not wire or not self.connected:
            hub.leave(ROOM, wire)

    def cut(self) -> None:
        """What was on its way is lost."""
        self._hub().leave(ROOM, self.wire)
        self.connected = False

    def read(self, most: int = 10**9) -> bool:
        read = False
        while self.wire.taken and most > 0:
            read, most = True, most - 1
            self._hear(self.wire.taken.popleft())
        return read

    async def ask(self) -> bool:
        """Puts its question, as the consumer would."""
        if self._question is None or not self.connected:
            return False
        (seq,), self._question = self._question, None
        room = self._hub().room(ROOM)
        session = room.session if room else None
        cursor = None if seq is None or session is None else Cursor(session.id, seq)
        await self._hub().resync(ROOM, self.wire, cursor)
        return True

    def _hear(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "snapshot":
                self.session = message["session"] and message["session"]["id"]
                self.state = message["session"] and message["session"]["state"]
                self.seq = message["seq"]
                self.items = {item["number"]: item for item in message["items"]}
                self.floor = min(self.items, default=0)
            case "sentences" | "session":
                self._follow(message)
            case "status" if self.seq is not None and message["seq"] > self.seq:
                self._question = (self.seq,)
            case "status":
                self.state = message["state"]

    def _follow(self, message: dict[str, Any]) -> None:
        if message["session"] != self.session:
            self._question = (None,)
        elif self.seq is None or message["seq"] <= self.seq:
            return
        elif message["after"] > self.seq:
            self._question = (self.seq,)
        else:
            self.seq = message["seq"]
            self.state = message.get("state", self.state)
            for item in message.get("items", ()):
                self._merge(item)

    def _merge(self, item: dict[str, Any]) -> None:
        known = self.items.get(item["number"])
        if item["number"] < self.floor or (known is not None and known["revision"] > item["revision"]):
            return
        if item["hidden"]:
            self.items.pop(item["number"], None)
        else:
            self.items[item["number"]] = item

    @property
    def rendered(self) -> list[tuple[int, str]]:
        ordered = sorted(self.items.values(), key=lambda item: (item["begin_ms"], item["number"]))
        return [(item["number"], item["text"]) for item in ordered]
