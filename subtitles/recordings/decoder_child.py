"""Decodes one file, whose bytes nobody vouches for, in a process that can do nothing else.

Run as `python -m subtitles.recordings.decoder_child PCM_RATE RATE CHANNELS`: the file is its standard input, PCM16 of
that rate and so many channels, interleaved, its standard output, and what it found out its standard error, as one JSON
object (`Found`). Before the first byte is looked at it gives up files and sockets, writing files, and memory and
time beyond any honest file's need. It never imports Django.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO, cast

import av

# PyAV imports these when it first needs them, and then nothing can be opened any more.
import av.audio.codeccontext
import av.subtitles.codeccontext
import av.subtitles.stream
import av.video.codeccontext
import av.video.stream
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition

from subtitles.recordings import containers
from subtitles.recordings.flac import LAYOUTS
from subtitles.speech import BYTES_PER_SAMPLE

NICENESS = 5
MEMORY_BYTES = 2 << 30
"""Of addresses, most of them libraries: an honest file needs a small part."""
CPU_S = 3_600
"""Twelve hours of the most costly sound take a few minutes."""
LONGEST_S = 12 * 3_600
RATES = range(8_000, 192_001)
CHANNELS = range(1, 9)
DAMAGED_MS = 2_000
"""Less than this missing at the end is a matter of how formats count."""
HOLE_S = 0.1
"""Stamps may run ahead of the samples by this much: formats round, and encoders look ahead."""
GUESSING = ("aac", "amr", "amrnb", "amrwb", "mp3", "mpeg", "mpegts", "s16le")
_WRITE_BYTES = 1 << 18
_SILENCE_SAMPLES = 1 << 14


class Refused(Exception):
    """`str()` is a key of `decoding.REFUSALS`."""


@dataclass(frozen=True, slots=True)
class Output:
    rate: int
    channels: int

    def resampler(self) -> AudioResampler:
        return AudioResampler("s16", LAYOUTS[self.channels - 1], self.rate)


@dataclass(slots=True)
class Found:
    container: str = ""
    sample_rate: int = 0
    channels: int = 0
    samples: int = 0
    is_damaged: bool = False
    reached_ms: int = 0
    """Where the last packet of any stream ends: the picture may go on after the sound."""
    error: str = ""


def main() -> None:
    pcm_rate, *shape = map(int, sys.argv[1:])
    _give_up_everything()
    found = Found()
    try:
        _decode(sys.stdin.buffer, pcm_rate, Output(*shape), found)
    except Refused as refusal:
        found.error = str(refusal)
    except (MemoryError, RecursionError):
        found.error = "too-costly"
    except BrokenPipeError:
        os._exit(1)
    sys.stderr.write(json.dumps(asdict(found)))


def _give_up_everything() -> None:
    os.nice(NICENESS)
    for limit, most in (
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        # The three it has: another file or socket cannot even be opened.
        (resource.RLIMIT_NOFILE, 3),
    ):
        resource.setrlimit(limit, (most, most))


def _decode(file: BinaryIO, rate: int, output: Output, found: Found) -> None:
    head = file.read(containers.HEAD_BYTES)
    file.seek(0)
    if not head:
        raise Refused("empty")
    try:
        container = _open(file, rate)
    except (av.FFmpegError, ValueError):
        raise Refused("playlist" if containers.is_playlist(head) else "not-audio") from None
    with container:
        stream = _sound(container)
        heard = _in_time(_frames(container, stream, found), container)
        _write(_resampled(heard, output, found), output, found)
        if not found.samples:
            raise Refused("no-samples")
        found.container = _name(container, stream, head)
        found.is_damaged |= _promised_ms(container) - found.reached_ms > DAMAGED_MS
        if found.container == "wav":
            found.is_damaged |= containers.is_cut_wav(head, os.fstat(file.fileno()).st_size)


def _open(file: BinaryIO, rate: int) -> InputContainer:
    options = {"protocol_whitelist": "none", "format_whitelist": ",".join(containers.DEMUXERS)}
    if not rate:
        return av.open(file, "r", options=options, metadata_errors="replace")
    return av.open(file, "r", format="s16le", options={"sample_rate": str(rate), "ch_layout": "mono"})


def _sound(container: InputContainer) -> AudioStream:
    if not container.streams.audio:
        raise Refused("no-sound")
    stream = container.streams.audio[0]
    stream.codec_context.thread_count = 1
    return stream


def _name(container: InputContainer, stream: AudioStream, head: bytes) -> str:
    return containers.named(
        container.format.name,
        stream.codec_context.name,
        pictures=any(not video.disposition & Disposition.attached_pic for video in container.streams.video),
        brand=container.metadata.get("major_brand", ""),
        head=head,
    )


def _frames(container: InputContainer, stream: AudioStream, found: Found) -> Iterator[AudioFrame]:
    """What can be decoded, whatever lies between."""
    packets = container.demux(stream, *container.streams.video, *container.streams.subtitles)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except av.FFmpegError:
            found.is_damaged = True
            return
        _note_end(packet, found)
        if packet.stream is stream:
            yield from _decoded(cast("av.Packet[AudioStream]", packet), found)


def _note_end(packet: av.Packet[Any], found: Found) -> None:
    if packet.pts is not None and packet.time_base:
        end = (packet.pts + (packet.duration or 0)) * packet.time_base
        found.reached_ms = max(found.reached_ms, int(end * 1_000))


def _decoded(packet: av.Packet[AudioStream], found: Found) -> Iterator[AudioFrame]:
    try:
        yield from packet.decode()
    except av.FFmpegError:
        found.is_damaged = True


def _in_time(frames: Iterator[AudioFrame], container: InputContainer) -> Iterator[AudioFrame]:
    """With silence where a player is silent: in holes of the time stamps, and before a sound that begins late.

    What overlaps is kept one after the other. A hole that ends after the file does is a wrong stamp, and left out.
    """
    begin = None if container.start_time is None else container.start_time / av.time_base
    end = (_promised_ms(container) + DAMAGED_MS) / 1_000 if _promised_ms(container) else LONGEST_S
    at = 0.0
    for frame in frames:
        _check(frame)
        if frame.time is not None:
            begin = frame.time if begin is None else begin
            hole = frame.time - begin - at
            if at + hole > min(end, LONGEST_S):
                begin += hole
            elif hole > HOLE_S:
                yield from _silence(frame, round(hole * frame.sample_rate))
                at += hole
        at += frame.samples / frame.sample_rate
        yield frame


def _silence(like: AudioFrame, samples: int) -> Iterator[AudioFrame]:
    for at in range(0, samples, _SILENCE_SAMPLES):
        frame = AudioFrame(like.format.name, like.layout.name, min(_SILENCE_SAMPLES, samples - at))
        frame.sample_rate, frame.time_base = like.sample_rate, like.time_base
        for plane in frame.planes:
            plane.update((b"\x80" if like.format.name.startswith("u8") else b"\0") * plane.buffer_size)
        yield frame


def _resampled(frames: Iterator[AudioFrame], output: Output, found: Found) -> Iterator[AudioFrame]:
    """A file may change its mind in the middle: a broadcast's recording, or several files in one."""
    resampler, shape = output.resampler(), None
    for frame in frames:
        if shape != (now := (frame.format.name, frame.layout.name, frame.sample_rate)):
            if shape:
                yield from resampler.resample(None)
                resampler = output.resampler()
            else:
                found.sample_rate, found.channels = frame.sample_rate, frame.layout.nb_channels
            shape = now
        frame.pts = None
        yield from resampler.resample(frame)
    if shape:
        yield from resampler.resample(None)


def _check(frame: AudioFrame) -> None:
    if frame.sample_rate not in RATES or frame.layout.nb_channels not in CHANNELS:
        raise Refused("odd-sound")


def _write(frames: Iterator[AudioFrame], output: Output, found: Found) -> None:
    pending = bytearray()
    for frame in frames:
        # The plane is padded beyond the samples.
        pending += bytes(frame.planes[0])[: frame.samples * BYTES_PER_SAMPLE * output.channels]
        found.samples += frame.samples
        if found.samples > LONGEST_S * output.rate:
            raise Refused("too-long")
        if len(pending) >= _WRITE_BYTES:
            _put(pending)
            pending.clear()
    _put(pending)


def _put(data: bytearray) -> None:
    at = 0
    while at < len(data):
        at += os.write(1, memoryview(data)[at:])


def _promised_ms(container: InputContainer) -> int:
    """Where the last stream ends, by what the header says; formats without one only guess."""
    if container.format.name in GUESSING:
        return 0
    return (container.duration or 0) * 1_000 // av.time_base


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
