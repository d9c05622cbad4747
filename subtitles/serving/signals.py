"""SIGTERM and SIGINT: the first asks, the second does not."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def on_stop(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    """Calls `stop` at the first signal; the next one ends the process at once, with 128 + its number."""

    def first() -> None:
        for number in STOP_SIGNALS:
            signal.signal(number, _leave_now)
        stop()

    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, first)


def _leave_now(number: int, _: object) -> None:
    os._exit(128 + number)
