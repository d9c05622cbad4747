from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from subtitles.engines.base import (
    BatchResult,
    EngineError,
    ErrorKind,
    LostTicket,
    Options,
    Source,
    Ticket,
    Transcribed,
)
from subtitles.engines.local.at_once import AtOnceEngine, Heard
from subtitles.engines.local.pocketsphinx_batch import PreviewBatchEngine
from subtitles.engines.local.sherpa_batch import LocalBatchEngine

ADDRESS = Source(address="https://example.org/a.wav")
ENGLISH = Options(language="en")


class Halves(AtOnceEngine):
    """Says each file's name, and is half done and done with it."""

    no_tasks, no_addresses = "No tasks.", "No addresses."

    def refuse(self, options: Options) -> EngineError | None:
        return None if options == ENGLISH else EngineError(ErrorKind.PARAMETERS, "English only.")

    async def _transcribe(self, recordings: Sequence[Heard], options: Options) -> list[Transcribed | EngineError]:
        for _, share in recordings:
            for percent in (0, 50, 50, 100):
                await share.reached(percent)
        return [Transcribed(untimed=(path.name,)) for path, _ in recordings]


async def test_several_recordings_share_one_progress_and_nothing_is_told_twice_of_one() -> None:
    told: list[int] = []

    async def tell(percent: int) -> None:
        told.append(percent)

    answer = await Halves().transcribe([Source(Path("a")), Source(Path("b"))], ENGLISH, tell)
    assert answer == BatchResult((Transcribed(untimed=("a",)), Transcribed(untimed=("b",))))
    assert told == [0, 25, 50, 50, 75, 100]
    assert await Halves().submit([Source(Path("a")), Source(Path("b"))], ENGLISH) == answer


async def test_what_is_refused_is_neither_prepared_nor_transcribed() -> None:
    for attempt in (Halves().prepare(Source(Path("a")), Options()), Halves().submit([], Options())):
        with pytest.raises(EngineError, match="English only"):
            await attempt


@pytest.mark.parametrize("made", [PreviewBatchEngine, lambda: LocalBatchEngine("nowhere"), Halves])
async def test_all_read_files_and_keep_no_tasks(
    made: Callable[[], AtOnceEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = made()
    monkeypatch.setattr(found, "refuse", lambda options: None)
    for attempt in (found.prepare(ADDRESS, ENGLISH), found.submit([Source(Path("a")), ADDRESS], ENGLISH)):
        with pytest.raises(EngineError, match=re.escape(found.no_addresses)):
            await attempt
    with pytest.raises(LostTicket, match=re.escape(found.no_tasks)):
        await found.check(Ticket("1", "a-model", ()))
    assert await found.cancel(Ticket("1", "a-model", ()))
