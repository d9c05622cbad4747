"""Options of the realtime recognisers that several models share.

Ranges and defaults: "Paraformer实时语音识别Python SDK", request parameters; for Fun-ASR the Model Studio help page of
the realtime WebSocket API. Parameters that only the SDK's source names are left out: nobody documents what they do.
"""

from __future__ import annotations

from dataclasses import replace

from subtitles.engines.catalog.types import Feature, Kind, Option

_WITHOUT_SEMANTIC = ("semantic_punctuation", False)

VOCABULARY_ID = Option(
    name="vocabulary_id",
    kind=Kind.TEXT,
    label="Hot word list (vocabulary ID)",
    help="The list must have been made for this very model; with another the service ignores it silently.",
    wire="vocabulary_id",
    most=128,
)
PHRASE_ID = Option(
    name="phrase_id",
    kind=Kind.TEXT,
    label="Hot word list (phrase ID)",
    help="Hot words of the first model generation.",
    wire="resources",
    most=128,
)
DISFLUENCY_REMOVAL = Option(
    name="disfluency_removal",
    kind=Kind.BOOL,
    label="Leave out filler words",
    help="Drops hesitations such as um and er.",
    wire="disfluency_removal_enabled",
    default=False,
)
SEMANTIC_PUNCTUATION = Option(
    name="semantic_punctuation",
    kind=Kind.BOOL,
    label="Cut sentences by meaning",
    help="More accurate sentences, for meetings; sentences end later than with cutting by silence.",
    wire="semantic_punctuation_enabled",
    default=False,
)
MAX_SENTENCE_SILENCE = Option(
    name="max_sentence_silence_ms",
    kind=Kind.INT,
    label="Silence that ends a sentence",
    help="Shorter = captions become final sooner; longer = fewer sentences torn apart.",
    wire="max_sentence_silence",
    default=800,
    minimum=200,
    maximum=6000,
    unit="ms",
    only_when=_WITHOUT_SEMANTIC,
)
MULTI_THRESHOLD = Option(
    name="multi_threshold",
    kind=Kind.BOOL,
    label="Keep sentences from growing too long",
    help="Lowers the silence threshold while a sentence grows.",
    wire="multi_threshold_mode_enabled",
    default=False,
    only_when=_WITHOUT_SEMANTIC,
)
PUNCTUATION = Option(
    name="punctuation",
    kind=Kind.BOOL,
    label="Punctuation",
    help="Adds punctuation marks to the text.",
    wire="punctuation_prediction_enabled",
    default=True,
)
ITN = Option(
    name="itn",
    kind=Kind.BOOL,
    label="Write numbers as digits",
    help="Turns spoken Chinese numbers into digits (inverse text normalization).",
    wire="inverse_text_normalization_enabled",
    default=True,
)
HEARTBEAT = Option(
    name="heartbeat",
    kind=Kind.BOOL,
    label="Keep the connection through silence",
    help="Without it the service ends the recognition after 60 seconds of silence.",
    wire="heartbeat",
    default=False,
    preset=True,
)
LANGUAGE_HINTS = Option(
    name="language_hints",
    kind=Kind.LIST,
    label="Languages spoken",
    help="Only these are tried. Left empty, the room's language is the hint.",
    wire="language_hints",
)
SPEECH_NOISE_THRESHOLD = Option(
    name="speech_noise_threshold",
    kind=Kind.FLOAT,
    label="Speech or noise",
    help="Towards -1 more noise is taken for speech, towards 1 more speech is taken for noise.",
    wire="speech_noise_threshold",
    minimum=-1.0,
    maximum=1.0,
)


def language_hints(*codes: str, most: int | None = None) -> Option:
    return replace(LANGUAGE_HINTS, choices=codes, most=most)


def sentence_silence(default: int) -> Option:
    return replace(MAX_SENTENCE_SILENCE, default=default)


SECOND_GENERATION = (SEMANTIC_PUNCTUATION, MULTI_THRESHOLD, PUNCTUATION, ITN, HEARTBEAT, VOCABULARY_ID)
"""What "v2 and later" models take in every case."""

SECOND_GENERATION_FEATURES = {
    "punctuation": Feature.OPTION,
    "itn": Feature.OPTION,
    "hotwords": Feature.OPTION,
    "word_times": Feature.FIXED,
    "heartbeat": Feature.OPTION,
}
FIRST_GENERATION_FEATURES = {
    "punctuation": Feature.FIXED,
    "itn": Feature.FIXED,
    "hotwords": Feature.OPTION,
    "word_times": Feature.FIXED,
    "heartbeat": Feature.OFF,
}
