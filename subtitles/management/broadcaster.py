"""A broadcaster without a browser: the client's side of docs/protocol.md, from audio to the last caption."""

from __future__ import annotations

import asyncio
import json
import random
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Protocol
from urllib.parse import quote, urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI

from subtitles.live.wire import AUDIO_HEADER, VERSION
from subtitles.management.audio_file import Unreadable
from subtitles.management.caption_tally import GRACE_S, Caption, CaptionTally, Ended
from subtitles.management.held_audio import HeldAudio
from subtitles.speech import BYTES_PER_SAMPLE, SAMPLE_RATE, samples_to_ms

FRAME_SAMPLES = SAMPLE_RATE // 10
FAST_FRAME_SAMPLES = SAMPLE_RATE
"""The server counts frames too: whoever sends many times faster than speech sends longer ones."""
FAST = 20
LONGEST_BACKOFF_S = 2.0
GIVE_UP_AFTER_S = 600.0
"""Of trying in vain: the server ends a session that nobody returned to after the same time."""
ANY_ROOM = "-"
"""In the address: the room that the stream key belongs to."""
BUSY = 4210


class RefusedByServer(Exception):
    """The server will not take this broadcast, and trying again changes nothing. `str()` says why."""


class Incomplete(Exception):
    """The broadcast is over and something is missing; `str()` says what."""


class Audience(Protocol):
    """Whoever wants to see how it goes."""

    def caption(self, caption: Caption) -> None: ...
    def interim(self, text: str) -> None: ...
    def kept(self, samples: int) -> None: ...
    def status(self, words: str) -> None: ...


