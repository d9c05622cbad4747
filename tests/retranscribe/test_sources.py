from __future__ import annotations

import wave
from pathlib import Path

import pytest

from subtitles.models import TranscriptionJob
from subtitles.recordings.audio_log import AudioLog
from subtitles.retranscribe import sources
from subtitles.retranscribe.sources import NoAudio
from tests.retranscribe.stage import wish


def details() -> TranscriptionJob:
    wish()
    return TranscriptionJob.objects.select_related("recording").get()


def test_a_recording_is_one_file_with_every_sample_of_its_log(ground: Path) -> None:
    job = details()
    assert job.recording
    pcm = bytes(range(200)) * 1_000
    log = AudioLog(ground / "live" / str(job.recording.session_id))
    for epoch, part in enumerate((pcm[:120_000], pcm[120_000:]), 1):
        log.begin_segment(epoch)
        log.append(log.end, part)
    log.close()
    [piece] = sources.pieces(job)
    assert piece.source.path
    with wave.open(str(piece.source.path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.readframes(200_000)) == (16_000, 1, pcm)
    sources.discard(job.pk)
    assert not piece.source.path.exists()


def test_without_a_log_there_is_nothing(ground: Path) -> None:
    job = details()
    with pytest.raises(NoAudio):
        sources.pieces(job)
    sources.discard(job.pk)
