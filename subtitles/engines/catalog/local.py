"""Models of the engine "local" as rooms and recordings choose them. Drawn from `local_packages`."""

from __future__ import annotations

from dataclasses import replace

from subtitles.engines.catalog.batch_options import SPEAKERS
from subtitles.engines.catalog.documents import SHERPA_ONNX
from subtitles.engines.catalog.local_live import LIVE
from subtitles.engines.catalog.local_recorded import BATCH
from subtitles.engines.catalog.local_types import Design, Package, Use
from subtitles.engines.catalog.types import Feature, Kind, Model, Option

HOTWORDS = Option(
    name="hotwords",
    kind=Kind.PARAGRAPH,
    label="Hot words",
    help="Names and terms, one on a line; the model listens for them. It then needs a little more time.",
    wire="hotwords",
    most=30_000,
)
"""A vocabulary of 500 words has to fit in, with weights."""
ITN = Option(
    name="itn",
    kind=Kind.BOOL,
    label="Punctuation and digits",
    help="Adds punctuation marks and turns spoken numbers into digits.",
    wire="use_itn",
    default=False,
    preset=True,
)
_SPEAKERS = tuple(
    replace(option, help="Needs “Telling speakers apart” on this machine; recordings of at most two hours.")
    if option.kind is Kind.BOOL
    else option
    for option in SPEAKERS
)
_TIMED = frozenset(
    {Design.TRANSDUCER, Design.CTC, Design.SENSE_VOICE, Design.OFFLINE_PARAFORMER, Design.OFFLINE_TRANSDUCER}
)
_LISTENING = frozenset({Design.TRANSDUCER, Design.OFFLINE_TRANSDUCER, Design.QWEN})
"""For hot words."""


def _options(package: Package) -> tuple[Option, ...]:
    hotwords = (HOTWORDS,) if package.design in _LISTENING else ()
    itn = (ITN,) if package.design is Design.SENSE_VOICE else ()
    return (*hotwords, *itn, *(_SPEAKERS if package.use is Use.BATCH else ()))


def _features(package: Package) -> dict[str, Feature]:
    tags = Feature.FIXED if package.design is Design.SENSE_VOICE else Feature.OFF
    return {
        "timestamps": Feature.FIXED,
        "word_times": Feature.FIXED if package.design in _TIMED else Feature.OFF,
        "punctuation": Feature.FIXED if package.punctuated else Feature.OFF,
        "itn": Feature.OPTION if package.design is Design.SENSE_VOICE else Feature.OFF,
        "hotwords": Feature.OPTION if package.design in _LISTENING else Feature.OFF,
        "diarization": Feature.OPTION if package.use is Use.BATCH else Feature.OFF,
        "language_hints": Feature.OFF,
        "emotion": tags,
        "events": tags,
    }


def _model(package: Package) -> Model:
    return Model(
        name=package.name,
        engine="local",
        title=package.title,
        realtime=package.use is Use.LIVE,
        languages=package.languages,
        sample_rates=(16000,) if package.use is Use.LIVE else (),
        scenes=("live streams",) if package.use is Use.LIVE else ("recordings",),
        documents=(SHERPA_ONNX,),
        advice=package.advice,
        formats=("pcm",) if package.use is Use.LIVE else FORMATS,
        options=_options(package),
        features=_features(package),
        synchronous=package.use is Use.BATCH,
    )


FORMATS = ("wav", "flac", "mp3", "m4a", "ogg", "opus", "aac", "webm", "mp4", "mkv", "mov")
"""What PyAV's FFmpeg decodes, by the usual ending of a file's name."""
MODELS = tuple(_model(package) for package in (*LIVE, *BATCH))
