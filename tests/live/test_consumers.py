from __future__ import annotations

import struct

import pytest
from asgiref.sync import sync_to_async
from django.test import Client as Browser

from subtitles.live import consumers, intake, runtime
from subtitles.live.runtime import Runtime
from subtitles.models import CaptionSession, Room, Sentence, User
from tests.live.clients import Broadcaster, Client, Viewer
from tests.live.scripted import ScriptedEngine, sentences, speech

pytestmark = pytest.mark.usefixtures("live")
TEN_SECONDS = speech(0, 100)
ORIGIN = (b"origin", b"http://testserver")


@pytest.fixture
def cookie(room: Room) -> tuple[bytes, bytes]:
    """Alice, who owns the room, is signed in."""
    return _cookie(room.owner)


def _cookie(user: User) -> tuple[bytes, bytes]:
    browser = Browser()
    browser.force_login(user)
    return b"cookie", f"sessionid={browser.cookies['sessionid'].value}".encode()


def _items(client: Client) -> list[str]:
    """Texts of all sentences that came, in their order."""
    messages = [message for message in client.seen if message["type"] == "sentences"]
    return [item["text"] for message in messages for item in message["items"]]


# --- both together ----------------------------------------------------------------------------------------------------


async def test_what_is_said_in_one_socket_is_read_in_another(room: Room, stream_key: str) -> None:
    viewer = Viewer(room.watch_token)
    assert (await viewer.start())["session"] is None
    broadcaster = Broadcaster(room.slug, stream_key)
    await broadcaster.start()
    assert (await viewer.until("snapshot"))["session"]["state"] == "live"
    await broadcaster.pump(TEN_SECONDS)
    await broadcaster.say(type="stop", at=160_000)
    ended = await broadcaster.until("ended")
    assert (ended["samples"], ended["sentences"]) == (160_000, 5)
    assert (await broadcaster.refused())["key"] == "ended"
    await viewer.until("session", state="ended")
    assert _items(viewer) == sentences(0, 100)
    await viewer.close()


async def test_a_broadcaster_may_read_its_own_captions(room: Room, stream_key: str, live: Runtime) -> None:
    broadcaster = Broadcaster(room.slug, stream_key)
    await broadcaster.start(captions=True)
    assert (await broadcaster.until("snapshot"))["session"]["state"] == "live"
    assert live.hub.viewers(room.pk) == 0
    await broadcaster.pump(TEN_SECONDS)
    await broadcaster.say(type="stop", at=160_000)
    await broadcaster.until("session", state="ended")
    assert _items(broadcaster) == sentences(0, 100)
    await broadcaster.refused()


async def test_viewers_are_counted_for_the_broadcaster(room: Room, stream_key: str) -> None:
    viewers = [Viewer(room.watch_token) for _ in range(3)]
    for viewer in viewers:
        await viewer.start()
    broadcaster = Broadcaster(room.slug, stream_key)
    await broadcaster.start()
    await broadcaster.until("status", viewers=3)
    for viewer in viewers:
        await viewer.close()
    await broadcaster.until("status", viewers=0)
    await broadcaster.close()


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", "\u202eevil\u2066", "x" * 1_000_000, "\ud800\x00word"])
async def test_what_an_engine_says_is_cleaned_before_anybody_sees_it(
    room: Room, stream_key: str, engine: ScriptedEngine, evil: str
) -> None:
    engine.spoken = evil
    viewer, broadcaster = Viewer(room.watch_token), Broadcaster(room.slug, stream_key)
    await viewer.start()
    await broadcaster.start()
    await broadcaster.pump(speech(0, 1))
    await broadcaster.say(type="stop", at=1600)
    await viewer.until("session", state="ended")
    for message in viewer.seen:
        for said in [message.get("text", ""), *(item["text"] for item in message.get("items", ()))]:
            assert len(said) <= 2000
            assert not set(said) & {"\u202e", "\u2066", "\x00", "\ud800"}
    (kept,) = [text async for text in Sentence.objects.values_list("text", flat=True)]
    assert _items(viewer) == [kept]
    assert kept
    await viewer.close()


