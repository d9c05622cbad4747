"""Words as people paste them: one on a line, with a weight and a language if they like. Pure.

`word` · `word 5` · `word,5,en` with commas of any script or tabs · CSV with its quotation marks. A line may hold
several, with semicolons or `、` between them. What stands in quotation marks is one word, whatever it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from subtitles.speech import clean_text
from subtitles.vocabularies.words import USUAL_WEIGHT, WEIGHTS, Fault, Hotword, fault

HEADER = ("word", "weight", "language")
LONGEST_LINE = 400
_BETWEEN_WORDS = ";；、"
_BETWEEN_CELLS = ",，\t"
_WITH_WEIGHT = re.compile(rf"(.*\S)\s+([{WEIGHTS[0]}-{WEIGHTS[-1]}])")
_FORMULA = tuple("=+-@＝＋－＠")


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line, or the part of one, that is not a hot word."""

    text: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class Pasted:
    words: tuple[Hotword, ...]
    bad: tuple[BadLine, ...]


def read(text: str, languages: Mapping[str, str]) -> Pasted:
    """`languages`: codes by what people may write for them, in lower case."""
    words: list[Hotword] = []
    bad: list[BadLine] = []
    for number, line in enumerate(text.splitlines()):
        if number == 0 and _is_header(line):
            continue
        for part in _parts(line, _BETWEEN_WORDS):
            if part.strip():
                found = _word(part, languages)
                if isinstance(found, Hotword):
                    words.append(found)
                else:
                    bad.append(BadLine(part.strip(), found))
    return Pasted(tuple(words), tuple(bad))


def write(words: Iterable[Hotword]) -> str:
    """CSV that `read` reads; a spreadsheet sees no formula in it (OWASP, "CSV Injection")."""
    return "".join(f"{row}\r\n" for row in (",".join(HEADER), *map(line, words)))


def line(word: Hotword) -> str:
    """One word as `read` reads it."""
    guard = "'" if word.text.startswith(_FORMULA) else ""
    text = (guard + word.text).replace('"', '""')
    return f'"{text}",{word.weight},{word.language}'


def _is_header(line: str) -> bool:
    cells = [_unquoted(cell).casefold() for cell in _parts(line.lstrip("\ufeff"), _BETWEEN_CELLS)]
    return len(cells) > 1 and cells[1] in (HEADER[1], "权重", "權重")


def _word(part: str, languages: Mapping[str, str]) -> Hotword | Fault:
    if part.count('"') % 2:
        return Fault.QUOTES
    if len(part) > LONGEST_LINE:
        return Fault.LONG
    cells = [cell.strip() for cell in _parts(part, _BETWEEN_CELLS)]
    text, weight = cells[0], USUAL_WEIGHT
    if len(cells) == 1 and (found := _WITH_WEIGHT.fullmatch(text)):
        text, weight = found[1], int(found[2])
    text = _text(text)
    return _with_rest(text, weight, [_unquoted(cell) for cell in cells[1:]], languages)


def _with_rest(text: str, weight: int, rest: list[str], languages: Mapping[str, str]) -> Hotword | Fault:
    """What follows the word: a weight, then a language; either may be missing."""
    language = ""
    if rest and (not rest[0] or _is_number(rest[0])):
        number = rest.pop(0)
        weight = int(number[:9]) if number else weight
    if rest:
        code = languages.get(rest[0].casefold()) if rest[0] else ""
        if code is None:
            return Fault.LANGUAGE
        language = code
    if any(rest[1:]):
        return Fault.CELLS
    word = Hotword(text, weight, language)
    return fault(word) or word


def _is_number(cell: str) -> bool:
    return cell.lstrip("+-").isdecimal()


def _text(cell: str) -> str:
    text = clean_text(_unquoted(cell.lstrip("\ufeff")))
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def _unquoted(cell: str) -> str:
    cell = cell.strip()
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        cell = cell[1:-1].replace('""', '"')
    return cell.strip()


def _parts(text: str, marks: str) -> Iterator[str]:
    """The text cut at marks that stand outside quotation marks."""
    begin, quoted = 0, False
    for at, character in enumerate(text):
        quoted ^= character == '"'
        if character in marks and not quoted:
            yield text[begin:at]
            begin = at + 1
    yield text[begin:]
