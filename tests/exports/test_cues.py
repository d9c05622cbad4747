from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subtitles.exports.cues import NOTHING_VISIBLE, Cue, cues, labelled, one_a_sentence
from subtitles.exports.presets import PRESETS, Preset
from subtitles.exports.widths import cells
from subtitles.speech import FinalResult, Word
from tests.exports.talk import CHINESE, ENGLISH, WORDS, evenly, said, spoken

NETFLIX, CHINESE_NETFLIX, LIVE = PRESETS["netflix-en"], PRESETS["netflix-zh-hans"], PRESETS["live"]
NEVER_FIRST = set("，。！？；：、”’）》」』】…")


def lines(found: list[Cue]) -> list[tuple[str, ...]]:
    return [cue.lines for cue in found]


def test_chinese_is_broken_at_its_punctuation_or_between_words() -> None:
    assert lines(cues([evenly(WORDS, CHINESE)], CHINESE_NETFLIX)) == [
        ("今天我们要来讨论一个非常", "重要的话题，就是如何"),
        ("在直播的时候保证字幕的质量，因为", "很多观众都依赖字幕来理解内容。"),
        ("他说：“我们必须做得更好！”", "大家都同意了。"),
    ]


def test_english_is_broken_at_clauses_and_before_prepositions() -> None:
    assert lines(cues([said(ENGLISH, 0, 12_000)], NETFLIX)) == [
        ("It is a truth universally acknowledged,",),
        ("that a single man in possession of a good", "fortune must be in want of a wife,"),
        ("and that nobody in the neighbourhood", "of Mr. Bennet would ever say otherwise."),
    ]


def test_words_that_the_engine_knows_stay_whole_and_keep_their_times() -> None:
    words = [
        ("这里是", 0, 500),
        ("阿里巴巴", 500, 1200),
        ("语音", 1200, 1500),
        ("实验室", 1500, 2400),
        ("直播间", 2400, 3000),
    ]
    narrow = Preset(line_length=8, lines=1, speed=20, min_ms=500, max_ms=7_000, gap_ms=0, full_width=True)
    found = cues([spoken(*words, text="这里是阿里巴巴语音实验室直播间。")], narrow)
    assert lines(found) == [("这里是阿里巴巴",), ("语音实验室",), ("直播间。",)]
    assert [(cue.begin_ms, cue.end_ms) for cue in found] == [(0, 1200), (1200, 2400), (2400, 3000)]


def test_without_words_cues_share_the_time_by_length() -> None:
    first, second = cues([said("一二三四五六七八，一二三四五六七八。", 0, 9_000)], CHINESE_NETFLIX)
    assert (first.begin_ms, second.begin_ms, second.end_ms) == (0, 4_500, 9_000)


def test_a_short_sentence_stays_until_it_can_be_read_but_not_into_the_next() -> None:
    first, second, third = cues([said("Yes.", 0, 300), said("No.", 2_000, 2_200), said("Well.", 2_500, 9_900)], NETFLIX)
    assert (first.end_ms, second.end_ms, third.end_ms) == (833, 2_417, 9_500)


def test_what_is_said_too_fast_is_flagged_and_whole() -> None:
    fast, calm = cues([said("a" * 30, 0, 1_000), said("b" * 30, 1_000, 3_000)], NETFLIX)
    assert (fast.too_fast, fast.speed, fast.text) == (True, 32.7, "a" * 30)
    assert (calm.too_fast, calm.speed) == (False, 15.0)


def test_chinese_speed_counts_characters() -> None:
    (cue,) = cues([said("一二三四五六七八九十", 0, 1_000)], CHINESE_NETFLIX)
    assert (cue.end_ms, cue.speed) == (1_111, 9.0)
    crowded, _ = cues([said("一二三四五六七八九十", 0, 1_000), said("好", 1_083)], CHINESE_NETFLIX)
    assert (crowded.speed, crowded.too_fast) == (10.0, True)


def test_people_who_speak_at_once_overlap_and_one_person_does_not() -> None:
    both = [said("one two three", 0, 3_000, speaker="Ann"), said("four five", 1_000, 2_000, speaker="Bob")]
    assert [cue.end_ms for cue in cues(both, NETFLIX)] == [3_000, 2_000]
    alone = [said("one two three", 0, 3_000), said("four five", 1_000, 2_000)]
    assert [cue.end_ms for cue in cues(alone, NETFLIX)] == [917, 2_000]


def test_a_long_pause_ends_the_cue() -> None:
    sentence = spoken(("wait", 0, 300), ("for", 300, 500), ("it", 3_500, 3_700), text="wait for it")
    assert lines(cues([sentence], NETFLIX)) == [("wait for",), ("it",)]


def test_a_word_wider_than_a_line_is_cut() -> None:
    found = cues([said("x" * 100)], NETFLIX)
    assert lines(found) == [("x" * 42, "x" * 42), ("x" * 16,)]


def test_a_label_takes_its_room_where_the_speaker_changes() -> None:
    text = "one two three four five six seven eight"
    found = cues([said(text, 0, speaker="Somebody"), said(text, 9_000, speaker="Somebody")], NETFLIX, labels=True)
    assert [len(cue.lines) for cue in found] == [2, 1]
    assert [label for _, label in labelled(found)] == ["Somebody: ", ""]


