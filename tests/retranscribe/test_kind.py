from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from subtitles.engines.base import BatchResult, EngineError, ErrorKind, Pending, Source, Transcribed
from subtitles.models import Sentence, Transcript, TranscriptionJob, Usage
from subtitles.retranscribe import asking, engines, results, rows, sentences
from subtitles.retranscribe.sentences import Row
from subtitles.retranscribe.sources import NoAudio
from subtitles.speech import FinalResult
from tests.retranscribe.scripted import ScriptedService, said, two_pieces
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


# --- what is paid for is kept -----------------------------------------------------------------------------------------


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
