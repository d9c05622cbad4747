from __future__ import annotations

import pytest

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.engines.dashscope.batch import DashScopeBatchEngine
from subtitles.engines.dashscope.phrases import PhraseList, Phrases
from subtitles.engines.dashscope.vocabularies import Hotword, NoSuchList, Vocabularies, word_fault
from tests.fakes.dashscope import FakeDashScope

WORDS = [Hotword("字幕", 5, "zh"), Hotword("Bulge Bracket")]


@pytest.fixture
def vocabularies(batch: DashScopeBatchEngine) -> Vocabularies:
    return Vocabularies(batch.service)


@pytest.fixture
def phrases(batch: DashScopeBatchEngine) -> Phrases:
    return Phrases(batch.service)


async def test_a_list_is_made_changed_and_deleted(fake: FakeDashScope, vocabularies: Vocabularies) -> None:
    name = await vocabularies.create("fun-asr", "room1", WORDS)
    assert name.startswith("vocab-room1-")
    assert (await vocabularies.query(name)).words == tuple(WORDS)
    await vocabularies.update(name, [Hotword("直播", 1)])
    assert (await vocabularies.query(name)).words == (Hotword("直播", 1),)
    await vocabularies.delete(name)
    for asked in (vocabularies.query(name), vocabularies.update(name, WORDS), vocabularies.delete(name)):
        with pytest.raises(NoSuchList):
            await asked


async def test_a_new_list_is_not_ready_at_once(fake: FakeDashScope, vocabularies: Vocabularies) -> None:
    fake.batch.hotwords.slow = True
    assert not (await vocabularies.query(await vocabularies.create("fun-asr", "a", WORDS))).ready


async def test_ten_lists_are_all_there_are(fake: FakeDashScope, vocabularies: Vocabularies) -> None:
    names = [await vocabularies.create("fun-asr", "ab" if n % 2 else "cd", WORDS) for n in range(10)]
    assert [stored.vocabulary_id for stored in await vocabularies.all()] == names
    assert len(await vocabularies.all("cd")) == 5
    with pytest.raises(EngineError, match="10 lists") as caught:
        await vocabularies.create("fun-asr", "a", WORDS)
    assert (caught.value.kind, caught.value.retryable) == (ErrorKind.QUOTA, False)


@pytest.mark.parametrize("prefix", ["", "Room", "a-b", "abcdefghij", "房间"])
async def test_a_prefix_is_short_and_plain(fake: FakeDashScope, vocabularies: Vocabularies, prefix: str) -> None:
    with pytest.raises(EngineError, match="prefix"):
        await vocabularies.create("fun-asr", prefix, WORDS)


@pytest.mark.parametrize("words", [[], [Hotword("字")] * 501, [Hotword("字", 6)], [Hotword("")]])
async def test_a_list_that_the_service_would_refuse_is_not_sent(
    vocabularies: Vocabularies, words: list[Hotword]
) -> None:
    with pytest.raises(EngineError) as caught:
        await vocabularies.create("fun-asr", "a", words)
    assert caught.value.kind is ErrorKind.PARAMETERS


@pytest.mark.parametrize(
    ("word", "good"),
    [
        (Hotword("一二三四五六七八九十"), True),
        (Hotword("一二三四五六七八九十一"), False),
        (Hotword("one two three four five six seven eight nine ten"), True),
        (Hotword("one two three four five six seven eight nine ten eleven"), False),
        (Hotword("Supercalifragilisticexpialidocious"), True),
        (Hotword("a\nb"), False),
        (Hotword(" "), False),
        (Hotword("字", 0), False),
        (Hotword("字", 1), True),
    ],
)
def test_a_word_has_ten_characters_or_ten_words(word: Hotword, good: bool) -> None:
    assert (word_fault(word) == "") is good


async def test_phrases_are_compiled_changed_and_deleted(fake: FakeDashScope, phrases: Phrases) -> None:
    made = await phrases.create("paraformer-v1", {"字幕": 5})
    assert (made.ready, made.model) == (True, "paraformer-v1")
    changed = await phrases.update("paraformer-v1", made.phrase_id, {"直播": 1})
    assert changed.phrase_id == made.phrase_id
    assert await phrases.all() == [changed]
    await phrases.delete(made.phrase_id)
    with pytest.raises(EngineError, match="does not know"):
        await phrases.query(made.phrase_id)


async def test_phrases_take_their_time(fake: FakeDashScope, phrases: Phrases) -> None:
    fake.batch.hotwords.slow = True
    made: PhraseList = await phrases.create("paraformer-v1", {"字幕": 5})
    assert not made.ready


@pytest.mark.parametrize("words", [{}, {"字幕": 9}, {"": 4}])
async def test_phrases_that_the_service_would_refuse_are_not_sent(phrases: Phrases, words: dict[str, int]) -> None:
    with pytest.raises(EngineError):
        await phrases.create("paraformer-v1", words)
