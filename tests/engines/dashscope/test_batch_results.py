from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subtitles.engines.base import Transcribed
from subtitles.engines.dashscope.batch_results import transcribed
from subtitles.engines.dashscope.fields import Malformed
from subtitles.speech import FinalResult, Word


def read(*sentences: dict[str, Any], tagged: bool = False, **document: Any) -> Transcribed:
    track = {"channel_id": 0, "content_duration_in_milliseconds": 900, "sentences": list(sentences)}
    return transcribed(json.dumps({"transcripts": [track], **document}).encode(), tagged)


def test_the_owners_sample_answer_is_read() -> None:
    words = [
        {"begin_time": 240, "end_time": 640, "text": "Hello", "punctuation": ""},
        {"begin_time": 640, "end_time": 960, "text": " world", "punctuation": ", "},
    ]
    sentence = {"begin_time": 240, "end_time": 3240, "text": "Hello world, ", "sentence_id": 1, "words": words}
    found = read(sentence, properties={"original_duration_in_milliseconds": 3280})
    assert found == Transcribed(
        (FinalResult(240, 3240, "Hello world,", (Word(240, 640, "Hello"), Word(640, 960, " world", ", "))),),
        spoken_ms=900,
        duration_ms=3280,
    )


def test_older_names_of_lengths_are_known() -> None:
    track = {"channel_id": 0, "content_duration": 7, "sentences": []}
    found = transcribed(json.dumps({"properties": {"original_duration": 9}, "transcripts": [track]}).encode())
    assert (found.spoken_ms, found.duration_ms) == (7, 9)


@pytest.mark.parametrize(("numbers", "told"), [((0,), [None]), ((1,), [1]), ((0, 1), [0, 1]), ((2, 1), [1, 2])])
def test_a_channel_is_named_unless_it_is_the_only_and_the_first(numbers: tuple[int, ...], told: list[int]) -> None:
    tracks = [{"channel_id": n, "sentences": [{"begin_time": 0, "end_time": 9, "text": "a"}]} for n in numbers]
    found = transcribed(json.dumps({"transcripts": tracks}).encode())
    assert [sentence.channel for sentence in found.sentences] == told


def test_a_sentence_without_text_is_left_out_and_one_without_an_end_ends_with_its_last_word() -> None:
    words = [{"begin_time": 5, "end_time": 70, "text": "a"}]
    found = read({"begin_time": 0, "text": " "}, {"begin_time": 5, "end_time": None, "text": "a", "words": words})
    assert [(sentence.begin_ms, sentence.end_ms) for sentence in found.sentences] == [(5, 70)]


def test_times_that_run_backwards_are_straightened() -> None:
    words = [{"begin_time": 900, "end_time": 800, "text": "a"}, {"begin_time": 10, "end_time": 9_000, "text": "b"}]
    (sentence,) = read({"begin_time": 100, "end_time": 50, "text": "ab", "words": words}).sentences
    assert (sentence.begin_ms, sentence.end_ms) == (100, 100)
    assert all(word.begin_ms == word.end_ms == 100 for word in sentence.words)


@pytest.mark.parametrize(
    ("speaker", "told"),
    [
        (0, "1"),
        (12, "13"),
        ("07", "8"),
        ("9" * 99, "1" + "0" * 40),
        ("A", "A"),
        (None, ""),
        (True, ""),
        ([], ""),
        ("x" * 99, "x" * 40),
    ],
)
def test_a_speaker_is_a_short_name(speaker: Any, told: str) -> None:
    (sentence,) = read({"begin_time": 0, "end_time": 1, "text": "a", "speaker_id": speaker}).sentences
    assert sentence.speaker == told


