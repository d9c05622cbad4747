"""Small recognisers that a worker can host in the tests."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator

from subtitles.engines.base import Options
from subtitles.speech import BYTES_PER_SAMPLE, FinalResult, InterimResult, Word, samples_to_ms


class Counting:
    """A final per call, with the audio's length; an interim first."""

    def __init__(self, options: Options) -> None:
        self._language = options.language
        self._samples = 0

    def accept(self, pcm: bytes) -> Iterator[FinalResult | InterimResult]:
        begin_ms = samples_to_ms(self._samples)
        self._samples += len(pcm) // BYTES_PER_SAMPLE
        yield InterimResult("…", begin_ms)
        end_ms = samples_to_ms(self._samples)
        yield FinalResult(begin_ms, end_ms, "说 more", (Word(begin_ms, end_ms, "说", "。"),), self._language)

    def finish(self) -> Iterator[FinalResult]:
        yield FinalResult(samples_to_ms(self._samples), samples_to_ms(self._samples), "the end")


class Reporting(Counting):
    """At its end, what it knows of the process it runs in."""

    def finish(self) -> Iterator[FinalResult]:
        secrets = [name for name in os.environ if "SECRET" in name or "KEY" in name]
        text = f"django={'django' in sys.modules} secrets={secrets} nice={os.nice(0)}"
        yield FinalResult(0, 0, text)


class Printing(Counting):
    """Talks where only messages may go, as C libraries do."""

    def finish(self) -> Iterator[FinalResult]:
        os.write(1, b"INFO: a library says hello")
        yield FinalResult(0, 0, "unharmed")


class Babbling(Counting):
    """Gets hold of the pipe and writes something else."""

    def accept(self, pcm: bytes) -> Iterator[FinalResult]:
        # The host's private copy of the pipe is the highest descriptor that it has opened.
        highest = max(int(name) for name in os.listdir("/proc/self/fd") if _is_pipe(name))
        os.write(highest, b"\xff" * 64)
        yield from ()


class Unloadable(Counting):
    def __init__(self, options: Options) -> None:
        raise RuntimeError("no such model")


class Crashing(Counting):
    """Ends its process as a bad model file does: no exception, no goodbye."""

    def accept(self, pcm: bytes) -> Iterator[FinalResult]:
        os._exit(255)
        yield


class Stuck(Counting):
    """Never comes back and never lets go of the interpreter's lock."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        sys.modules["__main__"].STUCK_SECONDS = 0.2  # type: ignore[attr-defined]

    def accept(self, pcm: bytes) -> Iterator[FinalResult]:
        re.match(r"(a+)+b", "a" * 64)
        yield from ()


def _is_pipe(name: str) -> bool:
    try:
        return os.readlink(f"/proc/self/fd/{name}").startswith("pipe:")
    except OSError:
        return False
