"""The engine that needs nothing: English, on this machine, good enough to see that everything works."""

from __future__ import annotations

from dataclasses import replace

from subtitles.engines.catalog.batch_limits import FORMATS
from subtitles.engines.catalog.documents import POCKETSPHINX
from subtitles.engines.catalog.types import Feature, Model

_LIVE = Model(
    name="pocketsphinx-en-us",
    engine="preview",
    title="PocketSphinx, American English",
    realtime=True,
    advice="For trying things out: about one word in three is wrong, without punctuation.",
    languages=("en",),
    sample_rates=(16000,),
    scenes=("trying things out",),
    features={
        "punctuation": Feature.OFF,
        "itn": Feature.OFF,
        "hotwords": Feature.OFF,
        "word_times": Feature.FIXED,
        "language_hints": Feature.OFF,
        "emotion": Feature.OFF,
    },
    documents=(POCKETSPHINX,),
)
_RECORDED = replace(
    _LIVE,
    realtime=False,
    sample_rates=(),
    formats=FORMATS,
    channels=None,
    features={**_LIVE.features, "timestamps": Feature.FIXED, "diarization": Feature.OFF, "events": Feature.OFF},
)

MODELS = (_LIVE, _RECORDED)
