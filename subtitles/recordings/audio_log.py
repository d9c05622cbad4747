"""A session's audio while it is live: an append-only log of 16 kHz mono PCM16, addressed by sample.

One folder a session, one segment file an epoch, named `<epoch>-<first sample>.pcm`. A segment is clipped at the first
sample of the next one, so a writer that was detached and does not know it yet can add nothing.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path

from subtitles.speech import BYTES_PER_SAMPLE


class PositionError(ValueError):
    """The audio begins beyond the end of the log."""


@dataclass(slots=True)
class _Segment:
    path: Path
    epoch: int
    first: int
    samples: int

    @property
    def end(self) -> int:
        return self.first + self.samples


class AudioLog:
    """Opened by one writer per epoch; reads what all epochs wrote. Sample counts only ever grow.

    `end` = kept: written, survives the process. `durable` = on disk, survives the machine.
    Every call is short enough for the event loop but `sync`, which belongs in a thread.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._segments = sorted(map(_found, folder.glob("*-*.pcm")), key=lambda segment: segment.epoch)
        for position, segment in enumerate(self._segments):
            newer = [later.first for later in self._segments[position + 1 :]]
            segment.samples = max(0, min([segment.end, *newer]) - segment.first)
        self._descriptor = -1
        self.end = self._segments[-1].end if self._segments else 0
        # A process that was killed wrote this; nobody knows what of it has reached the disk.
        self.durable = 0

    def begin_segment(self, epoch: int) -> None:
        """From here on `epoch` writes. Raises FileExistsError if somebody already did under this number or a higher."""
        if self._segments and self._segments[-1].epoch >= epoch:
            raise FileExistsError(errno.EEXIST, "a newer epoch writes here", str(self._folder))
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{epoch}-{self.end}.pcm"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        self._close_descriptor()
        self._descriptor = descriptor
        self._segments.append(_Segment(path, epoch, self.end, 0))
        _sync_folder(self._folder)

    def append(self, first: int, pcm: bytes) -> int:
        """Keeps what is new of `pcm`, whose first sample is `first`; returns the new end.

        Raises PositionError beyond the end, OSError when the disk takes nothing more (nothing of `pcm` is kept then).
        """
        if first > self.end:
            raise PositionError(first)
        fresh = pcm[(self.end - first) * BYTES_PER_SAMPLE :]
        if fresh:
            segment = self._segments[-1]
            _write_whole(self._descriptor, segment.samples * BYTES_PER_SAMPLE, fresh)
            segment.samples += len(fresh) // BYTES_PER_SAMPLE
            self.end = segment.end
        return self.end

    def read(self, at: int, samples: int) -> bytes:
        """Up to `samples` from `at`; less at a segment's border or at the end, empty beyond it.

        Kept audio that a power cut took from the disk reads as silence: what comes after it stays where it was.
        """
        samples = min(samples, self.end - at)
        if samples <= 0:
            return b""
        for segment in reversed(self._segments):
            if segment.first <= at < segment.end:
                return self._read_segment(segment, at, min(samples, segment.end - at))
        following = min(segment.first for segment in self._segments if segment.first > at)
        return bytes(min(samples, following - at) * BYTES_PER_SAMPLE)

    def _read_segment(self, segment: _Segment, at: int, count: int) -> bytes:
        size, offset = count * BYTES_PER_SAMPLE, (at - segment.first) * BYTES_PER_SAMPLE
        if segment is self._segments[-1] and self._descriptor >= 0:
            data = os.pread(self._descriptor, size, offset)
        else:
            with segment.path.open("rb", buffering=0) as file:
                data = os.pread(file.fileno(), size, offset)
        return data.ljust(size, b"\0")

    def sync(self) -> int:
        """Forces what is kept to the disk; returns the new durable count. Blocks: call it in a thread."""
        end = self.end
        for segment in [segment for segment in self._segments if segment.end > self.durable]:
            with segment.path.open("rb", buffering=0) as file:
                os.fdatasync(file.fileno())
        self.durable = max(self.durable, end)
        return self.durable

    def close(self) -> None:
        """No more is written. What is kept can still be read."""
        self._close_descriptor()

    def _close_descriptor(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def _found(path: Path) -> _Segment:
    # The size is floored to whole samples: a crash may have torn the last one.
    epoch, _, first = path.stem.partition("-")
    return _Segment(path, int(epoch), int(first), path.stat().st_size // BYTES_PER_SAMPLE)


def _write_whole(descriptor: int, size: int, data: bytes) -> None:
    """All of `data` or nothing: a full disk takes part of a write before it says so. `size` is the file's before it."""
    written = 0
    try:
        while written < len(data):
            written += os.write(descriptor, data[written:])
    except OSError:
        os.ftruncate(descriptor, size)
        raise


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
