"""A recording's samples, whatever it is at the moment: still a log, FLAC, or FLAC in a bucket."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Protocol, Self

from subtitles.recordings import files, storage
from subtitles.recordings.audio_log import AudioLog
from subtitles.recordings.flac import FlacReader
from subtitles.speech import BYTES_PER_SAMPLE


class _Samples(Protocol):
    def read(self, at: int, samples: int, /) -> bytes: ...


class RecordingReader:
    """16 kHz mono PCM16 by sample. Blocks. Raises FileNotFoundError (nothing is there), OSError."""

    def __init__(self, session_id: int) -> None:
        self._session_id = session_id
        self._files = ExitStack()
        self._samples = self._open()

    def read(self, at: int, count: int) -> bytes:
        """`count` samples from `at`; less at the end, empty beyond it."""
        try:
            return self._read(at, count)
        except FileNotFoundError:
            # The log became FLAC under our hands.
            self._samples = self._open()
            return self._read(at, count)

    def _read(self, at: int, count: int) -> bytes:
        parts = []
        while count > 0 and (pcm := self._samples.read(at, count)):
            parts.append(pcm)
            at, count = at + len(pcm) // BYTES_PER_SAMPLE, count - len(pcm) // BYTES_PER_SAMPLE
        return b"".join(parts)

    def _open(self) -> _Samples:
        if not files.audio(self._session_id).is_file():
            log = AudioLog(files.log_folder(self._session_id))
            if log.end:
                return log
        path = self._files.enter_context(storage.borrowed(self._session_id, files.AUDIO))
        return self._files.enter_context(FlacReader(path))

    def close(self) -> None:
        self._files.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
