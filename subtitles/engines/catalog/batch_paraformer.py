"""Paraformer and SenseVoice for recorded files. Beijing only."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from subtitles.engines.catalog import batch_options as options
from subtitles.engines.catalog.batch_limits import ENDLESS_FILES, FORMATS, FREE_SECONDS, LONG_FILES
from subtitles.engines.catalog.documents import RECORDED_FILES, SENSEVOICE_API, SPEECH_RECOGNITION
from subtitles.engines.catalog.realtime_options import DISFLUENCY_REMOVAL
from subtitles.engines.catalog.types import Document, Feature, Model, Price

_DOCUMENTS: tuple[Document, ...] = (RECORDED_FILES, SPEECH_RECOGNITION)
_PRICES: Mapping[str, Price | None] = {"cn-beijing": Price(Decimal("0.00008"))}
_SOUND = ("audio and video files",)
_TELEPHONE = ("telephone recordings at 8 kHz",)
_MTL_DIALECTS = (
    "Cantonese", "Wu", "Southern Min", "Northeastern", "Gansu", "Guizhou", "Henan", "Hubei", "Hunan", "Ningxia",
    "Shanxi", "Shaanxi", "Shandong", "Sichuan", "Tianjin",
)  # fmt: skip
_FEATURES = {
    "timestamps": Feature.OPTION,
    "word_times": Feature.FIXED,
    "punctuation": Feature.FIXED,
    "itn": Feature.FIXED,
    "hotwords": Feature.OPTION,
    "language_hints": Feature.OFF,
    "diarization": Feature.OPTION,
    "disfluency_removal": Feature.OPTION,
    "sensitive_words": Feature.OPTION,
    "noise_rejection": Feature.FIXED,
    "singing": Feature.OFF,
    "emotion": Feature.OFF,
    "events": Feature.OFF,
}


def _model(
    name: str,
    title: str,
    advice: str,
    languages: tuple[str, ...],
    *,
    dialects: tuple[str, ...] = (),
    rate: int | None = None,
    lowest_rate: int | None = None,
    recommended: bool = False,
    hints: bool = False,
) -> Model:
    first = name.endswith("-v1")
    own = options.PARAFORMER_FIRST if first else options.PARAFORMER_SECOND
    return Model(
        name=name,
        engine="dashscope",
        title=title,
        realtime=False,
        recommended=recommended,
        advice=advice,
        languages=languages,
        dialects=dialects,
        sample_rates=(rate,) if rate else (),
        lowest_sample_rate=lowest_rate,
        scenes=_TELEPHONE if rate else _SOUND,
        formats=FORMATS,
        channels=None,
        options=(options.language_hints("zh", "en", "ja", "yue", "ko", "de", "fr", "ru"), *own) if hints else own,
        features={**_FEATURES, "language_hints": Feature.OPTION} if hints else _FEATURES,
        limits=LONG_FILES,
        prices=_PRICES,
        free_seconds_per_month=FREE_SECONDS,
        documents=_DOCUMENTS,
    )


MODELS = (
    _model(
        "paraformer-v2",
        "Paraformer v2",
        "For files in Chinese, or in several languages at once; the cheapest of the recommended ones.",
        ("zh", "yue", "en", "ja", "ko", "de", "fr", "ru"),
        dialects=(*_MTL_DIALECTS, "Jiangxi", "Yunnan", "Shanghai"),
        recommended=True,
        hints=True,
    ),
    _model(
        "paraformer-8k-v2",
        "Paraformer v2, 8 kHz",
        "For telephone recordings in Chinese. Leave them at 8 kHz.",
        ("zh",),
        rate=8000,
        recommended=True,
    ),
    _model("paraformer-v1", "Paraformer v1", "Older; takes hot words of its generation.", ("zh", "en")),
    _model("paraformer-8k-v1", "Paraformer v1, 8 kHz", "Older; takes hot words of its generation.", ("zh",), rate=8000),
    _model(
        "paraformer-mtl-v1",
        "Paraformer v1, many languages",
        "Older; for Spanish, Indonesian, Italian and Malay, which newer Paraformer models do not list.",
        ("zh", "yue", "en", "ja", "ko", "es", "id", "fr", "de", "it", "ms"),
        dialects=_MTL_DIALECTS,
        lowest_rate=16000,
    ),
    Model(
        name="sensevoice-v1",
        engine="dashscope",
        title="SenseVoice v1",
        realtime=False,
        retiring=True,
        advice="Tells emotions, applause, laughter and music. The provider has announced that it will be withdrawn.",
        # The owner's documents say "more than 50" and name these.
        languages=(
            "zh", "yue", "en", "ja", "ko", "ru", "fr", "it", "de", "es", "ca", "id", "th", "nl", "pt", "cs", "pl",
        ),
        sample_rates=(),
        scenes=("emotions and sound events", "rare languages"),
        formats=FORMATS,
        channels=None,
        options=(
            options.language_hints(
                "auto", "zh", "yue", "en", "ja", "ko", "ru", "fr", "it", "de", "es", "ca", "id", "th", "nl", "pt",
                "cs", "pl", most=1,
            ),
            options.CHANNELS,
            DISFLUENCY_REMOVAL,
        ),
        features={
            **_FEATURES,
            "timestamps": Feature.FIXED,
            "word_times": Feature.OFF,
            "hotwords": Feature.OFF,
            "language_hints": Feature.OPTION,
            "diarization": Feature.OFF,
            "sensitive_words": Feature.OFF,
            "noise_rejection": Feature.OFF,
            "emotion": Feature.FIXED,
            "events": Feature.FIXED,
        },
        limits=ENDLESS_FILES,
        prices={"cn-beijing": Price(Decimal("0.0007"))},
        free_seconds_per_month=FREE_SECONDS,
        documents=(RECORDED_FILES, SENSEVOICE_API, SPEECH_RECOGNITION),
    ),
)  # fmt: skip
