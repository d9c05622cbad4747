"""Hot words of the second generation and Fun-ASR: lists kept at the service, named by `vocabulary_id`.

Model Studio help, "Custom hot words": at most 500 words in a list and 10 lists in an account; a word has at most 10
Chinese characters or 10 words; weights go from 1 to 5.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.engines.dashscope.batch_errors import unclear, understood
from subtitles.engines.dashscope.fields import Json, number_of, objects_of, text_of
from subtitles.engines.dashscope.http import Service
from subtitles.speech import clean_text

MOST_WORDS = 500
MOST_LISTS = 10
WEIGHTS = range(1, 6)
USUAL_WEIGHT = 4
LONGEST_WORD = 10
_PATH = "services/audio/asr/customization"
_MODEL = "speech-biasing"
_PREFIX = re.compile(r"[a-z0-9]{1,9}")
_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Hotword:
    text: str
    weight: int = USUAL_WEIGHT
    language: str = ""
    """Code of the model's hints (`zh`, `en`); empty = any."""


@dataclass(frozen=True, slots=True)
class StoredList:
    """A list at the service. Times are the service's local strings, for showing only."""

    vocabulary_id: str
    ready: bool
    created: str = ""
    modified: str = ""
    model: str = ""
    words: tuple[Hotword, ...] = ()


class NoSuchList(EngineError):
    """The service does not have this list (any more)."""


def word_fault(word: Hotword) -> str:
    """What is wrong with a word, in one English sentence; empty = nothing."""
    text = word.text
    if not text.strip() or clean_text(text) != text:
        return "A hot word is one line of visible text."
    length = len(text.replace(" ", "")) if _ASIAN.search(text) else len(text.split())
    if length > LONGEST_WORD:
        return f"A hot word has at most {LONGEST_WORD} Chinese characters or {LONGEST_WORD} words."
    return "" if word.weight in WEIGHTS else f"A weight goes from {WEIGHTS[0]} to {WEIGHTS[-1]}."


@dataclass(frozen=True, slots=True)
class Vocabularies:
    """Raises EngineError from every method: PARAMETERS for words that are not taken, QUOTA when there are ten lists."""

    service: Service

    async def create(self, model: str, prefix: str, words: Sequence[Hotword]) -> str:
        """The new list's id. `model`: the only one that the list has an effect on. `prefix`: up to 9 of a-z and 0-9."""
        if not _PREFIX.fullmatch(prefix):
            raise _wrong("A prefix has one to nine digits and lower-case letters.")
        asked = {"action": "create_vocabulary", "target_model": model, "prefix": prefix, "vocabulary": _table(words)}
        output = await self._ask(asked)
        with understood():
            if made := text_of(output, "vocabulary_id"):
                return made
        raise unclear("vocabulary_id", retryable=False)

    async def all(self, prefix: str = "") -> list[StoredList]:
        """Every list of the account, or those that begin so; without their words."""
        found: list[StoredList] = []
        for page in range(MOST_LISTS):
            asked = {"action": "list_vocabulary", **({"prefix": prefix} if prefix else {})}
            output = await self._ask({**asked, "page_index": page, "page_size": 10})
            with understood():
                entries = objects_of(output, "vocabulary_list")
                found += [_stored(entry, text_of(entry, "vocabulary_id")) for entry in entries]
            if len(entries) < 10:
                break
        return found

    async def query(self, vocabulary_id: str) -> StoredList:
        """Raises NoSuchList."""
        output = await self._ask({"action": "query_vocabulary", "vocabulary_id": vocabulary_id})
        with understood():
            return _stored(output, vocabulary_id)

    async def update(self, vocabulary_id: str, words: Sequence[Hotword]) -> None:
        """Replaces all words. Raises NoSuchList."""
        table = _table(words)
        await self._ask({"action": "update_vocabulary", "vocabulary_id": vocabulary_id, "vocabulary": table})

    async def delete(self, vocabulary_id: str) -> None:
        """Raises NoSuchList."""
        await self._ask({"action": "delete_vocabulary", "vocabulary_id": vocabulary_id})

    async def _ask(self, asked: Json) -> Json:
        try:
            answer = await self.service.post(_PATH, {"model": _MODEL, "input": asked, "parameters": {}})
        except EngineError as error:
            raise _translated(error) from error
        output = answer.get("output")
        return output if isinstance(output, dict) else {}


def _translated(error: EngineError) -> EngineError:
    """Here "Throttling.AllocationQuota" means ten lists, which no waiting changes."""
    if error.code == "Throttling.AllocationQuota":
        words = f"The DashScope account has {MOST_LISTS} lists of hot words already; delete one."
        return EngineError(ErrorKind.QUOTA, words, code=error.code, request_id=error.request_id)
    if error.code == "BadRequest.ResourceNotExist":
        words = "DashScope does not have this list of hot words."
        return NoSuchList(ErrorKind.PARAMETERS, words, code=error.code, request_id=error.request_id)
    return error


def _table(words: Sequence[Hotword]) -> list[dict[str, object]]:
    if not 0 < len(words) <= MOST_WORDS:
        raise _wrong(f"A list has one to {MOST_WORDS} hot words.")
    for word in words:
        if fault := word_fault(word):
            raise _wrong(fault)
    return [
        {"text": word.text, "weight": word.weight, **({"lang": word.language} if word.language else {})}
        for word in words
    ]


def _stored(entry: Json, vocabulary_id: str) -> StoredList:
    return StoredList(
        vocabulary_id,
        text_of(entry, "status") == "OK",
        text_of(entry, "gmt_create"),
        text_of(entry, "gmt_modified"),
        text_of(entry, "target_model"),
        tuple(_hotword(word) for word in objects_of(entry, "vocabulary")),
    )


def _hotword(word: Json) -> Hotword:
    weight = number_of(word, "weight")
    return Hotword(text_of(word, "text"), USUAL_WEIGHT if weight is None else round(weight), text_of(word, "lang"))


def _wrong(words: str) -> EngineError:
    return EngineError(ErrorKind.PARAMETERS, words, code="hotwords")
