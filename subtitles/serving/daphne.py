"""Daphne, with direct sending, bounded reading and an orderly end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import MutableMapping
from contextlib import suppress
from functools import partial
from typing import Any

from daphne.server import Server as DaphneServer
from daphne.server import twisted_loop
from twisted.internet import reactor as installed_reactor

from subtitles.live.portable import with_sender
from subtitles.serving import flow
from subtitles.serving.connection import Connection
from subtitles.serving.direct import DirectSender, can_send_directly, probe
from subtitles.serving.inbox import Inbox
from subtitles.serving.request import HTTPFactory
from subtitles.serving.service import (
    CLOSE_SECONDS,
    FAREWELL_SECONDS,
    MAX_MESSAGE_BYTES,
    PING_SECONDS,
    RESTARTING,
    Service,
    drain,
)
from subtitles.serving.signals import on_stop

logger = logging.getLogger(__name__)
reactor: Any = installed_reactor


def run(service: Service) -> None:
    """Serves until SIGTERM or SIGINT; returns when everything has ended."""
    twisted_loop.run_until_complete(service.runtime.start())
    Server(service).run()


class Server(DaphneServer):
    def __init__(self, service: Service) -> None:
        super().__init__(
            service.application,
            # Daphne wants to open its ports itself; ours is open already.
            endpoints=["adopted"],
            signal_handlers=False,
            ping_interval=PING_SECONDS,
            ping_timeout=PING_SECONDS,
            websocket_timeout=-1,
            websocket_max_message_size=MAX_MESSAGE_BYTES,
            websocket_max_frame_size=MAX_MESSAGE_BYTES,
            ready_callable=self._begin,
            server_name="",
        )
        self.endpoints: list[str] = []
        self.draining = False
        self._service = service
        self._stopping: asyncio.Task[None] | None = None
        missing = probe()
        self._direct = not missing
        if missing:
            logger.warning("Frames go through Twisted, which costs more: it has changed in %s", ", ".join(missing))

    def create_application(self, protocol: Any, scope: MutableMapping[str, Any]) -> asyncio.Queue[Any] | None:
        if scope["type"] != "websocket":
            queue: asyncio.Queue[Any] | None = super().create_application(protocol, scope)
            return queue
        scope.setdefault("asgi", {"version": "3.0"})
        inbox = Inbox(protocol.transport)
        application = with_sender(self.application)
        if self._direct and can_send_directly(protocol.transport):
            scope["extensions"] = {"subtitles": DirectSender(protocol)}
            application = self.application
        task = asyncio.ensure_future(application(scope, inbox.get, partial(self.handle_reply, protocol)))
        task.add_done_callback(protocol.application_ended)
        self.connections[protocol]["application_instance"] = task
        return inbox

    async def handle_reply(self, protocol: Any, message: MutableMapping[str, Any]) -> None:
        if message["type"] != "http.response.body" or protocol not in self.connections:
            return await super().handle_reply(protocol, message)  # type: ignore[no-any-return]
        flow.before(protocol, message)
        await super().handle_reply(protocol, message)
        await flow.after(protocol)

    def kill_all_applications(self) -> None:
        """Daphne's way of ending: ours has ended them by now."""

    def _begin(self) -> None:
        self.ws_factory.protocol = Connection
        self.ws_factory.setProtocolOptions(closeHandshakeTimeout=CLOSE_SECONDS)
        self.http_factory = HTTPFactory(self)
        listener = self._service.listener
        listener.setblocking(False)
        self._port = reactor.adoptStreamPort(listener.fileno(), listener.family, self.http_factory)
        listener.close()
        on_stop(twisted_loop, self._stop_soon)
        self._service.ready()

    def _stop_soon(self) -> None:
        self._stopping = twisted_loop.create_task(self._stop())

    async def _stop(self) -> None:
        self.draining = True
        try:
            await self._port.stopListening().asFuture(twisted_loop)
            await drain(self._service.runtime)
            self._say_goodbye()
            await self._end_applications()
        finally:
            self.stop()

    def _say_goodbye(self) -> None:
        for protocol in list(self.connections):
            if isinstance(protocol, Connection):
                protocol.close(*RESTARTING)

    async def _end_applications(self) -> None:
        """Also waits for what Twisted still has to write: an application is done before its answer has left."""
        with suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL_SECONDS):
                while self._running() or reactor.getWriters():  # noqa: ASYNC110 (Twisted tells nobody when it has written)
                    await asyncio.sleep(0.02)
        for application in self._running():
            application.cancel()
        await asyncio.sleep(0)

    def _running(self) -> list[asyncio.Future[None]]:
        applications = (details.get("application_instance") for details in self.connections.values())
        return [application for application in applications if application and not application.done()]
