from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from subtitles.engines.base import BatchResult, EngineError, ErrorKind, Pending, Source, Transcribed
from subtitles.jobs import queue
from subtitles.jobs.steps import State
from subtitles.library.erasing import erase
from subtitles.models import Job, Recording, Sentence, Transcript, TranscriptionJob, Usage
from subtitles.retranscribe import asking, engines, importing, results, rows, sentences, sources, wishes
from subtitles.retranscribe.sentences import Row
from subtitles.retranscribe.sources import NoAudio
from subtitles.speech import FinalResult
from tests.retranscribe.scripted import BUSY, LOST, REFUSED, SILENT, FindingService, ScriptedService, said, two_pieces
from tests.retranscribe.stage import Stage, wish

RUNNING = Pending(running=True)


def made() -> Transcript:
    return Transcript.objects.get(kind="batch")


def texts() -> list[str]:
    return list(made().sentences.order_by("begin_ms", "number").values_list("text", flat=True))


def test_a_recording_becomes_a_transcript_of_its_own(stage: Stage, service: ScriptedService) -> None:
    wish(language="zh")
    service.checks.extend([Pending(), RUNNING])
    job = stage.run()
    assert (job.job.state, job.job.percent, job.transcript) == ("done", 100, made())
    assert (made().ready, made().engine, made().model) == (True, "dashscope", "paraformer-v2")
    assert texts() == ["Sentence 0.", "Sentence 1.", "Sentence 2."]
    first = Sentence.objects.get(number=1)
    assert (first.begin_ms, first.end_ms, first.speaker, first.emotion) == (0, 900, "0", "happy")
    assert (first.words, first.events, first.language) == ([[0, 900, "word 0", "."]], ["BGM"], "zh")
    assert len(service.taken) == 1


def test_what_the_service_bills_is_booked_once(stage: Stage) -> None:
    wish()
    job = stage.run()
    bill = Usage.objects.get()
    assert (bill.engine, bill.task_id, bill.seconds, bill.job) == ("dashscope", "task 1", 12.5, job.job)
    assert (bill.session, bill.region) == (made().session, "beijing")
    assert (made().billed_seconds, made().request_ids) == (12.5, ["task 1"])
    rows.book(job.pk, "task 1", None)
    assert Usage.objects.get().seconds == 12.5


def test_a_bill_that_was_not_known_is_completed_once_it_is(stage: Stage) -> None:
    number = wish()
    rows.book(number, "task 1", None)
    stage.run()
    assert Usage.objects.get().seconds == 12.5


def test_a_model_that_answers_at_once_needs_no_asking(stage: Stage, service: ScriptedService) -> None:
    service.at_once = True
    wish()
    assert stage.run().job.state == "done"
    assert (service.checked, Usage.objects.get().task_id) == ({}, "request 1")


def test_silence_is_an_empty_transcript(stage: Stage, service: ScriptedService) -> None:
    service.result = Transcribed()
    wish()
    assert stage.run().job.state == "done"
    assert texts() == []


def test_pieces_are_joined_where_they_were_cut(ground: Path, service: ScriptedService) -> None:
    stage = Stage(service, two_pieces)
    service.result = said(12)
    wish()
    assert stage.run().job.state == "done"
    stage.close()
    begins = list(Sentence.objects.order_by("number").values_list("begin_ms", flat=True))
    assert begins == [second * 1000 for second in range(21)]
    assert len(service.taken) == 2
    assert made().billed_seconds == 25.0


