from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator

import pytest
from websockets.asyncio.client import ClientConnection

from subtitles.management.audio_file import BLOCK_BYTES, Unreadable
from subtitles.management.broadcaster import (
    LONGEST_BACKOFF_S,
    Broadcaster,
    Clock,
    Incomplete,
    RefusedByServer,
    socket_url,
)
from subtitles.management.caption_tally import Caption, Ended
from subtitles.management.held_audio import HeldAudio
from subtitles.speech import SAMPLE_RATE
from tests.management.server import KEY, WINDOW, CaptionServer, running


class Screen:
    def __init__(self) -> None:
        self.captions: list[Caption] = []
        self.interims: list[str] = []
        self.words: list[str] = []
        self.safe = 0

    def caption(self, caption: Caption) -> None:
        self.captions.append(caption)

    def interim(self, text: str) -> None:
        self.interims.append(text)

    def kept(self, samples: int) -> None:
        self.safe = samples

    def status(self, words: str) -> None:
        self.words.append(words)


class HurriedClock(Clock):
    """Sleeping takes no time; the clock says that it did."""

    def __init__(self) -> None:
        self._slept = 0.0

    def now(self) -> float:
        return self._slept

    async def sleep(self, seconds: float) -> None:
        self._slept += seconds
        await asyncio.sleep(0)


def noise(seconds: float) -> bytes:
    return random.Random(1).randbytes(int(seconds * SAMPLE_RATE) * 2)


def blocks(pcm: bytes) -> Iterator[bytes]:
    return (pcm[at : at + BLOCK_BYTES] for at in range(0, len(pcm), BLOCK_BYTES))


def broadcaster(
    server: CaptionServer, pcm: bytes, screen: Screen, speed: float = 0.0, clock: Clock | None = None
) -> Broadcaster:
    return Broadcaster(socket_url(server.url), KEY, blocks(pcm), screen, speed=speed, clock=clock)


async def broadcast(server: CaptionServer, pcm: bytes, screen: Screen, clock: Clock | None = None) -> Ended:
    async with running(server), asyncio.timeout(20):
        return await broadcaster(server, pcm, screen, clock=clock).run()


