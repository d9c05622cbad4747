from __future__ import annotations

from subtitles.live.sender import Frame, Sender

MOST_FRAMES = 64
MOST_BYTES = 1 << 20
LONGEST_S = 10.0


class Outbox:
    """What a slow viewer was not given yet, in order: every frame to be kept, of the others the newest of each key."""

    def __init__(self, now: float) -> None:
        self._since = now
        self._frames: list[Frame] = []
        self._bytes = 0

    def add(self, frame: Frame) -> None:
        for position, older in enumerate(self._frames):
            if older.key == frame.key and not older.keep:
                self._bytes -= len(self._frames.pop(position).data)
                break
        self._frames.append(frame)
        self._bytes += len(frame.data)

    def is_over(self, now: float) -> bool:
        """More than a viewer may owe, or for too long."""
        return len(self._frames) > MOST_FRAMES or self._bytes > MOST_BYTES or now - self._since > LONGEST_S

    def drain(self, sender: Sender) -> bool:
        """Gives what the connection takes; true once nothing is left here or on the way to the kernel."""
        while self._frames and sender.send(self._frames[0]):
            self._bytes -= len(self._frames.pop(0).data)
        return not self._frames and sender.queued() == 0
