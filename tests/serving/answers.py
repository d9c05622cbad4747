"""What every server must do with long answers."""

from __future__ import annotations

import http.client

from tests.serving.client import PATIENCE_S, Peer
from tests.serving.process import Server

MIB = 1024 * 1024
LONG = 48


class AnswerConformance:
    def test_a_long_answer_that_nobody_reads_waits_where_it_comes_from(self, server: Server) -> None:
        with Peer(server.port, receive_buffer=65_536) as idle:
            idle.socket.sendall(f"GET /pour?name=idle&megabytes={LONG} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert idle.socket.recv(9) == b"HTTP/1.1 "
            assert len(_poured(server, "read")) == LONG * MIB
            told = server.ask("poured")
            assert told["read"] == LONG * MIB
            assert told["idle"] < 8 * MIB
        assert server.ask("wait", event="poured out idle"), "whoever left in the middle is a failure of the answer"


def _poured(server: Server, name: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=3 * PATIENCE_S)
    connection.request("GET", f"/pour?name={name}&megabytes={LONG}")
    with connection.getresponse() as response:
        data = response.read()
    connection.close()
    return data
