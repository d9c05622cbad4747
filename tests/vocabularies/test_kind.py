from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.models import Job, Vocabulary, VocabularyCopy
from subtitles.vocabularies import copies, edits, kind, lists, standing
from subtitles.vocabularies.standing import State
from subtitles.vocabularies.words import Hotword
from tests.vocabularies.scripted import NETWORK, Killed, ScriptedLists, Stage

BOTH = ["Bulge Bracket", "字幕"]


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> ScriptedLists:
    service = ScriptedLists()
    monkeypatch.setattr(lists, "of", lambda account, option: service)
    return service


@pytest.fixture
def stage(
    transactional_db: Any, service: ScriptedLists, keyed: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    # These tests kill no machine: nothing needs to be on the disk.
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "init_command", "PRAGMA synchronous=OFF;")
    connection.close()
    stage = Stage()
    yield stage
    stage.close()


def ask(games: Vocabulary) -> None:
    assert copies.want(games, "dashscope", "fun-asr")


def state(games: Vocabulary) -> State:
    return standing.of(games, "dashscope", "fun-asr").state


def test_words_are_sent_and_then_ready(stage: Stage, service: ScriptedLists, games: Vocabulary) -> None:
    assert state(games) is State.ABSENT
    ask(games)
    assert state(games) is State.SENDING
    assert stage.step() == "waiting"
    assert stage.step() == "done"
    assert (state(games), service.words()) == (State.READY, BOTH)
    assert copies.want(games, "dashscope", "fun-asr") is None


@pytest.mark.parametrize("where", ["create", "update"])
def test_a_worker_killed_in_the_middle_leaves_one_list(
    stage: Stage, service: ScriptedLists, games: Vocabulary, where: str
) -> None:
    ask(games)
    if where == "update":
        stage.run()
        edits.add(games, [Hotword("直播")])
    service.faults[where] = Killed()
    with pytest.raises(Killed):
        stage.step()
    stage.passes(60)
    stage.run()
    assert (state(games), len(service.kept)) == (State.READY, 1)


def test_a_worker_killed_while_deleting_finds_that_it_was_done(
    stage: Stage, service: ScriptedLists, games: Vocabulary
) -> None:
    ask(games)
    stage.run()
    games.delete()
    service.faults["delete"] = Killed()
    with pytest.raises(Killed):
        stage.step()
    stage.passes(60)
    assert stage.run().state == "done"
    assert not VocabularyCopy.objects.exists()


def test_an_edit_between_the_last_look_and_its_arrow_is_sent_too(
    stage: Stage, service: ScriptedLists, games: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(games)
    assert stage.step() == "waiting"
    became_ready = copies.became_ready

    def edited_first(copy_id: int) -> None:
        monkeypatch.setattr(copies, "became_ready", became_ready)
        games.words.create(text="直播")
        became_ready(copy_id)

    monkeypatch.setattr(copies, "became_ready", edited_first)
    assert stage.step() == "queued"
    games.words.create(text="直播")
    stage.run()
    assert (state(games), service.words()) == (State.READY, [*BOTH, "直播"])


def test_what_is_wanted_again_while_it_is_deleted_is_made_again(
    stage: Stage, service: ScriptedLists, games: Vocabulary
) -> None:
    ask(games)
    stage.run()
    copies.drop(VocabularyCopy.objects.all())
    assert state(games) is State.GOING
    service.faults["delete"] = Killed()
    with pytest.raises(Killed):
        stage.step()
    ask(games)
    stage.passes(60)
    stage.run()
    assert (state(games), service.words()) == (State.READY, BOTH)


def test_a_list_that_vanishes_while_it_is_waited_for_is_made_again(
    stage: Stage, service: ScriptedLists, games: Vocabulary
) -> None:
    ask(games)
    assert stage.step() == "waiting"
    service.kept.clear()
    stage.run()
    assert (state(games), service.words()) == (State.READY, BOTH)


def test_a_list_that_never_becomes_usable_is_given_up(
    stage: Stage, service: ScriptedLists, games: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kind, "READY_WITHIN", timedelta(minutes=1))
    service.ready = False
    ask(games)
    began = stage.now
    assert stage.run().error_key == "not-ready"
    assert timedelta(minutes=1) < stage.now - began < timedelta(minutes=2)
    assert state(games) is State.FAILED


def test_a_service_that_is_away_is_tried_again(stage: Stage, service: ScriptedLists, games: Vocabulary) -> None:
    service.faults["create"] = NETWORK
    ask(games)
    assert stage.step() == "queued"
    assert state(games) is State.SENDING
    stage.run()
    assert state(games) is State.READY


def test_a_service_that_stays_away_for_a_day_is_given_up(
    stage: Stage, service: ScriptedLists, games: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(games)
    Job.objects.update(moved_at=stage.now)
    service.faults["find"] = NETWORK
    stage.passes(25 * 3600)
    assert stage.step() == "failed"
    copy = VocabularyCopy.objects.get()
    assert (copy.state, copy.problem) == ("failed", "The service is away.")
    assert state(games) is State.FAILED


def test_a_refusal_ends_it_at_once_with_its_reason(stage: Stage, service: ScriptedLists, games: Vocabulary) -> None:
    service.faults["create"] = EngineError(ErrorKind.KEY, "The key is wrong.", code="InvalidApiKey")
    ask(games)
    assert stage.step() == "failed"
    found = standing.of(games, "dashscope", "fun-asr")
    assert found.job
    assert (found.state, found.job.error_kind, found.job.error_key) == (State.FAILED, "key", "InvalidApiKey")


def test_another_accounts_list_is_left_alone(
    stage: Stage, service: ScriptedLists, games: Vocabulary, settings: Any
) -> None:
    ask(games)
    stage.run()
    ask_ = VocabularyCopy.objects.get()
    copies.send(ask_)
    options = {"api_key": "sk-other", "http_url": "http://127.0.0.1:9/api/v1"}
    settings.BATCH_ENGINES = {"dashscope": {"class": "x", "options": options}}
    calls = len(service.calls)
    assert stage.step() == "failed"
    assert Job.objects.latest("pk").error_key == "other-account"
    assert len(service.calls) == calls
    games.delete()
    assert stage.step() == ""
    assert VocabularyCopy.objects.get().state == "unwanted"


@pytest.mark.parametrize("key", ["absent", "refused"])
def test_a_list_that_could_not_be_deleted_goes_when_the_next_one_is_sent(
    stage: Stage, service: ScriptedLists, games: Vocabulary, settings: Any, key: str
) -> None:
    ask(games)
    stage.run()
    engines = settings.BATCH_ENGINES
    if key == "absent":
        settings.BATCH_ENGINES = {}
    else:
        service.faults["delete"] = EngineError(ErrorKind.KEY, "The key is wrong.", code="InvalidApiKey")
    owner = games.owner
    games.delete()
    stage.run()
    settings.BATCH_ENGINES = engines
    assert [copy.state for copy in standing.unused()] == ["unwanted"]
    other = Vocabulary.objects.create(name="Other", owner=owner)
    edits.add(other, [Hotword("直播")])
    ask(other)
    stage.run()
    assert service.words() == ["直播"]
    assert VocabularyCopy.objects.get().vocabulary == other


def test_a_job_that_is_cancelled_says_so(stage: Stage, service: ScriptedLists, games: Vocabulary) -> None:
    ask(games)
    Job.objects.update(cancel_asked=True)
    assert stage.step() == "cancelled"
    assert (state(games), service.calls) == (State.FAILED, [])
