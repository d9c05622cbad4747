from __future__ import annotations

import math
import struct
import wave
from itertools import islice
from pathlib import Path

import pytest

from subtitles.management.audio_file import BLOCK_BYTES, Unreadable, open_audio
from subtitles.speech import SAMPLE_RATE


def tone(seconds: float, rate: int = SAMPLE_RATE, channels: int = 1) -> bytes:
    values = [round(9_000 * math.sin(2 * math.pi * 440 * at / rate)) for at in range(int(seconds * rate))]
    return struct.pack(f"<{len(values) * channels}h", *(value for value in values for _ in range(channels)))


def wav(path: Path, pcm: bytes, rate: int = SAMPLE_RATE, channels: int = 1) -> str:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm)
    return str(path)


def read(name: str, rate: int | None = None) -> bytes:
    with open_audio(name, rate) as audio:
        return b"".join(audio.blocks())


def loudness(pcm: bytes) -> float:
    values = struct.unpack(f"<{len(pcm) // 2}h", pcm)
    return math.sqrt(sum(value * value for value in values) / len(values))


def test_audio_that_fits_already_stays_as_it_is_bit_for_bit(tmp_path: Path) -> None:
    pcm = tone(1.234)
    assert read(wav(tmp_path / "tone.wav", pcm)) == pcm


def test_blocks_are_100_ms_and_the_last_may_be_shorter(tmp_path: Path) -> None:
    with open_audio(wav(tmp_path / "tone.wav", tone(0.25))) as audio:
        assert [len(block) for block in audio.blocks()] == [BLOCK_BYTES, BLOCK_BYTES, BLOCK_BYTES // 2]


@pytest.mark.parametrize(("rate", "channels"), [(44_100, 2), (48_000, 1), (8_000, 1)])
def test_other_rates_and_channels_keep_length_and_loudness(tmp_path: Path, rate: int, channels: int) -> None:
    pcm = read(wav(tmp_path / "tone.wav", tone(2, rate, channels), rate, channels))
    assert len(pcm) // 2 == pytest.approx(2 * SAMPLE_RATE, abs=SAMPLE_RATE // 100)
    assert loudness(pcm) == pytest.approx(loudness(tone(2)), rel=0.05)


def test_bare_samples_need_their_rate(tmp_path: Path) -> None:
    path = tmp_path / "tone.pcm"
    path.write_bytes(tone(1))
    assert read(str(path), rate=SAMPLE_RATE) == tone(1)
    with pytest.raises(Unreadable, match="Cannot read"):
        read(str(path))


def test_the_length_is_known_beforehand_where_the_file_says_it(tmp_path: Path) -> None:
    with open_audio(wav(tmp_path / "tone.wav", tone(2))) as audio:
        assert audio.samples == 2 * SAMPLE_RATE


def test_reading_a_little_does_not_read_it_all(tmp_path: Path) -> None:
    name = wav(tmp_path / "long.wav", bytes(600 * SAMPLE_RATE * 2))
    with open_audio(name) as audio, open(f"/proc/self/fdinfo/{_descriptor(name)}") as info:
        assert len(list(islice(audio.blocks(), 3))) == 3
        position = int(info.readline().split()[1])
    assert position < 1_000_000


def _descriptor(name: str) -> str:
    links = Path("/proc/self/fd").iterdir()
    return next(link.name for link in links if link.is_symlink() and str(link.readlink()) == name)


@pytest.mark.parametrize("content", [b"", b"Dear diary, today I spoke.\n" * 50])
def test_what_is_no_audio_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.wav"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=r"Cannot read .*notes\.wav: Invalid data"):
        read(str(path))


def test_a_file_that_is_not_there_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="No such file"):
        read(str(tmp_path / "nothing.wav"))


def test_a_playlist_does_not_lead_to_other_files(tmp_path: Path) -> None:
    wav(tmp_path / "secret.wav", tone(1))
    path = tmp_path / "list.wav"
    path.write_text("ffconcat version 1.0\nfile secret.wav\n")
    with pytest.raises(Unreadable):
        read(str(path))
