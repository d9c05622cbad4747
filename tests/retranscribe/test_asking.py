"""A job and the service that is paid for it: what is asked again, what of a person, and what is booked."""

from __future__ import annotations

from pathlib import Path

import pytest

from subtitles.engines.base import BatchResult, EngineError, ErrorKind, Source
from subtitles.models import Job, Usage
from subtitles.retranscribe import engines, wishes
from tests.retranscribe.scripted import BUSY, LOST, REFUSED, SILENT, FindingService, ScriptedService, said, two_pieces
from tests.retranscribe.stage import Stage, wish


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


# --- one piece fails --------------------------------------------------------------------------------------------------


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
