"""Tags that SenseVoice leaves in its text: sound events in pairs, one emotion, and what its open version adds.

"语音识别", sample answer of SenseVoice: `<|Speech|> … <|/Speech|> <|ANGRY|>`. Pairs may cross each other, span
sentences, or stay open; unknown names count as events.
"""

from __future__ import annotations

import re

_TAG = re.compile(r"<\|(/?)([A-Za-z0-9_]+)\|>")
_EMOTIONS = frozenset({"HAPPY", "SAD", "ANGRY", "NEUTRAL", "FEARFUL", "DISGUSTED", "SURPRISED"})
_LANGUAGES = frozenset({"zh", "en", "yue", "ja", "ko"})
_NOTHING = frozenset({"SPECIAL_TOKEN_1", "EMO_UNKNOWN", "EMO_UNK", "Event_UNK", "nospeech", "withitn", "woitn"})


class TagReader:
    """Reads one channel's sentences in their order: an event that was opened lasts until it is closed."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self.emotion = ""
        """Of the sentence read last, in lower case."""
        self.language = ""
        self.events: tuple[str, ...] = ()

    def read(self, text: str) -> str:
        """The text without its tags; what they said stands in the fields."""
        self.emotion = self.language = ""
        heard = list(self._open)
        for match in _TAG.finditer(text):
            self._take(match[2], closing=bool(match[1]), heard=heard)
        self.events = tuple(dict.fromkeys(heard))
        return " ".join(_TAG.sub(" ", text).split())

    def _take(self, name: str, *, closing: bool, heard: list[str]) -> None:
        if name in _EMOTIONS:
            self.emotion = name.lower()
        elif name in _LANGUAGES:
            self.language = name
        elif name not in _NOTHING:
            heard.append(name)
            if closing:
                self._open = [event for event in self._open if event != name]
            elif name not in self._open:
                self._open.append(name)
