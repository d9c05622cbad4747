"""Qwen-ASR and Qwen-Omni for recorded files. The owner's documents name the families; the rest is the provider's help.

Their prices are not in the documents at hand (Qwen-Omni is billed by tokens): unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from subtitles.engines.catalog import batch_options as options
from subtitles.engines.catalog.batch_limits import FORMATS, ONE_LONG_FILE, SHORT_FILES
from subtitles.engines.catalog.documents import QWEN_ASR, QWEN_OMNI, RECORDED_FILES_FUN_ASR
from subtitles.engines.catalog.types import Feature, Model, Price

_LANGUAGES = ("zh", "yue", "en", "ja", "ko", "de", "fr", "ru", "es", "pt", "it", "ar")
_UNKNOWN: Mapping[str, Price | None] = {"cn-beijing": None, "ap-southeast-1": None}
_LANGUAGE = options.language_hints(*_LANGUAGES, most=1, wire="language")
_FEATURES = {
    "timestamps": Feature.FIXED,
    "word_times": Feature.OPTION,
    "punctuation": Feature.FIXED,
    "itn": Feature.OPTION,
    "hotwords": Feature.OFF,
    "language_hints": Feature.OPTION,
    "diarization": Feature.OFF,
    "disfluency_removal": Feature.OFF,
    "sensitive_words": Feature.OFF,
    "noise_rejection": Feature.FIXED,
    "singing": Feature.FIXED,
    "emotion": Feature.FIXED,
    "events": Feature.OFF,
}
_UNTIMED = {"timestamps": Feature.OFF, "word_times": Feature.OFF}

_FILETRANS = Model(
    name="qwen3-asr-flash-filetrans",
    engine="dashscope",
    title="Qwen3-ASR Flash, long files",
    realtime=False,
    advice="Tells the language and the emotion of each sentence; up to twelve hours.",
    languages=_LANGUAGES,
    dialects=("Sichuan", "Southern Min", "Wu", "Cantonese"),
    sample_rates=(),
    scenes=("long recordings", "emotions"),
    formats=FORMATS,
    channels=None,
    options=(_LANGUAGE, options.CHANNELS, options.ITN, options.WORDS),
    features=_FEATURES,
    limits=ONE_LONG_FILE,
    prices=_UNKNOWN,
    documents=(RECORDED_FILES_FUN_ASR, QWEN_ASR),
)
_FLASH = replace(
    _FILETRANS,
    name="qwen3-asr-flash",
    title="Qwen3-ASR Flash",
    advice="Answers at once, for at most five minutes. Gives no times: they are taken from the live transcript.",
    scenes=("short recordings", "names and terms"),
    channels=1,
    options=(_LANGUAGE, options.ITN, replace(options.CONTEXT, most=10_000)),
    features={**_FEATURES, **_UNTIMED, "context": Feature.OPTION},
    limits=SHORT_FILES,
    synchronous=True,
)
_OMNI = Model(
    name="qwen3-omni-flash",
    engine="dashscope",
    title="Qwen-Omni",
    realtime=False,
    advice="Follows an instruction of your own. Gives no times: they are taken from the live transcript.",
    languages=(
        "zh", "yue", "en", "ko", "ja", "de", "ru", "it", "fr", "es", "pt", "ms", "nl", "id", "tr", "vi", "ar", "ur",
    ),
    sample_rates=(),
    scenes=("instructions in your own words",),
    formats=FORMATS,
    options=(options.PROMPT,),
    features=dict.fromkeys(_FEATURES, Feature.OFF) | {"punctuation": Feature.FIXED, "context": Feature.OPTION},
    limits=SHORT_FILES,
    prices=_UNKNOWN,
    synchronous=True,
    documents=(RECORDED_FILES_FUN_ASR, QWEN_OMNI),
)  # fmt: skip

MODELS = (_FILETRANS, _FLASH, _OMNI)
