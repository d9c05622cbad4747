"""The same speech in every format that is taken, made by ffmpeg; AMR by PyAV, because ffmpeg seldom comes with it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import av
from av.audio.resampler import AudioResampler

SPEECH = Path(__file__).parents[1] / "audio" / "en_austen_5utt.wav"
SECONDS = 4
SOUND: dict[str, Sequence[str]] = {
    "aac": (),
    "flac": (),
    "m4a": (),
    "mp3": (),
    "ogg": (),
    "opus": ("-ac", "2"),
    "speex": ("-c:a", "libspeex", "-f", "ogg"),
    "wav": ("-ar", "8000"),
    "wma": (),
}
VIDEO: dict[str, Sequence[str]] = {
    "avi": (),
    "flv": ("-ar", "22050"),
    "mkv": (),
    "mov": (),
    "mp4": (),
    "mpeg": ("-ar", "44100", "-r", "25"),
    "webm": (),
    "wmv": (),
}
PCM_RATE = 8_000


def make(folder: Path) -> dict[str, Path]:
    """`{format: file}`. All of it in one go of ffmpeg."""
    command = [_ffmpeg(), "-loglevel", "error", "-t", str(SECONDS), "-i", str(SPEECH)]
    command += _picture(SECONDS)
    for name, options in SOUND.items():
        command += ["-map", "0:a", *options, str(folder / f"speech.{name}")]
    for name, options in VIDEO.items():
        command += ["-map", "0:a", "-map", "1:v", *options, str(folder / f"speech.{name}")]
    command += ["-map", "0:a", "-ar", str(PCM_RATE), "-f", "s16le", str(folder / "speech.pcm")]
    subprocess.run(command, check=True, timeout=60)
    _amr(folder / "speech.amr")
    return {name: folder / f"speech.{name}" for name in (*SOUND, *VIDEO, "pcm", "amr")}


def encoded(name: str, folder: Path, *options: str) -> Path:
    """The speech alone, in one format."""
    path = folder / f"speech.{name}"
    source = [_ffmpeg(), "-loglevel", "error", "-t", str(SECONDS), "-i", str(SPEECH)]
    subprocess.run([*source, *options, str(path)], check=True, timeout=60)
    return path


def video_alone(path: Path) -> Path:
    subprocess.run([_ffmpeg(), "-loglevel", "error", *_picture(1), str(path)], check=True, timeout=60)
    return path


def longer_video(path: Path) -> Path:
    """Its sound ends after a third."""
    speech = ["-t", str(SECONDS), "-i", str(SPEECH), *_picture(3 * SECONDS), "-map", "0:a", "-map", "1:v"]
    subprocess.run([_ffmpeg(), "-loglevel", "error", *speech, str(path)], check=True, timeout=60)
    return path


TONE_S = 3
"""Where a player lets the tone be heard in each of `timed`."""


def timed(folder: Path) -> list[Path]:
    """Of one second the sound was lost, or it begins a second after the picture; once the stamps begin at two hours."""
    tone = ["-f", "lavfi", "-i", f"sine=frequency=440:duration={SECONDS}:sample_rate=44100"]
    command = [_ffmpeg(), "-loglevel", "error", *tone, "-itsoffset", "1", *tone, *_picture(SECONDS)]
    quiet = f"volume=enable='lt(t,{TONE_S})':volume=0"
    made = []
    own = {"hole.webm": ["-ar", "48000"], "hole-u8.mkv": ["-c:a", "pcm_u8"]}
    for name in (*own, "hole.mkv", "hole.mp4", "hole.flv"):
        lost = ["-map", "0:a", "-af", f"{quiet},aselect='lt(t,1)+gte(t,2)'"]
        made += [*lost, *own.get(name, []), str(folder / name)]
    for name, start in (("late.mkv", 0), ("late.mp4", 0), ("late.ts", 7_200)):
        late = ["-map", "1:a", "-map", "2:v", "-af", quiet, "-output_ts_offset", str(start)]
        made += [*late, str(folder / name)]
    subprocess.run([*command, *made], check=True, timeout=60)
    return sorted(folder.iterdir())


def odd_but_whole(folder: Path) -> list[Path]:
    """A subtitle that stays longer than the sound, stamps that begin at half a minute, a title that looks like a part
    of the format."""
    words = folder / "words.srt"
    words.write_text(f"1\n00:00:01,000 --> 00:00:{5 * SECONDS},000\nhello\n")
    made = {"words.mkv": ["-map", "1:s"], "late.mkv": [], "late.webm": [], "title.wav": []}
    command = [_ffmpeg(), "-loglevel", "error", "-t", str(SECONDS), "-i", str(SPEECH), "-i", str(words)]
    for name, more in made.items():
        start = ["-output_ts_offset", "30"] if name.startswith("late") else []
        command += ["-map", "0:a", *more, *start, "-metadata", "title=my data about zebras", str(folder / name)]
    subprocess.run(command, check=True, timeout=60)
    return [folder / name for name in made]


def _picture(seconds: int) -> list[str]:
    return ["-f", "lavfi", "-i", f"testsrc=size=64x48:rate=5:duration={seconds}"]


def _ffmpeg() -> str:
    program = shutil.which("ffmpeg")
    assert program, "ffmpeg is missing; CONTRIBUTING.md says what the tests need on the machine"
    return program


def _amr(path: Path) -> None:
    with av.open(str(SPEECH)) as speech, av.open(str(path), "w") as container:
        stream = container.add_stream("libopencore_amrnb", rate=8_000, layout="mono")
        stream.bit_rate = 12_200
        resampler = AudioResampler("s16", "mono", 8_000, frame_size=160)
        for frame in speech.decode(audio=0):
            if frame.time is not None and frame.time >= SECONDS:
                break
            for piece in resampler.resample(frame):
                container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
