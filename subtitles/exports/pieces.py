"""A sentence as pieces that a line may end between."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from subtitles.compare.timing import Unit, fit
from subtitles.compare.words import stands_alone
from subtitles.exports.widths import cells
from subtitles.speech import FinalResult

_OPENERS = set("([{<（［｛《〈「『【〔“‘¿¡$€£¥￥#@+")
_CLOSERS = set(")]}>）］｝》〉」』】〕”’,.!?;:，。、！？；：…%")
_NEVER_FIRST = set("ー々ゝゞヽヾぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ")


class Piece(NamedTuple):
    """Never empty; punctuation stands with the word that it belongs to."""

    text: str
    spaced: bool
    """Is there a space before it?"""
    begin_ms: int
    end_ms: int


def pieces(sentence: FinalResult, text: str, line_cells: int, full_width: bool) -> list[Piece]:
    """`text` is the sentence's text as it may be shown. A word is cut only if it is wider than a whole line."""
    units = fit(text, sentence.words, sentence.begin_ms, sentence.end_ms)
    if not units:
        units = [Unit(0, len(text), sentence.begin_ms, sentence.end_ms)]
    return [
        part
        for piece in _pieces(text, units)
        for part in (_chopped(piece, line_cells, full_width) if cells(piece.text, full_width) > line_cells else [piece])
    ]


def _pieces(text: str, units: list[Unit]) -> Iterator[Piece]:
    begin, first = 0, units[0]
    for before, after in pairwise([*units, Unit(len(text), len(text), 0, 0)]):
        cut = len(text) if after.begin == len(text) else _cut(text, before.end, after.begin)
        if cut:
            yield Piece(text[begin:cut].strip(), text[begin - 1 : begin].isspace(), first.begin_ms, before.end_ms)
            begin, first = cut, after


def _cut(text: str, end: int, begin: int) -> int:
    """Where a line may end between a word that ends and one that begins; 0 for nowhere."""
    between = text[end:begin]
    opening = begin - _openers(between)
    if any(map(str.isspace, between)):
        tail = between.split(" ")[-1]
        return begin if _CLOSERS & set(tail) else begin - len(tail)
    last, first = text[end - 1], text[begin]
    if not (stands_alone(last) or stands_alone(first) or any(cells(mark) == 2 for mark in between)):
        return 0
    if opening == begin and (first in _NEVER_FIRST or (last.isdigit() and not between)):
        return 0
    return opening


def _openers(between: str) -> int:
    return len(between) - len(between.rstrip("".join(_OPENERS)))


def _chopped(piece: Piece, line_cells: int, full_width: bool) -> Iterator[Piece]:
    length = piece.end_ms - piece.begin_ms
    begin = width = 0
    for at, character in enumerate(piece.text):
        wide = cells(character, full_width)
        if width + wide > line_cells:
            yield _part(piece, begin, at, length)
            begin, width = at, 0
        width += wide
    yield _part(piece, begin, len(piece.text), length)


def _part(piece: Piece, begin: int, end: int, length: int) -> Piece:
    begin_ms, end_ms = (piece.begin_ms + length * place // len(piece.text) for place in (begin, end))
    return Piece(piece.text[begin:end], piece.spaced and begin == 0, begin_ms, end_ms)
