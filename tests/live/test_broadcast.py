from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError
from django.db.models import F

from subtitles.engines.base import ErrorKind
from subtitles.live import store
from subtitles.live.refusals import Reason, Refused
from subtitles.live.runtime import Runtime
from subtitles.live.wire import Lost, Pause, Resume, Stop
from subtitles.models import CaptionSession, RecordingGap, Room, Transcript
from subtitles.recordings.audio_log import AudioLog
from tests.live.links import Link
from tests.live.scripted import ScriptedEngine, sentences, silence, speech
from tests.live.stage import broken

Processes = Callable[[], Awaitable[Runtime]]
Texts = Callable[[], Awaitable[list[str]]]


@sync_to_async
def _gaps() -> list[tuple[int, str, int, bool]]:
    return [(gap.at_samples, gap.reason, gap.ms, gap.to_at is not None) for gap in RecordingGap.objects.all()]


async def test_pauses_and_losses_become_gaps(processes: Processes, room: Room) -> None:
    live, link = await processes(), Link()
    broadcast = await link.begin(live, room.pk)
    await link.push(broadcast, silence(10))
    broadcast.control(Pause(16_000))
    broadcast.control(Resume(16_000))
    broadcast.control(Lost(16_000, 4000, "ring"))
    await link.push(broadcast, silence(5))
    broadcast.control(Pause(24_000))
    await link.stop(broadcast)
    pause, lost, open_pause = await _gaps()
    assert (pause[:2], pause[3]) == ((16_000, "pause"), True)
    assert lost[:3] == (16_000, "lost", 4000)
    assert open_pause == (24_000, "pause", 0, False)


