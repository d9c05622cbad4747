from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subtitles.engines.dashscope import protocol
from subtitles.engines.dashscope.fields import Malformed
from subtitles.engines.dashscope.protocol import Failed, Finished, Started, Task
from subtitles.speech import FinalResult, InterimResult, UsageReport, Word
from tests.engines.dashscope.frames import TASK, final, frame, interim, result, said, word

# --- what we say


def test_run_task_is_the_documented_message() -> None:
    assert json.loads(protocol.run_task(TASK, "paraformer-realtime-v2", 16000, {"heartbeat": True})) == {
        "header": {"action": "run-task", "task_id": TASK, "streaming": "duplex"},
        "payload": {
            "task_group": "audio",
            "task": "asr",
            "function": "recognition",
            "model": "paraformer-realtime-v2",
            "parameters": {"format": "pcm", "sample_rate": 16000, "heartbeat": True},
            "input": {},
        },
    }


def test_hot_words_of_the_first_generation_travel_beside_the_parameters() -> None:
    payload = json.loads(protocol.run_task(TASK, "paraformer-realtime-v1", 16000, phrase_id="p-1"))["payload"]
    assert payload["resources"] == [{"resource_id": "p-1", "resource_type": "asr_phrase"}]


def test_finish_task_carries_an_empty_input() -> None:
    message = json.loads(protocol.finish_task(TASK))
    assert message == {
        "header": {"action": "finish-task", "task_id": TASK, "streaming": "duplex"},
        "payload": {"input": {}},
    }


@pytest.mark.parametrize("audio_format", ["pcm", "wav", "mp3", "opus", "speex", "aac", "amr"])
def test_every_documented_audio_format_can_be_asked_for(audio_format: str) -> None:
    message = json.loads(protocol.run_task(TASK, "m", 16000, audio_format=audio_format))
    assert message["payload"]["parameters"]["format"] == audio_format


def test_another_audio_format_is_refused() -> None:
    with pytest.raises(ValueError, match="flac"):
        protocol.run_task(TASK, "m", 16000, audio_format="flac")


# --- what the service says


def test_a_task_starts_finishes_and_fails() -> None:
    task = Task(TASK)
    assert task.receive(frame("task-started")) == Started()
    assert task.receive(frame("task-finished", {"output": {}, "usage": None})) == Finished()
    failed = task.receive(frame("task-failed", error_code="InternalError", error_message="oh"))
    assert failed == Failed("InternalError", "oh")


def test_an_interim_replaces_the_one_before_it() -> None:
    words = [word(120, 400, "good"), word(400, 610, " mor")]
    assert said(interim("good"), interim("good mor", words=words)) == [
        InterimResult("good", 0),
        InterimResult("good mor", 0, 610),
    ]


def test_a_final_has_times_words_and_punctuation() -> None:
    words = [word(120, 640, "Good"), word(640, 1480, " morning", ".")]
    assert said(final("Good morning.", 120, 1480, words=words)) == [
        FinalResult(120, 1480, "Good morning.", (Word(120, 640, "Good"), Word(640, 1480, " morning", ".")), emotion="")
    ]


def test_words_with_their_punctuation_join_to_the_sentence() -> None:
    """The sample of "语音识别": spaces stand behind Latin words, and inside punctuation."""
    words = [word(280, 633, "Hello "), word(633, 986, "world", ", "), word(986, 1456, "这里", "。")]
    (sentence,) = said(final("Hello world, 这里。", 280, 1456, words=words))
    assert "".join(word.text + word.punctuation for word in sentence.words) == sentence.text


@pytest.mark.parametrize(
    ("sentence", "is_final"),
    [
        ({"sentence_end": True, "end_time": 900}, True),
        ({"sentence_end": True, "end_time": None}, True),
        ({"sentence_end": False, "end_time": 900}, False),
        ({"sentence_end": False, "end_time": None}, False),
        ({"end_time": 900}, True),
        ({"end_time": None}, False),
        ({"sentence_end": None, "end_time": 900}, True),
        ({}, False),
    ],
)
def test_sentence_end_decides_and_without_it_a_numeric_end(sentence: dict[str, Any], is_final: bool) -> None:
    (spoken,) = said(result(begin_time=0, text="yes", **sentence))
    assert isinstance(spoken, FinalResult) is is_final


def test_a_final_without_an_end_ends_with_its_last_word() -> None:
    (sentence,) = said(final("yes no", 100, None, words=[word(100, 300, "yes"), word(400, 700, " no")]))
    assert (sentence.begin_ms, sentence.end_ms) == (100, 700)


def test_a_final_without_any_end_still_has_one() -> None:
    (sentence,) = said(final("yes", 100, None))
    assert (sentence.begin_ms, sentence.end_ms) == (100, 100)


def test_a_heartbeat_is_skipped_although_it_looks_like_an_empty_final() -> None:
    beat = final("", 5000, 5000, heartbeat=True, usage={"duration": 5})
    assert said(interim("open"), beat) == [InterimResult("open")]


def test_an_empty_final_closes_the_open_interim_and_is_no_sentence() -> None:
    assert said(interim("hm"), final("  "), final("")) == [InterimResult("hm"), InterimResult("")]


def test_an_interim_that_never_became_final_is_withdrawn_at_the_end() -> None:
    assert said(interim("hm"), frame("task-finished")) == [InterimResult("hm"), InterimResult("")]
    assert said(interim("hm"), frame("task-failed", error_code="x")) == [InterimResult("hm"), InterimResult("")]
    assert said(interim("hm"), final("Hm."), frame("task-finished"))[2:] == []


