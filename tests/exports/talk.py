"""Sentences for tests."""

from __future__ import annotations

from subtitles.speech import FinalResult, Word

CHINESE = (
    "今天我们要来讨论一个非常重要的话题，就是如何在直播的时候保证字幕的质量，"
    "因为很多观众都依赖字幕来理解内容。他说：“我们必须做得更好！”大家都同意了。"
)
ENGLISH = (
    "It is a truth universally acknowledged, that a single man in possession of a good fortune must be in want of a"
    " wife, and that nobody in the neighbourhood of Mr. Bennet would ever say otherwise."
)


_SPACED = """
    今天 我们 要 来 讨论 一个 非常 重要 的 话题 就是 如何 在 直播 的 时候 保证 字幕 的 质量
    因为 很多 观众 都 依赖 字幕 来 理解 内容 他 说 我们 必须 做得 更好 大家 都 同意 了
"""
WORDS = _SPACED.split()


def said(text: str, begin_ms: int = 0, end_ms: int | None = None, **more: object) -> FinalResult:
    end = begin_ms + 70 * len(text) if end_ms is None else end_ms
    return FinalResult(begin_ms, end, text, **more)  # type: ignore[arg-type]


def spoken(*words: tuple[str, int, int], text: str) -> FinalResult:
    found = tuple(Word(begin, end, word) for word, begin, end in words)
    return FinalResult(found[0].begin_ms, found[-1].end_ms, text, found)


def evenly(words: list[str], text: str, character_ms: int = 220) -> FinalResult:
    """A sentence of words that each last as long as they are."""
    found, at = [], 0
    for word in words:
        found.append((word, at, at + character_ms * len(word)))
        at = found[-1][2]
    return spoken(*found, text=text)
