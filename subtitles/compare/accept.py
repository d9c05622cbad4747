"""Taking from B into A: everything, one row, or one change. Nothing is altered in place: the results are edits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from subtitles.compare.diff import Comparison, Row
from subtitles.compare.splice import spliced, united, words_of
from subtitles.compare.words import Token, tokens
from subtitles.speech import FinalResult, Word


@dataclass(frozen=True, slots=True)
class Edit:
    """The sentences of A at `positions` become `sentences`. An empty range inserts, an empty tuple deletes."""

    positions: range
    sentences: tuple[FinalResult, ...]


def accept_all(comparison: Comparison) -> tuple[Edit, ...]:
    """B for A wherever the texts are not the same to the letter; what is the same keeps A's times and speakers."""
    return tuple(accept_row(comparison, place) for place in range(len(comparison.rows)) if _differs(comparison, place))


def accept_row(comparison: Comparison, row: int) -> Edit:
    """B's sentences for A's. A sentence without a speaker gets the one who spoke at that time in A."""
    found = comparison.rows[row]
    ours = comparison.a[found.a.start : found.a.stop]
    theirs = comparison.b[found.b.start : found.b.stop]
    return Edit(found.a, tuple(_with_speaker(sentence, ours) for sentence in theirs))


def accept_change(comparison: Comparison, change: int) -> Edit:
    """One difference alone: B's words, with B's times, in A's sentence; all other words keep their times."""
    number, step = comparison.changes[change].row, comparison.changes[change].words
    row = comparison.rows[number]
    if not _placed(comparison.a, row.a) or not _placed(comparison.b, row.b):
        return accept_row(comparison, number)
    text, words = _words_of_b(comparison, row, range(step.b_begin, step.b_end))
    stretches = _stretches(comparison, row, range(step.a_begin, step.a_end), words)
    return _edit(comparison, stretches, text, words)


def _differs(comparison: Comparison, number: int) -> bool:
    row = comparison.rows[number]
    ours, theirs = comparison.a[row.a.start : row.a.stop], comparison.b[row.b.start : row.b.stop]
    return [sentence.text for sentence in ours] != [sentence.text for sentence in theirs]


def _with_speaker(sentence: FinalResult, others: Sequence[FinalResult]) -> FinalResult:
    if sentence.speaker or not others:
        return sentence
    nearest = max(others, key=lambda other: min(other.end_ms, sentence.end_ms) - max(other.begin_ms, sentence.begin_ms))
    return replace(sentence, speaker=nearest.speaker)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Characters `begin:end` of the sentence at `position` of A."""

    position: int
    begin: int
    end: int


def _placed(sentences: Sequence[FinalResult], span: range) -> list[tuple[int, Token]]:
    """The words of a row's sentences, each with its sentence's position."""
    return [(position, word) for position in span for word in tokens(sentences[position].text)]


def _by_sentence(words: Sequence[tuple[int, Token]]) -> list[_Stretch]:
    found: dict[int, _Stretch] = {}
    for position, word in words:
        begin = found[position].begin if position in found else word.begin
        found[position] = _Stretch(position, begin, word.end)
    return list(found.values())


def _words_of_b(comparison: Comparison, row: Row, span: range) -> tuple[str, list[Word]]:
    stretches = _by_sentence(_placed(comparison.b, row.b)[span.start : span.stop])
    sentences = [(comparison.b[stretch.position], stretch.begin, stretch.end) for stretch in stretches]
    return united((sentence.text[begin:end], words_of(sentence, begin, end)) for sentence, begin, end in sentences)


def _stretches(comparison: Comparison, row: Row, span: range, words: Sequence[Word]) -> list[_Stretch]:
    """What of A is replaced; for words that A lacks, the place where they belong."""
    placed = _placed(comparison.a, row.a)
    if span:
        return _by_sentence(placed[span.start : span.stop])
    before, after = placed[: span.start], placed[span.start :]
    if not before or (after and comparison.a[after[0][0]].begin_ms <= words[0].begin_ms):
        position, word = after[0]
        return [_Stretch(position, word.begin, word.begin)]
    position, word = before[-1]
    return [_Stretch(position, word.end, word.end)]


def _edit(comparison: Comparison, stretches: Sequence[_Stretch], text: str, words: Sequence[Word]) -> Edit:
    """New words go where the first replaced ones stood; a sentence that loses its last word goes."""
    changed = []
    for number, stretch in enumerate(stretches):
        new_text, new_words = ("", ()) if number else (text, words)
        sentence = comparison.a[stretch.position]
        changed.append(spliced(sentence, stretch.begin, stretch.end, new_text, new_words))
    positions = range(stretches[0].position, stretches[-1].position + 1)
    return Edit(positions, tuple(sentence for sentence in changed if tokens(sentence.text)))
