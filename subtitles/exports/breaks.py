"""How well a line ends between two pieces of a sentence.

After Netflix's and the BBC's guidelines: after punctuation; before conjunctions and prepositions; not between an
article and its noun, a pronoun or auxiliary and its verb, a first and a last name. The weights are ours.
"""

from __future__ import annotations

from subtitles.compare.words import stands_alone

SENTENCE_END, CLAUSE_END, BEFORE_CONJUNCTION, BEFORE_PREPOSITION, ANYWHERE, UNKNOWN, BAD = 0, 4, 12, 16, 30, 40, 80
"""`UNKNOWN`: between Chinese characters, which may be in the middle of a word."""

_ENDS, _CLAUSES = set("。！？!?.…"), set('，、；：,;:—）)」』】》”"')
_CLOSERS = "”’\"'）)」』】》"
_WORDS = {
    "conjunctions": """
        and but or nor so yet because although though while if unless until when where that which who whom whose than as
        since whether after before
    """,
    "prepositions": """
        about above across against along among around at behind below beneath beside between beyond by despite down
        during except for from in inside into like near of off on onto out outside over past through throughout to
        toward towards under up upon with within without
    """,
    "bound": """
        a an the this these those my your his her its our their some any no every each
        i you he she it we they i'm you're we're they're i've you've we've they've i'll you'll he'll she'll we'll
        they'll
        am is are was were be been has have had do does did will would shall should can could may might must not
        don't doesn't didn't isn't aren't wasn't weren't can't couldn't won't wouldn't
        mr mrs ms dr mr. mrs. ms. dr.
    """,
}
_CONJUNCTIONS, _PREPOSITIONS, _BOUND_TO_THE_NEXT = (frozenset(words.split()) for words in _WORDS.values())
_CHINESE_OPENERS = (
    "但",
    "因",
    "所以",
    "如",
    "而",
    "和",
    "或",
    "并",
    "却",
    "可是",
    "然后",
    "虽",
    "不过",
    "在",
    "从",
    "对",
    "把",
    "被",
    "让",
)
_CHINESE_TAILS = set("的了吗呢吧啊嘛呀地得着过们")


def badness(left: str, right: str) -> int:
    """0 is the best place to end a line, `BAD` the worst. `left` and `right` are the pieces on either side."""
    bare = left.rstrip(_CLOSERS)
    end = bare[-1:] or left[-1:]
    first, last = right.lower().strip(_CLOSERS + "“‘(（,.;:!?"), left.lower().lstrip("“‘\"'(（")
    if last in _BOUND_TO_THE_NEXT or right[0] in _CHINESE_TAILS:
        return BAD
    if end in _ENDS:
        return SENTENCE_END
    if end in _CLAUSES or left[-1] in _CLAUSES:
        return CLAUSE_END
    if first in _CONJUNCTIONS or right.startswith(_CHINESE_OPENERS):
        return BEFORE_CONJUNCTION
    if last in _CONJUNCTIONS or last in _PREPOSITIONS or _is_name(left, right):
        return BAD
    if first in _PREPOSITIONS:
        return BEFORE_PREPOSITION
    return _between_characters(left, right) if stands_alone(left[-1]) and stands_alone(right[0]) else ANYWHERE


def _between_characters(left: str, right: str) -> int:
    """Longer words come from an engine that knows words; the last character of a clause stands badly on a new line."""
    if len(right) > 1 and not stands_alone(right[1]):
        return BAD
    return ANYWHERE if len(left) > 1 or len(right) > 1 else UNKNOWN


def _is_name(left: str, right: str) -> bool:
    return left[0].isupper() and right[0].isupper() and len(left) > 1 and left.isalpha()
