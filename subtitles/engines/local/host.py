"""The child's side of a worker: one recogniser between two pipes.

Run as `python -m subtitles.engines.local.host package.module:Factory`. It ends when its input ends, so it cannot
outlive the server, and it never imports Django.
"""

from __future__ import annotations

import faulthandler
import os
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import BinaryIO, Protocol, cast

from subtitles.engines.base import Options
from subtitles.engines.local.messages import HEADER, Kind, decode_options, encode_result, pack, unpack_header
from subtitles.speech import Result

NICENESS = 5
"""Captions may be late when the machine is full; the server that keeps the audio may not."""
STUCK_SECONDS = 20.0


class Recogniser(Protocol):
    """Turns one stream of audio into results, in a process of its own; blocking is allowed."""

    def accept(self, pcm: bytes) -> Iterable[Result]: ...

    def finish(self) -> Iterable[Result]: ...


Factory = Callable[[Options], Recogniser]


def main() -> None:
    output = claim_output()
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    try:
        serve(sys.stdin.buffer, output, sys.argv[1])
    except BrokenPipeError:
        # The server is gone: nobody is left to tell. A plain exit would flush the pipe and complain.
        os._exit(1)


def serve(source: BinaryIO, output: BinaryIO, target: str) -> None:
    recogniser: Recogniser | None = None
    while header := source.read(HEADER.size):
        size, kind = unpack_header(header)
        payload = source.read(size)
        # A timer outside the interpreter: a recogniser stuck in C holds the lock and would never see its input end.
        faulthandler.dump_traceback_later(STUCK_SECONDS, exit=True)
        if kind is Kind.START:
            recogniser = _factory(target)(decode_options(payload))
            _say(output, Kind.READY)
        elif recogniser is not None:
            _answer(output, recogniser.finish() if kind is Kind.FINISH else recogniser.accept(payload))
        faulthandler.cancel_dump_traceback_later()
        if kind is Kind.FINISH:
            return _say(output, Kind.END)


def _answer(output: BinaryIO, results: Iterable[Result]) -> None:
    for result in results:
        _say(output, Kind.RESULT, encode_result(result))


def _say(output: BinaryIO, kind: Kind, payload: bytes = b"") -> None:
    output.write(pack(kind, payload))
    output.flush()


def _factory(target: str) -> Factory:
    module, _, name = target.partition(":")
    return cast(Factory, getattr(import_module(module), name))


def claim_output() -> BinaryIO:
    """Keeps the pipe for messages: whatever a library prints goes to the error stream."""
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return output


if __name__ == "__main__":
    main()
