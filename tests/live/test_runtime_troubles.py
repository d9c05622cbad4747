"""What a process does when the database is away, or something in it breaks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError

from subtitles.live import groups, store
from subtitles.live.refusals import Reason
from subtitles.live.runtime import Runtime
from subtitles.models import CaptionSession, Recording, Room
from tests.live.layer import SharedLayer
from tests.live.links import Link
from tests.live.scripted import sentences, speech

State = CaptionSession.State
Processes = Callable[[], Awaitable[Runtime]]
Texts = Callable[[], Awaitable[list[str]]]


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> SharedLayer:
    shared = SharedLayer()
    monkeypatch.setattr(groups, "get_channel_layer", lambda: shared)
    return shared


# --- the database is away ---------------------------------------------------------------------------------------------


async def test_a_locked_database_holds_up_neither_acknowledgements_nor_fsync(
    processes: Processes, room: Room, texts: Texts
) -> None:
    live, link = await processes(), Link()
    broadcast = await link.begin(live, room.pk)
    unlock = threading.Event()
    locked = asyncio.create_task(live.writer.run(unlock.wait))
    await link.push(broadcast, speech(0, 60))
    await link.acked(96_000, "durable")
    await link.heard("status", storage="late", text_key="saving_late")
    unlock.set()
    await locked
    await link.heard("status", storage="ok")
    await link.stop(broadcast)
    assert await texts() == sentences(0, 60)


async def test_sentences_that_the_database_refuses_are_kept_when_it_is_back(
    processes: Processes, room: Room, texts: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    live, link = await processes(), Link()
    broadcast = await link.begin(live, room.pk)

    def locked(*args: Any) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as away:
        away.setattr(store, "commit_final", locked)
        await link.push(broadcast, speech(0, 900))
        await link.heard("status", storage="late")
    await link.stop(broadcast)
    assert await texts() == sentences(0, 900)


# --- what breaks ------------------------------------------------------------------------------------------------------


async def test_an_engine_that_does_not_exist_leaves_the_recording(
    processes: Processes, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    await sync_to_async(Room.objects.update)(engine="gone")
    live, link = await processes(), Link()
    broadcast = await link.begin(live, room.pk)
    await link.push(broadcast, speech(0, 20))
    await link.heard("status", upstream="parameters")
    assert await link.stop(broadcast) is Reason.ENDED
    assert (await sync_to_async(Recording.objects.get)()).samples == 32_000


async def test_a_mistake_in_our_own_code_gives_the_session_up_and_the_next_connection_goes_on(
    processes: Processes, room: Room, texts: Texts, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    live, link = await processes(), Link()
    broadcast = await link.begin(live, room.pk)

    def mistake(*args: Any) -> None:
        raise TypeError("a mistake")

    with monkeypatch.context() as broken:
        broken.setattr(store, "commit_final", mistake)
        broadcast.audio(0, speech(0, 30))
        assert await link.ended() is Reason.INTERNAL
        await broadcast.over.wait()
    assert "a mistake" in caplog.text
    again = Link(link.name)
    broadcast = await again.begin(live, room.pk)
    await again.push(broadcast, speech(30, 30))
    await again.stop(broadcast)
    assert await texts() == sentences(0, 60)
