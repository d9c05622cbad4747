"""Fun-ASR for recorded files: Beijing and Singapore. Languages are the union of the owner's two documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from subtitles.engines.catalog import batch_options as options
from subtitles.engines.catalog.batch_limits import FORMATS, LONG_FILES, SHORT_FILES
from subtitles.engines.catalog.documents import RECORDED_FILES, RECORDED_FILES_FUN_ASR
from subtitles.engines.catalog.realtime_options import VOCABULARY_ID
from subtitles.engines.catalog.types import Feature, Model, Option, Price

_PRICES: Mapping[str, Price | None] = {
    "cn-beijing": Price(Decimal("0.00022")),
    "ap-southeast-1": Price(Decimal("0.00026")),
}
_COMMON = (
    "zh", "yue", "en", "ja", "ko", "vi", "th", "id", "ms", "fil", "hi", "ar", "fr", "de", "es", "pt", "ru", "it",
    "nl", "sv", "da", "fi", "no", "el", "pl", "cs", "hu", "ro", "bg", "hr", "sk",
)  # fmt: skip
_MTL = (*_COMMON, "et", "ga", "lv", "lt", "mt", "sl")
_DIALECTS = (
    "Wu", "Southern Min", "Hakka", "Gan", "Xiang", "Jin", "Central Plains", "Southwestern", "Ji-Lu", "Jianghuai",
    "Lanyin", "Jiaoliao", "Northeastern", "Beijing", "Hong Kong and Taiwan",
)  # fmt: skip
_FEATURES = {
    "timestamps": Feature.FIXED,
    "word_times": Feature.FIXED,
    "punctuation": Feature.FIXED,
    "itn": Feature.FIXED,
    "hotwords": Feature.OPTION,
    "language_hints": Feature.OPTION,
    "diarization": Feature.OPTION,
    "disfluency_removal": Feature.OPTION,
    "sensitive_words": Feature.OPTION,
    "noise_rejection": Feature.FIXED,
    "singing": Feature.FIXED,
    "emotion": Feature.OFF,
    "events": Feature.OFF,
}


def _options(languages: tuple[str, ...]) -> tuple[Option, ...]:
    """Of several hints the service takes the first alone (Model Studio help, "Fun-ASR recorded speech recognition")."""
    return (options.language_hints(*languages, most=1), *options.FUN_ASR)


_FUN_ASR = Model(
    name="fun-asr",
    engine="dashscope",
    title="Fun-ASR",
    realtime=False,
    recommended=True,
    advice="First choice: Chinese with its dialects, noisy rooms, songs, and thirty more languages.",
    languages=_COMMON,
    dialects=_DIALECTS,
    sample_rates=(),
    scenes=("meetings", "live streams", "entertainment", "news and interviews", "far microphones"),
    formats=FORMATS,
    channels=None,
    options=_options(_COMMON),
    features=_FEATURES,
    limits=LONG_FILES,
    prices=_PRICES,
    documents=(RECORDED_FILES, RECORDED_FILES_FUN_ASR),
)
_MANY = replace(
    _FUN_ASR,
    name="fun-asr-mtl",
    title="Fun-ASR, many languages",
    advice="For recordings in several languages, and for those that Fun-ASR does not list.",
    languages=_MTL,
    dialects=("Cantonese",),
    scenes=("international conferences",),
    options=_options(_MTL),
    features={**_FEATURES, "singing": Feature.OFF},
)
_DATED = "A dated version that stays as it is; the name without a date follows the provider's newest."
_FLASH = replace(
    _FUN_ASR,
    name="fun-asr-flash-2026-06-15",
    title="Fun-ASR Flash",
    recommended=False,
    advice="Answers at once, for at most five minutes; takes names and terms from a context of your own.",
    scenes=("short recordings", "names and terms"),
    channels=1,
    options=(options.language_hints(*_COMMON, most=1), options.CONTEXT, VOCABULARY_ID),
    features={**_FEATURES, "context": Feature.OPTION}
    | dict.fromkeys(("diarization", "disfluency_removal", "sensitive_words", "singing"), Feature.OFF),
    limits=SHORT_FILES,
    prices={"cn-beijing": None, "ap-southeast-1": None},
    synchronous=True,
    documents=(RECORDED_FILES_FUN_ASR,),
)

MODELS = (
    _FUN_ASR,
    _MANY,
    replace(_FUN_ASR, name="fun-asr-2025-11-07", title="Fun-ASR 2025-11-07", recommended=False, advice=_DATED),
    replace(
        _FUN_ASR,
        name="fun-asr-2025-08-25",
        title="Fun-ASR 2025-08-25",
        recommended=False,
        advice=_DATED,
        languages=("zh", "en"),
        dialects=(),
        options=_options(("zh", "en")),
        features={**_FEATURES, "singing": Feature.OFF},
    ),
    replace(
        _MANY,
        name="fun-asr-mtl-2025-08-25",
        title="Fun-ASR, many languages, 2025-08-25",
        recommended=False,
        advice=_DATED,
    ),
    _FLASH,
)
