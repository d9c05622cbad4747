"""What a recording's result says: the JSON behind `transcription_url`, in either family's form. No I/O.

Model Studio help, "Fun-ASR recorded speech recognition", 'Result file', and "Qwen-ASR API reference".
"""

from __future__ import annotations

from collections.abc import Iterator

from subtitles.engines.base import Transcribed
from subtitles.engines.dashscope.batch_tags import TagReader
from subtitles.engines.dashscope.fields import Json, ms_of, number_of, objects_of, parse, text_of, within, words_of
from subtitles.speech import FinalResult, clean_text

MAX_RESULT_BYTES = 50 << 20
_MOST_SENTENCES = 200_000
_MOST_CHANNELS = 64


def transcribed(result: bytes, tagged: bool = False) -> Transcribed:
    """Reads a result file. `tagged`: its text has SenseVoice's tags.

    Raises:
        Malformed: not strict JSON of the documented shape, or beyond all measure.
    """
    document = parse(result, MAX_RESULT_BYTES)
    tracks = objects_of(document, "transcripts", _MOST_CHANNELS)
    # Of several channels that were asked for, silent ones may be left out of the answer.
    named = len(tracks) > 1 or any(map(_channel, tracks))
    sentences = [s for track in tracks for s in _track(track, _channel(track) if named else None, tagged)]
    sentences.sort(key=lambda sentence: (sentence.begin_ms, sentence.channel or 0))
    spoken = [ms for track in tracks if (ms := _length(track, "content_duration")) is not None]
    properties = document.get("properties")
    return Transcribed(
        tuple(sentences),
        spoken_ms=sum(spoken) if spoken else None,
        duration_ms=_length(properties, "original_duration") if isinstance(properties, dict) else None,
    )


def sentence_of(entry: Json, channel: int | None = None, tags: TagReader | None = None) -> FinalResult | None:
    """One sentence; None where it has no text."""
    text = text_of(entry, "text")
    text = clean_text(tags.read(text) if tags else text)
    if not text:
        return None
    begin_ms = ms_of(entry, "begin_time") or 0
    words = words_of(entry)
    end_ms = ms_of(entry, "end_time")
    if end_ms is None:
        end_ms = words[-1].end_ms if words else begin_ms
    end_ms = max(begin_ms, end_ms)
    emotion = tags.emotion if tags else clean_text(text_of(entry, "emotion"), 40)
    return FinalResult(
        begin_ms,
        end_ms,
        text,
        within(words, begin_ms, end_ms),
        language=(tags.language if tags else "") or clean_text(text_of(entry, "language"), 40),
        speaker=_speaker(entry),
        channel=channel,
        emotion=emotion,
        emotion_confidence=_confidence(entry) if emotion else None,
        events=tags.events if tags else (),
    )


def _track(track: Json, channel: int | None, tagged: bool) -> Iterator[FinalResult]:
    """A channel's sentences: by their begin, whatever order they come in."""
    tags = TagReader() if tagged else None
    entries = objects_of(track, "sentences", _MOST_SENTENCES)
    for entry in sorted(entries, key=lambda entry: ms_of(entry, "begin_time") or 0):
        if sentence := sentence_of(entry, channel, tags):
            yield sentence


def _channel(track: Json) -> int:
    return int(number_of(track, "channel_id") or 0)


def _length(parent: Json, name: str) -> int | None:
    """Older documents leave the unit out of the name."""
    value = ms_of(parent, f"{name}_in_milliseconds")
    return ms_of(parent, name) if value is None else value


def _speaker(entry: Json) -> str:
    """The service counts from 0 ('speaker_id'); everything here counts from 1, as people do."""
    value = entry.get("speaker_id")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    name = clean_text(value, 40) if isinstance(value, str) else ""
    return str(int(name) + 1) if name.isdecimal() else name


def _confidence(entry: Json) -> float | None:
    value = number_of(entry, "emo_confidence")
    return None if value is None else min(value, 1.0)
