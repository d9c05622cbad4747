"""uvicorn, the tested alternative: the same senders, limits and end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket
from typing import cast

import uvicorn
from uvicorn._types import ASGI3Application

from subtitles.serving.service import (
    FAREWELL_SECONDS,
    MAX_MESSAGE_BYTES,
    PING_SECONDS,
    RESTARTING,
    Message,
    Receive,
    Send,
    Service,
    drain,
)
from subtitles.serving.signals import on_stop
from subtitles.serving.websocket import WebSocket


def run(service: Service) -> None:
    """Serves until SIGTERM or SIGINT; returns when everything has ended."""
    # Not `asyncio.run`: it waits for every thread that a request has begun, however long that takes.
    asyncio.new_event_loop().run_until_complete(Server(service).serve(sockets=[service.listener]))


class Server(uvicorn.Server):
    def __init__(self, service: Service) -> None:
        super().__init__(
            uvicorn.Config(
                cast(ASGI3Application, service.application),
                http="h11",
                ws=WebSocket,
                ws_max_size=MAX_MESSAGE_BYTES,
                ws_ping_interval=PING_SECONDS,
                ws_ping_timeout=PING_SECONDS,
                ws_per_message_deflate=False,
                lifespan="off",
                interface="asgi3",
                log_config=None,
                # Its info lines hold paths, and a path holds the room's watch token.
                log_level="warning",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=1,
            )
        )
        self._service = service

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await self._service.runtime.start()
        await super().startup(sockets)
        self._service.ready()

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        # A connection kept alive may still ask for an upgrade.
        self.config.loaded_app = cast(ASGI3Application, _refuse)
        await drain(self._service.runtime)
        self._say_goodbye()
        await self._end_applications()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        on_stop(asyncio.get_running_loop(), self._stop_soon)
        yield

    def _stop_soon(self) -> None:
        self.should_exit = True

    def _say_goodbye(self) -> None:
        for connection in list(self.server_state.connections):
            if isinstance(connection, WebSocket):
                connection.close(*RESTARTING)

    async def _end_applications(self) -> None:
        running = list(self.server_state.tasks)
        if running:
            await asyncio.wait(running, timeout=FAREWELL_SECONDS)


async def _refuse(scope: Message, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close"})
