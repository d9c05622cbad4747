from __future__ import annotations

import os
import socket

import pytest
from django.conf import settings

from tests.environment import outside


def test_an_address_beyond_this_machine_is_refused_and_remembered() -> None:
    with socket.socket() as client, pytest.raises(PermissionError):
        client.connect(("192.0.2.1", 80))
    with pytest.raises(PermissionError):
        socket.getaddrinfo("example.org", 80)
    assert outside == ["192.0.2.1", "example.org"]
    outside.clear()


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        assert outside == []


def test_the_data_folder_is_a_temporary_one() -> None:
    assert "subtitles-tests-" in str(settings.SUBTITLES_DATA_DIR)
    assert "DASHSCOPE_API_KEY" not in os.environ
