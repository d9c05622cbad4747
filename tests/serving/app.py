"""What the conformance suite lets a real server serve: a room of viewers, and consumers that behave badly."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections import defaultdict
from collections.abc import Callable, Coroutine, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from channels.consumer import AsyncConsumer
from channels.generic.http import AsyncHttpConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from subtitles.live.sender import Frame, Sender

Scope = MutableMapping[str, Any]
changed = asyncio.Event()
gates: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
events: list[str] = []
poured: defaultdict[str, int] = defaultdict(int)


def note(event: str) -> None:
    """Said on standard output, and to whoever waits for it."""
    print(event, flush=True)  # noqa: T201
    events.append(event)
    changed.set()


def sender_of(scope: Scope) -> Sender:
    sender: Sender = scope["extensions"]["subtitles"]
    return sender


class Viewer(AsyncWebsocketConsumer):
    """`?name=` joins the room; `?early` sends before accept; `?hello` mixes ASGI's send with the sender's."""

    room: ClassVar[dict[str, Sender]] = {}

    async def connect(self) -> None:
        query = dict(parse_qsl(self.scope["query_string"].decode(), keep_blank_values=True))
        self.name = query.get("name", "")
        sender = sender_of(self.scope)
        if "early" in query:
            note(f"early {sender.send(Frame('too early'))}")
        await self.accept()
        if "hello" in query:
            for number in range(0, 20, 2):
                await self.send(str(number))
                while not sender.send(Frame(str(number + 1))):  # noqa: ASYNC110 (a sender has no event to wait for)
                    await asyncio.sleep(0)
        self.room[self.name] = sender
        changed.set()

    async def disconnect(self, code: int) -> None:
        await asyncio.sleep(0)
        self.room.pop(self.name, None)
        note(f"disconnected {self.name}")

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        await self.send(text_data, bytes_data)


class Late(AsyncConsumer):
    """Reads nothing before `/release?gate=late`, then says how many bytes have come with the message `end`."""

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        await gates["late"].wait()
        received = 0
        while (message := await receive())["type"] != "websocket.disconnect":
            received += len(message.get("bytes") or b"")
            if message.get("text") == "end":
                await send({"type": "websocket.send", "text": str(received)})


class Undecided(AsyncConsumer):
    """Accepts only after `/release?gate=undecided`."""

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        await gates["undecided"].wait()
        await send({"type": "websocket.accept"})


class Closing(AsyncWebsocketConsumer):
    """Closes with `?code=&reason=`, through the sender or, with `&plain`, through ASGI."""

    async def connect(self) -> None:
        query = dict(parse_qsl(self.scope["query_string"].decode(), keep_blank_values=True))
        await self.accept()
        if "plain" in query:
            await self.close(int(query["code"]), query["reason"])
        else:
            sender_of(self.scope).close(int(query["code"]), query["reason"])

    async def disconnect(self, code: int) -> None:
        note("closing done")


class Returning(AsyncConsumer):
    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})


class Control(AsyncHttpConsumer):
    """The back door: each action is a method here, its parameters are the query's."""

    async def handle(self, body: bytes) -> None:
        self.body = body
        query = dict(parse_qsl(self.scope["query_string"].decode()))
        action: Callable[[dict[str, str]], Coroutine[Any, Any, object]] = getattr(self, self.scope["path"].strip("/"))
        answer = json.dumps(await action(query)).encode()
        await self.send_response(200, answer, headers=[(b"Content-Type", b"application/json")])

    async def state(self, query: dict[str, str]) -> object:
        return {
            "viewers": sorted(Viewer.room),
            "queued": {name: sender.queued() for name, sender in Viewer.room.items()},
            "senders": sorted({type(sender).__name__ for sender in Viewer.room.values()}),
            "rss": _rss(),
            "descriptors": _descriptors(),
            "events": events,
        }

    async def publish(self, query: dict[str, str]) -> object:
        """Numbered frames to everybody; answers how many each viewer refused."""
        refused = dict.fromkeys(Viewer.room, 0)
        for number in range(int(query["frames"])):
            frame = Frame(f"{number} ".ljust(int(query["size"]), "x"))
            for name, sender in list(Viewer.room.items()):
                if not sender.send(frame):
                    refused[name] = refused.get(name, 0) + 1
            await asyncio.sleep(float(query.get("pause", 0)))
        return refused

    async def wait(self, query: dict[str, str]) -> object:
        """Until so many viewers are in the room or descriptors open, or that event was noted; false after 10 s."""
        with suppress(TimeoutError):
            async with asyncio.timeout(10):
                while not _has_come(query):
                    changed.clear()
                    # Nobody says when a descriptor is closed.
                    with suppress(TimeoutError):
                        await asyncio.wait_for(changed.wait(), 0.1)
        return _has_come(query)

    async def hang(self, query: dict[str, str]) -> object:
        """What a view does whose database does not answer."""
        note("hanging")
        await asyncio.to_thread(threading.Event().wait, 30)
        return None

    async def release(self, query: dict[str, str]) -> object:
        gates[query["gate"]].set()
        return None

    async def poured(self, query: dict[str, str]) -> object:
        return poured

    async def measure(self, query: dict[str, str]) -> object:
        """How long the request's body was."""
        note("measured")
        return len(self.body)

    async def close(self, query: dict[str, str]) -> object:
        Viewer.room.pop(query["name"]).close(int(query["code"]), query["reason"])
        return None


class Pouring(AsyncHttpConsumer):
    """Answers with so many `?megabytes`, as fast as they are taken; under `?name` the back door knows how much."""

    async def handle(self, body: bytes) -> None:
        query = dict(parse_qsl(self.scope["query_string"].decode()))
        await self.send_headers(headers=[(b"Content-Type", b"application/octet-stream")])
        for _ in range(int(query["megabytes"]) * 16):
            await self.send_body(bytes(65_536), more_body=True)
            poured[query["name"]] += 65_536
        await self.send_body(b"")
        note(f"poured out {query['name']}")


async def start() -> None:
    note("started")


async def drain() -> None:
    """With `WAIT` among the viewers' names, not before `/release?gate=drain`."""
    note("draining")
    if "WAIT" in Viewer.room:
        await gates["drain"].wait()
    for name, sender in list(Viewer.room.items()):
        del Viewer.room[name]
        sender.close(4503, "restarting")
    note("drained")


def _has_come(query: dict[str, str]) -> bool:
    if "event" in query:
        return query["event"] in events
    if "viewers" in query:
        return len(Viewer.room) == int(query["viewers"])
    return _descriptors() == int(query["descriptors"])


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def _rss() -> int:
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


ROUTES = {
    "/pour": Pouring.as_asgi(),
    "/ws/viewer": Viewer.as_asgi(),
    "/ws/late": Late.as_asgi(),
    "/ws/closing": Closing.as_asgi(),
    "/ws/undecided": Undecided.as_asgi(),
    "/ws/returning": Returning.as_asgi(),
}


async def application(scope: Scope, receive: Any, send: Any) -> None:
    target = ROUTES.get(scope["path"]) or Control.as_asgi()
    await target(scope, receive, send)
