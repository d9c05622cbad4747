from __future__ import annotations

from typing import Any

import pytest

from subtitles.engines.base import EngineError, ErrorKind, Transcribed
from subtitles.engines.dashscope.batch_sync import AnswerReader, FlashReader, OmniReader, QwenReader, sentences_in
from subtitles.engines.dashscope.events import EventReader
from subtitles.engines.dashscope.fields import Json, Malformed
from subtitles.speech import MAX_SENTENCE_CHARACTERS


def told(reader: AnswerReader, *answers: Json) -> Transcribed:
    for answer in answers:
        reader.read(answer)
    (recording,) = reader.result().recordings
    assert isinstance(recording, Transcribed)
    return recording


def flash(text: str, number: int, sentence: str, begin: int, end: int | None) -> Json:
    entry = {
        "sentence_id": number,
        "begin_time": begin,
        "end_time": end,
        "text": sentence,
        "sentence_end": end is not None,
    }
    return {"output": {"text": text, "sentence": entry}}


def test_the_sentences_of_a_stream_replace_their_open_forms() -> None:
    found = told(
        FlashReader(),
        flash("Good", 1, "Good", 0, None),
        flash("Good morning.", 1, "Good morning.", 0, 900),
        flash("Good morning. All", 2, "All", 1000, None),
        flash("Good morning. All of you.", 2, "All of you.", 1000, 2000),
    )
    assert [(s.text, s.begin_ms, s.end_ms) for s in found.sentences] == [
        ("Good morning.", 0, 900),
        ("All of you.", 1000, 2000),
    ]


def test_a_stream_that_lost_a_sentence_gives_its_text_without_times() -> None:
    found = told(FlashReader(), flash("One. Two.", 2, "Two.", 1000, 2000))
    assert (found.sentences, found.untimed) == ((), ("One.", "Two."))


def test_usage_is_the_last_that_was_told() -> None:
    reader = FlashReader()
    reader.read({"output": {"text": ""}, "usage": {"duration": 3}, "request_id": "r-1"})
    reader.read({"output": {"text": ""}})
    usage = reader.result().usage
    assert usage
    assert (usage.billed_seconds, usage.request_id) == (3, "r-1")


@pytest.mark.parametrize(
    "answer", [{}, {"output": {}}, {"output": {"choices": []}}, {"output": {"choices": [{"message": 5}]}}]
)
def test_an_answer_of_another_shape_is_malformed(answer: Json) -> None:
    with pytest.raises(Malformed):
        QwenReader().read(answer)


def test_pieces_of_omni_are_joined() -> None:
    pieces: list[Any] = ["", "你好", "。世", "界！"]
    chunks: list[Json] = [{"choices": [{"delta": {"content": piece}}]} for piece in pieces]
    assert told(OmniReader(), *chunks, {"choices": [], "usage": {"total_tokens": 9}}).untimed == ("你好。", "世界！")


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", ()),
        (" \n ", ()),
        ("No mark", ("No mark",)),
        ("He paid 3.50 dollars. Really?! Yes…", ("He paid 3.50 dollars.", "Really?!", "Yes…")),
        ('She said "no." Then left.', ('She said "no."', "Then left.")),
        ("他说：“好。”然后走了。再见", ("他说：“好。”", "然后走了。", "再见")),
        ("one\ntwo", ("one", "two")),
    ],
)
def test_a_text_is_cut_into_sentences(text: str, sentences: tuple[str, ...]) -> None:
    assert sentences_in(text) == sentences


def test_a_text_without_marks_is_cut_where_it_is_too_long_and_nothing_is_lost() -> None:
    text = "word " * 1000
    found = sentences_in(text)
    assert all(len(sentence) <= MAX_SENTENCE_CHARACTERS for sentence in found)
    assert " ".join(found).split() == text.split()


# --- events


def events(*chunks: bytes, most: int = 10_000) -> list[Json]:
    reader = EventReader(most)
    return [event for chunk in chunks for event in reader.feed(chunk)]


NATIVE = b'id:1\nevent:result\n:HTTP_STATUS/200\ndata:{"output": {"text": "\xe4\xbd\xa0"}}\n\n'


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_events_may_be_torn_anywhere(size: int) -> None:
    whole = NATIVE + NATIVE.replace(b"\n", b"\r\n")
    chunks = [whole[at : at + size] for at in range(0, len(whole), size)]
    assert events(*chunks) == [{"output": {"text": "你"}}] * 2


def test_the_end_of_a_compatible_stream_is_no_event() -> None:
    assert events(b'data: {"a": 1}\n\ndata: [DONE]\n\n') == [{"a": 1}]


@pytest.mark.parametrize(("kind", "status"), [(b"error", b"429"), (b"error", b"200"), (b"result", b"429")])
def test_an_error_event_is_an_error(kind: bytes, status: bytes) -> None:
    body = b'{"code": "Throttling", "message": "", "request_id": "r"}'
    with pytest.raises(EngineError) as caught:
        events(b"event:" + kind + b"\n:HTTP_STATUS/" + status + b"\ndata:" + body + b"\n\n")
    assert caught.value.kind is ErrorKind.BUSY


@pytest.mark.parametrize("stream", [b"data:{\n\n", b"data:[]\n\n", b"data:" + b"x" * 20_000])
def test_a_stream_that_makes_no_sense_or_never_ends_is_malformed(stream: bytes) -> None:
    with pytest.raises(Malformed):
        events(stream)


def test_a_stream_knows_whether_it_was_cut_off() -> None:
    reader = EventReader(10_000)
    assert [list(reader.feed(NATIVE[:-1])), reader.complete] == [[], False]
    assert list(reader.feed(b"\n"))
    assert reader.complete
