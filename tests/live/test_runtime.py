from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from subtitles.live import broadcast as broadcast_module
from subtitles.live import groups, runtime, store
from subtitles.live.refusals import Reason, Refused
from subtitles.live.runtime import Runtime
from subtitles.live.wire import Stop
from subtitles.models import CaptionSession, Recording, Room
from subtitles.recordings.audio_log import AudioLog
from tests.live.layer import SharedLayer
from tests.live.links import WAIT_S, Link
from tests.live.scripted import BLOCK, ScriptedEngine, sentences, speech
from tests.live.watching import Wire

State = CaptionSession.State
Processes = Callable[[], Awaitable[Runtime]]
Texts = Callable[[], Awaitable[list[str]]]


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> SharedLayer:
    shared = SharedLayer()
    monkeypatch.setattr(groups, "get_channel_layer", lambda: shared)
    return shared


@sync_to_async
def _session() -> CaptionSession:
    return CaptionSession.objects.get()


@sync_to_async
def _lease_is_over() -> None:
    CaptionSession.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


async def _sweep_to_the_end(live: Runtime, session_id: int) -> None:
    """The runtime sweeps when it starts, too: it may be over already."""
    await live.sweep()
    if (broadcast := live.broadcast(session_id)) is not None:
        async with asyncio.timeout(WAIT_S):
            await broadcast.over.wait()


# --- coming back ------------------------------------------------------------------------------------------------------


async def test_a_page_that_reconnects_keeps_its_captioner_and_its_engine_stream(
    processes: Processes, room: Room, engine: ScriptedEngine, texts: Texts
) -> None:
    live, first = await processes(), Link()
    broadcast = await first.begin(live, room.pk)
    await first.push(broadcast, speech(0, 50))
    again = Link(first.name)
    assert await again.begin(live, room.pk) is broadcast
    assert first.reason is Reason.TAKEN_OVER
    assert again.said[0] == {"type": "ready", "session": 1, "epoch": 2, "kept": 80_000, "window": 80_000} | {
        "session": broadcast.taken.info.id
    }
    await again.push(broadcast, speech(50, 50))
    assert await again.stop(broadcast) is Reason.ENDED
    assert (await texts(), engine.opened) == (sentences(0, 100), 1)


async def test_who_takes_over_gets_the_session_and_the_other_is_told(processes: Processes, room: Room) -> None:
    live, first, second = await processes(), Link(), Link()
    broadcast = await first.begin(live, room.pk)
    with pytest.raises(Refused) as caught:
        await second.begin(live, room.pk)
    assert caught.value.reason is Reason.BUSY
    assert first.reason is None
    assert await second.begin(live, room.pk, take_over=True) is broadcast
    assert first.reason is Reason.TAKEN_OVER


async def test_of_fifty_pages_that_race_one_gets_in(processes: Processes, room: Room) -> None:
    live, links = await processes(), [Link() for _ in range(50)]
    found = await asyncio.gather(*(link.begin(live, room.pk) for link in links), return_exceptions=True)
    refused = [error.reason for error in found if isinstance(error, Refused)]
    assert refused == [Reason.BUSY] * 49
    assert (await _session()).epoch == 1


async def test_of_fifty_pages_that_take_over_one_is_left_writing(
    processes: Processes, room: Room, tmp_path: Path
) -> None:
    live, links = await processes(), [Link() for _ in range(50)]
    found = await asyncio.gather(*(link.begin(live, room.pk, take_over=True) for link in links))
    assert len(set(map(id, found))) == 1
    assert [link.reason for link in links].count(None) == 1
    assert (await _session()).epoch == 50
    assert live._opening == {}


async def test_a_page_that_goes_away_while_it_begins_leaves_no_ghost(processes: Processes, room: Room) -> None:
    live, gone, link = await processes(), Link(), Link()
    open_door = threading.Event()
    held = asyncio.create_task(live.writer.run(open_door.wait))
    beginning = asyncio.create_task(gone.begin(live, room.pk))
    await asyncio.sleep(0)
    beginning.cancel()
    await asyncio.gather(beginning, return_exceptions=True)
    open_door.set()
    await held
    broadcast = await link.begin(live, room.pk, take_over=True)
    assert broadcast.epoch == 2
    await link.push(broadcast, speech(0, 20))
    assert gone.reason in (None, Reason.TAKEN_OVER)