async def test_after_a_drain_everybody_is_sent_elsewhere(room: Room, stream_key: str) -> None:
    broadcaster, viewer = Broadcaster(room.slug, stream_key), Viewer(room.watch_token)
    await viewer.start()
    await broadcaster.start()
    await runtime.drain()
    assert (await broadcaster.refused())["code"] == 4503
    assert 0 <= (await viewer.refused())["retry_after"] <= 5
    late_viewer, late_broadcaster = Viewer(room.watch_token), Broadcaster(room.slug, stream_key)
    await late_viewer.open()
    assert (await late_viewer.refused())["code"] == 4503
    await late_broadcaster.open()
    assert (await late_broadcaster.refused())["code"] in (4500, 4503)


# --- who may broadcast ------------------------------------------------------------------------------------------------


async def test_a_key_opens_its_room_without_its_address(room: Room, stream_key: str) -> None:
    broadcaster = Broadcaster("-", stream_key)
    await broadcaster.start()
    await broadcaster.close()


@pytest.mark.parametrize(("slug", "key"), [("talk", "wrong"), ("-", "wrong"), ("other", None)])
async def test_a_wrong_key_or_a_wrong_room_is_forbidden(
    room: Room, stream_key: str, slug: str, key: str | None
) -> None:
    broadcaster = Broadcaster(slug, key or stream_key)
    await broadcaster.open()
    assert (await broadcaster.refused())["code"] == 4103


async def test_an_owner_who_is_signed_in_broadcasts_from_a_page_of_this_site(
    room: Room, cookie: tuple[bytes, bytes]
) -> None:
    broadcaster = Broadcaster(room.slug, headers=[cookie, ORIGIN])
    await broadcaster.start()
    await broadcaster.close()


async def test_a_cookie_without_a_page_is_not_enough(room: Room, cookie: tuple[bytes, bytes]) -> None:
    broadcaster = Broadcaster(room.slug, headers=[cookie])
    await broadcaster.open()
    assert (await broadcaster.refused())["code"] == 4100


async def test_nobody_broadcasts_without_signing_in(room: Room) -> None:
    broadcaster = Broadcaster(room.slug, headers=[ORIGIN])
    await broadcaster.open()
    assert (await broadcaster.refused())["code"] == 4100


async def test_a_strange_page_does_not_get_in_at_all(room: Room, cookie: tuple[bytes, bytes]) -> None:
    broadcaster = Broadcaster(room.slug, headers=[cookie, (b"origin", b"http://evil.example")])
    assert await broadcaster.socket.connect(timeout=5) == (False, 1000)


@pytest.mark.parametrize("slug", ["talk", "nowhere"])
async def test_a_room_of_somebody_else_is_as_unknown_as_one_that_is_not(room: Room, slug: str) -> None:
    stranger = await sync_to_async(lambda: _cookie(User.objects.create_user("mallory")))()
    broadcaster = Broadcaster(slug, headers=[stranger, ORIGIN])
    await broadcaster.open()
    assert (await broadcaster.refused())["code"] == 4104


async def test_without_consent_nothing_is_recorded(room: Room, stream_key: str) -> None:
    broadcaster = Broadcaster(room.slug, stream_key)
    await broadcaster.open()
    await broadcaster.say(type="hello", version=1, broadcast=str(broadcaster.broadcast))
    assert (await broadcaster.refused())["code"] == 4112
    assert not await CaptionSession.objects.aexists()


async def test_a_second_broadcaster_is_busy_and_may_take_over(room: Room, stream_key: str) -> None:
    first, second, third = (Broadcaster(room.slug, stream_key) for _ in range(3))
    await first.start()
    await second.open()
    await second.say(type="hello", version=1, broadcast=str(second.broadcast), consent=True)
    assert (await second.refused())["code"] == 4210
    await third.start(take_over=True)
    error = await first.refused()
    assert (error["code"], error["kept"]) == (4209, 0)
    await third.close()


async def test_a_broadcast_that_has_ended_does_not_begin_again(room: Room, stream_key: str) -> None:
    first = Broadcaster(room.slug, stream_key)
    await first.start()
    await first.say(type="stop", at=0)
    await first.until("ended")
    await first.refused()
    again = Broadcaster(room.slug, stream_key, first.broadcast)
    await again.open()
    await again.say(type="hello", version=1, broadcast=str(again.broadcast), consent=True)
    assert (await again.refused())["code"] == 4200
    assert await CaptionSession.objects.acount() == 1


