from __future__ import annotations

import asyncio

from subtitles.recordings.audio_log import AudioLog


class AudioFeed:
    """The audio log as a captioner waits for it: what is there, and whether more will come."""

    def __init__(self, log: AudioLog) -> None:
        self._log = log
        self._grown = asyncio.Event()
        self.closed = False
        """No more audio comes; what is there is still to be captioned."""
        self.cut = False
        """Stop where you are."""
        self.expects_more = False
        """Nobody paused: when audio stops, it was interrupted in the middle of what is being said."""

    @property
    def end(self) -> int:
        return self._log.end

    @property
    def is_interrupted(self) -> bool:
        return self.expects_more and not self.closed and not self.cut

    def read(self, at: int, samples: int) -> bytes:
        return self._log.read(at, samples)

    def wake(self) -> None:
        """The log grew, or a flag changed."""
        self._grown.set()

    def close(self) -> None:
        self.closed = True
        self.wake()

    def stop(self) -> None:
        self.cut = True
        self.wake()

    async def beyond(self, at: int) -> bool:
        """Waits until there is a sample at `at`: true; or none will come: false. For one waiter; safe to cancel."""
        while not self.cut and not self.closed and self.end <= at:
            self._grown.clear()
            await self._grown.wait()
        return not self.cut and self.end > at
