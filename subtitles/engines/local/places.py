"""How much this machine does at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from subtitles.engines.base import EngineError, ErrorKind

RETRY_SECONDS = 5.0


class Places:
    """The one who comes when all are taken is told so at once."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._taken = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Raises EngineError `busy`."""
        if self._taken >= self._count:
            words = f"All {self._count} places for models on this machine are taken. Try again when one is free."
            raise EngineError(ErrorKind.BUSY, words, retry_after=RETRY_SECONDS)
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1