def test_finals_never_overlap_or_go_back() -> None:
    first, second = said(final("one", 0, 1000), final("two", 600, 800))
    assert (first.end_ms, second.begin_ms, second.end_ms) == (1000, 1000, 1000)


def test_no_time_lies_beyond_the_audio_that_was_sent() -> None:
    task = Task(TASK)
    task.heard_ms = 1500
    (sentence,) = said(final("one", 1400, 99_000, words=[word(1400, 99_000, "one")]), task=task)
    assert (sentence.begin_ms, sentence.end_ms, sentence.words[0].end_ms) == (1400, 1500, 1500)


def test_usage_is_what_the_task_costs_so_far() -> None:
    results = said(
        final("a", usage={"duration": 2}), final("b", usage={"duration": 2}), final("c", usage={"duration": 5})
    )
    assert [r for r in results if isinstance(r, UsageReport)] == [UsageReport(2, TASK), UsageReport(5, TASK)]


def test_emotion_comes_with_its_confidence() -> None:
    (sentence,) = said(final("hurray", emo_tag="positive", emo_confidence=0.9))
    assert (sentence.emotion, sentence.emotion_confidence) == ("positive", 0.9)


def test_other_tasks_and_unknown_events_are_ignored() -> None:
    task = Task(TASK)
    assert task.receive(result(task_id="0" * 32, text="x", end_time=1)) is None
    assert task.receive(frame("task-failed", task_id="0" * 32)) is None
    assert task.receive(frame("task-renamed")) is None


def test_a_failure_without_a_task_id_is_ours() -> None:
    assert isinstance(Task(TASK).receive(frame("task-failed", task_id="", error_code="x")), Failed)


def test_text_is_cleaned_of_what_hides_or_reorders() -> None:
    (sentence,) = said(final("a\u202eb\x00\n c"))
    assert sentence.text == "ab c"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{",
        '{"header": []}',
        '{"header": {}}',
        '{"header": {"event": 5}}',
        '{"header": NaN}',
        '{"header": {"event": "task-started", "x": Infinity}}',
        '{"header": {"event": "task-started", "x": 1e999}}',
        "[" * 100_000,
        '{"header":' * 100_000,
        '{"a": ' + "9" * 10_000 + "}",
        '{"header": {"event": "task-started"}, "pad": "' + "x" * (1 << 20) + '"}',
        frame("result-generated"),
        frame("result-generated", {"output": {"sentence": 5}}),
        result(text=5),
        result(text="x", words=7),
        result(text="x", words=[7]),
        result(text="\ud800"),
        result(text="x", begin_time=10**30),
        frame("task-failed", error_code=5),
    ],
)
def test_what_cannot_be_understood_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        Task(TASK).receive(text)


def test_a_malformed_frame_is_not_quoted() -> None:
    with pytest.raises(Malformed) as malformed:
        Task(TASK).receive('{"secret words')
    assert "secret" not in str(malformed.value)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)
_time = st.none() | st.integers(-5, 20_000) | st.floats(-10, 20_000) | st.booleans() | st.text(max_size=3)
_words = st.lists(st.builds(word, _time, _time, st.text(max_size=4), st.text(max_size=2)), max_size=4)
_sentence = st.fixed_dictionaries(
    {"begin_time": _time, "end_time": _time, "text": st.text(max_size=8)},
    optional={
        "words": _words,
        "sentence_end": st.none() | st.booleans(),
        "heartbeat": st.booleans(),
        "emo_tag": st.sampled_from(["", "positive"]),
        "emo_confidence": _time,
    },
)
_usage = st.none() | st.fixed_dictionaries({"duration": _time})


@settings(deadline=None)
@given(_json | st.fixed_dictionaries({"header": _json, "payload": _json}))
def test_any_json_is_an_event_or_malformed(content: Any) -> None:
    with contextlib.suppress(Malformed):
        Task(TASK).receive(json.dumps(content))


@settings(deadline=None)
@given(st.text())
def test_any_text_is_an_event_or_malformed(text: str) -> None:
    with contextlib.suppress(Malformed):
        Task(TASK).receive(text)


@settings(deadline=None)
@given(st.lists(st.tuples(_sentence, _usage), max_size=8), st.none() | st.integers(0, 20_000))
def test_whatever_the_sentences_say_results_keep_the_contract(sentences: list[Any], heard_ms: int | None) -> None:
    task = Task(TASK)
    task.heard_ms = heard_ms
    frames = [result(usage, **sentence) for sentence, usage in sentences]
    settled, billed, is_open = 0, 0.0, False
    for spoken in said(*frames, frame("task-finished"), task=task):
        match spoken:
            case FinalResult(begin_ms, end_ms, text, words):
                assert text.strip()
                times = [settled, begin_ms, *(t for w in words for t in (w.begin_ms, w.end_ms)), end_ms]
                assert times == sorted(times)
                assert heard_ms is None or end_ms <= max(heard_ms, settled)
                settled, is_open = end_ms, False
            case InterimResult(text, begin_ms, end_ms):
                assert end_ms is None or begin_ms <= end_ms
                assert text or is_open
                is_open = bool(text)
            case UsageReport(seconds):
                assert seconds > billed
                billed = seconds
    assert not is_open
