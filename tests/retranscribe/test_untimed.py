"""A text without times over words that have some."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtitles.engines.base import Source, Transcribed
from subtitles.jobs.steps import JobFailed
from subtitles.retranscribe.pieces import Piece
from subtitles.retranscribe.placing import placed
from subtitles.retranscribe.untimed import ESTIMATED, place, spoken_words
from subtitles.speech import FinalResult
from tests.compare.talk import said, spoken, transcripts

LIVE = [
    spoken(("good", 1_000, 1_400), ("morning", 1_400, 2_000), ("everybody", 2_000, 2_800)),
    spoken(("today", 10_000, 10_500), ("we", 10_500, 10_600), ("play", 10_600, 11_000)),
]
WORDS = spoken_words(LIVE)


def times(sentence: FinalResult) -> list[tuple[str, int, int]]:
    return [(word.text, word.begin_ms, word.end_ms) for word in sentence.words]


def test_words_that_were_heard_live_take_their_times() -> None:
    found = place(["Good morning, everybody!", "Today we play."], WORDS, 0, 20_000)
    first, second = found.sentences
    assert times(first) == [("Good", 1_000, 1_400), ("morning", 1_400, 2_000), ("everybody", 2_000, 2_800)]
    assert [word.punctuation for word in first.words] == ["", ",", "!"]
    assert (first.text, first.begin_ms, first.end_ms, first.events) == ("Good morning, everybody!", 1_000, 2_800, ())
    assert (second.begin_ms, second.end_ms) == (10_000, 11_000)
    assert (found.words, found.matched) == (6, 6)


def test_what_stands_between_two_partners_shares_their_time_and_is_marked() -> None:
    (only,) = place(["good old morning"], [WORDS[0], WORDS[1]._replace(begin_ms=1_600)], 0, 20_000).sentences
    assert times(only)[1] == ("old", 1_400, 1_600)
    assert only.events == (ESTIMATED,)


def test_an_estimated_word_stays_close_to_its_own_sentence() -> None:
    found = place(["good morning everybody out there", "well then today we play"], WORDS, 0, 20_000)
    first, second = found.sentences
    assert (first.end_ms, second.begin_ms) == (3_500, 9_300)
    assert (found.words, found.matched) == (10, 6)


def test_a_sentence_that_nobody_heard_live_lies_between_its_neighbours() -> None:
    _, middle, _ = place(["good morning everybody", "a word of thanks", "today we play"], WORDS, 0, 20_000).sentences
    assert (middle.begin_ms, middle.end_ms, middle.events) == (2_800, 10_000, (ESTIMATED,))


def test_chinese_is_matched_character_by_character() -> None:
    live = spoken_words([spoken(("欢迎大家", 0, 800), ("收看", 800, 1_200))])
    (only,) = place(["欢迎你们收看。"], live, 0, 2_000).sentences
    assert times(only)[:2] == [("欢", 0, 200), ("迎", 200, 400)]
    assert times(only)[-1] == ("看", 1_000, 1_200)
    assert "".join(word.text + word.punctuation for word in only.words) == only.text


def test_what_has_no_word_is_no_sentence() -> None:
    assert place(["…", "good"], WORDS, 0, 100).sentences[0].text == "good"
    assert place([], WORDS, 0, 100).sentences == ()


@given(transcripts, st.lists(st.text("abc ，。.'好我们去1", min_size=1, max_size=12), max_size=5), st.integers(0, 400))
def test_whatever_comes_is_in_order_without_overlap_and_inside(
    live: tuple[FinalResult, ...], texts: list[str], begin_ms: int
) -> None:
    found = place(texts, spoken_words(live), begin_ms, begin_ms + 5_000)
    assert found.matched <= found.words
    edges = [begin_ms]
    for sentence in found.sentences:
        edges += [edge for word in sentence.words for edge in (word.begin_ms, word.end_ms)]
        assert (sentence.begin_ms, sentence.end_ms) == (sentence.words[0].begin_ms, sentence.words[-1].end_ms)
    assert all(earlier <= later for earlier, later in pairwise([*edges, begin_ms + 5_000]))


def test_pieces_are_laid_over_their_own_stretch() -> None:
    pieces = [Piece(Source(), 0, 0, 5_000), Piece(Source(), 4_000, 5_000)]
    # "today" is what the first piece's text ends with too: there is no such word in its stretch.
    results = [Transcribed(untimed=("Good morning everybody today",)), Transcribed(untimed=("Today we play",))]
    first, second = placed(pieces, results, LIVE, 12_000)
    assert (first.sentences[0].begin_ms, first.sentences[0].end_ms) == (1_000, 3_150)
    assert (second.sentences[0].begin_ms, second.sentences[0].end_ms) == (6_000, 7_000)
    assert second.sentences[0].words[0].begin_ms == 6_000


def test_a_silent_piece_stays_silent_and_language_and_emotion_go_with_each_sentence() -> None:
    results = [Transcribed(), Transcribed(untimed=("today", "we play"), language="en", emotion="happy")]
    silent, told = placed([Piece(Source()), Piece(Source())], results, LIVE, 12_000)
    assert (silent, told.language, told.untimed) == (Transcribed(), "en", ())
    assert [sentence.emotion for sentence in told.sentences] == ["happy", "happy"]


@pytest.mark.parametrize(("text", "percent"), [("good cats are a quite different story", 14), ("nothing of this", 0)])
def test_another_text_is_refused(text: str, percent: int) -> None:
    with pytest.raises(JobFailed, match=f"Only {percent} % of its words") as raised:
        placed([Piece(Source())], [Transcribed(untimed=(text,))], LIVE, 12_000)
    assert raised.value.problem.key == "unplaced"


def test_two_words_in_five_are_enough() -> None:
    (found,) = placed([Piece(Source())], [Transcribed(untimed=("good morning my dear friends",))], LIVE, 12_000)
    assert found.sentences[0].begin_ms == 1_000


def test_without_anything_that_has_times_there_is_nothing_to_go_by() -> None:
    with pytest.raises(JobFailed, match="nothing to place its words by"):
        placed([Piece(Source())], [Transcribed(untimed=("good",))], [], 12_000)


def test_an_hour_is_placed_in_a_moment() -> None:
    live = [said(f"word {number} and more of it", number * 2_000, number * 2_000 + 1_800) for number in range(1_800)]
    texts = [f"Word {number}, and more of that." for number in range(1_800)]
    found = place(texts, spoken_words(live), 0, 3_600_000)
    assert found.matched == 5 * 1_800
    assert [sentence.begin_ms for sentence in found.sentences] == [number * 2_000 for number in range(1_800)]
