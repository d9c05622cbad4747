from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from subtitles.recordings import archive as archiving
from subtitles.recordings import files
from subtitles.recordings.archive import Gone, Progress, Stopped, archive
from subtitles.recordings.flac import FlacReader
from tests.recordings.ground import left, log, speech

SESSION = 7


def archived(samples: int) -> bytes:
    progress = Progress()
    archive(SESSION, samples, progress)
    assert progress.percent == 100
    with FlacReader(files.audio(SESSION)) as flac:
        return flac.read(0, samples + 1)


@pytest.mark.parametrize("name", ["en_austen_5utt.wav", "zh_funasr_example.wav"])
def test_the_flac_is_the_log_sample_for_sample_and_the_log_stays(ground: Path, name: str) -> None:
    pcm = speech(name)
    log(SESSION, pcm[:100_000], b"", pcm[100_000:])
    assert archived(len(pcm) // 2) == pcm
    assert left("recordings") == ["audio.flac", "peaks.bin"]
    assert len(left("live")) == 3


def test_what_a_power_cut_took_is_silence_and_everything_after_it_stays_in_place(ground: Path) -> None:
    log(SESSION, b"\1\0" * 100_000, b"\2\0" * 100_000)
    first, second = sorted(files.log_folder(SESSION).iterdir())
    for path, size in ((first, 120_000), (second, 60_001)):
        with path.open("rb+") as file:
            file.truncate(size)
    assert archived(200_000) == b"\1\0" * 60_000 + bytes(80_000) + b"\2\0" * 30_000 + bytes(140_000)


def test_a_writer_that_was_detached_changes_nothing(ground: Path) -> None:
    pcm = speech()[:300_000]
    log(SESSION, pcm[:100_000], pcm[100_000:])
    with (files.log_folder(SESSION) / "1-0.pcm").open("ab") as late:
        late.write(b"\7\0" * 100_000)
    assert archived(150_000) == pcm


def test_of_a_log_that_is_gone_nothing_is_made(ground: Path) -> None:
    with pytest.raises(Gone):
        archived(10)
    assert left("recordings") == []


def test_a_thread_that_nobody_waits_for_ends_and_leaves_nothing(ground: Path) -> None:
    log(SESSION, speech())
    progress = Progress()
    progress.stop.set()
    with pytest.raises(Stopped):
        archive(SESSION, 400_000, progress)
    assert left("recordings") == []


def test_the_last_space_is_left_to_broadcasts(ground: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log(SESSION, speech())
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=17_000_000))
    with pytest.raises(OSError, match="no space"):
        archived(400_000)
    assert left("recordings") == []


def test_a_flac_that_is_not_the_log_is_thrown_away(ground: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Deaf(FlacReader):
        def read(self, at: int, count: int) -> bytes:
            pcm = super().read(at, count)
            return pcm if at < 128_000 else pcm[:-1] + b"?"

    log(SESSION, speech())
    monkeypatch.setattr(archiving, "FlacReader", Deaf)
    with pytest.raises(OSError, match="not what its log is"):
        archived(400_000)
    assert left("recordings") == []
