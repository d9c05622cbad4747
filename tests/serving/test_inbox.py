from __future__ import annotations

import asyncio

import pytest

from subtitles.serving import inbox as module
from subtitles.serving.inbox import GIVE_UP_BYTES, MAX_BYTES, MAX_MESSAGES, Inbox


class Transport:
    def __init__(self) -> None:
        self.calls: list[str] = []
        self.resumed = asyncio.Event()

    def pauseProducing(self) -> None:
        self.calls.append("pause")

    def resumeProducing(self) -> None:
        self.calls.append("resume")
        self.resumed.set()

    def abortConnection(self) -> None:
        self.calls.append("abort")


def _fill(inbox: Inbox, messages: int, size: int = 0) -> None:
    for _ in range(messages):
        inbox.put_nowait({"type": "websocket.receive", "bytes": bytes(size)})


async def test_reading_pauses_above_the_messages_and_resumes_when_half_are_read() -> None:
    inbox = Inbox(transport := Transport())
    _fill(inbox, MAX_MESSAGES)
    assert transport.calls == []
    _fill(inbox, 1)
    assert transport.calls == ["pause"]
    for _ in range(MAX_MESSAGES // 2):
        await inbox.get()
    assert transport.calls == ["pause"]
    await inbox.get()
    assert transport.calls == ["pause", "resume"]


async def test_few_large_messages_pause_reading_too() -> None:
    inbox = Inbox(transport := Transport())
    _fill(inbox, 2, MAX_BYTES // 2)
    assert transport.calls == ["pause"]
    await inbox.get()
    await inbox.get()
    assert transport.calls == ["pause", "resume"]


async def test_a_pause_ends_by_itself_and_begins_again_with_the_next_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_PAUSE_SECONDS", 0.01)
    inbox = Inbox(transport := Transport())
    _fill(inbox, MAX_MESSAGES + 1)
    async with asyncio.timeout(5):
        await transport.resumed.wait()
    _fill(inbox, 1)
    assert transport.calls == ["pause", "resume", "pause"]


async def test_a_connection_whose_application_is_stuck_is_dropped() -> None:
    inbox = Inbox(transport := Transport())
    _fill(inbox, GIVE_UP_BYTES // MAX_BYTES, MAX_BYTES)
    assert transport.calls[-1] == "abort"


async def test_messages_come_out_in_order_and_whole() -> None:
    inbox = Inbox(Transport())
    sent = [{"type": "websocket.receive", "text": str(number)} for number in range(3 * MAX_MESSAGES)]
    for message in sent:
        inbox.put_nowait(message)
    assert [await inbox.get() for _ in sent] == sent
