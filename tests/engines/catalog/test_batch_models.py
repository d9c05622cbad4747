"""The models for recorded files, against the tables of the owner's documents."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from subtitles.engines import catalog
from subtitles.engines.catalog import Checked, Feature

BATCH = {model.name: model for model in catalog.models_of("dashscope", realtime=False)}
PARAFORMER = ("paraformer-v2", "paraformer-8k-v2", "paraformer-v1", "paraformer-8k-v1", "paraformer-mtl-v1")
FUN_ASR = ("fun-asr", "fun-asr-2025-11-07", "fun-asr-2025-08-25", "fun-asr-mtl", "fun-asr-mtl-2025-08-25")
AT_ONCE = ("fun-asr-flash-2026-06-15", "qwen3-asr-flash", "qwen3-omni-flash")
SIZE = 2 * 1024**3
HOURS_12 = 12 * 3600 * 1000


def check(values: dict[str, Any], model: str, language: str = "") -> Checked:
    return catalog.validate("dashscope", model, language, values, realtime=False)


def test_every_model_of_the_documents_is_there() -> None:
    assert set(BATCH) == {*PARAFORMER, *FUN_ASR, *AT_ONCE, "sensevoice-v1", "qwen3-asr-flash-filetrans"}
    assert next(iter(BATCH)) == "fun-asr"


def test_a_room_is_not_offered_models_for_files() -> None:
    assert "model" in catalog.validate("dashscope", "paraformer-v2", "", {}).errors
    assert "model" in check({}, "paraformer-realtime-v2").errors
    assert catalog.find("dashscope", "fun-asr") is None


@pytest.mark.parametrize(
    ("names", "beijing", "singapore"),
    [
        (PARAFORMER, "0.00008", ""),
        (("sensevoice-v1",), "0.0007", ""),
        (FUN_ASR, "0.00022", "0.00026"),
    ],
)
def test_prices_are_those_of_the_documents(names: tuple[str, ...], beijing: str, singapore: str) -> None:
    wanted = {"cn-beijing": Decimal(beijing)} | ({"ap-southeast-1": Decimal(singapore)} if singapore else {})
    for name in names:
        assert {region: price and price.per_second for region, price in BATCH[name].prices.items()} == wanted


@pytest.mark.parametrize("name", [*AT_ONCE, "qwen3-asr-flash-filetrans"])
def test_a_price_that_is_not_published_is_unknown_in_each_region(name: str) -> None:
    assert BATCH[name].prices == {"cn-beijing": None, "ap-southeast-1": None}


@pytest.mark.parametrize("name", [*PARAFORMER, "sensevoice-v1"])
def test_ten_hours_a_month_are_free(name: str) -> None:
    assert BATCH[name].free_seconds_per_month == 36_000


def test_limits_take_the_lower_figure() -> None:
    for name in (*PARAFORMER, *FUN_ASR):
        limits = BATCH[name].limits
        assert (limits.largest_file_bytes, limits.longest_file_ms, limits.files_per_task) == (SIZE, HOURS_12, 100)
        assert (limits.starts_per_second, limits.queries_per_second) == (10, 20)
    sense = BATCH["sensevoice-v1"].limits
    assert (sense.longest_file_ms, sense.queries_per_second) == (None, 10)
    assert BATCH["qwen3-asr-flash-filetrans"].limits.files_per_task == 1
    for name in AT_ONCE:
        assert BATCH[name].limits.longest_file_ms == 5 * 60 * 1000


def test_rates_are_those_of_the_documents() -> None:
    assert {name for name in BATCH if BATCH[name].sample_rates == (8000,)} == {"paraformer-8k-v2", "paraformer-8k-v1"}
    assert {name for name in BATCH if BATCH[name].lowest_sample_rate} == {"paraformer-mtl-v1"}


def test_the_answer_comes_at_once_or_later() -> None:
    assert {name for name in BATCH if BATCH[name].synchronous} == set(AT_ONCE)
    assert {name for name in BATCH if BATCH[name].retiring} == {"sensevoice-v1"}


def test_seventeen_containers_are_taken() -> None:
    assert len(BATCH["fun-asr"].formats) == 17
    assert len({model.formats for model in BATCH.values()}) == 1


def test_features_are_those_of_the_comparison_table() -> None:
    rows = {
        "emotion": {"sensevoice-v1": Feature.FIXED, "fun-asr": Feature.OFF, "paraformer-v2": Feature.OFF},
        "timestamps": {"fun-asr": Feature.FIXED, "paraformer-v2": Feature.OPTION, "sensevoice-v1": Feature.FIXED},
        "hotwords": {"fun-asr": Feature.OPTION, "paraformer-v2": Feature.OPTION, "sensevoice-v1": Feature.OFF},
        "singing": {"fun-asr": Feature.FIXED, "fun-asr-2025-11-07": Feature.FIXED, "fun-asr-mtl": Feature.OFF},
        "diarization": {"fun-asr": Feature.OPTION, "paraformer-v1": Feature.OPTION, "sensevoice-v1": Feature.OFF},
        "noise_rejection": {"fun-asr": Feature.FIXED, "sensevoice-v1": Feature.OFF},
        "sensitive_words": {"fun-asr": Feature.OPTION, "sensevoice-v1": Feature.OFF},
        "itn": dict.fromkeys((*PARAFORMER, *FUN_ASR, "sensevoice-v1"), Feature.FIXED),
    }
    for feature, wanted in rows.items():
        assert {name: BATCH[name].features[feature] for name in wanted} == wanted


def test_hot_words_are_phrases_for_the_first_generation() -> None:
    for name in (*PARAFORMER, *FUN_ASR):
        first = name.endswith("-v1")
        assert (BATCH[name].option("phrase_id") is not None) is first
        assert (BATCH[name].option("vocabulary_id") is not None) is not first


def test_only_some_are_told_the_language() -> None:
    hinted = {name for name in BATCH if BATCH[name].option("language_hints")}
    assert hinted == set(BATCH) - set(PARAFORMER[1:]) - {"qwen3-omni-flash"}
    assert not check({"language_hints": ["zh", "en", "ru"]}, "paraformer-v2").errors
    assert check({"language_hints": ["zh", "en"]}, "fun-asr").errors["language_hints"].key == "option-too-many"


@pytest.mark.parametrize(
    ("model", "values"),
    [
        ("sensevoice-v1", {"diarization": True}),
        ("fun-asr", {"timestamp_alignment": True}),
        ("paraformer-v2", {"phrase_id": "p"}),
        ("paraformer-v2", {"speaker_count": 1, "diarization": True}),
        ("paraformer-v2", {"speaker_count": 101, "diarization": True}),
        ("paraformer-v2", {"channels": ["8"]}),
        ("paraformer-v2", {"channels": ["0", "0"]}),
        ("qwen3-asr-flash-filetrans", {"diarization": True}),
        ("fun-asr-flash-2026-06-15", {"context": "x" * 2001}),
        ("fun-asr-flash-2026-06-15", {"context": "a\x00b"}),
    ],
    ids=str,
)
def test_what_a_model_does_not_take_is_an_error(model: str, values: dict[str, Any]) -> None:
    assert check(values, model).errors


def test_a_speaker_count_without_diarization_is_not_sent() -> None:
    checked = check({"speaker_count": 3}, "fun-asr")
    assert (checked.values, checked.warnings["speaker_count"].key) == ({}, "option-idle")


@pytest.mark.parametrize(
    ("channels", "diarization", "warned"),
    [(["0", "1"], True, True), (["1"], True, False), ([], True, False), (["0", "1"], False, False)],
)
def test_telling_speakers_apart_in_several_channels_warns_and_is_sent(
    channels: list[str], diarization: bool, warned: bool
) -> None:
    checked = check({"channels": channels, "diarization": diarization}, "fun-asr")
    assert ("diarization" in checked.warnings) is warned
    assert checked.values["diarization"] is diarization


def test_a_context_may_have_several_lines() -> None:
    assert check({"context": "银行：\n投行\n\tBulge Bracket"}, "fun-asr-flash-2026-06-15").errors == {}


@pytest.mark.parametrize(
    ("language", "scene", "names"),
    [
        ("zh-CN", "meeting", ["fun-asr"]),
        ("yue", "meeting", ["fun-asr"]),
        ("nan", "meeting", ["fun-asr"]),
        ("", "meeting", ["fun-asr"]),
        ("ja", "meeting", ["paraformer-v2", "paraformer-mtl-v1"]),
        ("en", "conference", ["fun-asr-mtl", "paraformer-v2"]),
        ("th", "conference", ["fun-asr-mtl"]),
        ("zh", "entertainment", ["fun-asr"]),
        ("en", "news", ["fun-asr", "paraformer-v2"]),
        ("vi", "news", ["fun-asr"]),
        ("zh", "far-field", ["fun-asr"]),
        ("zh", "telephone", ["paraformer-8k-v2", "paraformer-v2"]),
        ("en", "telephone", ["paraformer-v2"]),
        ("th", "telephone", ["fun-asr-mtl"]),
        ("en", "emotion", ["sensevoice-v1"]),
        ("es", "", ["paraformer-mtl-v1"]),
        ("", "", ["paraformer-v2", "paraformer-mtl-v1"]),
        ("ca", "news", ["sensevoice-v1"]),
        ("nb", "news", ["fun-asr"]),
        ("sw", "news", []),
    ],
)
def test_the_documents_recommend_for_language_and_scene(language: str, scene: str, names: list[str]) -> None:
    found = catalog.recommend(language, scene)
    assert [entry.model.name for entry in found] == names
    assert all(entry.reason and entry.original and entry.document.owners for entry in found)


def test_every_scene_has_a_name_and_advice() -> None:
    for scene in catalog.Scene:
        assert catalog.SCENES[scene].title
        assert catalog.recommend("zh", scene)
