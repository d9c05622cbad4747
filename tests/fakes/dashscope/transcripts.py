"""The service's results, in the form of each family."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.fakes.dashscope import batch_rules as rules
from tests.fakes.dashscope.files import Heard
from tests.fakes.dashscope.recognisers import Said

_QWEN_EMOTIONS = ("neutral", "happy", "surprised")
_TAGS = ("NEUTRAL", "HAPPY", "SPECIAL_TOKEN_1")


def document(model: str, address: str, heard: Heard, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What stands behind `transcription_url`."""
    transcripts = [_transcript(model, channel, finals, parameters) for channel, finals in heard.finals.items()]
    if model == rules.FILETRANS:
        about: dict[str, Any] = {"audio_info": {"format": heard.container, "sample_rate": heard.sample_rate}}
        for transcript in transcripts:
            del transcript["content_duration_in_milliseconds"]
    else:
        about = {
            "properties": {
                "audio_format": "pcm_s16le",
                "channels": list(range(heard.channels)),
                "original_sampling_rate": heard.sample_rate,
                "original_duration_in_milliseconds": heard.duration_ms,
            }
        }
    return {"file_url": address, **about, "transcripts": transcripts}


def word_list(said: Said) -> list[dict[str, Any]]:
    return [
        {"begin_time": word.begin_ms, "end_time": word.end_ms, "text": word.text, "punctuation": word.punctuation}
        for word in said.words
    ]


def _transcript(model: str, channel: int, finals: Sequence[Said], parameters: Mapping[str, Any]) -> dict[str, Any]:
    sentences = [_sentence(model, number, said, parameters) for number, said in enumerate(finals)]
    if model == "sensevoice-v1" and sentences:
        # Music that begins in the first sentence and ends in the last, crossing the speech.
        sentences[0]["text"] = "<|BGM|>" + sentences[0]["text"]
        sentences[-1]["text"] += " <|/BGM|>"
    return {
        "channel_id": channel,
        "content_duration_in_milliseconds": sum(said.end_ms - said.begin_ms for said in finals),
        "text": " ".join(sentence["text"] for sentence in sentences),
        "sentences": sentences,
    }


def _sentence(model: str, number: int, said: Said, parameters: Mapping[str, Any]) -> dict[str, Any]:
    sentence: dict[str, Any] = {"begin_time": said.begin_ms, "end_time": said.end_ms, "text": said.text}
    if model == "sensevoice-v1":
        sentence["text"] = f"<|Speech|> {said.text} <|/Speech|> <|{_TAGS[number % len(_TAGS)]}|>"
        return sentence
    if model == rules.FILETRANS:
        language = parameters.get("language", "zh")
        emotion = _QWEN_EMOTIONS[number % len(_QWEN_EMOTIONS)]
        words = {"words": word_list(said)} if parameters.get("enable_words") else {}
        return {**sentence, "sentence_id": number, "language": language, "emotion": emotion, **words}
    sentence |= {"sentence_id": number + 1, "words": word_list(said)}
    if parameters.get("diarization_enabled"):
        sentence["speaker_id"] = number % parameters.get("speaker_count", 2)
    return sentence
