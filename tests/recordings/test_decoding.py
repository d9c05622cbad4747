from __future__ import annotations

import asyncio
import io
import os
import signal
import struct
import zipfile
from array import array
from asyncio.subprocess import Process
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from av.audio.frame import AudioFrame
from av.container import InputContainer

from subtitles.recordings import decoder_child, decoding
from subtitles.recordings.decoding import Facts, Refused, decode
from tests.recordings import formats

HERE = "tests.recordings.bad_children"


class Taken:
    def __init__(self) -> None:
        self.bytes = 0
        self.percents: list[int] = []

    async def __call__(self, pcm: bytes, percent: int) -> None:
        self.bytes += len(pcm)
        self.percents.append(percent)


async def decoded(path: Path, rate: int | None = None) -> Facts:
    taken = Taken()
    facts = await decode(path, rate, taken)
    assert taken.bytes == facts.samples * 2
    return facts


async def refusal(path: Path) -> str:
    taken = Taken()
    with pytest.raises(Refused) as refused:
        await decode(path, None, taken)
    return refused.value.key


async def refusal_of(tmp_path: Path, content: bytes, name: str = "speech.mp3") -> str:
    path = tmp_path / name
    path.write_bytes(content)
    return await refusal(path)


@pytest.mark.parametrize("promised", [0, 100, 2_000_000, 0xFFFF_FFFF])
async def test_the_length_is_counted_and_not_believed(files: dict[str, Path], tmp_path: Path, promised: int) -> None:
    wav = bytearray(files["wav"].read_bytes())
    at = wav.index(b"data")
    wav[at + 4 : at + 8] = struct.pack("<I", promised)
    path = tmp_path / "lies.wav"
    path.write_bytes(wav)
    facts = await decoded(path)
    assert facts.samples in ({100} if promised == 100 else {formats.SECONDS * 16_000})
    assert facts.is_damaged == (promised == 2_000_000)


