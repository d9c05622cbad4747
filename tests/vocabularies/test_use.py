from __future__ import annotations

import asyncio
from typing import Any

import pytest

from subtitles.engines.base import EngineError, ErrorKind, Options
from subtitles.engines.dashscope.batch import DashScopeBatchEngine
from subtitles.jobs.runner import Runner
from subtitles.models import Vocabulary, VocabularyCopy
from subtitles.vocabularies import accounts, copies, edits, use
from subtitles.vocabularies.use import options_for, remote_id
from subtitles.vocabularies.words import Hotword
from tests.engines.dashscope.recordings import hosted
from tests.fakes.dashscope import KEY, FakeDashScope
from tests.vocabularies.conftest import point_at
from tests.vocabularies.patience import there, until, until_over


async def test_a_list_is_made_on_demand_and_found_again(jobs: Runner, fake: FakeDashScope, games: Vocabulary) -> None:
    found = await remote_id(games.pk, "dashscope", "fun-asr")
    assert fake.batch.hotwords.lists[found] | {"gmt_create": "", "gmt_modified": ""} == {
        "target_model": "fun-asr",
        "vocabulary": [{"text": "Bulge Bracket", "weight": 4}, {"text": "字幕", "weight": 5, "lang": "zh"}],
        "status": "OK",
        "gmt_create": "",
        "gmt_modified": "",
    }
    assert await options_for(games.pk, "dashscope", "fun-asr") == {"vocabulary_id": found}
    assert len(fake.batch.hotwords.lists) == 1


async def test_the_first_generation_gets_phrases(jobs: Runner, fake: FakeDashScope, games: Vocabulary) -> None:
    found = await options_for(games.pk, "dashscope", "paraformer-v1")
    assert fake.batch.hotwords.phrases[found["phrase_id"]]["phrase_list"] == {"Bulge Bracket": 4, "字幕": 5}


async def test_it_waits_until_the_service_says_that_it_can_be_used(
    jobs: Runner, fake: FakeDashScope, games: Vocabulary
) -> None:
    fake.batch.hotwords.slow = True
    asking = asyncio.create_task(remote_id(games.pk, "dashscope", "fun-asr"))
    await until(lambda: fake.batch.hotwords.lists)
    ((name, stored),) = fake.batch.hotwords.lists.items()
    assert not asking.done()
    stored["status"] = "OK"
    assert await asking == name


async def test_an_edit_reaches_the_copies_that_there_are(jobs: Runner, fake: FakeDashScope, games: Vocabulary) -> None:
    found = await remote_id(games.pk, "dashscope", "fun-asr")
    await there(lambda: edits.add(games, [Hotword("直播", 1)]))
    await until_over()
    assert {"text": "直播", "weight": 1} in fake.batch.hotwords.lists[found]["vocabulary"]
    assert await remote_id(games.pk, "dashscope", "fun-asr") == found


async def test_an_edit_while_the_words_are_sent_is_not_lost(
    jobs: Runner, fake: FakeDashScope, games: Vocabulary
) -> None:
    fake.batch.hotwords.slow = True
    await there(lambda: copies.want(games, "dashscope", "fun-asr"))
    await until(lambda: fake.batch.hotwords.lists)
    await there(lambda: edits.replace(games, [Hotword("直播")]))
    ((_, stored),) = fake.batch.hotwords.lists.items()
    stored["status"] = "OK"
    await until_over()
    assert stored["vocabulary"] == [{"text": "直播", "weight": 4}]


async def test_a_list_that_the_service_lost_is_made_again(jobs: Runner, fake: FakeDashScope, games: Vocabulary) -> None:
    lost = await remote_id(games.pk, "dashscope", "fun-asr")
    fake.batch.hotwords.lists.clear()
    await there(lambda: edits.add(games, [Hotword("直播")]))
    await until_over()
    assert await remote_id(games.pk, "dashscope", "fun-asr") != lost


@pytest.mark.parametrize("model", ["fun-asr", "fun-asr-flash-2026-06-15"])
async def test_a_list_that_was_deleted_at_the_service_is_made_again_for_a_recording(
    jobs: Runner, fake: FakeDashScope, games: Vocabulary, model: str
) -> None:
    batch = DashScopeBatchEngine(KEY, fake.http_url, loopback=True)
    told = await options_for(games.pk, "dashscope", model)
    fake.batch.hotwords.lists.clear()
    with pytest.raises(EngineError) as caught:
        await batch.submit([hosted(fake)], Options(model, "zh", told))
    assert (caught.value.kind, caught.value.code) == (ErrorKind.PARAMETERS, "NotFound")
    again = await options_for(games.pk, "dashscope", model)
    await batch.submit([hosted(fake)], Options(model, "zh", again))
    assert list(fake.batch.hotwords.lists) == [again["vocabulary_id"]] != [told["vocabulary_id"]]


async def test_a_list_that_was_deleted_at_the_service_is_made_again_when_it_is_sent_again(
    jobs: Runner, fake: FakeDashScope, games: Vocabulary
) -> None:
    first = await remote_id(games.pk, "dashscope", "fun-asr")
    fake.batch.hotwords.lists.clear()
    assert await there(lambda: copies.want(games, "dashscope", "fun-asr")) is None
    await there(lambda: copies.want(games, "dashscope", "fun-asr", again=True))
    await until_over()
    assert len(fake.batch.hotwords.lists) == 1
    assert first not in fake.batch.hotwords.lists


