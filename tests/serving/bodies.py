"""What every server we serve with does with requests that carry much. Part of the conformance suite."""

from __future__ import annotations

import http.client
from collections.abc import Iterator

from subtitles.serving.bodies import MAX_BODY_BYTES
from tests.serving.client import Peer
from tests.serving.process import Server

PIECE = bytes(1024 * 1024)


class BodyConformance:
    def test_a_body_of_the_greatest_length_arrives_whole(self, server: Server) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        connection.request("POST", "/measure", bytes(MAX_BODY_BYTES))
        assert connection.getresponse().read() == b"%d" % MAX_BODY_BYTES
        connection.close()

    def test_a_longer_body_is_refused_before_it_is_sent(self, server: Server) -> None:
        with Peer(server.port) as peer:
            head = f"POST /measure HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {3 * 1024**3}\r\n\r\n"
            peer.socket.sendall(head.encode())
            assert peer.response().startswith("HTTP/1.1 413 ")

    def test_a_body_without_an_end_is_cut_off(self, server: Server) -> None:
        before = server.ask("state")["events"].count("measured")
        with Peer(server.port) as peer:
            peer.socket.sendall(b"POST /measure HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
            try:
                for piece in endless():
                    peer.socket.sendall(piece)
            except ConnectionError:
                pass
            else:
                raise AssertionError("the server took 64 MiB")
        assert server.ask("state")["events"].count("measured") == before


def endless() -> Iterator[bytes]:
    """64 MiB, in chunks of one (RFC 9112 section 7.1)."""
    for _ in range(64):
        yield b"%x\r\n%b\r\n" % (len(PIECE), PIECE)