async def test_a_page_that_comes_back_while_its_session_ends_hears_the_end(
    processes: Processes, room: Room, engine: ScriptedEngine, texts: Texts
) -> None:
    engine.held_from = 50 * BLOCK
    live, first = await processes(), Link()
    broadcast = await first.begin(live, room.pk)
    await first.push(broadcast, speech(0, 100))
    broadcast.control(Stop(broadcast.kept))
    await first.heard("status", text_key="ending")
    broadcast.detach(first)
    again = Link(first.name)
    assert await again.begin(live, room.pk) is broadcast
    engine.release.set()
    assert (await again.heard("ended"))["sentences"] == 5
    assert await again.ended() is Reason.ENDED
    assert await texts() == sentences(0, 100)


async def test_a_recording_that_cannot_begin_is_refused_and_can_begin_later(
    processes: Processes, room: Room, monkeypatch: pytest.MonkeyPatch, texts: Texts
) -> None:
    live, link = await processes(), Link()

    def no_space(self: AudioLog, epoch: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(AudioLog, "begin_segment", no_space)
        with pytest.raises(Refused) as caught:
            await link.begin(live, room.pk)
    assert caught.value.reason is Reason.STORAGE_FULL
    broadcast = await link.begin(live, room.pk)
    await link.push(broadcast, speech(0, 20))
    await link.stop(broadcast)
    assert await texts() == sentences(0, 20)


# --- several processes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hears", [True, False])
async def test_a_process_that_lost_the_session_writes_nothing_more(
    processes: Processes, layer: SharedLayer, room: Room, texts: Texts, hears: bool
) -> None:
    """Whether it hears of it from the other process, or only from the database."""
    layer.cut = not hears
    old, new, first, second = await processes(), await processes(), Link(), Link()
    lost = await first.begin(old, room.pk)
    await first.push(lost, speech(0, 40))
    taken = await second.begin(new, room.pk, take_over=True)
    assert await first.ended() is Reason.TAKEN_OVER
    await lost.over.wait()
    lost.audio(lost.kept, speech(900, 1))
    await second.push(taken, speech(40, 40))
    await second.stop(taken)
    assert await texts() == sentences(0, 80)


async def test_a_broadcaster_whose_session_was_swept_up_is_told_to_come_back(
    processes: Processes, layer: SharedLayer, room: Room, texts: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast_module, "RENEW_EVERY_S", 3600)
    old, new, link = await processes(), await processes(), Link()
    await link.push(await link.begin(old, room.pk), speech(0, 30))
    await _lease_is_over()
    await new.sweep()
    assert await link.ended() is Reason.RESYNC
    again = Link(link.name)
    broadcast = await again.begin(new, room.pk)
    await again.push(broadcast, speech(30, 30))
    await again.stop(broadcast)
    assert await texts() == sentences(0, 60)


async def test_a_session_may_go_to_another_process_and_come_back(
    processes: Processes, layer: SharedLayer, room: Room, texts: Texts
) -> None:
    layer.cut = True
    one, two, link = await processes(), await processes(), Link()
    lost = await link.begin(one, room.pk)
    await link.push(lost, speech(0, 20))
    there = Link(link.name)
    await there.push(await there.begin(two, room.pk), speech(20, 20))
    back = Link(link.name)
    broadcast = await back.begin(one, room.pk)
    assert broadcast is not lost
    assert broadcast.kept == 64_000
    await back.push(broadcast, speech(40, 20))
    await back.stop(broadcast)
    assert await texts() == sentences(0, 60)


async def test_a_sweep_leaves_the_sessions_of_its_own_process_alone(processes: Processes, room: Room) -> None:
    live, link = await processes(), Link()
    broadcast = await link.begin(live, room.pk)
    await _lease_is_over()
    await live.sweep()
    assert (link.reason, broadcast.epoch) == (None, 1)


async def test_what_a_dead_process_left_in_the_log_is_captioned_and_sealed(
    processes: Processes, room: Room, settings: Any, tmp_path: Path, texts: Texts
) -> None:
    taken = await sync_to_async(_killed_with_audio)(room, tmp_path)
    settings.SUBTITLES_ABANDON_AFTER_S = 0.05
    await _sweep_to_the_end(await processes(), taken.info.id)
    assert await texts() == sentences(0, 60)
    assert (await _session()).state == State.ENDED
    assert (await sync_to_async(Recording.objects.get)()).samples == 96_000


def _killed_with_audio(room: Room, folder: Path) -> store.Taken:
    taken = store.begin(room.pk, Link().hello())
    log = AudioLog(folder / "live" / str(taken.info.id))
    log.begin_segment(taken.epoch)
    log.append(0, speech(0, 60))
    log.close()
    CaptionSession.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    return taken


async def test_one_session_that_cannot_be_taken_does_not_hold_up_the_others(
    processes: Processes, room: Room, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = await sync_to_async(_killed_with_audio)(room, tmp_path)
    folder = tmp_path / "live" / str(first.info.id)
    (folder / f"{first.epoch + 1}-96000.pcm").touch()
    other = await sync_to_async(Room.objects.create)(title="B", slug="b", owner_id=room.owner_id)
    second = await sync_to_async(_killed_with_audio)(other, tmp_path)
    live = await processes()
    await live.sweep()
    assert live.broadcast(first.info.id) is None
    assert live.broadcast(second.info.id) is not None
    assert f"session {first.info.id}: cannot take it over" in caplog.text


# --- leaving ----------------------------------------------------------------------------------------------------------


async def test_nobody_for_some_time_ends_the_session(
    processes: Processes, room: Room, settings: Any, texts: Texts
) -> None:
    settings.SUBTITLES_ABANDON_AFTER_S = 0.05
    live, link = await processes(), Link()
    broadcast = await link.begin(live, room.pk)
    await link.push(broadcast, speech(0, 30))
    broadcast.detach(link)
    async with asyncio.timeout(WAIT_S):
        await broadcast.over.wait()
    assert ((await _session()).state, await texts()) == (State.ENDED, sentences(0, 30))
    with pytest.raises(Refused) as caught:
        await Link(link.name).begin(live, room.pk)
    assert caught.value.reason is Reason.ENDED


async def test_a_process_that_drains_hands_its_sessions_over(processes: Processes, room: Room, texts: Texts) -> None:
    old, link, viewer = await processes(), Link(), Wire()
    await old.hub.join(room.pk, viewer, None)
    await link.push(await link.begin(old, room.pk), speech(0, 50))
    await old.drain()
    assert link.reason is Reason.RESTARTING
    error = viewer.taken[-1]
    assert (error["type"], error["code"], viewer.closed) == ("error", 4503, (4503, "restarting"))
    assert 0 <= error["retry_after"] <= 5
    lease = (await _session()).lease_until
    assert lease is not None
    assert lease <= timezone.now()
    with pytest.raises(Refused) as caught:
        await Link().begin(old, room.pk)
    assert caught.value.reason is Reason.RESTARTING
    new, again = await processes(), Link(link.name)
    broadcast = await again.begin(new, room.pk)
    await again.push(broadcast, speech(50, 50))
    await again.stop(broadcast)
    assert " ".join(await texts()) == " ".join(sentences(0, 100))


async def test_a_restart_in_the_middle_of_the_end_loses_no_captions(
    processes: Processes, room: Room, engine: ScriptedEngine, texts: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast_module, "DRAIN_S", 0.1)
    engine.held_from = 110 * BLOCK
    old, link = await processes(), Link()
    broadcast = await link.begin(old, room.pk)
    await link.push(broadcast, speech(0, 200))
    broadcast.control(Stop(broadcast.kept))
    await link.heard("status", text_key="ending")
    await old.drain()
    assert (await _session()).state == State.ENDING
    engine.release.set()
    await _lease_is_over()
    await _sweep_to_the_end(await processes(), broadcast.taken.info.id)
    assert " ".join(await texts()) == " ".join(sentences(0, 200))
    assert (await _session()).state == State.ENDED


async def test_a_loop_may_have_another_runtime_after_the_first_has_stopped(live: Runtime) -> None:
    await live.stop()
    following = await runtime.current()
    assert following is not live
    assert not following.draining
    await following.stop()


async def test_a_loop_that_was_drained_refuses_everybody(live: Runtime) -> None:
    await runtime.drain()
    assert (await runtime.current()).draining
