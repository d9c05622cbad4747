"""The keyless way through: what was spoken live is transcribed again on this machine."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import jiwer
from django.db import connections
from django.utils import timezone

from subtitles.engines.base import BatchResult, EngineError, ErrorKind, Options, Source
from subtitles.engines.local.pocketsphinx_batch import PreviewBatchEngine
from subtitles.jobs import queue
from subtitles.models import Job, Sentence, TranscriptionJob, Usage
from subtitles.recordings.audio_log import AudioLog
from subtitles.retranscribe import sources, wishes
from subtitles.retranscribe.engines import Tells
from tests.engines.local.streams import SENTENCES, austen
from tests.retranscribe.scripted import ScriptedService
from tests.retranscribe.stage import Stage, recording

MODEL = "pocketsphinx-en-us"


def spoken(ground: Path) -> int:
    this = recording()
    log = AudioLog(ground / "live" / str(this.session_id))
    log.begin_segment(1)
    log.append(0, austen())
    log.close()
    return wishes.transcribe_again(this, "preview", MODEL, "en").job.pk


def staged(engine: object, service: ScriptedService) -> Stage:
    stage = Stage(service, sources.pieces)
    object.__setattr__(stage.kind, "engine_of", lambda name: engine)
    return stage


def test_a_recording_is_transcribed_again_without_a_key(ground: Path, service: ScriptedService) -> None:
    spoken(ground)
    stage = staged(PreviewBatchEngine(), service)
    job = stage.run()
    stage.close()
    assert (job.job.state, job.job.error_message) == ("done", "")
    text = " ".join(Sentence.objects.order_by("begin_ms").values_list("text", flat=True))
    assert jiwer.wer(" ".join(read for _, _, read in SENTENCES), text) <= 0.40
    assert not Usage.objects.exists()


class Slow:
    """Works for as long as it is let."""

    def __init__(self) -> None:
        self.percents = [10, 60]
        self.failures: list[EngineError] = []
        self.at = Job.objects.none()
        self.seen: list[tuple[str, int | None]] = []

    async def prepare(self, source: Source, options: Options) -> Source:
        return source

    async def transcribe(self, given: list[Source], options: Options, tell: object) -> BatchResult:
        if self.failures:
            raise self.failures.pop(0)
        for percent in self.percents:
            await tell(percent)  # type: ignore[operator]
            self.seen.append(await asyncio.to_thread(self._seen))
        return BatchResult(())

    def _seen(self) -> tuple[str, int | None]:
        try:
            job = Job.objects.get()
            queue.cancel(job.pk)
            return job.step, job.percent
        finally:
            connections.close_all()  # of this thread


def test_its_progress_is_shown_and_it_stops_when_it_is_cancelled(ground: Path, service: ScriptedService) -> None:
    spoken(ground)
    engine = Slow()
    assert isinstance(engine, Tells)
    stage = staged(engine, service)
    job = stage.run().job
    stage.close()
    assert (job.state, job.error_message) == ("cancelled", "")
    assert engine.seen == [("recognising", 10)]


def test_a_full_machine_is_waited_for_and_a_recogniser_that_dies_is_given_up(
    ground: Path, service: ScriptedService
) -> None:
    spoken(ground)
    engine = Slow()
    engine.failures = [EngineError(ErrorKind.BUSY, "Full.", retry_after=5.0)] * 20
    engine.failures += [EngineError(ErrorKind.NETWORK, "The recogniser's process has ended.")] * 20
    stage = staged(engine, service)
    job = stage.run(most=100).job
    stage.close()
    assert (job.state, job.error_message) == ("failed", "The recogniser's process has ended.")
    assert len(engine.failures) == 16
    assert TranscriptionJob.objects.get().pieces[0]["ticket"] is None
    assert stage.now - timezone.now() < timedelta(minutes=10)
