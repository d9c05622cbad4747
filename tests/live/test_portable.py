from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from subtitles.live.portable import MAX_QUEUED_BYTES, Message, PortableSender, Receive, Send, with_sender
from subtitles.live.sender import Frame

ACCEPT = {"type": "websocket.accept"}


class Server:
    """ASGI's `send`, with a gate: what goes through it has been sent."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.more = asyncio.Condition()
        self.gone = False
        self.lost = asyncio.Event()

    async def send(self, message: Message) -> None:
        await self.gate.wait()
        if self.gone:
            self.lost.set()
            raise OSError("the peer is gone")
        async with self.more:
            self.sent.append(message)
            self.more.notify_all()

    async def until(self, messages: int) -> list[str]:
        async with asyncio.timeout(5), self.more:
            await self.more.wait_for(lambda: len(self.sent) >= messages)
        return [message.get("text") or message["type"] for message in self.sent]


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
async def sender(server: Server) -> AsyncIterator[PortableSender]:
    async with PortableSender(server.send) as sender:
        await sender.asgi_send(ACCEPT)
        yield sender


async def test_frames_leave_in_order(server: Server, sender: PortableSender) -> None:
    assert all(sender.send(Frame(str(number))) for number in range(5))
    assert await server.until(6) == ["websocket.accept", "0", "1", "2", "3", "4"]
    assert sender.queued() == 0


async def test_nothing_is_taken_before_accept(server: Server) -> None:
    async with PortableSender(server.send) as sender:
        assert not sender.send(Frame("too early"))
    assert server.sent == []


async def test_a_viewer_that_does_not_read_is_refused_more_than_its_share(
    server: Server, sender: PortableSender
) -> None:
    server.gate.clear()
    frame = Frame("x" * 5_000)
    taken = sum(sender.send(frame) for _ in range(100))
    assert taken == MAX_QUEUED_BYTES // len(frame.data)
    assert sender.queued() == taken * len(frame.data)
    server.gate.set()
    await server.until(1 + taken)
    assert sender.send(frame)


async def test_one_frame_above_the_share_is_taken_by_an_idle_viewer(server: Server, sender: PortableSender) -> None:
    assert sender.send(Frame("x" * 2 * MAX_QUEUED_BYTES))
    assert not sender.send(Frame("y"))
    await server.until(2)


async def test_close_goes_out_after_what_was_taken_and_ends_the_taking(server: Server, sender: PortableSender) -> None:
    sender.send(Frame("last"))
    sender.close(4200, "ended")
    sender.close(4500, "twice")
    assert not sender.send(Frame("too late"))
    assert await server.until(3) == ["websocket.accept", "last", "websocket.close"]
    assert (server.sent[-1]["code"], server.sent[-1]["reason"]) == (4200, "ended")


async def test_a_lost_peer_takes_nothing_more(server: Server, sender: PortableSender) -> None:
    server.gate.clear()
    server.gone = True
    assert sender.send(Frame("lost"))
    server.gate.set()
    await server.lost.wait()
    await asyncio.sleep(0)
    assert sender.queued() == 0
    assert not sender.send(Frame("more"))


async def test_leaving_waits_for_nobody(server: Server) -> None:
    async with asyncio.timeout(5), PortableSender(server.send) as sender:
        await sender.asgi_send(ACCEPT)
        server.gate.clear()
        sender.send(Frame("never read"))
        await asyncio.sleep(0)
    assert [message["type"] for message in server.sent] == ["websocket.accept"]


async def test_the_middleware_gives_a_websocket_a_sender_and_leaves_a_servers_own_alone(server: Server) -> None:
    seen: list[object] = []

    async def application(scope: Message, receive: Receive, send: Send) -> None:
        await send(ACCEPT)
        seen.append((scope.get("extensions") or {}).get("subtitles"))

    async def receive() -> Message:
        raise AssertionError("nobody reads here")

    own = object()
    extensions: list[object] = [None, {"other": {}}, {"subtitles": own}]
    for extension in extensions:
        await with_sender(application)({"type": "websocket", "extensions": extension}, receive, server.send)
    await with_sender(application)({"type": "http"}, receive, server.send)
    assert [type(sender) for sender in seen[:2]] == [PortableSender, PortableSender]
    assert seen[2:] == [own, None]