async def test_every_sample_and_every_sentence_arrives() -> None:
    server, screen, pcm = CaptionServer(), Screen(), noise(7.25)
    assert await broadcast(server, pcm, screen) == Ended(7, len(pcm) // 2, 7)
    assert bytes(server.kept) == pcm
    assert server.problems == []
    assert [caption.number for caption in screen.captions] == [1, 2, 3, 4, 5, 6, 7]
    assert screen.captions[1] == Caption(2, 1000, 2000, "第2句 and so on")
    assert screen.safe == server.stopped_at == len(pcm) // 2
    assert "and so" in screen.interims
    assert screen.words[-1] == "ok, 0 s behind"


async def test_the_first_message_says_what_kind_of_broadcast_it_is() -> None:
    server = CaptionServer()
    await broadcast(server, noise(1), Screen())
    assert server.paths == ["/ws/broadcast/-/"]
    (hello,) = server.hellos
    assert (hello["version"], hello["take_over"], hello["consent"]) == (1, False, True)
    assert (hello["paced"], hello["captions"]) == (False, True)


async def test_cuts_neither_lose_nor_double_anything() -> None:
    server, screen, pcm = CaptionServer(cuts=[9_000, 40_000, 100_000]), Screen(), noise(9)
    assert (await broadcast(server, pcm, screen)).sentences == 9
    assert bytes(server.kept) == pcm
    assert server.problems == []
    assert [caption.number for caption in screen.captions] == list(range(1, 10))
    assert len({hello["broadcast"] for hello in server.hellos}) == 1
    assert len(server.hellos) == 4


async def test_what_was_acknowledged_but_not_yet_durable_is_sent_again() -> None:
    server, pcm = CaptionServer(cuts=[50_000], lost_at_cut=30_000), noise(6)
    await broadcast(server, pcm, Screen())
    assert bytes(server.kept) == pcm
    assert sum(server.frames) > len(pcm) // 2


async def test_a_lost_goodbye_is_waited_for() -> None:
    server = CaptionServer(drops_before_ended=True)
    assert (await broadcast(server, noise(2), Screen())).sentences == 2
    assert len(server.hellos) == 3


async def test_a_busy_server_is_asked_again_when_it_says() -> None:
    full = {"code": 4507, "key": "storage_full", "message": "Full.", "retry_after": 9}
    clock, server = HurriedClock(), CaptionServer(closes=[full, {"code": 4503, "key": "restarting", "message": "Wait"}])
    await broadcast(server, noise(1), Screen(), clock)
    assert len(server.hellos) == 3
    assert 9 <= clock.now() <= 9 + 2 * LONGEST_BACKOFF_S


async def test_nothing_is_sent_beyond_the_window() -> None:
    sent: list[int] = []

    class Deaf(CaptionServer):
        async def _audio(self, socket: object, session: int, message: bytes) -> None:
            sent.append((len(message) - 8) // 2)
            if sum(sent) == WINDOW:
                full.set()

    full = asyncio.Event()
    server = Deaf()
    async with running(server):
        running_broadcast = asyncio.create_task(broadcaster(server, noise(20), Screen()).run())
        await asyncio.wait_for(full.wait(), 10)
        running_broadcast.cancel()
        await asyncio.gather(running_broadcast, return_exceptions=True)
    assert sum(sent) == WINDOW


async def test_a_wrong_key_ends_it_at_once_in_words() -> None:
    refused = {"code": 4103, "key": "forbidden", "message": "You may not do that here."}
    server = CaptionServer(closes=[refused, refused])
    with pytest.raises(RefusedByServer, match="You may not do that here"):
        await broadcast(server, noise(1), Screen())
    assert len(server.hellos) == 1


async def test_words_said_before_the_hello_are_heard() -> None:
    class Late(Broadcaster):
        async def _converse(self, socket: ClientConnection, tasks: asyncio.TaskGroup) -> None:
            await socket.wait_closed()
            await super()._converse(socket, tasks)

    server = CaptionServer(deaf=True, closes=[{"code": 4103, "key": "forbidden", "message": "You may not."}])
    async with running(server), asyncio.timeout(10):
        with pytest.raises(RefusedByServer, match="You may not"):
            await Late(socket_url(server.url), KEY, blocks(noise(1)), Screen()).run()


async def test_a_refused_handshake_ends_it_at_once() -> None:
    async with running(CaptionServer()) as server, asyncio.timeout(10):
        client = Broadcaster(socket_url(server.url), "another key", blocks(noise(1)), Screen(), speed=0)
        with pytest.raises(RefusedByServer, match="403"):
            await client.run()


async def test_nobody_there_ends_it_at_once() -> None:
    async with running(CaptionServer()) as server:
        url = server.url
    with pytest.raises(RefusedByServer, match="Nobody answers"):
        await Broadcaster(socket_url(url), KEY, blocks(noise(1)), Screen()).run()


async def test_an_end_that_never_comes_is_given_up_with_what_is_missing() -> None:
    async with running(CaptionServer(ends=False)) as server, asyncio.timeout(10):
        client = Broadcaster(socket_url(server.url), KEY, blocks(noise(3.5)), Screen(), speed=0, grace_s=0.05)
        with pytest.raises(Incomplete, match=r"whatever was said after 3\.0 s"):
            await client.run()


async def test_a_sentence_that_never_came_is_named() -> None:
    with pytest.raises(Incomplete, match="sentences 2"):
        await broadcast(CaptionServer(withheld={2}), noise(4), Screen())


async def test_another_session_behind_the_same_door_is_not_continued() -> None:
    with pytest.raises(Incomplete, match="was ended while"):
        await broadcast(CaptionServer(cuts=[20_000], sessions=[7, 8]), noise(4), Screen())


async def test_being_taken_over_ends_it_and_says_what_is_missing() -> None:
    taken = {"code": 4209, "key": "taken_over", "message": "Another program took over."}
    server = CaptionServer(cuts=[20_000])

    class TakenOver(Screen):
        def kept(self, samples: int) -> None:
            server.closes[:] = [taken]

    with pytest.raises(Incomplete, match=r"took over.*s of audio"):
        await broadcast(server, noise(4), TakenOver())


async def test_a_file_that_breaks_off_is_captioned_so_far_and_reported() -> None:
    def broken() -> Iterator[bytes]:
        yield from blocks(noise(2))
        raise Unreadable("tape.wav is broken.")

    screen = Screen()
    async with running(CaptionServer()) as server, asyncio.timeout(10):
        with pytest.raises(Unreadable, match=r"tape\.wav"):
            await Broadcaster(socket_url(server.url), KEY, broken(), screen, speed=0).run()
    assert len(screen.captions) == 2


async def test_stopping_early_sends_what_was_read_and_ends_in_order() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield bytes(BLOCK_BYTES)

    class Impatient(Screen):
        def caption(self, caption: Caption) -> None:
            super().caption(caption)
            client.stop()

    server, screen = CaptionServer(), Impatient()
    async with running(server), asyncio.timeout(10):
        client = Broadcaster(socket_url(server.url), KEY, endless(), screen, speed=100)
        ended = await client.run()
    assert ended.samples == server.samples == server.stopped_at
    assert screen.captions


async def test_audio_goes_no_faster_than_the_speed_says() -> None:
    clock = HurriedClock()
    async with running(CaptionServer()) as server, asyncio.timeout(10):
        await broadcaster(server, noise(8), Screen(), speed=4, clock=clock).run()
    assert clock.now() >= 2
    assert set(server.frames) == {SAMPLE_RATE // 10}


async def test_a_broadcast_at_the_speed_of_speech_says_that_it_is_paced() -> None:
    clock = HurriedClock()
    async with running(CaptionServer()) as server, asyncio.timeout(10):
        await broadcaster(server, noise(1), Screen(), speed=1, clock=clock).run()
    assert server.hellos[0]["paced"] is True


def test_the_ring_forgets_what_is_durable_and_nothing_else() -> None:
    held = HeldAudio()
    held.append(bytes(range(20)))
    held.forget(4)
    assert (held.begin, held.end) == (4, 10)
    assert held.cut(5, 2) == bytes(range(10, 14))
    held.forget(99)
    assert (held.begin, held.end) == (10, 10)


@pytest.mark.parametrize(
    ("server", "room", "url"),
    [
        ("http://localhost:8000", "-", "ws://localhost:8000/ws/broadcast/-/"),
        ("https://captions.example/", "evening-news", "wss://captions.example/ws/broadcast/evening-news/"),
        ("https://example.org/captions", "新闻", "wss://example.org/captions/ws/broadcast/%E6%96%B0%E9%97%BB/"),
    ],
)
def test_the_socket_stands_beside_the_pages(server: str, room: str, url: str) -> None:
    assert socket_url(server, room) == url


@pytest.mark.parametrize("server", ["localhost:8000", "ftp://example.org", "http://", ""])
def test_an_address_that_is_none_is_refused(server: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        socket_url(server)
