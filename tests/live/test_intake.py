from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from subtitles.live.audio_feed import AudioFeed
from subtitles.live.intake import ACK_AT_ONCE, MOST_FRAMES_PER_S, WINDOW, Intake
from subtitles.live.refusals import Reason, Refused
from subtitles.recordings.audio_log import AudioLog


class Bench:
    def __init__(self, folder: Path) -> None:
        self.now = 100.0
        self.log = AudioLog(folder / "log")
        self.feed = AudioFeed(self.log)
        self.intake = Intake(self.log, self.feed, lambda: self.now)
        self.intake.begin(1)

    def refusal(self, first: int, samples: int) -> Reason:
        with pytest.raises(Refused) as caught:
            self.intake.receive(first, bytes(2 * samples))
        return caught.value.reason


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.log.close()


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Until `undo`."""

    def full(descriptor: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    return monkeypatch


async def test_what_comes_is_kept(bench: Bench) -> None:
    bench.intake.receive(0, b"ab" * 1600)
    assert (bench.intake.kept, bench.intake.has_news) == (1600, True)
    bench.intake.note_acked()
    assert not bench.intake.has_news


async def test_a_client_may_be_a_window_ahead_of_what_it_was_told(bench: Bench) -> None:
    bench.intake.receive(0, bytes(2 * WINDOW))
    assert bench.refusal(WINDOW, 1) is Reason.TOO_FAST
    bench.intake.note_acked()
    bench.intake.receive(WINDOW, b"ab")
    assert bench.intake.kept == WINDOW + 1


@pytest.mark.parametrize("first", [1, WINDOW + 1, 2**53])
async def test_audio_beyond_what_is_kept_has_a_bad_position(bench: Bench, first: int) -> None:
    assert bench.refusal(first, 10) is Reason.BAD_POSITION
    assert bench.intake.kept == 0


async def test_two_seconds_are_acknowledged_at_once(bench: Bench) -> None:
    bench.intake.receive(0, bytes(2 * ACK_AT_ONCE - 2))
    assert not bench.intake.owes_an_answer
    bench.intake.receive(ACK_AT_ONCE - 1, b"ab")
    assert bench.intake.owes_an_answer


async def test_a_flood_of_frames_is_too_fast_even_when_they_are_empty(bench: Bench) -> None:
    for _ in range(2 * MOST_FRAMES_PER_S):
        bench.intake.receive(0, b"")
    assert bench.refusal(0, 0) is Reason.TOO_FAST
    bench.now += 1.0
    for _ in range(MOST_FRAMES_PER_S - 1):
        bench.intake.receive(0, b"")
    assert bench.refusal(0, 0) is Reason.TOO_FAST


async def test_on_a_full_disk_a_window_waits_unacknowledged_and_then_goes_on_by_itself(
    bench: Bench, full_disk: pytest.MonkeyPatch
) -> None:
    audio = bytes(range(256)) * (WINDOW // 128)
    for first in range(0, WINDOW, 1600):
        bench.intake.receive(first, audio[2 * first : 2 * first + 3200])
    assert (bench.intake.is_full, bench.intake.has_news, bench.intake.end) == (True, False, WINDOW)
    assert bench.refusal(WINDOW, 1) is Reason.TOO_FAST
    bench.intake.retry()
    assert bench.intake.is_full
    assert not bench.intake.written.is_set()
    full_disk.undo()
    bench.intake.retry()
    assert (bench.intake.is_full, bench.intake.kept, bench.intake.written.is_set()) == (False, WINDOW, True)
    assert bench.log.read(0, WINDOW) == audio


async def test_what_comes_twice_while_the_disk_is_full_waits_once(bench: Bench, full_disk: pytest.MonkeyPatch) -> None:
    bench.intake.receive(0, b"abcd")
    bench.intake.receive(1, b"xxef")
    full_disk.undo()
    bench.intake.retry()
    assert bench.log.read(0, 9) == b"abcdef"


async def test_a_full_disk_is_one_line_in_the_log(
    bench: Bench, full_disk: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bench.intake.receive(0, b"abcd")
    for _ in range(20):
        bench.intake.retry()
    assert caplog.text.count("audio waits") == 1


async def test_a_new_connection_sends_again_what_was_waiting(bench: Bench, full_disk: pytest.MonkeyPatch) -> None:
    """It may be another page, with other audio: what nobody was told to be kept is not kept."""
    bench.intake.receive(0, b"old!")
    full_disk.undo()
    bench.intake.begin(2)
    bench.intake.receive(0, b"newer!")
    bench.intake.retry()
    assert bench.log.read(0, 9) == b"newer!"


async def test_audio_wakes_whoever_waits_for_it(bench: Bench) -> None:
    waiting = asyncio.create_task(bench.feed.beyond(0))
    await asyncio.sleep(0)
    bench.intake.receive(0, b"ab")
    assert await asyncio.wait_for(waiting, 5)


async def test_settling_forces_everything_to_disk(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    forced: list[int] = []
    really = os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda descriptor: forced.append(really(descriptor) or 1))
    with ThreadPoolExecutor(1) as disk:
        bench.intake.receive(0, b"ab" * 10)
        bench.intake.sync_soon(disk)
        bench.intake.receive(10, b"ab" * 10)
        await bench.intake.settle(disk)
        assert bench.intake.durable == 20
        count = len(forced)
        await bench.intake.settle(disk)
    assert len(forced) == count


async def test_a_disk_that_cannot_be_forced_stops_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fdatasync", broken)
    bench.intake.receive(0, b"ab")
    with ThreadPoolExecutor(1) as disk:
        await bench.intake.settle(disk)
    assert (bench.intake.kept, bench.intake.durable) == (1, 0)
