"""The audio of a recording, as files for an engine."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

from django.conf import settings

from subtitles.engines import catalog
from subtitles.engines.base import Source
from subtitles.models import Recording, TranscriptionJob
from subtitles.recordings import containers, decoding, files, storage
from subtitles.recordings.flac import FlacReader, FlacWriter
from subtitles.recordings.peaks import HEADER
from subtitles.recordings.placing import placed
from subtitles.recordings.reading import RecordingReader
from subtitles.recordings.storage import OnDisk, Stored
from subtitles.retranscribe import shapes
from subtitles.retranscribe.cutting import Span, spans
from subtitles.retranscribe.pieces import Piece
from subtitles.retranscribe.shapes import COPY, Original, Shape
from subtitles.speech import SAMPLE_RATE, samples_to_ms

BLOCK_SAMPLES = 4 * SAMPLE_RATE
FLAC = "flac"
ORIGINAL = "audio.original"
"""A copy of the uploaded file, where that lies elsewhere."""


class NoAudio(Exception):
    """Nothing of the recording is left, or nothing was ever kept."""


def folder(job_id: int) -> Path:
    path: Path = settings.SUBTITLES_DATA_DIR / "jobs" / str(job_id)
    return path


def pieces(details: TranscriptionJob, most_bytes: int | None = None) -> tuple[Piece, ...]:
    """The recording as one file, or as several where the model takes no longer or bigger one. `most_bytes` of a file
    are all that the service's storage takes, if it said so.

    Blocks: call it in a thread. Raises NoAudio, OSError.
    """
    recording, model = details.recording, catalog.find(details.engine, details.model, realtime=False)
    if recording is None:
        raise NoAudio
    place = folder(details.pk)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    original = _uploaded(recording, model, most_bytes, place)
    if original is not None:
        return (Piece(original),)
    shape = shapes.shape_for(model, Shape(recording.sample_rate, recording.channels))
    path = _flac(recording, shape, place / "audio.flac")
    length_ms = samples_to_ms(_length(path)) if shape == COPY else samples_to_ms(recording.samples)
    most_ms = shapes.longest_ms(model, shape, length_ms, path.stat().st_size, most_bytes) if model else None
    if most_ms is None:
        return (Piece(Source(path, container=FLAC, sample_rate=shape.rate)),)
    return _cut(path, place, spans(_peaks(recording), length_ms, most_ms))


def discard(job_id: int, *, erased: bool = False) -> None:
    """The copies made for a job that is over. Its results stay, but not those of a recording that was `erased`.

    Blocks. Raises OSError.
    """
    place = folder(job_id)
    for path in place.glob("*" if erased else "audio*"):
        path.unlink(missing_ok=True)
    if place.is_dir() and not any(place.iterdir()):
        place.rmdir()


def _uploaded(recording: Recording, model: catalog.Model | None, most_bytes: int | None, place: Path) -> Source | None:
    """The file that somebody sent, if the model takes it as it is."""
    stored = _original(recording)
    if stored is None or model is None:
        return None
    shape = Shape(recording.sample_rate, recording.channels)
    facts = Original(recording.container, shape, stored.size, samples_to_ms(recording.samples))
    if not shapes.takes(model, facts, most_bytes):
        return None
    path = _here(stored, place / ORIGINAL)
    return Source(path, container=recording.container, sample_rate=recording.sample_rate)


def _original(recording: Recording) -> Stored | None:
    if not recording.container:
        return None
    return storage.find(recording.session_id, files.original_name(recording.container))


def _here(stored: Stored, copy: Path) -> Path:
    """Where an engine can read it. A copy that an earlier try made is whole."""
    if isinstance(stored, OnDisk):
        return stored.path
    if not copy.exists():
        with placed(copy) as path:
            stored.copy_to(path)
    return copy


def _flac(recording: Recording, shape: Shape, made: Path) -> Path:
    """Of any shape: our own copy, or one made of the original, or what an earlier try made of either."""
    if made.exists():
        return made
    copy = storage.find(recording.session_id, files.AUDIO)
    if shape == COPY:
        return _here(copy, made) if copy else _from_log(recording, made)
    original = _original(recording)
    stored = original or copy
    source = _here(stored, made.with_name(ORIGINAL)) if stored else _from_log(recording, made)
    with placed(made) as path:
        raw = recording.sample_rate if original and recording.container == containers.PCM else None
        _reshape(source, raw, shape, path)
    return made


def _from_log(recording: Recording, made: Path) -> Path:
    """Nobody has encoded it yet."""
    try:
        with RecordingReader(recording.session_id) as reader, placed(made) as path, FlacWriter(path) as flac:
            while pcm := reader.read(flac.samples, BLOCK_SAMPLES):
                flac.write(pcm)
    except FileNotFoundError:
        raise NoAudio from None
    return made


def _reshape(source: Path, pcm_rate: int | None, shape: Shape, path: Path) -> None:
    """Nobody vouches for an uploaded file: a child decodes it."""
    with FlacWriter(path, shape.rate, shape.channels) as flac:

        async def take(pcm: bytes, percent: int) -> None:
            flac.write(pcm)

        try:
            asyncio.run(decoding.decode(source, pcm_rate, take, shape.rate, shape.channels))
        except decoding.Refused:
            raise NoAudio from None


def _length(path: Path) -> int:
    with closing(FlacReader(path)) as flac:
        return flac.samples


def _peaks(recording: Recording) -> bytes:
    stored = storage.find(recording.session_id, files.PEAKS)
    if stored is None:
        return b""
    with closing(stored.open(HEADER.size, stored.size)) as file:
        return file.read(stored.size - HEADER.size)


def _cut(path: Path, place: Path, wanted: list[Span]) -> tuple[Piece, ...]:
    with FlacReader(path) as flac:
        return tuple(_piece(flac, place / f"audio-{number}.flac", span) for number, span in enumerate(wanted))


def _piece(flac: FlacReader, made: Path, span: Span) -> Piece:
    at, end = span.begin_ms * flac.rate // 1000, span.end_ms * flac.rate // 1000
    with placed(made) as path, FlacWriter(path, flac.rate, flac.channels) as piece:
        while pcm := flac.read(at, min(BLOCK_SAMPLES, end - at)):
            piece.write(pcm)
            at += min(BLOCK_SAMPLES, end - at)
    source = Source(made, container=FLAC, sample_rate=flac.rate)
    return Piece(source, span.begin_ms, span.keep_from_ms, span.keep_to_ms)
