"""A session's audio while it is live: an append-only log of 16 kHz mono PCM16, addressed by sample.

One folder a session, one segment file an epoch, named `<epoch>-<first sample>.pcm`. A segment is clipped at the first
sample of the next one, so a writer that was detached and does not know it yet can add nothing.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from subtitles.speech import BYTES_PER_SAMPLE


class PositionError(ValueError):
    """The audio begins beyond the end of the log."""


@dataclass(slots=True)
class _Segment:
    first: int
    descriptor: int
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
        self._segments = [_open(path) for path in sorted(folder.glob("*-*.pcm"), key=_epoch)]
        for older, newer in zip(self._segments, self._segments[1:], strict=False):
            older.samples = min(older.samples, newer.first - older.first)
        self.durable = self.end

    @property
    def end(self) -> int:
        return self._segments[-1].end if self._segments else 0

    def begin_segment(self, epoch: int) -> None:
        """From here on `epoch` writes. Raises FileExistsError if somebody already did under this number."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{epoch}-{self.end}.pcm"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        self._segments.append(_Segment(self.end, descriptor, 0))
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
            _write_whole(segment, fresh)
            segment.samples += len(fresh) // BYTES_PER_SAMPLE
        return self.end

    def read(self, at: int, samples: int) -> bytes:
        """Up to `samples` from `at`; less at a segment's border or at the end, empty beyond it."""
        for segment in reversed(self._segments):
            if segment.first <= at < segment.end:
                count = min(samples, segment.end - at)
                return os.pread(segment.descriptor, count * BYTES_PER_SAMPLE, (at - segment.first) * BYTES_PER_SAMPLE)
        return b""

    def sync(self) -> int:
        """Forces what is kept to the disk; returns the new durable count. Blocks: call it in a thread."""
        end = self.end
        for segment in [segment for segment in self._segments if segment.end > self.durable]:
            os.fdatasync(segment.descriptor)
        self.durable = max(self.durable, end)
        return self.durable

    def close(self) -> None:
        for segment in self._segments:
            os.close(segment.descriptor)
        self._segments.clear()


def _epoch(path: Path) -> int:
    return int(path.stem.partition("-")[0])


def _open(path: Path) -> _Segment:
    # The size is floored to whole samples: a crash may have torn the last one.
    descriptor = os.open(path, os.O_RDONLY)
    first = int(path.stem.partition("-")[2])
    return _Segment(first, descriptor, os.fstat(descriptor).st_size // BYTES_PER_SAMPLE)


def _write_whole(segment: _Segment, data: bytes) -> None:
    """All of `data` or nothing: a full disk takes part of a write before it says so."""
    written = 0
    try:
        while written < len(data):
            written += os.write(segment.descriptor, data[written:])
    except OSError:
        os.ftruncate(segment.descriptor, segment.samples * BYTES_PER_SAMPLE)
        raise


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