def test_nothing_is_shown_before_all_is_there(
    stage: Stage, service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.result = said(120)
    seen: list[tuple[bool, int]] = []
    add = sentences.add

    def look(transcript_id: int, first: int, some: list[Row]) -> None:
        add(transcript_id, first, some)
        seen.append((made().ready, len(some)))

    monkeypatch.setattr(sentences, "add", look)
    wish()
    stage.run()
    assert seen == [(False, 100), (False, 20)]
    assert made().ready


def test_texts_are_cleaned_and_what_is_empty_then_is_left_out(stage: Stage, service: ScriptedService) -> None:
    odd = ("‮ reversed", "\u0000", "lone \ud800", " two\nlines ")
    service.result = Transcribed(tuple(FinalResult(0, 100, text) for text in odd))
    wish()
    assert stage.run().job.state == "done"
    assert texts() == ["reversed", "lone ?", "two lines"]


# --- what costs money -------------------------------------------------------------------------------------------------


def test_a_refused_submit_is_repeated_without_asking_anybody(stage: Stage, service: ScriptedService) -> None:
    service.submits.extend([BUSY, BUSY])
    wish()
    assert stage.run().job.state == "done"
    assert len(service.taken) == 1


def test_a_wish_that_the_service_does_not_accept_fails_in_its_words(stage: Stage, service: ScriptedService) -> None:
    service.submits.append(REFUSED)
    wish()
    job = stage.run().job
    assert (job.state, job.error_kind, job.error_message) == ("failed", "parameters", str(REFUSED))


def test_a_submit_without_an_answer_asks_a_person(stage: Stage, service: ScriptedService) -> None:
    service.submits.append(SILENT)
    wish()
    job = stage.run().job
    assert (job.state, job.error_key, job.finished_at) == ("uncertain", "uncertain", None)
    assert len(service.taken) == 1


def test_a_person_may_pay_again(stage: Stage, service: ScriptedService) -> None:
    service.submits.append(SILENT)
    number = wish()
    stage.run()
    assert wishes.pay_again(number)
    stage.passes(1)
    assert stage.run().job.state == "done"
    assert len(service.taken) == 2


def test_after_a_day_what_is_handed_over_again_is_brought_to_the_service_again(
    stage: Stage, service: ScriptedService
) -> None:
    service.submits.append(SILENT)
    number = wish()
    stage.run()
    assert len(service.prepared) == 1
    stage.passes(2 * 3600)
    service.submits.append(SILENT)
    assert wishes.pay_again(number)
    stage.run()
    assert len(service.prepared) == 1
    stage.passes(24 * 3600)
    assert wishes.pay_again(number)
    assert stage.run().job.state == "done"
    assert service.prepared == [Source(Path(f"/nowhere/{number}.wav")), Source(Path(f"/nowhere/{number}.wav"))]
    assert len(service.taken) == 3


def test_looking_again_costs_nothing_and_says_when_nothing_can_be_found(stage: Stage, service: ScriptedService) -> None:
    service.submits.append(SILENT)
    number = wish()
    stage.run()
    assert wishes.look_again(number)
    stage.passes(1)
    assert stage.run().job.state == "uncertain"
    assert len(service.taken) == 1


def test_looking_again_finds_the_task_where_the_service_can_be_asked(ground: Path) -> None:
    service = FindingService()
    stage = Stage(service)
    service.submits.append(SILENT)
    number = wish()
    stage.run()
    wishes.look_again(number)
    stage.passes(1)
    assert stage.run().job.state == "done"
    stage.close()
    assert (len(service.taken), Usage.objects.get().task_id) == (1, "task 1")


def test_looking_again_hands_no_piece_over(ground: Path) -> None:
    service = FindingService(said(12))
    stage = Stage(service, two_pieces)
    number = wish()
    stage.run_until(lambda job: len(service.taken) == 1)
    service.submits.append(SILENT)
    assert stage.run().job.state == "uncertain"
    assert wishes.look_again(number)
    stage.passes(1)
    assert stage.run().job.state == "done"
    stage.close()
    assert service.taken == ["oss://first.wav", "oss://second.wav"]
    assert set(Usage.objects.values_list("task_id", flat=True)) == {"task 1", "task 2"}


WRONG_KEY = EngineError(ErrorKind.KEY, "DashScope refuses the key.", code="InvalidApiKey")


def test_a_question_stays_open_while_the_service_cannot_be_asked(ground: Path) -> None:
    service = FindingService()
    stage = Stage(service)
    service.submits.append(SILENT)
    number = wish()
    stage.run()
    service.finding.extend([BUSY, WRONG_KEY])
    wishes.look_again(number)
    stage.passes(1)
    job = stage.run().job
    assert (job.state, job.error_key, job.error_message) == ("uncertain", "InvalidApiKey", str(WRONG_KEY))
    service.finding.append(BUSY)
    wishes.look_again(number)
    stage.passes(25 * 3600)
    assert stage.run().job.error_key == BUSY.code
    assert Job.objects.get().state == "uncertain"
    wishes.look_again(number)
    stage.passes(1)
    assert stage.run().job.state == "done"
    stage.close()
    assert len(service.taken) == 1


def test_what_looking_again_cannot_find_is_asked_about_once_more(ground: Path, service: ScriptedService) -> None:
    stage = Stage(service, two_pieces)
    number = wish()
    stage.run_until(lambda job: len(service.taken) == 1)
    service.submits.append(SILENT)
    stage.run()
    wishes.look_again(number)
    stage.passes(1)
    assert stage.run().job.state == "uncertain"
    assert (len(service.taken), Usage.objects.get().task_id) == (2, "task 1")
    assert wishes.pay_again(number)
    stage.passes(1)
    assert stage.run().job.state == "done"
    stage.close()
    assert service.taken == ["oss://first.wav", "oss://second.wav", "oss://second.wav"]


def test_an_engine_that_bills_nobody_just_begins_again(
    stage: Stage, service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "is_free", lambda engine, model: True)
    service.submits.append(SILENT)
    service.checks.append(LOST)
    wish()
    assert stage.run().job.state == "done"
    assert len(service.taken) == 3


def test_a_lost_task_asks_before_it_costs_again(stage: Stage, service: ScriptedService) -> None:
    service.checks.append(LOST)
    number = wish()
    job = stage.run().job
    assert (job.state, job.error_key) == ("uncertain", "lost")
    assert wishes.pay_again(number)
    stage.passes(1)
    assert stage.run().job.state == "done"
    assert len(service.taken) == 2
    assert dict(Usage.objects.values_list("task_id", "seconds")) == {"task 1": None, "task 2": 12.5}


def test_a_ticket_survives_a_database_that_is_locked(
    stage: Stage, service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("subtitles.jobs.database.RETRY_S", 0.001)
    real, locked = rows.keep_pieces, [OperationalError("database is locked")] * 3

    def keep(job_id: int, pieces: Any, region: str | None = None) -> None:
        if service.taken and locked:
            raise locked.pop()
        real(job_id, pieces, region)

    monkeypatch.setattr(rows, "keep_pieces", keep)
    wish()
    assert stage.run().job.state == "done"
    assert (len(service.taken), locked) == (1, [])


def test_a_result_survives_a_full_disk(stage: Stage, service: ScriptedService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "DISK_RETRY_S", 0.001)
    real, full = results.keep, [OSError(28, "No space left on device")] * 3

    def keep(path: Path, transcribed: Transcribed) -> str:
        if full:
            raise full.pop()
        return real(path, transcribed)

    monkeypatch.setattr(results, "keep", keep)
    service.at_once = True
    wish()
    assert stage.run().job.state == "done"
    assert (len(service.taken), full) == (1, [])


# --- while it is with the service -------------------------------------------------------------------------------------


def test_twelve_hours_without_a_network_cost_nothing(stage: Stage, service: ScriptedService) -> None:
    down = EngineError(ErrorKind.NETWORK, "The service does not answer.")
    wish()
    stage.run_until(lambda job: job.state == "waiting")
    began = stage.now
    while (stage.now - began).total_seconds() < 12 * 3600:
        service.checks.append(down)
        stage.run_until(lambda job: not service.checks)
        stage.passes(3600)
    assert stage.run(60).job.state == "done"
    assert len(service.taken) == 1


def test_a_key_that_runs_out_in_the_middle_can_be_replaced(stage: Stage, service: ScriptedService) -> None:
    service.checks.append(EngineError(ErrorKind.KEY, "DashScope refuses the key."))
    wish()
    job = stage.run_until(lambda job: bool(job.error_kind))
    assert (job.state, job.error_message) == ("waiting", "DashScope refuses the key.")
    assert stage.run().job.state == "done"


def test_a_recording_that_could_not_be_transcribed_fails_in_words_and_is_billed_as_told(
    stage: Stage, service: ScriptedService
) -> None:
    outcome = EngineError(ErrorKind.PARAMETERS, "The file cannot be decoded.", code="InvalidFile.DecodeFailed")
    service.checks.append(BatchResult((outcome,), None, "request"))
    wish()
    job = stage.run().job
    assert (job.state, job.error_key) == ("failed", "InvalidFile.DecodeFailed")
    assert Usage.objects.get().seconds is None
    assert not Transcript.objects.filter(kind="batch").exists()


BROKEN = EngineError(ErrorKind.PARAMETERS, "The file cannot be decoded.", code="InvalidFile.DecodeFailed")


@pytest.mark.parametrize("stopped", [True, False])
def test_with_one_piece_the_others_are_given_up(ground: Path, service: ScriptedService, stopped: bool) -> None:
    stage = Stage(service, two_pieces)
    wish()
    service.checks.append(BatchResult((BROKEN,)))
    service.cancels.append(stopped)
    job = stage.run().job
    stage.close()
    assert (job.state, job.error_key, service.cancelled) == ("failed", "InvalidFile.DecodeFailed", ["task 2"])
    assert Usage.objects.filter(task_id="task 2", seconds=None).exists() is not stopped


def test_a_task_that_failed_or_cannot_be_asked_about_may_be_billed_like_the_others(
    ground: Path, service: ScriptedService
) -> None:
    stage = Stage(service, two_pieces)
    wish()
    service.checks.append(BROKEN)
    service.cancels.extend([False, False])
    assert stage.run().job.state == "failed"
    stage.close()
    assert dict(Usage.objects.values_list("task_id", "seconds")) == {"task 1": None, "task 2": None}


def test_with_a_piece_that_is_refused_those_before_it_are_given_up(ground: Path, service: ScriptedService) -> None:
    stage = Stage(service, two_pieces)
    wish()
    stage.run_until(lambda job: len(service.taken) == 1)
    service.submits.append(REFUSED)
    service.cancels.append(False)
    job = stage.run().job
    stage.close()
    assert (job.state, job.error_key, service.cancelled) == ("failed", "InvalidParameter", ["task 1"])
    assert (Usage.objects.get().task_id, Usage.objects.get().seconds) == ("task 1", None)


def test_what_was_not_to_be_heard_of_for_a_day_is_booked(stage: Stage, service: ScriptedService) -> None:
    down = EngineError(ErrorKind.NETWORK, "The service does not answer.")
    wish()
    stage.run_until(lambda job: job.state == "waiting")
    stage.passes(25 * 3600)
    service.checks.append(down)
    service.cancels.append(down)
    assert stage.run().job.state == "failed"
    assert (Usage.objects.get().task_id, Usage.objects.get().seconds) == ("task 1", None)


def test_words_without_times_are_not_guessed(stage: Stage, service: ScriptedService) -> None:
    service.result = Transcribed(untimed=("Some words.",))
    wish()
    assert stage.run().job.error_key == "untimed"


# --- results on disk --------------------------------------------------------------------------------------------------


def test_a_damaged_result_is_fetched_again(ground: Path, stage: Stage, service: ScriptedService) -> None:
    number = wish()
    stage.run_until(lambda job: job.state == "fetched")
    (ground / f"jobs/{number}/result-0.json").write_text("{}")
    assert stage.run().job.state == "done"
    assert (len(texts()), len(service.taken), service.checked["task 1"]) == (3, 1, 2)


def test_a_damaged_result_that_came_at_once_cannot_be_fetched_again(
    ground: Path, stage: Stage, service: ScriptedService
) -> None:
    service.at_once = True
    number = wish()
    stage.run_until(lambda job: job.state == "fetched")
    (ground / f"jobs/{number}/result-0.json").unlink()
    assert stage.run().job.error_key == "result-damaged"


# --- stopping ---------------------------------------------------------------------------------------------------------


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


def test_without_audio_the_job_fails_in_words(ground: Path, service: ScriptedService) -> None:
    def none(details: TranscriptionJob, most_bytes: int | None = None) -> Any:
        raise NoAudio

    stage = Stage(service, none)
    wish()
    assert stage.run().job.error_key == "no-audio"
    stage.close()


def test_an_engine_that_is_gone_fails_the_job_in_words(stage: Stage) -> None:
    wish()
    stage.kind = replace(stage.kind, engine_of=engines.get)
    TranscriptionJob.objects.update(engine="gone")
    job = stage.run().job
    assert (job.state, job.error_message) == ("failed", "There is no engine “gone” for recordings.")


def test_what_is_prepared_is_what_is_sent(stage: Stage, service: ScriptedService) -> None:
    number = wish()
    stage.run()
    assert service.prepared == [Source(Path(f"/nowhere/{number}.wav"))]
    assert service.taken == [f"oss://{number}.wav"]
