from __future__ import annotations

import pytest

from subtitles.engines.catalog import batch_limits
from subtitles.recordings import containers


def test_every_format_that_batch_models_take_is_taken() -> None:
    assert set(batch_limits.FORMATS) <= set(containers.NAMES)


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\nhttp://127.0.0.1/a.mp3",
        "\ufeff#extm3u\n",
        "ffconcat version 1.0\nfile 'secret.wav'",
        "[playlist]\nFile1=/etc/passwd",
        "v=0\no=- 0 0 IN IP4 127.0.0.1",
    ],
)
def test_a_playlist_is_told_from_sound(text: str) -> None:
    assert containers.is_playlist(text.encode())
    assert not containers.is_playlist(b"ID3" + text.encode())


@pytest.mark.parametrize(("promised", "is_cut"), [(100, False), (101, True), (0, False), (0xFFFF_FFFF, False)])
def test_a_wav_that_promises_more_than_it_has_is_cut(promised: int, is_cut: bool) -> None:
    for chunks in (b"", chunk(b"LIST", b"my data about zebras"), chunk(b"odd ", b"data!")):
        head = b"RIFF????WAVE" + chunk(b"fmt ", bytes(16)) + chunks + b"data" + promised.to_bytes(4, "little")
        assert containers.is_cut_wav(head, len(head) + 100) is is_cut


def chunk(name: bytes, content: bytes) -> bytes:
    return name + len(content).to_bytes(4, "little") + content + bytes(len(content) % 2)
