"""What every server adapter is given, and the limits they share."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol, cast

logger = logging.getLogger(__name__)

MAX_MESSAGE_BYTES = 1024 * 1024
MAX_FRAGMENTS = 1024
"""Frames in one message. No honest client comes near it; without it empty fragments would cost memory for ever."""
MAX_REASON_BYTES = 123
"""RFC 6455 section 5.5: a control frame carries 125 bytes, two are the close code."""
PING_SECONDS = 20
CLOSE_SECONDS = 3
"""How long a peer may take to answer our close frame."""
RESTARTING = 4503, "restarting"
"""Close code and reason for sockets that are still open when the runtime has drained."""

DRAIN_SECONDS = 8.0
FAREWELL_SECONDS = 1.5
"""Together below 10 s: what a process manager allows between SIGTERM and SIGKILL."""

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Runtime(Protocol):
    """What goes on behind the pages, as a server sees it: the live path, and jobs."""

    async def start(self) -> None: ...

    async def drain(self) -> None:
        """Ends what is going on: returns when everything acknowledged is kept and every socket of ours was told."""


@dataclass(frozen=True, slots=True)
class Service:
    application: Application
    runtime: Runtime
    listener: socket.socket
    """Bound and listening; the server takes it over."""
    ready: Callable[[], None]
    """Called once, when the runtime has started and connections are taken."""


class ServerAdapter(Protocol):
    """What the modules `daphne` and `uvicorn` of this package are."""

    def run(self, service: Service) -> None:
        """Serves until SIGTERM or SIGINT, drains, and returns. Only threads of requests cut short may still run."""


@dataclass(frozen=True, slots=True)
class Together:
    """Several as one: started one after the other, drained at the same time."""

    runtimes: Sequence[Runtime]

    async def start(self) -> None:
        for runtime in self.runtimes:
            await runtime.start()

    async def drain(self) -> None:
        """Raises the first failure, when all have ended."""
        for failure in await asyncio.gather(*(runtime.drain() for runtime in self.runtimes), return_exceptions=True):
            if isinstance(failure, BaseException):
                raise failure


def load_runtimes(paths: Sequence[str]) -> Runtime:
    return Together([cast(Runtime, import_module(path)) for path in paths])


async def drain(runtime: Runtime) -> None:
    """The runtime's drain, in the time there is. Never raises: the process ends whatever happens here."""
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            await runtime.drain()
    except TimeoutError:
        logger.error("Draining took longer than %.0f s and was cut short", DRAIN_SECONDS)
    except Exception:  # the process's last task: it ends all the same
        logger.exception("Draining failed")