class Clock:
    """For pacing the audio and for pauses between connections."""

    def now(self) -> float:
        """Monotonic seconds."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def socket_url(server: str, room: str = ANY_ROOM) -> str:
    """`https://host/path` -> `wss://host/path/ws/broadcast/<room>/`. Raises ValueError."""
    parts = urlsplit(server)
    schemes = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError(f"“{server}” is not an address like http://localhost:8000.")
    path = f"{parts.path.rstrip('/')}/ws/broadcast/{quote(room, safe='')}/"
    return urlunsplit((schemes[parts.scheme], parts.netloc, path, "", ""))


class Broadcaster:
    """Sends blocks of PCM as one session, whatever the connection does, and collects what comes back.

    `speed` is how many times faster than it was spoken the audio may go; 0 = as fast as the server takes it.
    `grace_s` is what the last sentence may take beyond the time to catch up.
    """

    def __init__(
        self,
        url: str,
        key: str,
        blocks: Iterator[bytes],
        audience: Audience,
        *,
        speed: float = 1.0,
        grace_s: float = GRACE_S,
        clock: Clock | None = None,
    ) -> None:
        self._url, self._key, self._blocks, self._audience, self._speed = url, key, blocks, audience, speed
        self._clock = clock or Clock()
        self._broadcast = str(uuid.uuid4())
        self._held = HeldAudio()
        self._tally = CaptionTally(self._clock.now, grace_s)
        self._session: int | None = None
        self._frame = FRAME_SAMPLES if 0 < speed <= FAST else FAST_FRAME_SAMPLES
        self._sent = self._limit = self._window = 0
        self._read_all = self._stop_sent = False
        self._broken: Unreadable | None = None
        self._error: dict[str, Any] = {}
        self._news = asyncio.Event()

    async def run(self) -> Ended:
        """Until the server says that the last sentence is in. Raises RefusedByServer, Incomplete, Unreadable."""
        try:
            async with asyncio.TaskGroup() as tasks:
                others = [tasks.create_task(self._read()), tasks.create_task(self._watch())]
                ended = await self._stay_connected(tasks)
                for task in others:
                    task.cancel()
        except ExceptionGroup as group:
            raise group.exceptions[0] from None
        if self._broken:
            raise self._broken
        return ended

    def stop(self) -> None:
        """No more audio: what was read is sent and captioned, then `run` returns."""
        self._read_all = True
        self._news.set()

    async def _until(self, ready: Callable[[], bool]) -> None:
        while not ready():
            self._news.clear()
            await self._news.wait()

    # --- audio --------------------------------------------------------------------------------------------------------

    async def _read(self) -> None:
        """Keeps the ring filled, no faster than the audio was spoken times `speed`."""
        began = self._clock.now()
        while not self._read_all:
            await self._until(lambda: not self._held.is_full)
            try:
                block = await asyncio.to_thread(next, self._blocks, b"")
            except Unreadable as error:
                self._broken, block = error, b""
            if not block:
                return self.stop()
            if self._speed:
                due = began + (self._held.end + len(block) // BYTES_PER_SAMPLE) / SAMPLE_RATE / self._speed
                await self._clock.sleep(max(0.0, due - self._clock.now()))
            if not self._read_all:
                self._held.append(block)
            self._news.set()

    async def _send(self, socket: ClientConnection) -> None:
        """Everything from the sample that the server wants next, never beyond its window; then `stop`."""
        try:
            while not self._all_sent:
                await self._until(lambda: self._all_sent or self._may_send)
                pcm = self._held.cut(self._sent, self._frame)
                if pcm:
                    await socket.send(AUDIO_HEADER.pack(self._sent) + pcm)
                    self._sent += len(pcm) // BYTES_PER_SAMPLE
            await socket.send(_text("stop", at=self._sent))
        except ConnectionClosed:
            return  # the receiving side sees it too, and judges why
        self._stop_sent = True
        self._news.set()

    @property
    def _may_send(self) -> bool:
        """A whole frame is there, or the rest, and the window has room for it."""
        waiting = self._held.end - self._sent
        return (waiting >= self._frame or (self._read_all and waiting > 0)) and self._limit - self._sent >= self._frame

    @property
    def _all_sent(self) -> bool:
        return self._read_all and self._sent == self._held.end

    # --- one connection after the other -------------------------------------------------------------------------------

    async def _stay_connected(self, tasks: asyncio.TaskGroup) -> Ended:
        failures = 0
        while self._tally.ended is None:
            moved_at = self._tally.moved_at
            socket = await self._connect()
            if socket is not None:
                async with socket:
                    await self._converse(socket, tasks)
                self._judge(socket.close_code)
            failures = 0 if self._tally.moved_at > moved_at else failures + 1
            if self._tally.ended is None:
                await self._pause(failures)
        if not self._tally.is_complete or self._tally.ended.samples < self._held.end:
            raise Incomplete(f"The session has ended. {self._missing}")
        return self._tally.ended

    async def _connect(self) -> ClientConnection | None:
        """None: not now. Raises RefusedByServer where trying again makes no sense."""
        self._error = {}
        try:
            return await connect(
                self._url, additional_headers={"Authorization": f"Bearer {self._key}"}, compression=None
            )
        except InvalidStatus as error:
            status = error.response.status_code
            if self._session is None or status < 500:
                raise RefusedByServer(f"{self._url} answers with HTTP status {status}: no such door.") from None
        except (OSError, EOFError, InvalidHandshake, InvalidURI) as error:
            if self._session is None:
                raise RefusedByServer(f"Nobody answers at {self._url} ({error}).") from None
        return None

    async def _converse(self, socket: ClientConnection, tasks: asyncio.TaskGroup) -> None:
        """Until the connection ends, or everything is in."""
        sending: asyncio.Task[None] | None = None
        try:
            with suppress(ConnectionClosed):  # refused at the door: why is still to be read
                await socket.send(_text("hello", **self._hello()))
            async for text in socket:
                message = json.loads(text)
                self._hear(message)
                if message["type"] == "ready":
                    sending = tasks.create_task(self._send(socket))
                if self._tally.is_complete:
                    return
        except ConnectionClosed:
            pass
        except (ValueError, KeyError, TypeError) as error:
            raise RefusedByServer(f"{self._url} speaks another protocol ({error!r}).") from None
        finally:
            if sending is not None:
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)

    def _hello(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "broadcast": self._broadcast,
            "take_over": False,
            "consent": True,
            "paced": self._speed == 1,
            "captions": True,
        }

    def _judge(self, code: int | None) -> None:
        """40xx, 41xx and 42xx mean: do not come back. Raises RefusedByServer, Incomplete."""
        if self._tally.ended is not None or code is None or not 4000 <= code < 4300:
            return
        if code == BUSY and self._stop_sent:
            return  # with ourselves: what we sent is still being captioned
        words = self._error.get("message") or f"The server closed the connection with code {code}."
        if self._session is None or code < 4200:
            raise RefusedByServer(words)
        raise Incomplete(f"{words} {self._missing}")

    async def _pause(self, failures: int) -> None:
        if self._clock.now() - self._tally.moved_at > GIVE_UP_AFTER_S:
            raise Incomplete(f"The server is away. {self._missing}")
        jitter = random.uniform(0, min(LONGEST_BACKOFF_S, 0.25 * 2 ** min(failures, 8)))  # noqa: S311
        await self._clock.sleep(float(self._error.get("retry_after") or 0) + jitter)

    # --- what the server says -----------------------------------------------------------------------------------------

    def _hear(self, message: dict[str, Any]) -> None:
        tally = self._tally
        match message["type"]:
            case "ready":
                self._begin(message)
            case "ack":
                tally.note_kept(message["kept"])
                self._limit = max(self._limit, message["kept"] + self._window)
                self._held.forget(message["durable"])
                self._audience.kept(message["kept"])
            case "sentences" | "snapshot" if _session_of(message) == self._session:
                for caption in tally.take(message["items"]):
                    self._audience.caption(caption)
            case "interim" if _session_of(message) == self._session:
                self._audience.interim(message["text"])
            case "status" if "upstream" in message:
                tally.note_behind(message["behind_ms"])
                self._audience.status(f"{message['upstream']}, {message['behind_ms'] / 1000:.0f} s behind")
            case "ended":
                tally.ended = Ended(message["session"], message["samples"], message["sentences"])
            case "error":
                self._error = message
        self._news.set()

    def _begin(self, ready: dict[str, Any]) -> None:
        """Goes on where the recording ends: the server says where."""
        session, kept = ready["session"], ready["kept"]
        if self._session not in (None, session):
            raise Incomplete(f"The session was ended while the connection was away. {self._missing}")
        if not self._held.begin <= kept <= self._held.end:
            raise Incomplete(f"The recording ends at {samples_to_ms(kept) / 1000:.1f} s. {self._missing}")
        self._session, self._window = session, ready["window"]
        self._frame = min(self._frame, self._window)
        self._sent, self._limit = kept, kept + self._window

    # --- the end ------------------------------------------------------------------------------------------------------

    async def _watch(self) -> None:
        """Ends a wait that has become pointless. Raises Incomplete."""
        await self._until(lambda: self._stop_sent)
        while (left := self._tally.deadline(self._held.end) - self._clock.now()) > 0:  # noqa: ASYNC110 - it moves meanwhile
            await asyncio.sleep(left)
        raise Incomplete(f"The captions do not come to an end. {self._missing}")

    @property
    def _missing(self) -> str:
        return self._tally.missing(self._held.end)


def _session_of(message: dict[str, Any]) -> object:
    """A snapshot carries the session whole, the others its number."""
    session = message["session"]
    return session["id"] if isinstance(session, dict) else session


def _text(type_: str, **fields: Any) -> str:
    return json.dumps({"type": type_, **fields}, separators=(",", ":"))
