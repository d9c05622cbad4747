"""A log that is finished becomes FLAC with its peaks: every sample is compared before anybody relies on it."""

from __future__ import annotations

import errno
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from subtitles.recordings import files
from subtitles.recordings.audio_log import AudioLog
from subtitles.recordings.flac import FlacReader, FlacWriter
from subtitles.recordings.peaks import PeaksWriter
from subtitles.recordings.placing import placed, sweep
from subtitles.speech import BYTES_PER_SAMPLE, SAMPLE_RATE

BLOCK_SAMPLES = 4 * SAMPLE_RATE
BREATH_S = 0.001
"""After each block, for the event loop that shares the interpreter."""
SPARE_BYTES = 16 * 1024**2


class Gone(Exception):
    """Nothing of the log is left."""


class Stopped(Exception):
    """Whoever asked for it does not want it any more."""


@dataclass
class Progress:
    """Between the thread that works and the loop that waits for it."""

    percent: int = 0
    stop: threading.Event = field(default_factory=threading.Event)


def archive(session_id: int, samples: int, progress: Progress) -> None:
    """Writes the recording's two files, or none. The log stays. Blocks. Raises Gone, Stopped, OSError."""
    log = AudioLog(files.log_folder(session_id))
    if not log.end:
        raise Gone
    folder = files.folder(session_id)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sweep(folder)
    _check_space(folder, samples)
    with placed(files.audio(session_id)) as audio, placed(files.peaks(session_id)) as peaks:
        _write(_blocks(log, samples, progress, 0), audio, peaks)
        _compare(_blocks(log, samples, progress, 50), audio, samples)


def _check_space(folder: Path, samples: int) -> None:
    """A broadcast that is on air needs the rest of the disk more."""
    if shutil.disk_usage(folder).free < samples * BYTES_PER_SAMPLE + SPARE_BYTES:
        raise OSError(errno.ENOSPC, "no space for a recording's FLAC beside its log")


def _blocks(log: AudioLog, samples: int, progress: Progress, percent: int) -> Iterator[bytes]:
    """The whole length: what a power cut took from the log's end is silence, as inside of it."""
    at = 0
    while at < samples:
        if progress.stop.is_set():
            raise Stopped
        count = min(BLOCK_SAMPLES, samples - at)
        pcm = log.read(at, count) or bytes(count * BYTES_PER_SAMPLE)
        yield pcm
        at += len(pcm) // BYTES_PER_SAMPLE
        progress.percent = percent + 50 * at // samples
        time.sleep(BREATH_S)


def _write(blocks: Iterator[bytes], audio: Path, peaks: Path) -> None:
    with FlacWriter(audio) as flac, PeaksWriter(peaks) as lows_and_highs:
        for pcm in blocks:
            flac.write(pcm)
            lows_and_highs.write(pcm)


def _compare(blocks: Iterator[bytes], audio: Path, samples: int) -> None:
    at = 0
    with FlacReader(audio) as flac:
        for pcm in blocks:
            if flac.read(at, len(pcm) // BYTES_PER_SAMPLE) != pcm:
                break
            at += len(pcm) // BYTES_PER_SAMPLE
        if at != samples or flac.read(samples, 1):
            raise OSError(errno.EIO, "the FLAC of a recording is not what its log is")
