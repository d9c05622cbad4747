from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from subtitles.recordings import files
from subtitles.recordings.archive import Progress, archive
from subtitles.recordings.reading import RecordingReader
from tests.recordings.ground import log, speech

SESSION = 7
PLACES = [(0, 5), (49_990, 20), (200_000, 64_000), (499_000, 9_000), (600_000, 1)]


def test_a_recording_reads_the_same_before_and_after_it_is_encoded(ground: Path) -> None:
    pcm = speech()
    log(SESSION, pcm[:100_000], pcm[100_000:])
    wanted = [pcm[2 * at : 2 * (at + count)] for at, count in PLACES]
    with RecordingReader(SESSION) as reader:
        assert [reader.read(*place) for place in PLACES] == wanted
        archive(SESSION, len(pcm) // 2, Progress())
        shutil.rmtree(files.log_folder(SESSION))
        assert [reader.read(*place) for place in PLACES] == wanted
    with RecordingReader(SESSION) as reader:
        assert [reader.read(*place) for place in reversed(PLACES)] == wanted[::-1]


def test_of_nothing_nothing_is_read(ground: Path) -> None:
    with pytest.raises(FileNotFoundError):
        RecordingReader(SESSION)
