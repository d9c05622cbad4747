from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from subtitles.engines import catalog
from subtitles.engines.catalog import Checked, Feature, Kind, Option
from subtitles.engines.catalog.checking import check as check_model

V2 = "paraformer-realtime-v2"


def check(values: dict[str, Any], model: str = V2, language: str = "zh") -> Checked:
    return catalog.validate("dashscope", model, language, values)


# --- what is in it


def test_the_realtime_models_stand_in_the_order_of_the_picker() -> None:
    assert [model.name for model in catalog.models_of("dashscope")] == [
        V2,
        "paraformer-realtime-8k-v2",
        "paraformer-realtime-v1",
        "paraformer-realtime-8k-v1",
        "fun-asr-realtime",
    ]
    assert [model.name for model in catalog.models_of("preview")] == ["pocketsphinx-en-us"]


@pytest.mark.parametrize(
    "model", catalog.MODELS, ids=lambda model: f"{model.name}, {'live' if model.realtime else 'recorded'}"
)
def test_every_entry_is_complete(model: catalog.Model) -> None:
    assert catalog.find(model.engine, model.name, model.realtime) is model
    assert model.title
    assert model.languages
    assert model.documents
    assert model.scenes
    assert len({option.name for option in model.options}) == len(model.options)
    for option in model.options:
        assert option.label
        assert option.help
        assert option.wire
        assert option.only_when is None or model.option(option.only_when[0])
        assert option.kind not in (Kind.CHOICE, Kind.LIST) or option.choices
        for value in (option.default, option.preset):
            values = {option.name: value}
            assert value is None or not catalog.validate(model.engine, model.name, "", values, model.realtime).errors


@pytest.mark.parametrize("model", [m for m in catalog.MODELS if m.engine == "dashscope"], ids=lambda m: m.name)
def test_a_price_is_known_or_unknown_but_never_nothing(model: catalog.Model) -> None:
    assert model.prices
    assert all(price is None or price.per_second > 0 for price in model.prices.values())


def test_paraformer_is_sold_in_beijing_only() -> None:
    for model in catalog.models_of("dashscope"):
        elsewhere = model.name == "fun-asr-realtime"
        assert model.regions == (("cn-beijing", "ap-southeast-1") if elsewhere else ("cn-beijing",))


def test_prices_are_those_of_the_documents() -> None:
    v2 = catalog.find("dashscope", V2)
    assert v2
    price = v2.prices["cn-beijing"]
    assert price
    assert (price.per_second, price.currency) == (Decimal("0.00024"), "CNY")


def test_ten_hours_a_month_of_realtime_paraformer_are_free() -> None:
    free = {model.name: model.free_seconds_per_month for model in catalog.models_of("dashscope")}
    assert free == {name: None if name == "fun-asr-realtime" else 36_000 for name in free}


def test_what_runs_here_is_billed_by_nobody() -> None:
    (preview,) = catalog.models_of("preview")
    assert (preview.regions, preview.languages, preview.options) == ((), ("en",), ())


def test_only_the_second_telephone_model_hears_emotion() -> None:
    hearing = [model.name for model in catalog.models_of("dashscope") if model.features["emotion"] is not Feature.OFF]
    assert hearing == ["paraformer-realtime-8k-v2"]


def test_the_first_generation_has_phrases_the_second_vocabularies() -> None:
    for model in catalog.models_of("dashscope"):
        first = model.name.endswith("-v1")
        assert (model.option("phrase_id") is not None) is first
        assert (model.option("vocabulary_id") is not None) is not first


# --- checking a room's choice


def test_good_values_pass_as_they_are() -> None:
    values: dict[str, Any] = {
        "language_hints": ["zh", "en"],
        "max_sentence_silence_ms": 500,
        "itn": False,
        "vocabulary_id": "v-1",
    }
    assert check(values) == Checked(values)


def test_unset_values_are_left_out() -> None:
    assert check({"itn": None, "vocabulary_id": "", "language_hints": []}) == Checked()


