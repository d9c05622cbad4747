"""The two doors. Thin: they check who comes and what is said, and hand over.

Both run their own receive loop: Channels' `dispatch` sends every message through a database thread first, which costs
more than everything else here and would make captions wait for a slow page.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from channels.auth import get_user
from channels.consumer import AsyncConsumer
from django.db import DatabaseError

from subtitles.access import Visitor, rooms_for
from subtitles.live import reading, runtime, wire
from subtitles.live.broadcast import Broadcast
from subtitles.live.origin import header
from subtitles.live.outbox import Outbox
from subtitles.live.refusals import Reason, Refused, restarting
from subtitles.live.runtime import Runtime
from subtitles.live.sender import Frame, Sender
from subtitles.live.wire import Before, BroadcastHello, Cursor, Since, ViewerHello
from subtitles.models import Room
from subtitles.secrets import digest

logger = logging.getLogger(__name__)

HELLO_WITHIN_S = 5.0
GOODBYE_WITHIN_S = 5.0
REQUESTS_PER_S = 5.0
ANY_ROOM = "-"
"""In the address: the room that the stream key belongs to."""


class SocketConsumer(AsyncConsumer):
    """Accepts, serves, and says why it ends."""

    scope: dict[str, Any]
    sender: Sender

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        self.scope, self._receive = scope, receive
        await receive()
        await send({"type": "websocket.accept"})
        self.sender = scope["extensions"]["subtitles"]
        try:
            await self._serve_safely()
        finally:
            self.leave()

    async def _serve_safely(self) -> None:
        try:
            return await self.serve(await runtime.current())
        except Refused as refused:
            self.refuse(refused)
        except DatabaseError as error:
            logger.warning("socket: database: %s", type(error).__name__)
            self.refuse(Refused(Reason.INTERNAL, retry_after=1.0))
        except Exception:  # the connection's top: the other side hears a number that the log has too
            request_id = secrets.token_hex(6)
            logger.exception("socket failed, request %s", request_id)
            self.refuse(Refused(Reason.INTERNAL), request_id=request_id)
        await self._see_off()

    async def serve(self, live: Runtime) -> None:
        """Until the other side is gone. Raises Refused."""
        raise NotImplementedError

    def leave(self) -> None:
        """The connection is gone, or about to go."""

    def kept(self) -> int | None:
        return None

    def refuse(self, refused: Refused, request_id: str = "") -> None:
        self.leave()
        logger.info("socket refused: %s", refused)
        self.sender.send(Frame(wire.error(refused, self.kept(), request_id)))
        self.sender.close(refused.reason.code, refused.reason.key)

    async def messages(self) -> AsyncIterator[str | bytes]:
        while (message := await self._receive())["type"] != "websocket.disconnect":
            text = message.get("text")
            yield message.get("bytes") or b"" if text is None else text

    async def hello(self, messages: AsyncIterator[str | bytes]) -> str | None:
        """The first message, or None if nobody is there any more. Raises Refused."""
        try:
            async with asyncio.timeout(HELLO_WITHIN_S):
                first = await anext(messages, None)
        except TimeoutError:
            raise Refused(Reason.IDLE, retry_after=1.0) from None
        if isinstance(first, bytes):
            raise Refused(Reason.BAD_AUDIO if wire.is_container(first) else Reason.BAD_MESSAGE)
        return first

    async def _see_off(self) -> None:
        """Reads on until the other side has closed too: leaving earlier would cut the goodbye off."""
        try:
            async with asyncio.timeout(GOODBYE_WITHIN_S):
                while (await self._receive())["type"] != "websocket.disconnect":
                    pass
        except TimeoutError:
            pass


class WatchConsumer(SocketConsumer):
    """One viewer of a room: audience page, overlay, anything that has the link."""

    _live: Runtime | None = None
    _room_id = 0

    async def serve(self, live: Runtime) -> None:
        if live.draining:
            raise restarting()
        token = self.scope["url_route"]["kwargs"]["token"]
        self._room_id = await self._find_room(live, token)
        messages = self.messages()
        first = await self.hello(messages)
        if first is None:
            return
        hello = wire.from_viewer(first)
        if not isinstance(hello, ViewerHello):
            raise Refused(Reason.BAD_MESSAGE)
        self._live = live
        await live.hub.join(self._room_id, self.sender, hello.cursor, counted=hello.counted, token=token)
        async for message in messages:
            await self._answer(live, message)

    async def _find_room(self, live: Runtime, token: str) -> int:
        try:
            room_id = await live.reader.run(partial(reading.room_of_link, token))
        except LookupError:
            raise Refused(Reason.LINK_REVOKED) from None
        if room_id is None:
            raise Refused(Reason.NOT_FOUND)
        return room_id

    async def _answer(self, live: Runtime, message: str | bytes) -> None:
        if isinstance(message, bytes):
            raise Refused(Reason.FORBIDDEN)
        self._count_request()
        room = live.hub.room(self._room_id)
        session = room.session if room else None
        match wire.from_viewer(message):
            case Since(seq):
                cursor = None if seq is None or session is None else Cursor(session.id, seq)
                await live.hub.resync(self._room_id, self.sender, cursor)
            case Before(number) if session is not None:
                items, more = await live.reader.run(partial(reading.before, session.id, number))
                live.hub.give(self._room_id, self.sender, Frame(wire.page(session.id, items, more)))
            case ViewerHello():
                raise Refused(Reason.BAD_MESSAGE)

    _requests = 2 * REQUESTS_PER_S
    _requested_at = 0.0

    def _count_request(self) -> None:
        now = time.monotonic()
        earned = (now - self._requested_at) * REQUESTS_PER_S
        self._requests = min(2 * REQUESTS_PER_S, self._requests + earned) - 1
        self._requested_at = now
        if self._requests < 0:
            raise Refused(Reason.TOO_FAST, retry_after=1.0)

    def leave(self) -> None:
        if self._live is not None:
            self._live.hub.leave(self._room_id, self.sender)


class BroadcastConsumer(SocketConsumer):
    """One broadcaster of a room: the studio page, or a program with a stream key."""

    _live: Runtime | None = None
    _broadcast: Broadcast | None = None
    _room_id = 0

    async def serve(self, live: Runtime) -> None:
        self._outbox: Outbox | None = None
        self._ended = asyncio.Event()
        self._room_id = await self._admit(live)
        messages = self.messages()
        first = await self.hello(messages)
        if first is None:
            return
        hello = wire.from_broadcaster(first)
        if not isinstance(hello, BroadcastHello):
            raise Refused(Reason.BAD_MESSAGE)
        if not hello.consent:
            raise Refused(Reason.CONSENT_MISSING)
        self._broadcast = broadcast = await live.begin(self._room_id, hello, self)
        if hello.captions:
            self._live = live
            await live.hub.join(self._room_id, self.sender, None, counted=False)
        await self._relay(broadcast, messages)

    async def _relay(self, broadcast: Broadcast, messages: AsyncIterator[str | bytes]) -> None:
        first = True
        async for message in messages:
            if self._ended.is_set():
                continue
            if isinstance(message, bytes):
                if first and wire.is_container(message):
                    raise Refused(Reason.BAD_AUDIO)
                first = False
                broadcast.audio(*wire.audio_frame(message))
            else:
                control = wire.from_broadcaster(message)
                if isinstance(control, BroadcastHello):
                    raise Refused(Reason.BAD_MESSAGE)
                broadcast.control(control)

    async def _admit(self, live: Runtime) -> int:
        """The room's id. Raises Refused."""
        slug = self.scope["url_route"]["kwargs"]["slug"]
        scheme, _, key = (header(self.scope, b"authorization") or "").partition(" ")
        if scheme.lower() == "bearer":
            room_id = await live.reader.run(partial(_room_of_key, slug, key.strip()))
            if room_id is None:
                raise Refused(Reason.FORBIDDEN, detail="stream key")
            return room_id
        user = await get_user(self.scope) if "session" in self.scope else None
        if user is None or not user.is_authenticated or header(self.scope, b"origin") is None:
            raise Refused(Reason.SIGN_IN_REQUIRED)
        room_id = await live.reader.run(partial(_room_of_user, slug, user))
        if room_id is None:
            raise Refused(Reason.NOT_FOUND)
        return room_id

    # --- broadcast.Link -----------------------------------------------------------------------------------------------

    def say(self, text: str) -> None:
        frame = Frame(text, key=text[:16], keep=not text.startswith(('{"type":"ack"', '{"type":"status"')))
        now = time.monotonic()
        if self._outbox is None and self.sender.send(frame):
            return
        self._outbox = self._outbox or Outbox(now)
        self._outbox.add(frame)
        if self._outbox.drain(self.sender):
            self._outbox = None
        elif self._outbox.is_over(now):
            self.end(Reason.SLOW_READER)

    def end(self, reason: Reason, *, kept: int | None = None, retry_after: float | None = None) -> None:
        if not self._ended.is_set():
            self._ended.set()
            self.refuse(Refused(reason, retry_after=retry_after))

    def kept(self) -> int | None:
        return self._broadcast.kept if self._broadcast is not None else None

    def leave(self) -> None:
        if self._broadcast is not None:
            self._broadcast.detach(self)
        if self._live is not None:
            self._live.hub.leave(self._room_id, self.sender)


def _room_of_key(slug: str, key: str) -> int | None:
    rooms = Room.objects.filter(stream_key_hash=digest(key))
    if slug != ANY_ROOM:
        rooms = rooms.filter(slug=slug)
    return rooms.values_list("pk", flat=True).first()


def _room_of_user(slug: str, user: Visitor) -> int | None:
    return rooms_for(user).filter(slug=slug).values_list("pk", flat=True).first()
