"""Jobs that are cancelled, and jobs whose session is erased."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from subtitles.engines.base import EngineError
from subtitles.jobs import queue
from subtitles.jobs.steps import State
from subtitles.library.erasing import erase
from subtitles.models import Job, Recording, Sentence, Transcript, Usage
from subtitles.retranscribe import importing, sentences, sources
from subtitles.retranscribe.sentences import Row
from tests.retranscribe.scripted import BUSY, SILENT, ScriptedService, said, two_pieces
from tests.retranscribe.stage import Stage, wish


def test_what_the_service_has_not_begun_is_stopped_there(stage: Stage, service: ScriptedService) -> None:
    number = wish()
    stage.run_until(lambda job: job.state == "waiting")
    assert queue.cancel(number)
    stage.passes(1)
    job = stage.run().job
    assert (job.state, job.error_key, service.cancelled) == ("cancelled", "", ["task 1"])
    assert not Usage.objects.exists()


@pytest.mark.parametrize("answer", [False, BUSY])
def test_what_it_has_begun_may_be_billed_and_that_is_said(
    stage: Stage, service: ScriptedService, answer: bool | EngineError
) -> None:
    service.cancels.append(answer)
    number = wish()
    stage.run_until(lambda job: job.state == "waiting")
    queue.cancel(number)
    stage.passes(1)
    job = stage.run().job
    assert (job.state, job.error_key) == ("cancelled", "billed")
    assert Usage.objects.get().seconds is None


def test_an_uncertain_job_that_is_cancelled_is_stopped_at_the_service_too(
    ground: Path, service: ScriptedService
) -> None:
    stage = Stage(service, two_pieces)
    number = wish()
    stage.run_until(lambda job: len(service.taken) == 1)
    service.submits.append(SILENT)
    assert stage.run().job.state == "uncertain"
    copy = sources.folder(number) / "audio.flac"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(b"its copy")
    service.cancels.append(False)
    assert queue.cancel(number)
    stage.passes(1)
    job = stage.run().job
    stage.close()
    assert (job.state, job.error_key, service.cancelled) == ("cancelled", "billed", ["task 1"])
    assert (Usage.objects.get().task_id, copy.parent.exists()) == ("task 1", False)


class Interrupted(ScriptedService):
    """Something happens while a submit is under way whose answer is lost."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__()
        self._happens = happens

    async def submit(self, sources: Any, options: Any) -> Any:
        self.submits.append(SILENT)
        await asyncio.to_thread(self._happens)
        return await super().submit(sources, options)


def cancelled() -> None:
    queue.cancel(Job.objects.get().pk)
    connection.close()


def erased() -> None:
    session = Recording.objects.get().session
    erase(session, session.room.owner)
    connection.close()


@pytest.mark.parametrize("happens", [cancelled, erased])
def test_nobody_is_asked_about_a_lost_answer_when_the_job_was_to_stop(
    ground: Path, happens: Callable[[], object]
) -> None:
    service = Interrupted(happens)
    stage = Stage(service)
    wish()
    job = stage.run().job
    stage.close()
    assert (job.state, job.error_key, len(service.taken)) == ("cancelled", "billed", 1)
    assert not sources.folder(job.pk).exists()


def test_a_job_cancelled_before_it_was_sent_costs_nothing(stage: Stage, service: ScriptedService) -> None:
    number = wish()
    stage.run_until(lambda job: job.state == "prepared")
    queue.cancel(number)
    stage.passes(1)
    assert stage.run().job.state == "cancelled"
    assert service.taken == []


def test_a_cancelled_import_leaves_nothing_behind(
    stage: Stage, service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.result = said(120)
    add = sentences.add

    def and_cancel(transcript_id: int, first: int, some: list[Row]) -> None:
        add(transcript_id, first, some)
        queue.cancel(Job.objects.get().pk)

    monkeypatch.setattr(sentences, "add", and_cancel)
    wish()
    assert stage.run().job.state == "cancelled"
    assert not Transcript.objects.filter(kind="batch").exists()
    assert Usage.objects.get().seconds == 12.5


@pytest.mark.parametrize("state", ["queued", "prepared", "waiting", "fetched"])
def test_a_session_erased_while_its_job_runs_stops_the_job(stage: Stage, state: State) -> None:
    wish()
    stage.run_until(lambda job: job.state == state)
    Recording.objects.get().session.delete()
    job = stage.run()
    assert (job.job.state, job.recording, job.transcript) == ("cancelled", None, None)
    assert not Sentence.objects.exists()
    assert not sources.folder(job.pk).exists()


def test_a_session_erased_in_the_middle_of_an_import_leaves_no_sentence(
    stage: Stage, service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.result = said(120)
    add = sentences.add

    def and_erase(transcript_id: int, first: int, some: list[Row]) -> None:
        add(transcript_id, first, some)
        for recording in Recording.objects.all():
            recording.session.delete()

    monkeypatch.setattr(sentences, "add", and_erase)
    monkeypatch.setattr(importing, "BREATH_S", 0)
    wish()
    assert stage.run().job.state == "cancelled"
    assert not Sentence.objects.exists()