async def test_a_reconnect_goes_on_where_the_recording_ends(
    room: Room, stream_key: str, engine: ScriptedEngine
) -> None:
    first = Broadcaster(room.slug, stream_key)
    await first.start()
    await first.pump(speech(0, 30))
    again = Broadcaster(room.slug, stream_key, first.broadcast)
    assert (await again.start())["kept"] == 48_000
    assert (await first.refused())["code"] == 4209
    await again.pump(speech(20, 40), first=32_000)
    await again.say(type="stop", at=96_000)
    await again.until("ended", samples=96_000)
    await again.refused()
    assert [text async for text in Sentence.objects.values_list("text", flat=True)] == sentences(0, 60)
    assert engine.opened == 1


# --- broadcasters that make mistakes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(100), 4002),
        (bytes(8) + b"\x1a\x45\xdf\xa3" + bytes(100), 4002),
        (bytes(8 + 65_536), 4003),
        (bytes(8 + 3201), 4004),
        (bytes(3), 4004),
        (struct.pack("<Q", 1) + bytes(2), 4005),
        (struct.pack("<q", -1) + bytes(2), 4005),
        (struct.pack("<Q", 2**53) + bytes(2), 4005),
    ],
)
async def test_audio_that_is_none_is_refused_with_its_reason(
    room: Room, stream_key: str, frame: bytes, code: int
) -> None:
    broadcaster = Broadcaster(room.slug, stream_key)
    await broadcaster.start()
    await broadcaster.socket.send_to(bytes_data=frame)
    error = await broadcaster.refused()
    assert (error["code"], error["kept"]) == (code, 0)


async def test_samples_that_look_like_a_file_are_samples_after_the_first_frame(room: Room, stream_key: str) -> None:
    broadcaster = Broadcaster(room.slug, stream_key)
    await broadcaster.start()
    await broadcaster.pump(bytes(3200) + b"ID3\x03" + bytes(3196))
    assert broadcaster.acked == 3200
    await broadcaster.close()


async def test_empty_frames_are_nothing(room: Room, stream_key: str) -> None:
    broadcaster = Broadcaster(room.slug, stream_key)
    await broadcaster.start()
    await broadcaster.frame(0, b"")
    await broadcaster.socket.input_queue.put({"type": "websocket.receive", "bytes": b""})
    await broadcaster.pump(bytes(3200))
    await broadcaster.close()


async def test_a_flood_of_frames_is_too_fast(room: Room, stream_key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MOST_FRAMES_PER_S", 10)
    broadcaster = Broadcaster(room.slug, stream_key)
    await broadcaster.start()
    for turn in range(500):
        await broadcaster.frame(turn, bytes(2))
    error = await broadcaster.refused()
    assert (error["code"], error["retry_after"]) == (4429, 1.0)
    assert error["kept"] >= 20


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", 4000),
        ('{"type":"dance"}', 4000),
        ('{"type":"hello","version":2}', 4001),
        ('{"type":"stop","at":9}', 4005),
        ('{"type":"stop","at":NaN}', 4000),
    ],
)
async def test_texts_that_do_not_fit_close_the_connection(room: Room, stream_key: str, text: str, code: int) -> None:
    broadcaster = Broadcaster(room.slug, stream_key)
    await broadcaster.start()
    await broadcaster.socket.send_to(text_data=text)
    assert (await broadcaster.refused())["code"] == code


async def test_a_second_hello_is_one_too_many(room: Room, stream_key: str) -> None:
    broadcaster = Broadcaster(room.slug, stream_key)
    await broadcaster.start()
    await broadcaster.say(type="hello", version=1, broadcast=str(broadcaster.broadcast), consent=True)
    assert (await broadcaster.refused())["code"] == 4000


@pytest.mark.parametrize("door", ["watch", "broadcast"])
async def test_whoever_says_nothing_is_sent_away(
    room: Room, stream_key: str, door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "HELLO_WITHIN_S", 0.01)
    client = Viewer(room.watch_token) if door == "watch" else Broadcaster(room.slug, stream_key)
    await client.open()
    error = await client.refused()
    assert (error["code"], error["retry_after"]) == (4409, 1.0)


async def test_whoever_leaves_before_saying_anything_leaves_nothing(room: Room, stream_key: str) -> None:
    for client in (Viewer(room.watch_token), Broadcaster(room.slug, stream_key)):
        await client.open()
        await client.close()
    assert not await CaptionSession.objects.aexists()
