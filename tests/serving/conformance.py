"""What every server we serve with must do. `test_daphne` and `test_uvicorn` run all of it against a real process."""

from __future__ import annotations

import http.client
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from subtitles.live.sender import text_frame
from tests.serving.answers import AnswerConformance
from tests.serving.bodies import BodyConformance
from tests.serving.client import BINARY, CLOSE, PING, PONG, TEXT, Peer, client_frame, header
from tests.serving.process import Server, serve

MIB = 1024 * 1024
OVERSIZED = {
    "ten megabytes": header(BINARY, 10 * MIB) + bytes(4) + bytes(10 * MIB),
    "a header that promises a tebibyte": header(BINARY, 1 << 40) + bytes(4) + bytes(MIB),
    "endless empty fragments": client_frame(TEXT, fin=False) + client_frame(0, fin=False) * 200_000,
    "endless fragments of one byte": client_frame(TEXT, b"a", fin=False) + client_frame(0, b"a", fin=False) * 200_000,
    "text that is not UTF-8": client_frame(TEXT, b"\xff\xfe\xfd"),
    "an unmasked frame": text_frame("hello"),
    "a reserved opcode": client_frame(3, b"x"),
}


class ServerConformance(BodyConformance, AnswerConformance):
    name: str
    sender: str

    @pytest.fixture(scope="class")
    @classmethod
    def server(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
        with Server(tmp_path_factory.mktemp("data"), cls.name) as server:
            yield server

    def test_viewers_get_this_servers_own_sender(self, server: Server) -> None:
        with server.peer("/ws/viewer?name=own"):
            assert server.ask("wait", viewers=1)
            assert server.ask("state")["senders"] == [self.sender]
        assert server.ask("wait", viewers=0)

    def test_frames_of_both_ways_out_arrive_in_order_and_none_before_accept(self, server: Server) -> None:
        with server.peer("/ws/viewer?name=mixed&early&hello") as viewer:
            assert [viewer.frame() for _ in range(20)] == [(TEXT, str(number).encode()) for number in range(20)]
        assert server.ask("wait", event="early False")
        assert server.ask("wait", event="disconnected mixed")

    def test_a_frame_never_cuts_into_a_pong(self, server: Server) -> None:
        with server.peer("/ws/viewer?name=pinger") as viewer, server.back_door() as door:
            assert door.ask("wait", viewers=1)
            pinging = threading.Thread(target=_ping, args=(viewer, 500))
            pinging.start()
            refused = door.ask("publish", frames=500, size=300, pause=0.0005)["pinger"]
            pinging.join()
            viewer.send(TEXT, b"end")
            frames = []
            while (frame := viewer.frame()) != (TEXT, b"end"):
                frames.append(frame)
        captions = [int(payload.split()[0]) for opcode, payload in frames if opcode == TEXT]
        assert captions == sorted(captions)
        assert len(captions) == 500 - refused
        assert [payload for opcode, payload in frames if opcode == PONG] == [b"%d" % number for number in range(500)]

    def test_a_viewer_that_never_reads_is_told_apart_harms_nobody_and_can_be_dropped(self, server: Server) -> None:
        frames, size = 400, 4_000
        before = server.ask("state")["rss"]
        with ExitStack() as stack:
            stalled = stack.enter_context(server.peer("/ws/viewer?name=stalled", receive_buffer=4_096))
            others = [stack.enter_context(server.peer(f"/ws/viewer?name={number}")) for number in range(3)]
            assert server.ask("wait", viewers=4)
            counts: dict[int, int] = {}
            readers = [
                threading.Thread(target=_count, args=(other, counts, number)) for number, other in enumerate(others)
            ]
            for reader in readers:
                reader.start()
            refused = server.ask("publish", frames=frames, size=size, pause=0.002)
            state = server.ask("state")
            assert refused["stalled"] > frames / 2
            assert 0 < state["queued"]["stalled"] <= size + 10
            assert state["rss"] - before < 2 * MIB
            server.ask("close", name="stalled", code=4408, reason="slow_reader")
            for number in range(3):
                server.ask("close", name=number, code=4200, reason="ended")
            for reader in readers:
                reader.join()
            assert server.ask("wait", event="disconnected stalled")
            assert stalled.is_dropped()
        assert counts == {number: frames - refused[str(number)] for number in range(3)}

    def test_joining_and_leaving_by_reset_breaks_no_frame_and_leaks_none(self, server: Server) -> None:
        done = threading.Event()
        with server.peer("/ws/viewer?name=constant") as constant, server.back_door() as door:
            assert door.ask("wait", viewers=1)
            received: list[str] = []
            reading = threading.Thread(target=lambda: received.extend(constant.texts()))
            reading.start()
            churning = [threading.Thread(target=_churn, args=(server, done, number)) for number in range(3)]
            for thread in churning:
                thread.start()
            refused = door.ask("publish", frames=1500, size=400, pause=0.001)["constant"]
            done.set()
            for thread in churning:
                thread.join()
            assert door.ask("wait", viewers=1)
            door.ask("close", name="constant", code=4200, reason="ended")
            reading.join()
        numbers = [int(text.split()[0]) for text in received]
        assert numbers == sorted(set(numbers))
        assert len(numbers) == 1500 - refused

    @pytest.mark.parametrize("bytes_", OVERSIZED.values(), ids=OVERSIZED.keys())
    def test_bytes_against_the_protocol_end_their_own_connection_only(self, server: Server, bytes_: bytes) -> None:
        before = server.ask("state")["rss"]
        with server.peer("/ws/viewer?name=bad") as bad:
            # The server may well have gone before the last byte.
            with suppress(ConnectionError):
                bad.socket.sendall(bytes_)
            assert bad.is_dropped()
        assert server.ask("wait", viewers=0)
        assert server.ask("state")["rss"] - before < 4 * MIB

    @pytest.mark.parametrize("header", ["X-Forwarded-For: a\x0bCookie: b", "X-Odd\x0b: a"])
    def test_a_header_with_a_hidden_line_break_is_refused(self, server: Server, header: str) -> None:
        with Peer(server.port) as smuggler:
            smuggler.request("/ws/viewer?name=smuggler", header)
            assert smuggler.response().startswith("HTTP/1.1 400 ")

    def test_compression_is_not_agreed_on(self, server: Server) -> None:
        with Peer(server.port) as viewer:
            viewer.request("/ws/viewer?name=deflating", "Sec-WebSocket-Extensions: permessage-deflate")
            assert "sec-websocket-extensions" not in viewer.response().lower()

    def test_an_unread_flood_stays_with_its_sender_and_arrives_when_it_is_read(self, server: Server) -> None:
        before = server.ask("state")["rss"]
        with server.peer("/ws/late") as flooder:
            sent = _push(flooder, client_frame(BINARY, bytes(60_000)), 200 * MIB, seconds=2.0)
            assert server.ask("state")["rss"] - before < 20 * MIB
            server.ask("release", gate="late")
            flooder.socket.sendall(sent.rest)
            flooder.send(TEXT, b"end")
            assert flooder.frame() == (TEXT, b"%d" % (sent.messages * 60_000))

    def test_a_flood_before_the_handshake_is_answered_takes_no_memory(self, server: Server) -> None:
        before = server.ask("state")["rss"]
        with Peer(server.port) as hasty:
            hasty.request("/ws/undecided")
            _push(hasty, client_frame(BINARY, bytes(60_000)), 200 * MIB, seconds=1.0)
            assert server.ask("state")["rss"] - before < 2 * MIB
        server.ask("release", gate="undecided")

    def test_a_lost_viewer_is_noticed_at_once(self, server: Server) -> None:
        with server.peer("/ws/viewer?name=lost") as viewer:
            assert server.ask("wait", viewers=1)
            viewer.reset()
        start = time.monotonic()
        assert server.ask("wait", event="disconnected lost")
        assert time.monotonic() - start < 1

    @pytest.mark.parametrize("way", ["", "&plain"], ids=["sender", "asgi"])
    def test_close_code_and_reason_reach_the_client(self, server: Server, way: str) -> None:
        with server.peer(f"/ws/closing?code=4408&reason=slow_reader{way}") as viewer:
            assert viewer.closing() == (4408, "slow_reader")
            assert viewer.is_dropped()
        assert server.ask("wait", event="closing done")

    def test_a_reason_too_long_for_a_close_frame_is_cut_between_characters(self, server: Server) -> None:
        with server.peer("/ws/closing?code=4500&reason=" + "%E5%AD%97" * 60) as viewer:
            assert viewer.closing() == (4500, "字" * 41)

    def test_peers_that_do_not_answer_the_close_are_dropped(self, server: Server) -> None:
        with ExitStack() as stack:
            door = stack.enter_context(server.back_door())
            descriptors = door.ask("state")["descriptors"]
            mute = stack.enter_context(server.peer("/ws/closing?code=4200&reason=ended"))
            stack.enter_context(server.peer("/ws/viewer?name=stuffed", receive_buffer=4_096))
            assert door.ask("wait", viewers=1)
            door.ask("publish", frames=100, size=4_000)
            door.ask("close", name="stuffed", code=4408, reason="slow_reader")
            start = time.monotonic()
            assert mute.frame()[0] == CLOSE
            assert mute.is_dropped()
            assert door.ask("wait", descriptors=descriptors)
            assert time.monotonic() - start < 5

    def test_an_application_that_returns_leaves_no_connection_behind(self, server: Server) -> None:
        with server.peer("/ws/returning") as viewer:
            assert list(viewer.texts()) == []

    def test_sigterm_refuses_the_new_drains_tells_everybody_and_exits_clean(self, tmp_path: Path) -> None:
        with Server(tmp_path, self.name) as server, ExitStack() as stack:
            viewers = [stack.enter_context(server.peer(f"/ws/viewer?name={name}")) for name in ("WAIT", "b", "c")]
            outsider = stack.enter_context(server.peer("/ws/late"))
            stalled = stack.enter_context(server.peer("/ws/viewer?name=stalled", receive_buffer=4_096))
            door, spare = (stack.enter_context(server.back_door()) for _ in range(2))
            assert spare.ask("wait", viewers=4)
            door.ask("release", gate="late")
            door.ask("publish", frames=100, size=4_000)
            start = time.monotonic()
            server.process.terminate()
            server.expect("draining")
            with pytest.raises(ConnectionRefusedError):
                Peer(server.port)
            assert spare.upgrade("/ws/viewer?name=late") in (403, 503)
            door.ask("release", gate="drain")
            assert {viewer.closing() for viewer in [*viewers, outsider]} == {(4503, "restarting")}
            output, errors = server.process.communicate(timeout=10)
            assert time.monotonic() - start < 10
            assert stalled.is_dropped()
        assert server.process.returncode == 0, errors
        assert "Traceback" not in errors, errors
        assert {"drained", "disconnected WAIT", "disconnected b", "disconnected c"} <= set(output.splitlines())

    def test_consumers_and_requests_that_do_not_end_do_not_keep_the_process(self, tmp_path: Path) -> None:
        with Server(tmp_path, self.name) as server, ExitStack() as stack:
            for path in ("/ws/late", "/ws/late"):
                stack.enter_context(server.peer(path))
            hanging = stack.enter_context(Peer(server.port))
            hanging.socket.sendall(b"GET /hang HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            server.expect("hanging")
            server.process.terminate()
            assert server.process.wait(timeout=10) == 0

    def test_a_second_signal_ends_the_process_at_once(self, tmp_path: Path) -> None:
        with Server(tmp_path, self.name) as server, server.peer("/ws/viewer?name=WAIT"):
            assert server.ask("wait", viewers=1)
            server.process.terminate()
            server.expect("draining")
            server.process.terminate()
            assert server.process.wait(timeout=2) == 128 + signal.SIGTERM

    def test_a_port_in_use_is_said_in_words(self, server: Server, tmp_path: Path) -> None:
        second = serve(tmp_path, "--server", self.name, "--port", str(server.port))
        output, errors = second.communicate(timeout=20)
        assert second.returncode == 1
        assert f"Port {server.port} on 127.0.0.1 is in use" in errors
        assert not output


class _Sent:
    def __init__(self, messages: int, rest: bytes) -> None:
        self.messages, self.rest = messages, rest


def _push(peer: Peer, message: bytes, size: int, seconds: float) -> _Sent:
    """Sends until `size` bytes or `seconds` are over; says how many were begun, and the rest of the last."""
    end = time.monotonic() + seconds
    messages, rest, sent = 0, b"", 0
    while sent < size and (left := end - time.monotonic()) > 0:
        if not rest:
            messages, rest = messages + 1, message
        peer.socket.settimeout(left)
        try:
            taken = peer.socket.send(rest)
        except (TimeoutError, ConnectionError):
            break
        rest, sent = rest[taken:], sent + taken
    peer.socket.settimeout(20)
    return _Sent(messages, rest)


def _ping(peer: Peer, times: int) -> None:
    for number in range(times):
        peer.send(PING, b"%d" % number)


def _count(peer: Peer, counts: dict[int, int], number: int) -> None:
    counts[number] = sum(1 for _ in peer.texts())


def _churn(server: Server, done: threading.Event, number: int) -> None:
    """Viewers that read a little and reset, and plain requests that get the descriptors after them."""
    turn = 0
    while not done.is_set():
        turn += 1
        with server.peer(f"/ws/viewer?name={number}-{turn}") as viewer:
            viewer.socket.settimeout(0.01)
            with suppress(TimeoutError):
                viewer.socket.recv(100)
            viewer.reset()
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        try:
            connection.request("GET", "/wait?event=started")
            assert connection.getresponse().read() == b"true"
        finally:
            connection.close()
