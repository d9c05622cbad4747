"""Reads result files. A long one in a process of its own: while JSON is taken apart nothing else of this process runs,
and ten thousand sentences take longer than a live caption may wait."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE

from subtitles.engines import lines
from subtitles.engines.base import EngineError, ErrorKind, Transcribed
from subtitles.engines.dashscope import reading_child
from subtitles.engines.dashscope.batch_results import transcribed
from subtitles.engines.dashscope.fields import Malformed
from subtitles.engines.dashscope.reading_child import MALFORMED, TAGGED

LONG_BYTES = 1 << 20
"""Taking 0.8 MB apart holds the interpreter for 10 ms (25 ms were seen); to start a process costs more than that."""
READ_S = 120.0


async def read(result: bytes, tagged: bool = False) -> Transcribed:
    """See `batch_results.transcribed`. Raises Malformed; EngineError, if no process can be started or it ends."""
    if len(result) <= LONG_BYTES:
        return await asyncio.to_thread(_here, result, tagged)
    try:
        async with asyncio.timeout(READ_S):
            code, output = await _in_a_process(result, TAGGED if tagged else "")
    except (OSError, TimeoutError) as error:
        raise _no_reader() from error
    if code == MALFORMED:
        raise Malformed(output.decode(errors="replace"))
    if code:
        raise _no_reader()
    return await asyncio.to_thread(lines.decoded, output)


def _here(result: bytes, tagged: bool) -> Transcribed:
    """By lines too: a transcript is the same, however long it is."""
    return lines.decoded(b"".join(lines.encoded(transcribed(result, tagged))))


async def _in_a_process(result: bytes, flag: str) -> tuple[int, bytes]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", reading_child.__name__, flag),  # -P: the current folder is not searched
        stdin=PIPE,
        stdout=PIPE,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
        start_new_session=True,  # Ctrl-C is for the server
    )
    try:
        output, _ = await process.communicate(result)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, output


def _no_reader() -> EngineError:
    return EngineError(ErrorKind.NETWORK, "The process that reads DashScope's result did not do so.", code="reader")