def test_a_cue_holds_nothing_that_a_file_could_trip_over() -> None:
    cue = Cue(-5, -9, ("a\n\nb", "", "\u202e"), speaker="x\ny", events=("\x00", "laugh"))
    assert (cue.begin_ms, cue.end_ms, cue.lines, cue.speaker, cue.events) == (0, 1, ("a b",), "x y", ("laugh",))
    assert Cue(0, 1, ()).lines == (NOTHING_VISIBLE,)


def test_lines_are_read_as_one_text() -> None:
    assert Cue(0, 1, ("one", "two")).text == "one two"
    assert Cue(0, 1, ("你好，", "世界")).text == "你好，世界"


def test_without_a_preset_a_sentence_is_a_cue() -> None:
    sentence = said(CHINESE, 0, 16_000, speaker="Ann", language="zh", emotion="happy", events=("laugh",))
    (cue,) = one_a_sentence([sentence])
    assert (cue.lines, cue.speaker, cue.language, cue.emotion, cue.events) == (
        (CHINESE,),
        "Ann",
        "zh",
        "happy",
        ("laugh",),
    )


sentences = st.lists(
    st.builds(
        lambda text, begin, length, speaker: FinalResult(
            begin, begin + length, text, (Word(begin, begin + length // 2, text[:3]),), speaker=speaker
        ),
        st.text("abc dé ，。！？“”（我们好ーs,.'1-👍\n", min_size=1, max_size=80),
        st.integers(0, 60_000),
        st.integers(0, 20_000),
        st.sampled_from(["", "Ann", "Bob"]),
    ),
    max_size=4,
)


@pytest.mark.parametrize("name", PRESETS)
@settings(max_examples=50, deadline=None)
@given(said=sentences)
def test_no_line_is_too_wide_and_no_letter_is_lost(name: str, said: list[FinalResult]) -> None:
    preset = PRESETS[name]
    found = cues(said, preset)
    for cue in found:
        assert len(cue.lines) <= preset.lines
        assert all(cells(line, preset.full_width) <= preset.cells for line in cue.lines)
        assert cue.begin_ms < cue.end_ms
    spoken = sorted("".join(sentence.text for sentence in said).replace(NOTHING_VISIBLE, ""))
    shown = sorted("".join(line for cue in found for line in cue.lines).replace(NOTHING_VISIBLE, ""))
    assert [c for c in shown if not c.isspace()] == [c for c in spoken if not c.isspace()]


marks = st.sampled_from(["", "", "", "，", "。", "！？", "：“", "”，", "（", "）"])


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("我们今天去公园玩吧"), marks), min_size=1, max_size=80))
def test_no_chinese_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(said_so: list[tuple[str, str]]) -> None:
    text = "".join(character + mark for character, mark in said_so).rstrip("：“（")
    for cue in cues([said(text)], CHINESE_NETFLIX):
        assert not any(line[0] in NEVER_FIRST or line[-1] in "“（" for line in cue.lines)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.from_regex("[a-c'-]{0,7}[a-c][a-c'-]{0,7}", fullmatch=True), min_size=1, max_size=25))
def test_no_line_ends_inside_a_word(words: list[str]) -> None:
    found = cues([said(" ".join(words))], LIVE)
    assert [word for cue in found for line in cue.lines for word in line.split(" ")] == words


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 3_000), min_size=2, max_size=8))
def test_cues_of_one_speaker_keep_their_order_and_their_gap(moments: list[int]) -> None:
    said_then = [said("some words here", begin, begin + 400) for begin in moments]
    for before, after in pairwise(cues(said_then, NETFLIX)):
        assert before.begin_ms <= after.begin_ms
        if after.begin_ms - before.begin_ms > NETFLIX.gap_ms:
            assert before.end_ms <= after.begin_ms - NETFLIX.gap_ms


def test_a_long_recording_costs_what_its_parts_cost() -> None:
    assert laid_out(80) < 8 * laid_out(20)


def laid_out(sentences: int) -> float:
    """Seconds of the processor: the least of three, because others use it too."""
    recording = [said(CHINESE, 16_000 * place, 16_000 * (place + 1)) for place in range(sentences)]
    taken = []
    for _ in range(3):
        begun = time.process_time()
        assert len(cues(recording, CHINESE_NETFLIX)) == 4 * sentences
        taken.append(time.process_time() - begun)
    return min(taken)


@pytest.mark.parametrize(
    ("limit", "value"),
    [
        ("line_length", 3),
        ("line_length", 999),
        ("lines", 0),
        ("lines", 5),
        ("speed", 0),
        ("speed", float("nan")),
        ("min_ms", 9_000),
        ("max_ms", 0),
        ("max_ms", 90_000),
        ("gap_ms", -1),
    ],
)
def test_limits_that_nothing_fits_are_refused(limit: str, value: float) -> None:
    limits = {"line_length": 42, "lines": 2, "speed": 20, "min_ms": 833, "max_ms": 7_000, "gap_ms": 83}
    with pytest.raises(ValueError, match="a "):
        Preset(**(limits | {limit: value}))  # type: ignore[arg-type]
