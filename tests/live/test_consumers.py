from __future__ import annotations

from subtitles.live.runtime import Runtime
from subtitles.models import Room
from tests.live.clients import Broadcaster, Viewer
from tests.live.scripted import speech

TEN_SECONDS = speech(0, 100)


async def test_what_is_said_in_one_socket_is_read_in_another(live: Runtime, room: Room, stream_key: str) -> None:
    viewer = Viewer(room.watch_token)
    assert (await viewer.start())["session"] is None
    broadcaster = Broadcaster(room, stream_key)
    await broadcaster.start()
    assert (await viewer.until("snapshot"))["session"]["state"] == "live"
    await broadcaster.pump(TEN_SECONDS)
    await broadcaster.say(type="stop", at=160_000)
    ended = await broadcaster.until("ended")
    assert (ended["samples"], ended["sentences"]) == (160_000, 5)
    assert (await broadcaster.next()) == {"type": "error", **_error_of(broadcaster)}
    await viewer.until("session", state="ended")
    numbers = [item["number"] for message in viewer.seen if message["type"] == "sentences" for item in message["items"]]
    assert numbers == [1, 2, 3, 4, 5]
    await viewer.close()


def _error_of(client: Broadcaster) -> dict[str, object]:
    error = dict(client.seen[-1])
    assert error["key"] == "ended"
    return {name: value for name, value in error.items() if name != "type"}
