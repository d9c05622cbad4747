"""What somebody typed, as terms that must all occur; and where they occur in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from subtitles.search.tokens import Token, tokens

LONGEST = 200
MOST_TERMS = 16

_PARTS = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]?|([^\s"“”„«»]+)')


@dataclass(frozen=True, slots=True)
class Term:
    """Tokens that follow one another; the last one may be only the beginning of a token."""

    keys: tuple[str, ...]
    is_open: bool = False

    def ends_at(self, found: Sequence[Token], at: int) -> int | None:
        """The index behind the tokens that are this term, if they begin at `at`."""
        end = at + len(self.keys)
        if end > len(found):
            return None
        *first, last = (token.key for token in found[at:end])
        *wanted, ending = self.keys
        fits = last.startswith(ending) if self.is_open else last == ending
        return end if fits and first == wanted else None


@dataclass(frozen=True, slots=True)
class Query:
    terms: tuple[Term, ...]

    def __bool__(self) -> bool:
        return bool(self.terms)


def parse(text: str) -> Query:
    """Words, and "phrases in quotes"; the last word may be unfinished. Everything else is text and means nothing."""
    parts = list(_PARTS.finditer(text[:LONGEST]))
    found: list[Term] = []
    for number, part in enumerate(parts, 1):
        unfinished = part[1] is None and number == len(parts)
        if term := _term(part[2] if part[1] is None else part[1], unfinished):
            found.append(term)
    return Query(tuple(dict.fromkeys(found))[:MOST_TERMS])


def _term(text: str, unfinished: bool) -> Term | None:
    found = tokens(text)
    if not found:
        return None
    last = found[-1]
    if last.is_tail and len(found) > 1 and found[-2].run == last.run:
        return Term(tuple(token.key for token in found[:-1]))  # in the text the run may go on
    return Term(tuple(token.key for token in found), is_open=unfinished or last.is_tail)


def marked(text: str, query: Query) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is what was looked for."""
    pieces, at = [], 0
    for begin, end in _merged(sorted(_spans(text, query))):
        pieces += [(text[at:begin], False), (text[begin:end], True)]
        at = end
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]


def _spans(text: str, query: Query) -> Iterator[tuple[int, int]]:
    found = tokens(text)
    for term in query.terms:
        for at in range(len(found)):
            end = term.ends_at(found, at)
            if end is not None:
                yield found[at].begin, _shown_end(found[end - 1], term)


def _shown_end(last: Token, term: Term) -> int:
    """One character was looked for, and stands for a pair."""
    one_of_two = term.is_open and len(last.key) == 2 and len(term.keys[-1]) == 1 and last.end - last.begin == 2
    return last.begin + 1 if one_of_two else last.end


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for begin, end in spans:
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found
