"""What a stranger, a broken program or an impatient one can do to the two doors of a running server."""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.fakes import position_code
from tests.faults.broadcaster import Broadcaster
from tests.faults.microphone import speak
from tests.faults.product import Ground, Product, RoomFacts
from tests.faults.stage import check_run
from tests.faults.viewer import Viewer

pytestmark = pytest.mark.standing
PCM = position_code.encode(0, 1)
MOST_GROWTH = 24 << 20
Frames = Callable[[], Iterator[str | bytes]]


def frame(first: int, pcm: bytes) -> bytes:
    return struct.pack("<Q", first) + pcm


def flood() -> Iterator[bytes]:
    for at in range(20_000):
        yield frame(at, PCM[:2])


def hello(**fields: object) -> str:
    usual = {"type": "hello", "version": 1, "broadcast": str(uuid4()), "consent": True, "paced": False}
    return json.dumps(usual | {"take_over": True} | fields)


@dataclass(frozen=True)
class Attack:
    """What somebody sends after opening a door, and how it ends."""

    name: str
    sends: Frames
    codes: frozenset[int]


def once(*messages: str | bytes) -> Frames:
    return lambda: iter(messages)


def attack(name: str, sends: Frames, *codes: int) -> Attack:
    return Attack(name, sends, frozenset(codes))


BEFORE_HELLO = [
    attack("binary first", once(frame(0, PCM)), 4000),
    attack("a file first", once(b"RIFF" + bytes(40)), 4002),
    attack("no JSON", once("hello"), 4000),
    attack("brackets", once("[" * 16_000), 4000),
    attack("a number that is none", once('{"type": "hello", "version": NaN}'), 4000),
    attack("too long", once(json.dumps({"type": "hello", "padding": "x" * 20_000})), 4000),
    attack("another version", once(hello(version=2)), 4001),
    attack("nobody agreed", once(hello(consent=False)), 4112),
    attack("no name", once(hello(broadcast="me")), 4000),
]
AFTER_HELLO = [
    attack("a container", once(frame(0, b"\x1a\x45\xdf\xa3" + bytes(1_000))), 4002),
    attack("half a sample", once(frame(0, PCM[:-1])), 4004),
    attack("less than a header", once(b"\x00\x01"), 4004),
    attack("65 KiB", once(frame(0, bytes(65 * 1024))), 4003),
    attack("10 MB", once(bytes(10 << 20)), 1006, 1009),
    attack("a hole", once(frame(1, PCM)), 4005),
    attack("the end of time", once(frame(2**63, PCM)), 4005),
    attack("a flood", flood, 4429),
    attack("a second hello", once(hello()), 4000),
    attack("a stop that was never reached", once('{"type": "stop", "at": 1099511627776}'), 4005),
]


async def test_every_abuse_of_the_broadcasters_door_has_its_answer_and_disturbs_nobody(
    product: Product, ground: Ground, room: RoomFacts
) -> None:
    target = ground.rooms["dashscope-8k"]
    audio = position_code.encode(0, 200)
    async with Viewer(product.url, room) as viewer, Broadcaster(product.url, room) as broadcaster:
        speaking = asyncio.create_task(speak(broadcaster, audio, speed=5))
        await viewer.sees(sentences=1)
        memory = memory_of(product.pid)
        ends = {attack.name: await ended_by(product, target, attack) for attack in BEFORE_HELLO}
        ends |= {attack.name: await ended_by(product, target, attack, hello()) for attack in AFTER_HELLO}
        grown = memory_of(product.pid) - memory
        await speaking
        await broadcaster.stop()
        await viewer.sees_the_end()
    wrong = {each.name: ends[each.name] for each in BEFORE_HELLO + AFTER_HELLO if ends[each.name] not in each.codes}
    assert wrong == {}
    assert grown < MOST_GROWTH
    check_run(product, broadcaster, viewer, audio)
    assert broadcaster.codes[:-1] == viewer.codes == []


async def test_whoever_has_no_right_to_broadcast_is_told_so(product: Product, room: RoomFacts) -> None:
    door = f"/ws/broadcast/{room.slug}/"
    site = product.url.replace("ws://", "http://")
    assert await code_of(product, door, {}) == 4100
    assert await code_of(product, door, {"Origin": site}) == 4100
    assert await code_of(product, door, {"Authorization": "Bearer guessed"}) == 4103
    assert await code_of(product, "/ws/broadcast/nowhere/", {"Authorization": f"Bearer {room.stream_key}"}) == 4103
    assert await code_of(product, "/ws/watch/guessed/", {}) == 4104


