"""FLAC: a recording's samples at half their size, every one as it was. Interleaved PCM16 in and out."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import av
from av.container import InputContainer

from subtitles.recordings.seek_table import SeekTable
from subtitles.speech import BYTES_PER_SAMPLE, SAMPLE_RATE

LAYOUTS = ("mono", "stereo", "3.0", "quad", "5.0", "5.1", "6.1", "7.1")
"""By number of channels; FLAC has no more (RFC 9639, section 9.1.3). Only a label: no channel is changed."""
MOST_CHANNELS = len(LAYOUTS)
SEEK_BACK_S = 5


class FlacWriter:
    """Writes one file, front to back, in little memory. Raises OSError when the disk takes nothing more."""

    def __init__(self, path: Path, rate: int = SAMPLE_RATE, channels: int = 1) -> None:
        self.samples = 0
        """In each channel, so far."""
        self._rate, self._layout = rate, LAYOUTS[channels - 1]
        self._frame_bytes = BYTES_PER_SAMPLE * channels
        # Through a file of ours: the library keeps the reason of a failed write to itself.
        self._file = path.open("w+b")
        self._table = SeekTable(every=rate)
        self._container = av.open(self._file, "w", format="flac")
        self._stream = self._container.add_stream("flac", rate=rate, layout=self._layout, format="s16")

    def write(self, pcm: bytes) -> None:
        """Whole frames, of any number."""
        count = len(pcm) // self._frame_bytes
        if not count:
            return
        frame = av.AudioFrame(format="s16", layout=self._layout, samples=count)
        frame.sample_rate, frame.pts = self._rate, self.samples
        # A plane may be longer than its samples.
        frame.planes[0].update(pcm.ljust(frame.planes[0].buffer_size, b"\0"))
        self._mux(frame)
        self.samples += count

    def close(self) -> None:
        """The header learns the length: without this the file is not whole."""
        try:
            if self.samples:
                self._mux(None)
            self._container.close()
            if self.samples:
                self._table.write(self._file)
        finally:
            self._file.close()

    def _mux(self, frame: av.AudioFrame | None) -> None:
        for packet in self._stream.encode(frame):
            if packet.size:
                self._table.add(packet.pts or 0, packet.duration or 0, packet.size)
            self._container.mux(packet)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if error is None:
            return self.close()
        with contextlib.suppress(OSError, av.FFmpegError):
            self.close()


class FlacReader:
    """Reads from any sample on; reading on from where the last read ended costs no search.

    Raises OSError, also for a file that is damaged.
    """

    def __init__(self, path: Path) -> None:
        with _damage_is_an_os_error():
            self._container: InputContainer = av.open(str(path), "r")
        self._stream = self._container.streams.audio[0]
        self.rate, self.channels = self._stream.codec_context.sample_rate, self._stream.codec_context.channels
        self.samples = self._stream.duration or 0
        """In each channel, as the header says."""
        self._frame_bytes = BYTES_PER_SAMPLE * self.channels
        self._frames = self._decoded()
        self._at, self._held = 0, b""

    def read(self, at: int, count: int) -> bytes:
        """`count` frames from `at`; less at the end, empty beyond it."""
        if at >= self.samples:
            return b""
        with _damage_is_an_os_error():
            if at < self._at or at > self._at + len(self._held) // self._frame_bytes + self.rate:
                self._go_to(at)
            begin, end = (at - self._at) * self._frame_bytes, (at - self._at + count) * self._frame_bytes
            pcm = self._with_more(end)
        self._at, self._held = min(at + count, self._at + len(pcm) // self._frame_bytes), pcm[end:]
        return pcm[begin:end]

    def _with_more(self, size: int) -> bytes:
        """What is held, and what follows, up to `size` bytes or more."""
        parts, length = [self._held], len(self._held)
        while length < size and (pcm := next(self._frames, None)) is not None:
            parts.append(pcm)
            length += len(pcm)
        return b"".join(parts)

    def _go_to(self, at: int) -> None:
        """The stream's clock counts samples. Near a file's end the library finds no place, but does a bit earlier."""
        for start in (at, max(0, at - SEEK_BACK_S * self.rate), 0):
            with contextlib.suppress(av.PermissionError):
                self._container.seek(start, stream=self._stream)
                frame = next(self._container.decode(self._stream))
                self._at, self._held = frame.pts or 0, _pcm(frame)
                self._frames = self._decoded()
                if self._at <= at:
                    return

    def _decoded(self) -> Iterator[bytes]:
        return (_pcm(frame) for frame in self._container.decode(self._stream))

    def close(self) -> None:
        self._container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextlib.contextmanager
def _damage_is_an_os_error() -> Iterator[None]:
    try:
        yield
    except av.FFmpegError as error:
        if isinstance(error, OSError):
            raise
        raise OSError(errno.EIO, "the FLAC of a recording is damaged") from error


def _pcm(frame: av.AudioFrame) -> bytes:
    size = frame.samples * frame.layout.nb_channels * BYTES_PER_SAMPLE
    return bytes(memoryview(frame.planes[0])[:size])