def test_text_that_would_reorder_a_page_is_cleaned() -> None:
    (sentence,) = read({"begin_time": 0, "end_time": 1, "text": "a\u202eb\x00<b>\n-->"}).sentences
    assert sentence.text == "ab<b> -->"


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"null",
        b"[]",
        b'{"transcripts": 5}',
        b'{"transcripts": ["a"]}',
        b'{"transcripts": [{"sentences": {}}]}',
        b'{"transcripts": [{"sentences": {"a": 1}}]}',
        b'{"transcripts": [{"sentences": [5]}]}',
        b'{"transcripts": [{"sentences": [{"text": 5}]}]}',
        b'{"transcripts": [{"sentences": [{"text": "a", "begin_time": 1e30}]}]}',
        b'{"transcripts": [{"sentences": [{"text": "a", "words": 5}]}]}',
        b'{"transcripts": [{"sentences": [{"text": "a", "words": [5]}]}]}',
        b"\xff\xfe{}",
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"transcripts": [' + b"{}," * 64 + b"{}]}",
    ],
)
def test_what_is_not_of_the_documented_shape_is_malformed(document: bytes) -> None:
    if document == b'{"transcripts": [{"sentences": {}}]}':
        assert transcribed(document) == Transcribed()  # an empty thing of any kind is nothing
        return
    with pytest.raises(Malformed):
        transcribed(document)


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**15) | st.floats(allow_nan=True) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["text", "begin_time", "end_time", "words", "punctuation", "speaker_id", "emotion", "language"]
    ), inner, max_size=5),
    max_leaves=15,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(_json, st.booleans())
def test_whatever_comes_is_ordered_sentences_or_malformed(sentences: Any, tagged: bool) -> None:
    document = json.dumps({"transcripts": [{"channel_id": 0, "sentences": sentences}]}).encode()
    try:
        found = transcribed(document, tagged)
    except Malformed:
        return
    begins = [sentence.begin_ms for sentence in found.sentences]
    assert begins == sorted(begins)
    assert all(sentence.text and 0 <= sentence.begin_ms <= sentence.end_ms for sentence in found.sentences)


# --- SenseVoice


def tagged(*texts: str) -> list[tuple[str, str, tuple[str, ...]]]:
    entries = [{"begin_time": at, "end_time": at + 1, "text": text} for at, text in enumerate(texts)]
    return [(s.text, s.emotion, s.events) for s in read(*entries, tagged=True).sentences]


def test_the_owners_sample_of_tags_is_read() -> None:
    told = tagged(
        "<|Speech|> Senior staff, Principal Doris Jackson. <|/Speech|> <|ANGRY|>",
        "<|Speech|> I am honored to have been chosen. <|/Speech|>",
    )
    assert told == [
        ("Senior staff, Principal Doris Jackson.", "angry", ("Speech",)),
        ("I am honored to have been chosen.", "", ("Speech",)),
    ]


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["<|BGM|>a", "b", "c<|/BGM|>", "d"], [("BGM",), ("BGM",), ("BGM",), ()]),
        (["<|BGM|><|Speech|>a<|/BGM|>", "b<|/Speech|>", "c"], [("BGM", "Speech"), ("Speech",), ()]),
        (["a<|/Applause|>", "b"], [("Applause",), ()]),
        (["<|Laughter|>a", "b"], [("Laughter",), ("Laughter",)]),
        (["<|Cough|>a<|/Cough|>"], [("Cough",)]),
    ],
)
def test_events_cross_span_and_stay_open(texts: list[str], told: list[tuple[str, ...]]) -> None:
    assert [events for _, _, events in tagged(*texts)] == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("好<|HAPPY|>", ("好", "happy")),
        ("好<|SPECIAL_TOKEN_1|>", ("好", "")),
        ("好<|EMO_UNKNOWN|>", ("好", "")),
        ("<|zh|><|NEUTRAL|><|withitn|>好", ("好", "neutral")),
        ("\u003c|SAD|\u003e好", ("好", "sad")),
        ("a <b>bold</b> <|> |> <||>", ("a <b>bold</b> <|> |> <||>", "")),
        ("a<|Speech|>b", ("a b", "")),
    ],
)
def test_emotions_leave_the_text_and_other_brackets_stay(text: str, told: tuple[str, str]) -> None:
    assert [entry[:2] for entry in tagged(text)] == [told]


def test_tags_of_other_models_are_text() -> None:
    assert read({"begin_time": 0, "end_time": 1, "text": "<|HAPPY|>"}).sentences[0].text == "<|HAPPY|>"