async def test_a_page_of_another_site_gets_no_socket(product: Product, room: RoomFacts) -> None:
    for origin in ("http://elsewhere.example", "null", "http://127.0.0.1:1", "https://"):
        headers = {"Origin": origin, "Authorization": f"Bearer {room.stream_key}"}
        for path in (f"/ws/broadcast/{room.slug}/", f"/ws/watch/{room.watch_token}/"):
            with pytest.raises(InvalidStatus) as refused:
                await code_of(product, path, headers)
            # 400 where the server itself cannot make anything of it.
            assert refused.value.response.status_code in (400, 403), origin


async def test_of_broadcasters_that_race_one_gets_in(product: Product, room: RoomFacts) -> None:
    async with racing(product, room, take_over=False) as racers:
        await asyncio.gather(*(racer.is_admitted() for racer in racers))
        assert sorted(racer.codes for racer in racers) == [[], *([[4210]] * (len(racers) - 1))]


async def test_of_broadcasters_that_take_over_one_stays(product: Product, room: RoomFacts) -> None:
    audio = position_code.encode(0, 40)
    async with Viewer(product.url, room) as viewer, racing(product, room, take_over=True) as racers:
        for racer in racers:
            racer.hand_over(audio)
        await asyncio.gather(*(racer.is_admitted() for racer in racers))
        for racer in racers:
            racer.wish("stop")
        await viewer.sees_the_end()
        await asyncio.gather(*(racer.has_ended() for racer in racers))
    (last,) = (racer for racer in racers if racer.ended)
    assert all(racer.codes == [4209] for racer in racers if racer is not last)
    check_run(product, last, viewer, audio)


async def test_viewers_may_only_watch_and_ask(product: Product, room: RoomFacts) -> None:
    door = f"/ws/watch/{room.watch_token}/"
    fresh = json.dumps({"type": "hello", "version": 1, "session": None, "seq": None})
    since = json.dumps({"type": "since", "seq": None})
    assert await code_of(product, door, {}, fresh, frame(0, PCM)) == 4103
    assert await code_of(product, door, {}, fresh, fresh) == 4000
    assert await code_of(product, door, {}, fresh, '{"type": "stop", "at": 0}') == 4000
    assert await code_of(product, door, {}, fresh, *[since] * 50) == 4429


# --- how --------------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def racing(product: Product, room: RoomFacts, take_over: bool) -> AsyncIterator[list[Broadcaster]]:
    racers = [Broadcaster(product.url, room, take_over=take_over) for _ in range(8)]
    async with asyncio.timeout(30):
        await asyncio.gather(*(racer.__aenter__() for racer in racers))
        try:
            yield racers
        finally:
            await asyncio.gather(*(racer.__aexit__(None) for racer in racers))


async def ended_by(product: Product, room: RoomFacts, attack: Attack, *before: str) -> int:
    headers = {"Authorization": f"Bearer {room.stream_key}"}
    async with opened(product, f"/ws/broadcast/{room.slug}/", headers) as socket:
        for message in before:
            await socket.send(message)
            await socket.recv()
        return await code_after(socket, attack.sends())


async def code_of(product: Product, path: str, headers: dict[str, str], *messages: str | bytes) -> int:
    async with opened(product, path, headers) as socket:
        return await code_after(socket, iter(messages))


def opened(product: Product, path: str, headers: dict[str, str]) -> connect:
    return connect(product.url + path, additional_headers=headers, compression=None, proxy=None, close_timeout=1)


async def code_after(socket: ClientConnection, messages: Iterator[str | bytes]) -> int:
    """The code that the server closes with; the last text before it says the same."""
    sending = asyncio.create_task(_send(socket, messages))
    texts: list[str] = []
    async with asyncio.timeout(20):
        with suppress(ConnectionClosed):
            async for text in socket:
                texts.append(str(text))
        await sending
    code = int(socket.close_code or 0)
    assert code < 4000 or json.loads(texts[-1])["code"] == code
    return code


async def _send(socket: ClientConnection, messages: Iterator[str | bytes]) -> None:
    with suppress(ConnectionClosed):
        for message in messages:
            await socket.send(message)


def memory_of(pid: int) -> int:
    """Bytes in RAM."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096
