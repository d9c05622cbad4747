"""The product's own sockets, and beside them a door through which the benchmark says: publish."""

from __future__ import annotations

import itertools
import os
from collections.abc import MutableMapping
from typing import Any

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

from benchmarks._load.caption import FIRST_SEQ, caption
from subtitles.live import runtime
from subtitles.live.changes import SentenceChanged
from subtitles.live.routing import websocket_application

_numbers = itertools.count(FIRST_SEQ + 1)


async def control(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
    """Each message is one caption, of as many characters as it says, with the moment of its publication in front."""
    await receive()
    await send({"type": "websocket.accept"})
    hub = (await runtime.current()).hub
    room, session = int(os.environ["BENCH_ROOM"]), int(os.environ["BENCH_SESSION"])
    while (message := await receive())["type"] == "websocket.receive":
        number = next(_numbers)
        hub.publish(SentenceChanged(room, session, caption(number, int(message["text"]))))


async def websockets(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
    application = control if scope["path"] == "/control" else websocket_application
    await application(scope, receive, send)


application = ProtocolTypeRouter({"http": get_asgi_application(), "websocket": websockets})
