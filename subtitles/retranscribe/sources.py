"""The audio of a recording, as files for an engine."""

from __future__ import annotations

import wave
from pathlib import Path

from django.conf import settings

from subtitles.engines.base import Source
from subtitles.models import TranscriptionJob
from subtitles.recordings.audio_log import AudioLog
from subtitles.retranscribe.pieces import Piece
from subtitles.speech import BYTES_PER_SAMPLE, SAMPLE_RATE

BLOCK_SAMPLES = 60 * SAMPLE_RATE


class NoAudio(Exception):
    """Nothing of the recording is left, or nothing was ever kept."""


def folder(job_id: int) -> Path:
    path: Path = settings.SUBTITLES_DATA_DIR / "jobs" / str(job_id)
    return path


def pieces(details: TranscriptionJob) -> tuple[Piece, ...]:
    """The whole recording as one file. Blocks: call it in a thread. Raises NoAudio, OSError."""
    recording = details.recording
    log = AudioLog(settings.SUBTITLES_DATA_DIR / "live" / str(recording.session_id if recording else ""))
    if not log.end:
        raise NoAudio
    path = folder(details.pk) / "audio.wav"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, BYTES_PER_SAMPLE, SAMPLE_RATE, log.end, "NONE", "not compressed"))
        at = 0
        while pcm := log.read(at, BLOCK_SAMPLES):
            file.writeframesraw(pcm)
            at += len(pcm) // BYTES_PER_SAMPLE
    return (Piece(Source(path)),)


def discard(job_id: int) -> None:
    """The copies made for a job that is over. Its results stay."""
    (folder(job_id) / "audio.wav").unlink(missing_ok=True)