@pytest.mark.parametrize(("name", "is_noticed"), [("mkv", True), ("flac", True), ("wav", True), ("aac", False)])
async def test_of_a_file_that_breaks_off_is_kept_what_decodes(
    files: dict[str, Path], tmp_path: Path, name: str, is_noticed: bool
) -> None:
    whole = files[name].read_bytes()
    path = tmp_path / "cut"
    path.write_bytes(whole[: len(whole) // 2])
    facts = await decoded(path)
    assert 16_000 < facts.samples < 3 * 16_000
    if is_noticed:
        assert facts.is_damaged


@pytest.mark.parametrize("name", ["mp4", "mkv"])
async def test_a_picture_may_go_on_after_the_sound(tmp_path: Path, name: str) -> None:
    facts = await decoded(formats.longer_video(tmp_path / f"film.{name}"))
    assert facts.samples == pytest.approx(formats.SECONDS * 16_000, abs=2_000)
    assert not facts.is_damaged


def tone_at(pcm: bytes) -> float:
    """In seconds."""
    samples = array("h", pcm)
    return next(at for at, value in enumerate(samples) if abs(value) > 800) / 16_000


async def test_what_is_heard_is_heard_when_a_player_lets_it_be_heard(tmp_path: Path) -> None:
    heard = {}
    for path in formats.timed(tmp_path):
        pcm = bytearray()

        async def take(data: bytes, percent: int, pcm: bytearray = pcm) -> None:
            pcm.extend(data)

        assert not (await decode(path, None, take)).is_damaged
        heard[path.name] = tone_at(bytes(pcm))
    assert len(heard) == 8
    assert heard == dict.fromkeys(heard, pytest.approx(formats.TONE_S, abs=0.06))


async def test_a_whole_file_is_not_called_damaged_for_what_lies_beside_its_sound(tmp_path: Path) -> None:
    for path in formats.odd_but_whole(tmp_path):
        facts = await decoded(path)
        assert (path.name, facts.is_damaged) == (path.name, False)
        assert facts.samples == pytest.approx(formats.SECONDS * 16_000, abs=2_000)


def placed(*stamps_s: float | None, end_s: float = 0.0) -> list[tuple[bool, float]]:
    """Of frames of a second each, the first of which begins the file: whether it is one of them, and its length."""
    frames = []
    for stamp in stamps_s:
        frame = AudioFrame("s16", "mono", 16_000)
        frame.sample_rate, frame.time_base = 16_000, Fraction(1, 1_000)
        frame.pts = None if stamp is None else round(stamp * 1_000)
        frames.append(frame)
    container = SimpleNamespace(
        start_time=None, duration=round(end_s * 1_000_000), format=SimpleNamespace(name="matroska,webm")
    )
    out = [*decoder_child._in_time(iter(frames), cast("InputContainer", container))]
    runs = groupby(out, lambda frame: any(frame is one for one in frames))
    return [(ours, sum(frame.samples for frame in run) / 16_000) for ours, run in runs]


def test_what_overlaps_or_has_no_stamp_follows_what_was_before() -> None:
    assert placed(5, 5.5, None, 8.05, 2) == [(True, 5)]


def test_a_hole_in_the_stamps_is_as_long_a_silence() -> None:
    assert placed(5, 6, 10, 11) == [(True, 2), (False, 3), (True, 2)]


@pytest.mark.parametrize("end_s", [20, 0])
def test_a_stamp_after_the_end_is_not_believed_and_those_after_it_count_from_there(end_s: float) -> None:
    wrong = 13 * 3_600
    assert placed(0, 1, wrong, wrong + 1, wrong + 4, end_s=end_s) == [(True, 4), (False, 2), (True, 1)]


def zipped(content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("speech.wav", content)
    return made.getvalue()


async def test_what_is_no_sound_is_refused_whatever_it_is_called(files: dict[str, Path], tmp_path: Path) -> None:
    wav = files["wav"].read_bytes()
    rate, channels = wav.index(b"fmt ") + 12, wav.index(b"fmt ") + 10
    told: dict[str, list[bytes]] = {
        "empty": [b""],
        "not-audio": [
            zipped(wav),
            b'<svg xmlns="http://www.w3.org/2000/svg"/>',
            b"<!doctype html><p>Hello",
            b"Just a text. " * 1_000,
            os.urandom(100_000),
            files["mp4"].read_bytes()[:10_000],
            wav[:rate] + bytes(4) + wav[rate + 4 :],
        ],
        "no-samples": [wav[: wav.index(b"data") + 8], wav[:channels] + b"\xff\xff" + wav[channels + 2 :]],
    }
    for key, contents in told.items():
        for content in contents:
            assert await refusal_of(tmp_path, content) == key, content[:40]
    assert await refusal(formats.video_alone(tmp_path / "silent.mp4")) == "no-sound"


async def test_a_playlist_opens_nothing(files: dict[str, Path], tmp_path: Path) -> None:
    neighbour = tmp_path / "neighbour.wav"
    neighbour.write_bytes(files["wav"].read_bytes())
    for text in (
        "ffconcat version 1.0\nfile neighbour.wav\n",
        f"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile://{neighbour}\n#EXT-X-ENDLIST\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
    ):
        assert await refusal_of(tmp_path, text.encode(), "speech.wav") == "playlist"


async def test_more_than_twelve_hours_are_refused(files: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "LONGEST_S", formats.SECONDS - 1)
    assert await refusal(files["wav"]) == "too-long"


@pytest.mark.parametrize("child", ["opens", "connects", "writes", "swallows"])
async def test_a_decoder_that_was_taken_over_can_do_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, child: str
) -> None:
    monkeypatch.setattr(decoding, "_CHILD", f"{HERE}.{child}")
    prey = tmp_path / "prey"
    prey.touch()
    assert await refusal_of(tmp_path, str(prey).encode()) == "no-samples"
    assert prey.read_bytes() == b""


async def test_a_decoder_that_is_stuck_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "_CHILD", f"{HERE}.hangs")
    monkeypatch.setattr(decoding, "STUCK_S", 0.05)
    async with asyncio.timeout(10):
        assert await refusal_of(tmp_path, b"x") == "too-costly"


async def test_a_decoder_that_nobody_waits_for_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spawn, started = decoding._spawn, asyncio.get_running_loop().create_future()

    async def spawned(*arguments: Any) -> Process:
        child = await spawn(*arguments)
        started.set_result(child)
        return child

    monkeypatch.setattr(decoding, "_CHILD", f"{HERE}.hangs")
    monkeypatch.setattr(decoding, "_spawn", spawned)
    path = tmp_path / "speech.wav"
    path.write_bytes(b"x")
    waiting = asyncio.create_task(decode(path, None, Taken()))
    child = await started
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert child.returncode == -signal.SIGKILL


@pytest.mark.parametrize("said", [b"", b"{", b"[" * 50_000, b"[]", b'{"error": 1}', b'{"error": "no such key"}'])
def test_what_the_child_says_is_not_believed(said: bytes) -> None:
    with pytest.raises(Refused):
        decoding._facts(said, 0)
