"""Realtime Fun-ASR. Not in the owner's documents: everything here follows the provider's help pages."""

from __future__ import annotations

from decimal import Decimal

from subtitles.engines.catalog import realtime_options as options
from subtitles.engines.catalog.documents import FUN_ASR_REALTIME
from subtitles.engines.catalog.types import Feature, Model, Price

MODELS = (
    Model(
        name="fun-asr-realtime",
        engine="dashscope",
        title="Fun-ASR realtime",
        realtime=True,
        advice="The only realtime model of the Singapore region.",
        languages=("zh", "en", "ja"),
        sample_rates=(16000,),
        scenes=("live streams", "meetings", "noisy rooms"),
        formats=("pcm", "wav", "mp3", "opus", "speex", "aac", "amr"),
        options=(
            options.language_hints("zh", "en", "ja", most=1),
            options.sentence_silence(1300),
            *options.SECOND_GENERATION,
            options.SPEECH_NOISE_THRESHOLD,
        ),
        features={
            **options.SECOND_GENERATION_FEATURES,
            "language_hints": Feature.OPTION,
            "emotion": Feature.OFF,
        },
        prices={"cn-beijing": Price(Decimal("0.00033")), "ap-southeast-1": Price(Decimal("0.00066"))},
        documents=(FUN_ASR_REALTIME,),
    ),
)
