"""Realtime Paraformer, four models. Beijing only."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from subtitles.engines.catalog import realtime_options as options
from subtitles.engines.catalog.batch_limits import FREE_SECONDS
from subtitles.engines.catalog.documents import PARAFORMER_REALTIME_SDK, SPEECH_RECOGNITION
from subtitles.engines.catalog.types import Document, Feature, Limits, Model, Price

_DOCUMENTS: tuple[Document, ...] = (SPEECH_RECOGNITION, PARAFORMER_REALTIME_SDK)
_FORMATS = ("pcm", "wav", "mp3", "opus", "speex", "aac", "amr")
_LIMITS = Limits(starts_per_second=20)
_PRICES: Mapping[str, Price | None] = {"cn-beijing": Price(Decimal("0.00024"))}
_LIVE = ("live streams", "meetings")
_TELEPHONE = ("telephone service", "voice mail at 8 kHz")
_SECOND = (options.sentence_silence(800), options.DISFLUENCY_REMOVAL, *options.SECOND_GENERATION)
_FIRST = (options.DISFLUENCY_REMOVAL, options.PHRASE_ID)
_DIALECTS = (
    "Cantonese", "Wu", "Southern Min", "Northeastern", "Gansu", "Guizhou", "Henan", "Hubei", "Hunan", "Ningxia",
    "Shanxi", "Shaanxi", "Shandong", "Sichuan", "Tianjin", "Jiangxi", "Yunnan", "Shanghai",
)  # fmt: skip
_OFF = {"language_hints": Feature.OFF, "emotion": Feature.OFF}

MODELS = (
    Model(
        name="paraformer-realtime-v2",
        engine="dashscope",
        title="Paraformer realtime v2",
        realtime=True,
        recommended=True,
        advice="First choice for live streams in Chinese, or in several languages at once.",
        languages=("zh", "yue", "en", "ja", "ko", "de", "fr", "ru"),
        dialects=_DIALECTS,
        sample_rates=(),
        scenes=_LIVE,
        formats=_FORMATS,
        options=(options.language_hints("zh", "en", "ja", "yue", "ko", "de", "fr", "ru"), *_SECOND),
        features={**options.SECOND_GENERATION_FEATURES, **_OFF, "language_hints": Feature.OPTION},
        limits=_LIMITS,
        prices=_PRICES,
        free_seconds_per_month=FREE_SECONDS,
        documents=_DOCUMENTS,
    ),
    Model(
        name="paraformer-realtime-8k-v2",
        engine="dashscope",
        title="Paraformer realtime v2, 8 kHz",
        realtime=True,
        recommended=True,
        advice="For telephone sound in Chinese; tells the speaker's emotion while sentences are cut by silence.",
        languages=("zh",),
        sample_rates=(8000,),
        scenes=_TELEPHONE,
        formats=_FORMATS,
        options=_SECOND,
        features={**options.SECOND_GENERATION_FEATURES, **_OFF, "emotion": Feature.FIXED},
        limits=_LIMITS,
        prices=_PRICES,
        free_seconds_per_month=FREE_SECONDS,
        documents=_DOCUMENTS,
    ),
    Model(
        name="paraformer-realtime-v1",
        engine="dashscope",
        title="Paraformer realtime v1",
        realtime=True,
        advice="Older; kept for rooms that have hot words of its generation.",
        languages=("zh",),
        sample_rates=(16000,),
        scenes=_LIVE,
        formats=_FORMATS,
        options=_FIRST,
        features={**options.FIRST_GENERATION_FEATURES, **_OFF},
        limits=_LIMITS,
        prices=_PRICES,
        free_seconds_per_month=FREE_SECONDS,
        documents=_DOCUMENTS,
    ),
    Model(
        name="paraformer-realtime-8k-v1",
        engine="dashscope",
        title="Paraformer realtime v1, 8 kHz",
        realtime=True,
        advice="Older; kept for rooms that have hot words of its generation.",
        languages=("zh",),
        sample_rates=(8000,),
        scenes=_TELEPHONE,
        formats=_FORMATS,
        options=_FIRST,
        features={**options.FIRST_GENERATION_FEATURES, **_OFF},
        limits=_LIMITS,
        prices=_PRICES,
        free_seconds_per_month=FREE_SECONDS,
        documents=_DOCUMENTS,
    ),
)
