from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

import av
import pytest
from django.utils import timezone

from subtitles.models import Recording, TranscriptionJob
from subtitles.recordings import files, storage
from subtitles.recordings.archive import Progress, archive
from subtitles.recordings.flac import FlacReader, FlacWriter
from subtitles.retranscribe import shapes, sources
from subtitles.retranscribe.pieces import Piece
from subtitles.retranscribe.sources import NoAudio
from tests.recordings.ground import log, speech

SESSION, JOB = 7, 3


@pytest.fixture(autouse=True)
def _data(settings: Any, tmp_path: Path) -> None:
    settings.SUBTITLES_DATA_DIR = tmp_path


@pytest.fixture(scope="module")
def pcm() -> bytes:
    return speech()[: 30 * 32_000]


def wish(model: str, engine: str = "dashscope", **fields: Any) -> TranscriptionJob:
    recording = Recording(session_id=SESSION, samples=30 * 16_000, sealed_at=timezone.now(), **fields)
    return TranscriptionJob(job_id=JOB, recording=recording, engine=engine, model=model)


def spoken(pcm: bytes) -> None:
    log(SESSION, pcm[:400_000], pcm[400_000:])
    archive(SESSION, len(pcm) // 2, Progress())
    shutil.rmtree(files.log_folder(SESSION))


def uploaded(pcm: bytes, container: str, rate: int, channels: int) -> Path:
    """As the intake leaves it; what is heard is the same in each channel."""
    path = files.original(SESSION, container)
    with av.open(str(path), "w", format={"mp3": "mp3", "wav": "wav"}[container]) as output:
        layout = {1: "mono", 2: "stereo"}[channels]
        stream: Any = output.add_stream({"mp3": "mp3", "wav": "pcm_s16le"}[container], rate=rate, layout=layout)
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(pcm) // 2)
        frame.sample_rate = 16_000
        frame.planes[0].update(pcm.ljust(frame.planes[0].buffer_size, b"\0"))
        for part in av.AudioResampler("s16", layout, rate).resample(frame):
            for packet in stream.encode(part):
                output.mux(packet)
        for packet in stream.encode(None):
            output.mux(packet)
    return path


def shape_of(piece: Piece) -> tuple[int, int, float]:
    assert piece.source.path
    assert piece.source.container == "flac"
    with FlacReader(piece.source.path) as flac:
        assert flac.rate == piece.source.sample_rate
        return flac.rate, flac.channels, flac.samples / flac.rate


def test_a_spoken_recording_goes_as_its_flac_without_a_copy(pcm: bytes) -> None:
    spoken(pcm)
    [piece] = sources.pieces(wish("paraformer-v2"))
    assert piece.source.path == files.audio(SESSION)
    assert shape_of(piece) == (16_000, 1, 30.0)
    sources.discard(JOB)
    assert piece.source.path.exists()


def test_before_it_is_encoded_its_log_is_read(pcm: bytes) -> None:
    log(SESSION, pcm)
    [piece] = sources.pieces(wish("fun-asr"))
    assert piece.source.path
    with FlacReader(piece.source.path) as flac:
        assert flac.read(0, len(pcm)) == pcm
    sources.discard(JOB)
    assert not piece.source.path.exists()


def test_without_any_audio_there_is_nothing() -> None:
    with pytest.raises(NoAudio):
        sources.pieces(wish("fun-asr"))


def test_an_uploaded_file_goes_byte_for_byte_where_the_model_takes_it(pcm: bytes) -> None:
    spoken(pcm)
    path = uploaded(pcm, "mp3", 44_100, 2)
    facts: dict[str, Any] = {"container": "mp3", "sample_rate": 44_100, "channels": 2}
    [piece] = sources.pieces(wish("paraformer-v2", **facts))
    assert (piece.source.path, piece.source.container, piece.source.sample_rate) == (path, "mp3", 44_100)


def test_a_telephones_8_khz_reach_their_model_as_they_are(pcm: bytes) -> None:
    spoken(pcm)
    path = uploaded(pcm, "wav", 8_000, 1)
    facts: dict[str, Any] = {"container": "wav", "sample_rate": 8_000}
    [piece] = sources.pieces(wish("paraformer-8k-v2", **facts))
    assert (piece.source.path, piece.source.sample_rate) == (path, 8_000)


def test_what_the_model_does_not_take_becomes_flac_with_its_own_channels(pcm: bytes) -> None:
    spoken(pcm)
    uploaded(pcm, "wav", 16_000, 2)
    facts: dict[str, Any] = {"container": "wav", "sample_rate": 16_000, "channels": 2}
    [piece] = sources.pieces(wish("paraformer-8k-v2", **facts))
    rate, channels, seconds = shape_of(piece)
    assert (rate, channels) == (8_000, 2)
    assert seconds == pytest.approx(30, abs=0.05)


def test_an_engine_on_this_machine_gets_our_copy_and_not_a_strangers_file(pcm: bytes) -> None:
    spoken(pcm)
    uploaded(pcm, "mp3", 44_100, 2)
    facts: dict[str, Any] = {"container": "mp3", "sample_rate": 44_100, "channels": 2}
    [piece] = sources.pieces(wish("pocketsphinx-en-us", "preview", **facts))
    assert piece.source.path == files.audio(SESSION)


def test_a_recording_that_is_too_long_is_cut_in_its_pauses(pcm: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken(pcm)
    monkeypatch.setattr(shapes, "longest_ms", lambda *facts: 12_000)
    found = sources.pieces(wish("qwen3-asr-flash"))
    assert [piece.source.path and piece.source.path.name for piece in found] == [f"audio-{n}.flac" for n in range(3)]
    joined = b""
    for piece in found:
        assert piece.source.path
        with FlacReader(piece.source.path) as flac:
            assert flac.samples <= 12_000 * 16
            joined += flac.read(0, flac.samples)
        assert piece.keep_from_ms == piece.begin_ms
    assert joined == pcm
    assert len(list(files.folder(SESSION).iterdir())) == 2
    sources.discard(JOB)
    assert not sources.folder(JOB).exists()


def test_results_stay_with_their_recording_and_go_with_it(tmp_path: Path) -> None:
    place = sources.folder(JOB)
    place.mkdir(parents=True)
    for name in ("audio-0.flac", "result-0.json", "result-1.json.7.part", "text.txt"):
        (place / name).write_bytes(b"something that was said")
    sources.discard(JOB)
    assert len(list(place.iterdir())) == 3
    sources.discard(JOB, erased=True)
    sources.discard(JOB, erased=True)
    assert list((tmp_path / "jobs").iterdir()) == []


def test_without_pauses_pieces_share_two_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    spoken((b"\0\x60" + b"\0\xa0") * 240_000)
    monkeypatch.setattr(shapes, "longest_ms", lambda *facts: 20_000)
    first, second = sources.pieces(wish("qwen3-asr-flash"))
    assert (first.begin_ms, first.keep_to_ms) == (0, 15_000)
    assert (second.begin_ms, second.keep_from_ms, second.keep_to_ms) == (14_000, 15_000, None)
    assert [shape_of(piece)[2] for piece in (first, second)] == [16.0, 16.0]


def test_a_piece_at_another_rate_begins_at_the_same_moment(pcm: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken(pcm)
    monkeypatch.setattr(shapes, "longest_ms", lambda *facts: 20_000)
    first, second = sources.pieces(wish("paraformer-8k-v2"))
    assert shape_of(first)[0] == 8_000
    assert shape_of(first)[2] * 1000 == second.begin_ms


def test_an_upload_beyond_the_services_storage_becomes_flac_at_its_own_rate_where_that_fits(pcm: bytes) -> None:
    spoken(pcm)
    path = uploaded(pcm, "wav", 44_100, 2)
    facts: dict[str, Any] = {"container": "wav", "sample_rate": 44_100, "channels": 2}
    assert path.stat().st_size > 2_000_000
    [piece] = sources.pieces(wish("paraformer-v2", **facts), 2_000_000)
    assert shape_of(piece)[:2] == (44_100, 2)
    assert piece.source.path
    assert piece.source.path.stat().st_size <= 2_000_000


class Elsewhere:
    """A file that no engine can read where it lies."""

    copies: ClassVar[list[str]] = []

    def __init__(self, session_id: int, name: str) -> None:
        self._path = files.folder(session_id) / name
        self.size = self._path.stat().st_size

    def open(self, start: int, end: int) -> BinaryIO:
        return io.BytesIO(self._path.read_bytes()[start:end])

    def copy_to(self, path: Path) -> None:
        self.copies.append(self._path.name)
        shutil.copyfile(self._path, path)


def test_what_lies_elsewhere_is_fetched_once_however_often_it_is_cut_anew(
    pcm: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken(pcm)
    with FlacWriter(files.original(SESSION, "flac"), 8_000) as flac:
        flac.write(pcm[: len(pcm) // 2])
    monkeypatch.setattr(storage, "find", Elsewhere)
    monkeypatch.setattr(Elsewhere, "copies", [])
    wished = wish("paraformer-v2", container="flac", sample_rate=8_000)
    [whole] = sources.pieces(wished)
    assert whole.source.path
    assert whole.source.path.read_bytes() == files.original(SESSION, "flac").read_bytes()
    for most_bytes in (200_000, 150_000):
        found = sources.pieces(wished, most_bytes)
        assert {shape_of(piece)[:2] for piece in found} == {(8_000, 1)}
        assert all(piece.source.path and piece.source.path.stat().st_size <= most_bytes for piece in found)
    assert len(found) > 1
    assert Elsewhere.copies == ["original.flac"]
