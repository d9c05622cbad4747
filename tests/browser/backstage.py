from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Any, Self, TypeVar

PATIENCE_S = 90.0
T = TypeVar("T")


class Backstage:
    """A loop in a thread of its own, for servers and clients that are asynchronous while the test is not."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="backstage", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_S)

    def call(self, function: Callable[[], T]) -> T:
        """For what must happen inside the loop and waits for nothing."""

        async def called() -> T:
            return function()

        return self.run(called())

    @contextmanager
    def hosting(self, guest: AbstractAsyncContextManager[T]) -> Iterator[T]:
        value = self.run(guest.__aenter__())
        try:
            yield value
        finally:
            self.run(guest.__aexit__(None, None, None))
