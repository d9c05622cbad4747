from __future__ import annotations

import pytest
from twisted.internet.abstract import FileDescriptor

from subtitles.serving.direct import can_send_directly, probe


def test_the_installed_twisted_is_the_one_that_direct_sending_knows() -> None:
    assert probe() == []


def test_a_twisted_without_its_buffer_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(FileDescriptor, "dataBuffer")
    assert probe() == ["dataBuffer"]


def test_a_twisted_that_writes_past_its_buffers_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FileDescriptor, "write", lambda self, data: None)
    assert probe() == ["write"]


def test_anything_but_a_bare_socket_is_not_written_to_directly() -> None:
    assert not can_send_directly(object())
