from __future__ import annotations

from typing import cast

import pytest

from subtitles.engines.base import Options
from subtitles.jobs.work import Work
from subtitles.models import TranscriptionJob
from subtitles.retranscribe.filling import Filling


async def given(engine: str, model: str, name: str) -> Options:
    """What a job with a vocabulary hands over, whose person entered something for the option `name`."""

    async def options_for(vocabulary_id: int, engine: str, model: str) -> dict[str, str]:
        return {name: "of the vocabulary"}

    details = TranscriptionJob(vocabulary_id=1, engine=engine, model=model)
    filling = Filling(cast(Work, None), details, options_for)
    return await filling.with_vocabulary(Options(model, values={name: "by hand"}))


@pytest.mark.parametrize("model", ["zipformer-offline", "qwen3-asr-0.6b"])
async def test_words_entered_for_a_model_on_this_machine_come_before_its_vocabularys(model: str) -> None:
    assert (await given("local", model, "hotwords")).values == {"hotwords": "by hand\nof the vocabulary"}


async def test_a_list_that_a_person_named_stays() -> None:
    assert (await given("dashscope", "fun-asr", "vocabulary_id")).values == {"vocabulary_id": "by hand"}


async def test_a_model_that_takes_no_hot_words_is_given_none() -> None:
    assert (await given("local", "sense-voice", "hotwords")).values == {"hotwords": "by hand"}