@pytest.mark.parametrize(
    ("name", "value", "key", "words"),
    [
        ("max_sentence_silence_ms", 199, "option-out-of-range", "between 200 and 6000 ms"),
        ("max_sentence_silence_ms", 6001, "option-out-of-range", "between 200 and 6000 ms"),
        ("max_sentence_silence_ms", "800", "option-not-whole", "whole number"),
        ("max_sentence_silence_ms", 800.5, "option-not-whole", "whole number"),
        ("max_sentence_silence_ms", True, "option-not-whole", "whole number"),
        ("itn", 1, "option-not-bool", "on or off"),
        ("itn", "yes", "option-not-bool", "on or off"),
        ("language_hints", ["xx"], "option-not-in-list", "zh, en, ja"),
        ("language_hints", "zh", "option-not-in-list", "zh, en, ja"),
        ("language_hints", [["zh"]], "option-not-in-list", "zh, en, ja"),
        ("language_hints", ["zh", "zh"], "option-repeats", "twice"),
        ("vocabulary_id", "a\nb", "option-not-text", "one line"),
        ("vocabulary_id", "x" * 129, "option-not-text", "128"),
        ("vocabulary_id", 5, "option-not-text", "one line"),
        ("phrase_id", "p", "option-unknown", "no option “phrase_id”"),
        ("diarization_enabled", True, "option-unknown", "no option"),
    ],
)
def test_a_wrong_value_is_an_error_in_a_sentence(name: str, value: Any, key: str, words: str) -> None:
    checked = check({name: value, "punctuation": True})
    assert checked.errors[name].key == key
    assert words in str(checked.errors[name])
    assert checked.values == {"punctuation": True}


def test_fun_asr_takes_one_language() -> None:
    assert check({"language_hints": ["zh"]}, "fun-asr-realtime").errors == {}
    notice = check({"language_hints": ["zh", "en"]}, "fun-asr-realtime").errors["language_hints"]
    assert (notice.key, str(notice)) == ("option-too-many", "“Languages spoken” takes at most 1 of them.")


@pytest.mark.parametrize("value", [-1.01, 1.01, float("nan"), float("inf")])
def test_a_number_out_of_bounds_is_an_error_without_a_unit(value: float) -> None:
    notice = check({"speech_noise_threshold": value}, "fun-asr-realtime").errors["speech_noise_threshold"]
    assert str(notice) == "“Speech or noise” must be between -1.0 and 1.0."


@pytest.mark.parametrize("name", ["max_sentence_silence_ms", "multi_threshold"])
def test_what_has_no_effect_beside_semantic_punctuation_warns_and_is_not_sent(name: str) -> None:
    value = {"max_sentence_silence_ms": 500, "multi_threshold": True}[name]
    checked = check({name: value, "semantic_punctuation": True})
    assert checked.values == {"semantic_punctuation": True}
    assert checked.warnings[name].key == "option-idle"
    assert not checked.errors
    assert check({name: value, "semantic_punctuation": False}).values[name] == value


@pytest.mark.parametrize("language", ["sw", "en-GB"])
def test_an_undocumented_language_warns_and_never_blocks(language: str) -> None:
    checked = check({"disfluency_removal": True}, "paraformer-realtime-v1", language)
    assert (checked.errors, checked.values) == ({}, {"disfluency_removal": True})
    assert checked.warnings["language"].key == "language-undocumented"
    assert language in str(checked.warnings["language"])


@pytest.mark.parametrize("language", ["", "zh", "zh-CN", "cmn-Hans", "zh_TW", "ZH"])
def test_a_documented_language_does_not_warn(language: str) -> None:
    assert check({}, "paraformer-realtime-v1", language) == Checked()


def test_an_unknown_model_is_an_error() -> None:
    notice = check({}, "paraformer-9").errors["model"]
    assert (notice.key, notice.params) == ("model-unknown", {"engine": "dashscope", "model": "paraformer-9"})
    assert str(notice) == "Engine “dashscope” has no model “paraformer-9”."


def test_a_choice_is_one_of_its_choices() -> None:
    option = Option("scene", Kind.CHOICE, "Scene", "Where it is.", "scene", choices=("hall", "studio"))
    (preview,) = catalog.models_of("preview")
    model = replace(preview, options=(option,))
    assert check_model(model, "en", {"scene": "hall"}) == Checked({"scene": "hall"})
    assert "hall, studio" in str(check_model(model, "en", {"scene": "street"}).errors["scene"])
