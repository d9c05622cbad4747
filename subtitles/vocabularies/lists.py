"""Lists of hot words at a service, the same way for both generations of models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from subtitles.engines.base import EngineError
from subtitles.engines.dashscope.phrases import Phrases
from subtitles.engines.dashscope.vocabularies import Hotword, NoSuchList, Vocabularies
from subtitles.vocabularies.accounts import Account
from subtitles.vocabularies.words import phrases


class Lists(Protocol):
    """Every method raises EngineError; those that take an id raise NoSuchList."""

    async def find(self, mark: str) -> str:
        """The list that was made with this mark and never heard of again; empty = none that can be found."""

    async def create(self, model: str, mark: str, words: Sequence[Hotword]) -> str: ...
    async def update(self, model: str, remote_id: str, words: Sequence[Hotword]) -> None: ...
    async def is_ready(self, remote_id: str) -> bool: ...
    async def delete(self, remote_id: str) -> None: ...


def of(account: Account, option: str) -> Lists:
    if option == "phrase_id":
        return PhraseLists(Phrases(account.service))
    return VocabularyLists(Vocabularies(account.service))


class VocabularyLists:
    def __init__(self, service: Vocabularies) -> None:
        self._service = service

    async def find(self, mark: str) -> str:
        found = await self._service.all(mark)
        return next((stored.vocabulary_id for stored in found if stored.vocabulary_id), "")

    async def create(self, model: str, mark: str, words: Sequence[Hotword]) -> str:
        return await self._service.create(model, mark, words)

    async def update(self, model: str, remote_id: str, words: Sequence[Hotword]) -> None:
        await self._service.update(remote_id, words)

    async def is_ready(self, remote_id: str) -> bool:
        return (await self._service.query(remote_id)).ready

    async def delete(self, remote_id: str) -> None:
        await self._service.delete(remote_id)


class PhraseLists:
    """These carry no mark: a list that was made just before a crash stays at the service, unused."""

    def __init__(self, service: Phrases) -> None:
        self._service = service

    async def find(self, mark: str) -> str:
        return ""

    async def create(self, model: str, mark: str, words: Sequence[Hotword]) -> str:
        return (await self._service.create(model, phrases(words))).phrase_id

    async def update(self, model: str, remote_id: str, words: Sequence[Hotword]) -> None:
        with _gone():
            await self._service.update(model, remote_id, phrases(words))

    async def is_ready(self, remote_id: str) -> bool:
        with _gone():
            return (await self._service.query(remote_id)).ready

    async def delete(self, remote_id: str) -> None:
        with _gone():
            await self._service.delete(remote_id)


@contextmanager
def _gone() -> Iterator[None]:
    """The fine-tune interface says "NotFound" (Model Studio help, "Error codes") where the other has its own code."""
    try:
        yield
    except EngineError as error:
        if not error.code.startswith("NotFound"):
            raise
        raise NoSuchList(error.kind, str(error), code=error.code, request_id=error.request_id) from error