async def test_a_service_that_cannot_be_asked_about_a_list_keeps_nobody_from_using_it(
    jobs: Runner, fake: FakeDashScope, games: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await remote_id(games.pk, "dashscope", "fun-asr")
    monkeypatch.setattr(fake, "credential", lambda request: "wrong")
    assert await remote_id(games.pk, "dashscope", "fun-asr") == first


async def test_what_a_killed_worker_made_is_taken_up_and_not_made_twice(
    jobs: Runner, fake: FakeDashScope, games: Vocabulary
) -> None:
    copy = await VocabularyCopy.objects.acreate(
        vocabulary=games, engine="dashscope", target_model="fun-asr", account=_account(), region=""
    )
    words = [{"text": "old", "weight": 4}]
    made = fake.batch.hotwords._create_vocabulary("fun-asr", copies.mark(copy.pk), words)
    assert await remote_id(games.pk, "dashscope", "fun-asr") == made["vocabulary_id"]
    assert len(fake.batch.hotwords.lists) == 1
    assert len(fake.batch.hotwords.lists[made["vocabulary_id"]]["vocabulary"]) == 2


def _account() -> str:
    account = accounts.current("dashscope")
    assert account
    return account.digest


async def test_a_deleted_vocabulary_takes_its_lists_along(jobs: Runner, fake: FakeDashScope, games: Vocabulary) -> None:
    await remote_id(games.pk, "dashscope", "fun-asr")
    await remote_id(games.pk, "dashscope", "paraformer-v1")
    await games.adelete()
    await until_over()
    assert (fake.batch.hotwords.lists, fake.batch.hotwords.phrases) == ({}, {})
    assert not await VocabularyCopy.objects.aexists()


async def test_the_last_word_takes_the_list_along(jobs: Runner, fake: FakeDashScope, games: Vocabulary) -> None:
    await remote_id(games.pk, "dashscope", "fun-asr")
    await there(lambda: edits.replace(games, []))
    await until_over()
    assert fake.batch.hotwords.lists == {}
    assert await options_for(games.pk, "dashscope", "fun-asr") == {}


async def test_another_key_sees_no_lists_and_makes_its_own(
    jobs: Runner, fake: FakeDashScope, games: Vocabulary, settings: Any
) -> None:
    first = await remote_id(games.pk, "dashscope", "fun-asr")
    async with FakeDashScope() as other:
        point_at(settings, other, "sk-fake-other")
        with pytest.raises(EngineError) as caught:
            await remote_id(games.pk, "dashscope", "fun-asr")
        assert caught.value.kind is ErrorKind.KEY
        point_at(settings, other)
    assert list(fake.batch.hotwords.lists) == [first]
    assert await VocabularyCopy.objects.acount() == 2


async def test_another_key_of_the_same_account_takes_the_list_over(
    jobs: Runner, fake: FakeDashScope, games: Vocabulary, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await remote_id(games.pk, "dashscope", "fun-asr")
    monkeypatch.setattr(fake, "credential", lambda request: "key")
    for key in ("sk-fake-rotated", "sk-fake-again", KEY):
        point_at(settings, fake, key)
        assert await remote_id(games.pk, "dashscope", "fun-asr") == found
    assert list(fake.batch.hotwords.lists) == [found]
    await games.adelete()
    await until_over()
    assert fake.batch.hotwords.lists == {}


async def test_ten_lists_are_all_there_are(jobs: Runner, fake: FakeDashScope, games: Vocabulary) -> None:
    for number in range(10):
        fake.batch.hotwords.lists[f"vocab-{number}"] = {"vocabulary": []}
    with pytest.raises(EngineError, match="10 lists") as caught:
        await remote_id(games.pk, "dashscope", "fun-asr")
    assert (caught.value.kind, caught.value.retryable) == (ErrorKind.QUOTA, False)
    await until(lambda: VocabularyCopy.objects.filter(state="failed", problem__contains="10 lists").exists())


async def test_the_service_away_is_worth_another_try(
    jobs: Runner, games: Vocabulary, keyed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(use, "WAIT_S", 0.5)
    with pytest.raises(EngineError, match="cannot be reached") as caught:
        await remote_id(games.pk, "dashscope", "fun-asr")
    assert caught.value.retryable


@pytest.mark.parametrize("model", ["zipformer-offline", "qwen3-asr-0.6b"])
async def test_models_on_this_machine_are_told_the_words_themselves(
    transactional_db: Any, games: Vocabulary, model: str
) -> None:
    assert await options_for(games.pk, "local", model) == {"hotwords": "字幕 :1.875\nBulge Bracket :1.5"}
    await games.words.all().adelete()
    assert await options_for(games.pk, "local", model) == {}


@pytest.mark.parametrize(
    ("engine", "model", "kind"),
    [
        ("preview", "pocketsphinx-en-us", ErrorKind.PARAMETERS),
        ("dashscope", "sensevoice-v1", ErrorKind.PARAMETERS),
        ("dashscope", "nonsense", ErrorKind.PARAMETERS),
        ("dashscope", "fun-asr", ErrorKind.KEY),
    ],
)
async def test_where_hot_words_cannot_be_it_says_so_at_once(
    transactional_db: Any, games: Vocabulary, engine: str, model: str, kind: ErrorKind
) -> None:
    with pytest.raises(EngineError) as caught:
        await remote_id(games.pk, engine, model)
    assert caught.value.kind is kind