async def test_notes_keep_their_order_while_the_database_is_away(
    processes: Processes, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    live, link = await processes(), Link()
    broadcast = await link.begin(live, room.pk)
    really, turns = store.keep_gap, iter([True])

    def locked_once(*args: Any) -> None:
        if next(turns, False):
            raise OperationalError("database is locked")
        really(*args)

    monkeypatch.setattr(store, "keep_gap", locked_once)
    broadcast.control(Pause(0))
    broadcast.control(Resume(0))
    await link.stop(broadcast)
    assert [gap[3] for gap in await _gaps()] == [True]


@pytest.mark.parametrize("message", [Pause(1), Resume(1), Lost(1, 5, ""), Stop(1)])
async def test_what_lies_beyond_the_recording_has_a_bad_position(
    processes: Processes, room: Room, message: Pause | Resume | Lost | Stop
) -> None:
    live, link = await processes(), Link()
    broadcast = await link.begin(live, room.pk)
    with pytest.raises(Refused) as caught:
        broadcast.control(message)
    assert caught.value.reason is Reason.BAD_POSITION


async def test_until_it_lets_go_a_writer_that_lost_the_session_swallows_what_it_is_told(
    processes: Processes, room: Room
) -> None:
    """A refusal would be final; the page says it all again to whoever has the session now."""
    live, link = await processes(), Link()
    broadcast = await link.begin(live, room.pk)
    await link.push(broadcast, speech(0, 10))
    kept = broadcast.kept
    await live.writer.run(lambda: CaptionSession.objects.update(epoch=F("epoch") + 1))
    broadcast.fence()
    broadcast.audio(kept, speech(10, 1))
    for message in (Pause(kept + 1600), Resume(kept + 1600), Lost(kept + 1600, 5, "ring"), Stop(kept + 1600)):
        broadcast.control(message)
    assert await link.ended() is Reason.RESYNC
    assert broadcast.kept == kept
    assert not await RecordingGap.objects.aexists()


async def test_after_the_stop_no_audio_is_taken(
    processes: Processes, room: Room, engine: ScriptedEngine, texts: Texts
) -> None:
    engine.held_from = 0
    live, link = await processes(), Link()
    broadcast = await link.begin(live, room.pk)
    await link.push(broadcast, speech(0, 30))
    broadcast.control(Stop(broadcast.kept))
    broadcast.control(Stop(broadcast.kept))
    await link.heard("status", text_key="ending")
    with pytest.raises(Refused) as caught:
        broadcast.audio(broadcast.kept, speech(30, 1))
    assert caught.value.reason is Reason.ENDED
    engine.release.set()
    assert await link.ended() is Reason.ENDED
    assert [message["type"] for message in link.said].count("ended") == 1
    assert await texts() == sentences(0, 30)


async def test_what_was_skipped_is_told_and_kept_as_a_gap(
    processes: Processes, room: Room, engine: ScriptedEngine, texts: Texts
) -> None:
    poisoned = speech(41, 1)
    engine.fault = lambda sent: broken() if engine.heard[-1] == poisoned else None
    live, link = await processes(), Link()
    broadcast = await link.begin(live, room.pk)
    await link.push(broadcast, speech(0, 140))
    await link.heard("status", upstream="skipped", text_key="upstream_skipped")
    await link.stop(broadcast)
    assert await texts() == sentences(0, 40) + sentences(90, 50)
    assert [gap[:3] for gap in await _gaps()] == [(64_000, "uncaptioned", 5000)]


async def test_a_missing_key_is_told_and_the_next_connection_tries_again(
    processes: Processes, room: Room, engine: ScriptedEngine, texts: Texts
) -> None:
    engine.refusal = lambda: broken(ErrorKind.KEY) if engine.opened == 1 else None
    live, link = await processes(), Link()
    broadcast = await link.begin(live, room.pk)
    await link.push(broadcast, speech(0, 20))
    await link.heard("status", upstream="key", text_key="upstream_key")
    again = Link(link.name)
    await again.begin(live, room.pk)
    await again.stop(broadcast)
    assert await texts() == sentences(0, 20)


async def test_what_the_engine_bills_is_kept(processes: Processes, room: Room) -> None:
    live, link = await processes(), Link()
    broadcast = await link.begin(live, room.pk)
    await link.push(broadcast, speech(0, 20))
    await link.stop(broadcast)
    transcript = await sync_to_async(Transcript.objects.get)()
    assert (transcript.billed_seconds, transcript.request_ids) == (2.0, ["task-1"])


async def test_a_full_disk_is_told_and_the_recording_goes_on_by_itself(
    processes: Processes, room: Room, monkeypatch: pytest.MonkeyPatch, texts: Texts
) -> None:
    live, link = await processes(), Link()
    broadcast = await link.begin(live, room.pk)

    def full(self: AudioLog, first: int, pcm: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(AudioLog, "append", full)
        for at in range(0, 50, 10):
            broadcast.audio(at * 1600, speech(at, 10))
        await link.heard("status", storage="full", text_key="storage_full")
        assert not any(message["type"] == "ack" for message in link.said)
    await link.acked(80_000)
    await link.heard("status", storage="ok")
    await link.stop(broadcast)
    assert await texts() == sentences(0, 50)


async def test_the_end_waits_for_space_and_a_drain_waits_for_neither(
    processes: Processes, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    live, link = await processes(), Link()
    broadcast = await link.begin(live, room.pk)

    def full(self: AudioLog, first: int, pcm: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(AudioLog, "append", full)
    broadcast.audio(0, speech(0, 10))
    broadcast.control(Stop(16_000))
    await link.heard("status", text_key="storage_full")
    async with asyncio.timeout(10):
        await live.drain()
    assert link.reason is Reason.RESTARTING


async def test_nothing_is_left_of_a_broadcast_that_is_over(processes: Processes, room: Room, tmp_path: Path) -> None:
    live = await processes()
    before = asyncio.all_tasks()
    for _ in range(3):
        link = Link()
        broadcast = await link.begin(live, room.pk)
        await link.push(broadcast, speech(0, 5))
        await link.stop(broadcast)
        await broadcast.over.wait()
        await asyncio.gather(*[task for task in asyncio.all_tasks() - before if "end of" in task.get_name()])
    assert asyncio.all_tasks() - before == set()
    assert (live._broadcasts, live.hub._held) == ({}, {})
