from __future__ import annotations

from hypothesis import given, settings

from subtitles.compare.accept import accept_all, accept_change, accept_row
from subtitles.compare.diff import compare
from subtitles.compare.words import tokens
from subtitles.speech import FinalResult
from tests.compare.talk import applied, said, spoken, transcripts

LIVE = spoken(("We", 0, 200), ("no", 200, 400), ("the", 400, 500), ("whey", 500, 900), text="We no the whey.")
BETTER = spoken(("We", 10, 190), ("know", 210, 390), ("the", 410, 490), ("way", 520, 880), text="We know the way!")


def texts(sentences: tuple[FinalResult, ...]) -> list[str]:
    return [sentence.text for sentence in sentences]


def after(a: list[FinalResult], b: list[FinalResult], change: int) -> tuple[FinalResult, ...]:
    return applied(a, [accept_change(compare(a, b), change)])


def test_one_word_is_taken_with_its_time_and_the_others_keep_theirs() -> None:
    (found,) = after([LIVE], [BETTER], 0)
    assert found.text == "We know the whey."
    assert [(word.text, word.begin_ms, word.end_ms) for word in found.words] == [
        ("We", 0, 200),
        ("know", 210, 390),
        ("the", 400, 500),
        ("whey", 500, 900),
    ]


def test_a_row_is_taken_whole() -> None:
    assert accept_row(compare([LIVE], [BETTER]), 0).sentences == (BETTER,)


def test_a_word_is_put_in_and_taken_out() -> None:
    assert texts(after([said("我们去公园。")], [said("我们要去公园。")], 0)) == ["我们要去公园。"]
    assert texts(after([said("go home")], [said("go on home")], 0)) == ["go on home"]
    assert texts(after([said("Well, um, I know.")], [said("Well, I know.")], 0)) == ["Well, I know."]
    assert texts(after([said("好，那个，我去")], [said("好，我去")], 0)) == ["好，我去"]
    assert texts(after([said("um, I know")], [said("I know")], 0)) == ["I know"]


def test_a_sentence_grows_to_hold_a_word_that_it_missed_at_its_end() -> None:
    (found,) = after(
        [said("one two", 0, 1000)], [spoken(("one", 0, 400), ("two", 400, 1000), ("three", 1000, 1500))], 0
    )
    assert (found.text, found.end_ms, found.words[-1].begin_ms) == ("one two three", 1500, 1000)


def test_a_change_over_two_sentences_goes_where_it_begins() -> None:
    b = [said("we weren't here", 0, 1500)]
    assert texts(after([said("we war", 0, 900), said("rent here", 900, 1500)], b, 0)) == ["we weren't", "here"]


def test_a_sentence_that_loses_its_last_word_goes() -> None:
    b = [said("I cannot", 0, 1500)]
    assert texts(after([said("I can", 0, 900), said("not.", 900, 1500)], b, 0)) == ["I cannot"]


def test_what_only_b_has_is_inserted_and_what_b_lacks_goes() -> None:
    a, b = [said("only in a", 0, 900)], [said("vraiment autre", 5000, 6000)]
    found = compare(a, b)
    assert texts(applied(a, [accept_change(found, 1)])) == ["only in a", "vraiment autre"]
    assert applied(a, [accept_change(found, 0)]) == ()


def test_everything_is_taken_and_what_is_the_same_stays_as_it_was() -> None:
    a = [said("same", 0, 900, speaker="Ann"), said("wrong", 1000, 1900, speaker="Bob")]
    b = [said("same", 50, 950), said("right", 1050, 1950), said("more", 2000, 2500)]
    found = applied(a, accept_all(compare(a, b)))
    assert [(s.text, s.begin_ms, s.speaker) for s in found] == [
        ("same", 0, "Ann"),
        ("right", 1050, "Bob"),
        ("more", 2000, ""),
    ]


@settings(max_examples=50, deadline=None)
@given(transcripts, transcripts)
def test_all_accepted_reads_as_b(a: tuple[FinalResult, ...], b: tuple[FinalResult, ...]) -> None:
    assert texts(applied(a, accept_all(compare(a, b)))) == texts(b)


def keys(sentences: tuple[FinalResult, ...]) -> list[str]:
    return [token.key for sentence in sentences for token in tokens(sentence.text)]


@settings(max_examples=50, deadline=None)
@given(transcripts, transcripts)
def test_accepting_one_change_after_another_leads_to_b(a: tuple[FinalResult, ...], b: tuple[FinalResult, ...]) -> None:
    for _ in range(200):
        found = compare(a, b)
        if not found.changes:
            break
        a = applied(a, [accept_change(found, 0)])
        for sentence in a:
            moments = [ms for word in sentence.words for ms in (word.begin_ms, word.end_ms)]
            assert [sentence.begin_ms, *moments, sentence.end_ms] == sorted(
                [sentence.begin_ms, *moments, sentence.end_ms]
            )
    assert keys(a) == keys(b)
