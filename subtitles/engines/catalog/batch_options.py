"""Options for recorded files that several models share.

Ranges and defaults: "录音文件识别API详情 (SenseVoice)", Model Studio help, "Paraformer recorded speech recognition" and
"Fun-ASR recorded speech recognition", 'Request parameters'; for Qwen "Qwen-ASR API reference".
"""

from __future__ import annotations

from dataclasses import replace

from subtitles.engines.catalog.realtime_options import DISFLUENCY_REMOVAL, PHRASE_ID, VOCABULARY_ID
from subtitles.engines.catalog.types import Kind, Option

CONTEXT_PIECES = 5
CONTEXT_PIECE_CHARACTERS = 400

CHANNELS = Option(
    name="channels",
    kind=Kind.LIST,
    label="Channels",
    help="Each channel is recognised and billed by itself. Left empty, only the first one (0) is.",
    wire="channel_id",
    choices=tuple("01234567"),
)
LANGUAGE_HINTS = Option(
    name="language_hints",
    kind=Kind.LIST,
    label="Languages spoken",
    help="Only these are tried. Left empty, the recording's language is the hint.",
    wire="language_hints",
)
TIMESTAMP_ALIGNMENT = Option(
    name="timestamp_alignment",
    kind=Kind.BOOL,
    label="Align the times of words",
    help="Corrects the times of words once more; takes longer.",
    wire="timestamp_alignment_enabled",
    default=False,
)
MASKED_WORDS = Option(
    name="masked_words",
    kind=Kind.TEXT,
    label="Words to mask",
    help="Shown as asterisks. Put commas between them.",
    wire="special_word_filter",
    most=1000,
)
REMOVED_WORDS = Option(
    name="removed_words",
    kind=Kind.TEXT,
    label="Words to leave out",
    help="Taken out of the text. Put commas between them.",
    wire="special_word_filter",
    most=1000,
)
BUILT_IN_WORDS = Option(
    name="built_in_words",
    kind=Kind.BOOL,
    label="Mask the provider's list of sensitive words",
    help="The list of Model Studio; masked words are shown as asterisks.",
    wire="special_word_filter",
    default=True,
)
DIARIZATION = Option(
    name="diarization",
    kind=Kind.BOOL,
    label="Tell speakers apart",
    help="Only for recordings with one channel; at most two hours are advised.",
    wire="diarization_enabled",
    default=False,
)
SPEAKER_COUNT = Option(
    name="speaker_count",
    kind=Kind.INT,
    label="How many speakers",
    help="A hint, not a promise. Left empty, the service finds out.",
    wire="speaker_count",
    minimum=2,
    maximum=100,
    only_when=("diarization", True),
)
ITN = Option(
    name="itn",
    kind=Kind.BOOL,
    label="Write numbers as digits",
    help="Turns spoken numbers into digits (inverse text normalization); Chinese and English only.",
    wire="enable_itn",
    default=False,
)
WORDS = Option(
    name="words",
    kind=Kind.BOOL,
    label="Times of words",
    help="Sentences are cut by punctuation then. Without it there are times of sentences only, cut by silence.",
    wire="enable_words",
    default=False,
    preset=True,
)
CONTEXT = Option(
    name="context",
    kind=Kind.PARAGRAPH,
    label="Context",
    help="Names, terms or text on the same subject; the model spells what it finds here as it is written here.",
    wire="context",
    most=CONTEXT_PIECES * CONTEXT_PIECE_CHARACTERS,
)
PROMPT = Option(
    name="prompt",
    kind=Kind.PARAGRAPH,
    label="Instruction",
    help="What the model is told to do with the recording. Ask for the spoken words and nothing else.",
    wire="prompt",
    preset="Transcribe this recording word for word in the language that is spoken. Write nothing but the words.",
    most=2000,
)


def language_hints(*codes: str, most: int | None = None, wire: str = "language_hints") -> Option:
    return replace(LANGUAGE_HINTS, choices=codes, most=most, wire=wire)


SPECIAL_WORDS = (MASKED_WORDS, REMOVED_WORDS, BUILT_IN_WORDS)
SPEAKERS = (DIARIZATION, SPEAKER_COUNT)
PARAFORMER_SECOND = (
    CHANNELS, DISFLUENCY_REMOVAL, TIMESTAMP_ALIGNMENT, *SPEAKERS, *SPECIAL_WORDS, VOCABULARY_ID,
)  # fmt: skip
PARAFORMER_FIRST = (
    CHANNELS, DISFLUENCY_REMOVAL, TIMESTAMP_ALIGNMENT, *SPEAKERS, *SPECIAL_WORDS, PHRASE_ID,
)  # fmt: skip
FUN_ASR = (CHANNELS, DISFLUENCY_REMOVAL, *SPEAKERS, *SPECIAL_WORDS, VOCABULARY_ID)
