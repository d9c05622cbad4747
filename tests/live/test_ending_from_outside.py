from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from asgiref.sync import sync_to_async

from subtitles.library import ending
from subtitles.live.refusals import Reason
from subtitles.live.runtime import Runtime, announce
from subtitles.models import CaptionSession, Room, User
from tests.live.links import WAIT_S, Link
from tests.live.scripted import sentences, speech

Processes = Callable[[], Awaitable[Runtime]]
Texts = Callable[[], Awaitable[list[str]]]


@sync_to_async
def _end() -> list[bool]:
    """Twice."""
    session, user = CaptionSession.objects.get(), User.objects.get()
    done = [ending.end(session, user), ending.end(session, user)]
    announce(session.room_id)
    return done


@sync_to_async
def _state() -> tuple[str, int]:
    session = CaptionSession.objects.get()
    return session.state, session.last_number


async def test_a_page_whose_session_was_ended_hears_so_and_nothing_is_lost(
    processes: Processes, room: Room, texts: Texts
) -> None:
    live, page = await processes(), Link()
    broadcast = await page.begin(live, room.pk)
    await page.push(broadcast, speech(0, 100))
    assert await _end() == [True, False]
    assert await page.ended() is Reason.RESYNC
    again = Link(page.name)
    assert await again.begin(live, room.pk) is not broadcast
    assert await again.ended() is Reason.ENDED
    assert await _state() == ("ended", 5)
    assert await texts() == sentences(0, 100)


async def test_without_a_page_a_sweeper_winds_it_up(processes: Processes, room: Room, texts: Texts) -> None:
    live, page = await processes(), Link()
    broadcast = await page.begin(live, room.pk)
    await page.push(broadcast, speech(0, 50))
    await _end()
    async with asyncio.timeout(WAIT_S):
        await broadcast.over.wait()
        await live.sweep()
        if (rest := live.broadcast(broadcast.taken.info.id)) is not None:
            await rest.over.wait()
    assert await _state() == ("ended", 3)
    assert await texts() == sentences(0, 50)
