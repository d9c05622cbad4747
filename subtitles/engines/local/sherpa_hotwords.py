"""Hot words as the option `hotwords` has them, and as sherpa-onnx takes them: "达摩院" or "达摩院 :2.5" on a line.

The number is a bonus in log probability for each token of the word. Standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from subtitles.engines.local.sherpa_plan import Part

BONUS = 1.5
"""Where none is named: sherpa-onnx's own `hotwords_score`."""
_SCORE = re.compile(r"(?:^|\s):(\d{1,3}(?:\.\d{1,3})?)$")
_UNITS = re.compile(r"[A-Za-z0-9'ÄäÖöÜüß]+|\S")
"""What sherpa-onnx looks up: letters and digits in a row, any other character by itself (`SplitUtf8` in
`text-utils.cc`)."""
_BEGINNING = "▁"


def written(weights: Mapping[str, int], usual: int) -> str:
    """The option's text, heaviest words first. A word of the usual weight gets the usual bonus, the others more or
    less in proportion: a judgement, not measured."""
    heaviest = sorted(weights, key=lambda text: -weights[text])
    return "\n".join(f"{text} :{BONUS * max(0, weights[text]) / usual:g}" for text in heaviest if weights[text] > 0)


def lines(text: str) -> list[str]:
    """The option's lines. A slash would end a word for sherpa-onnx."""
    tidy = (" ".join(line.split()) for line in text.replace("/", " ").splitlines())
    return [line for line in tidy if _word(line)]


def prompted(given: Sequence[str], most: int) -> list[str]:
    """Words alone, for a model that reads them: as many as `most` tokens hold. Of three bytes a token is made, as a
    rule: a Chinese character, or three letters."""
    words: list[str] = []
    for word in (" ".join(_word(line).replace(",", " ").split()) for line in given):
        most -= len(word.encode()) // 3 + 1
        if most < 0:
            break
        words.append(word)
    return words


class Tokens:
    """What a transducer can write."""

    def __init__(self, part: Part) -> None:
        self._has_pieces = "bpe" in part.roles
        self._known = frozenset(_tokens(Path(part.path("tokens"))))

    def fitting(self, given: Iterable[str]) -> list[str]:
        """The lines whose words can be written. One that cannot be would keep its known half, and a number that is
        none would end the process."""
        return [line for line in given if self._fits(_word(line))]

    def _fits(self, word: str) -> bool:
        return not any(part.startswith(":") for part in word.split()) and all(map(self._can_say, _UNITS.findall(word)))

    def _can_say(self, unit: str) -> bool:
        if self._has_pieces and unit[0].isascii() and unit[0].isalpha():
            return self._known.issuperset((_BEGINNING, *unit))
        return unit in self._known


def _word(line: str) -> str:
    return _SCORE.sub("", line).strip()


def _tokens(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            yield line.rpartition(" ")[0].strip()
