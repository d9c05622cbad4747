from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from subtitles.serving.listener import CannotListen, address, adopt, listen
from tests.serving.process import Server


def test_port_zero_becomes_a_real_port() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        assert address(listener) == f"http://127.0.0.1:{port}"
        socket.create_connection(("127.0.0.1", port)).close()


def test_an_ipv6_address_stands_in_brackets() -> None:
    with listen("::1", 0) as listener:
        assert address(listener) == f"http://[::1]:{listener.getsockname()[1]}"


def test_a_port_in_use_names_the_way_out() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(CannotListen, match=rf"Port {port} on 127.0.0.1 is in use.*--port"):
            listen("127.0.0.1", port)


def test_a_number_that_is_no_port_is_refused_in_words() -> None:
    with pytest.raises(CannotListen, match="0 to 65535"):
        listen("127.0.0.1", 70_000)


def test_a_descriptor_that_is_no_socket_is_refused_in_words() -> None:
    read, write = os.pipe()
    with pytest.raises(CannotListen, match=f"File descriptor {read} is not a listening socket"):
        adopt(read)
    os.close(read)
    os.close(write)


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_serve_takes_a_socket_from_a_process_manager(server: str, tmp_path: Path) -> None:
    with listen("127.0.0.1", 0) as listener:
        number = listener.fileno()
        with Server(tmp_path, server, "--fd", str(number), pass_fds=[number]) as running:
            assert running.port == listener.getsockname()[1]
            listener.close()
            with running.peer("/ws/viewer?name=a"):
                assert running.ask("wait", viewers=1)
