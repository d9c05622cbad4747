from __future__ import annotations

import pytest
from django.utils import translation

from subtitles.pages import engines


@pytest.mark.parametrize(
    ("engine", "model", "title"),
    [
        ("dashscope", "paraformer-realtime-v2", "Paraformer realtime v2"),
        ("dashscope", "fun-asr", "Fun-ASR"),
        ("dashscope", "of-yesterday", "of-yesterday"),
        ("gone", "", "gone"),
    ],
)
def test_a_model_is_called_by_its_title_where_the_catalogue_knows_it(engine: str, model: str, title: str) -> None:
    assert engines.model_title(engine, model) == title


def test_what_a_title_says_beside_the_name_is_said_in_the_readers_language() -> None:
    with translation.override("zh-hans"):
        assert engines.model_title("dashscope", "paraformer-mtl-v1") == "Paraformer v1（多语种）"


def test_a_filter_names_each_model_once() -> None:
    models = [("preview", ""), ("dashscope", "fun-asr"), ("gone", "fun-asr-0"), ("gone", "fun-asr-0")]
    assert engines.model_choices(models) == [("fun-asr", "Fun-ASR"), ("fun-asr-0", "fun-asr-0")]
