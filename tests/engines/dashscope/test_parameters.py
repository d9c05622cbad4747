from __future__ import annotations

from typing import Any

import pytest

from subtitles.engines import catalog
from subtitles.engines.base import Options
from subtitles.engines.dashscope.parameters import Asked, ask, language_hints
from tests.fakes.dashscope import rules


def model(name: str) -> catalog.Model:
    found = catalog.find("dashscope", name)
    assert found
    return found


def asked(name: str, language: str = "", heartbeat: bool = True, **values: Any) -> Asked:
    return ask(model(name), Options(name, language, values), heartbeat)


def test_a_room_without_wishes_sends_the_heartbeat_only() -> None:
    assert asked("paraformer-realtime-v2") == Asked(16000, {"heartbeat": True})
    assert asked("paraformer-realtime-v1") == Asked(16000, {})


def test_the_heartbeat_can_be_switched_off_in_the_settings_or_in_the_room() -> None:
    assert asked("paraformer-realtime-v2", heartbeat=False).parameters == {}
    options = Options("paraformer-realtime-v2", "", {"heartbeat": False})
    assert ask(model("paraformer-realtime-v2"), options).parameters == {"heartbeat": False}


def test_what_the_room_set_is_sent_even_where_it_is_the_default() -> None:
    parameters = asked("paraformer-realtime-v2", max_sentence_silence_ms=800, punctuation=True).parameters
    assert parameters == {
        "max_sentence_silence": 800,
        "punctuation_prediction_enabled": True,
        "heartbeat": True,
    }


def test_hot_words_go_where_the_generation_wants_them() -> None:
    assert asked("paraformer-realtime-v1", phrase_id="p-1") == Asked(16000, {}, "p-1")
    assert asked("paraformer-realtime-v2", vocabulary_id="v-1").parameters["vocabulary_id"] == "v-1"


@pytest.mark.parametrize("name", ["paraformer-realtime-8k-v1", "paraformer-realtime-8k-v2"])
def test_telephone_models_want_8_khz(name: str) -> None:
    assert asked(name).sample_rate == 8000


@pytest.mark.parametrize(
    ("language", "hint"),
    [
        ("zh", "zh"),
        ("zh-CN", "zh"),
        ("zh-Hans-CN", "zh"),
        ("cmn", "zh"),
        ("wuu", "zh"),
        ("nan-TW", "zh"),
        ("yue", "yue"),
        ("zh-yue", "yue"),
        ("zh-HK", "yue"),
        ("zh_CN", "zh"),
        ("en-US", "en"),
        ("ja", "ja"),
        ("RU", "ru"),
    ],
)
def test_a_language_tag_becomes_a_hint(language: str, hint: str) -> None:
    assert language_hints(model("paraformer-realtime-v2"), language) == [hint]


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("paraformer-realtime-v2", ""),
        ("paraformer-realtime-v2", "sw"),
        ("paraformer-realtime-v1", "zh"),
        ("paraformer-realtime-8k-v2", "zh"),
        ("fun-asr-realtime", "yue"),
    ],
)
def test_no_hint_is_sent_where_the_model_takes_none_of_it(name: str, language: str) -> None:
    assert language_hints(model(name), language) is None


def test_the_rooms_own_hints_win_over_its_language() -> None:
    assert asked("paraformer-realtime-v2", "zh", language_hints=["en", "ja"]).parameters["language_hints"] == [
        "en",
        "ja",
    ]


@pytest.mark.parametrize("entry", catalog.models_of("dashscope"), ids=lambda entry: entry.name)
def test_the_catalogue_offers_exactly_what_the_documents_list(entry: catalog.Model) -> None:
    wires = {option.wire for option in entry.options} - {"resources"}
    assert wires == set(rules.PARAMETERS[entry.name])


@pytest.mark.parametrize("entry", catalog.models_of("dashscope"), ids=lambda entry: entry.name)
def test_every_option_at_its_bounds_is_taken_by_the_service(entry: catalog.Model) -> None:
    for option in entry.options:
        for value in _bounds(option):
            parameters = asked(entry.name, **{option.name: value})
            payload = {"parameters": {"format": "pcm", "sample_rate": parameters.sample_rate, **parameters.parameters}}
            whole = {"task_group": "audio", "task": "asr", "function": "recognition", "model": entry.name, **payload}
            assert rules.run_fault(whole, "cn-beijing") is None, option.name


def _bounds(option: catalog.Option) -> list[Any]:
    match option.kind:
        case catalog.Kind.BOOL:
            return [True, False]
        case catalog.Kind.LIST:
            return [list(option.choices[: option.most or len(option.choices)])]
        case catalog.Kind.TEXT:
            return ["x"]
        case _:
            return [option.minimum, option.maximum]
