"""The door for viewers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client as Browser

from subtitles.live import runtime
from subtitles.live.runtime import Runtime
from subtitles.models import Room, User
from tests.live.clients import Broadcaster, Viewer
from tests.live.scripted import speech

pytestmark = pytest.mark.usefixtures("live")


@pytest.fixture
def cookie(room: Room) -> tuple[bytes, bytes]:
    """Alice, who owns the room, is signed in."""
    return _cookie(room.owner)


def _cookie(user: User) -> tuple[bytes, bytes]:
    browser = Browser()
    browser.force_login(user)
    return b"cookie", f"sessionid={browser.cookies['sessionid'].value}".encode()


# --- viewers ----------------------------------------------------------------------------------------------------------


async def test_a_link_that_was_replaced_says_so(room: Room) -> None:
    old = room.watch_token
    await sync_to_async(room.renew_watch_link)()
    viewer = Viewer(old)
    await viewer.open()
    assert (await viewer.refused())["code"] == 4111


async def test_a_link_that_is_replaced_ends_for_whoever_watches_and_not_for_the_streamer(
    room: Room, stream_key: str, quick: None
) -> None:
    broadcaster, viewer = Broadcaster(room.slug, stream_key), Viewer(room.watch_token)
    await broadcaster.start(captions=True)
    await viewer.start()
    await sync_to_async(room.renew_watch_link)()
    assert (await viewer.refused())["code"] == 4111
    await broadcaster.pump(speech(0, 20))
    await broadcaster.until("sentences")
    await broadcaster.close()


async def test_a_room_that_is_deleted_ends_for_whoever_watches(room: Room, quick: None) -> None:
    viewer = Viewer(room.watch_token)
    await viewer.start()
    await sync_to_async(room.delete)()
    assert (await viewer.refused())["code"] == 4104


async def test_a_link_that_never_was_leads_nowhere(room: Room) -> None:
    viewer = Viewer("nonsense")
    await viewer.open()
    assert (await viewer.refused())["code"] == 4104


async def test_a_viewer_may_send_no_audio(room: Room) -> None:
    viewer = Viewer(room.watch_token)
    await viewer.start()
    await viewer.socket.send_to(bytes_data=bytes(100))
    assert (await viewer.refused())["code"] == 4103


async def test_a_viewer_that_asks_all_the_time_is_too_fast(room: Room) -> None:
    viewer = Viewer(room.watch_token)
    await viewer.start()
    for _ in range(50):
        await viewer.say(type="since", seq=None)
    assert (await viewer.refused())["code"] == 4429


async def test_a_viewer_catches_up_and_pages_back(room: Room, stream_key: str) -> None:
    broadcaster = Broadcaster(room.slug, stream_key)
    session = (await broadcaster.start())["session"]
    await broadcaster.pump(speech(0, 1200))
    await broadcaster.say(type="stop", at=1_920_000)
    await broadcaster.until("ended", sentences=60)
    await broadcaster.refused()
    viewer = Viewer(room.watch_token)
    snapshot = await viewer.start()
    assert [item["number"] for item in snapshot["items"]] == list(range(11, 61))
    await viewer.say(type="before", number=11)
    page = await viewer.until("page")
    assert ([item["number"] for item in page["items"]], page["more"]) == (list(range(1, 11)), False)
    await viewer.say(type="since", seq=snapshot["seq"] - 9)
    missed = await viewer.until("sentences")
    numbers = [item["number"] for item in missed["items"]]
    assert (missed["after"], numbers) == (snapshot["seq"] - 9, list(range(61 - len(numbers), 61)))
    assert len(numbers) >= 7
    again = Viewer(room.watch_token)
    assert (await again.start(session, snapshot["seq"] - 3))["type"] == "sentences"
    await viewer.close()
    await again.close()


async def test_what_a_page_changes_is_seen_at_once(room: Room, stream_key: str) -> None:
    viewer = Viewer(room.watch_token)
    await viewer.start()

    def rename() -> None:
        Room.objects.filter(pk=room.pk).update(seq=5)
        runtime.announce(room.pk)

    await sync_to_async(rename)()
    assert (await viewer.until("snapshot"))["seq"] == 5
    await viewer.close()


async def test_a_mistake_in_our_own_code_is_told_with_a_number_to_quote(
    room: Room, live: Runtime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def mistake(*args: Any, **kwargs: Any) -> None:
        raise TypeError("a mistake")

    monkeypatch.setattr(live.hub, "join", mistake)
    viewer = Viewer(room.watch_token)
    await viewer.open()
    await viewer.say(type="hello", version=1)
    error = await viewer.refused()
    assert error["code"] == 4500
    assert error["request_id"] in caplog.text
    assert error["request_id"]


async def test_fifty_viewers_leave_nothing_behind(room: Room, live: Runtime) -> None:
    viewers = [Viewer(room.watch_token) for _ in range(50)]
    await asyncio.gather(*(viewer.start() for viewer in viewers))
    assert live.hub.viewers(room.pk) == 50
    await asyncio.gather(*(viewer.close() for viewer in viewers))
    assert live.hub.viewers(room.pk) == 0
