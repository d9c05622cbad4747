from __future__ import annotations

import json
from collections.abc import Sequence

from subtitles.engines.base import Source, Transcribed
from subtitles.retranscribe.pieces import Piece
from subtitles.retranscribe.sentences import Row, joined
from subtitles.speech import FinalResult, Word

OVERLAPPING = (Piece(Source(), 0, 0, 10_000), Piece(Source(), 9_000, 10_000, None))


def heard(first: int, last: int, from_second: int = 0) -> FinalResult:
    """A sentence of one word each second, by a speaker; what is heard in a piece that begins at `from_second`."""
    words = tuple(
        Word(
            (second - from_second) * 1000, (second - from_second) * 1000 + 900, f" word{second}", "," * (second < last)
        )
        for second in range(first, last + 1)
    )
    text = "".join(word.text + word.punctuation for word in words).strip()
    return FinalResult(words[0].begin_ms, words[-1].end_ms, text, words, speaker="0")


def rows(pieces: Sequence[Piece], *heard: FinalResult) -> list[Row]:
    return joined(pieces, [Transcribed((sentence,)) for sentence in heard], "en")


def test_what_is_said_across_a_joint_is_kept_once() -> None:
    first, second = rows(OVERLAPPING, heard(4, 10), heard(9, 12, from_second=9))
    assert (first.begin_ms, first.end_ms, first.text) == (4_000, 9_900, "word4, word5, word6, word7, word8, word9,")
    assert (second.begin_ms, second.end_ms, second.text) == (10_000, 12_900, "word10, word11, word12")
    assert json.loads(second.words)[0] == [10_000, 10_900, " word10", ","]
    assert json.loads(first.words)[-1] == [9_000, 9_900, " word9", ","]


def test_a_sentence_that_reaches_over_a_joint_without_a_word_there_stays_as_it_is() -> None:
    words = (Word(9_000, 9_500, "so"),)
    (row,) = rows(OVERLAPPING, FinalResult(9_000, 10_800, "So.", words), heard(12, 12, from_second=9))[:1]
    assert (row.begin_ms, row.end_ms, row.text) == (9_000, 10_800, "So.")


def test_a_sentence_whose_words_are_all_the_neighbours_is_left_out() -> None:
    (row,) = rows(OVERLAPPING, heard(10, 10), heard(10, 10, from_second=9))
    assert (row.begin_ms, row.text) == (10_000, "word10")


def test_a_sentence_without_words_belongs_where_its_middle_lies() -> None:
    over = FinalResult(8_000, 11_000, "Said once.")
    assert [row.begin_ms for row in rows(OVERLAPPING, over, FinalResult(0, 1_900, "Said once."))] == [8_000]


def test_speakers_of_different_pieces_are_different_people() -> None:
    first, second = rows(OVERLAPPING, heard(1, 2), heard(12, 13, from_second=9))
    assert (first.speaker, second.speaker) == ("1.0", "2.0")


def test_speakers_of_a_recording_in_one_piece_keep_their_names_and_nobody_stays_nobody() -> None:
    (row,) = rows([Piece(Source())], heard(1, 2))
    assert row.speaker == "0"
    assert [row.speaker for row in rows(OVERLAPPING, *[FinalResult(3_000, 4_000, "Nobody.")] * 2)] == ["", ""]
