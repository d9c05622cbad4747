"""How a worker's process is started."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process

from subtitles.engines.base import EngineError, ErrorKind

_HOST = "subtitles.engines.local.host"
_KEPT_ENVIRONMENT = frozenset(
    {"PATH", "PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR"}
)


async def spawn(target: str) -> Process:
    """A host (see host) of the recogniser `target`, with pipes. A fresh interpreter: a fork of the server would carry
    its threads' locks and its connections. Raises EngineError `busy`."""
    try:
        return await asyncio.create_subprocess_exec(
            *command(_HOST, target),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=environment(),
            start_new_session=True,  # Ctrl-C is for the server, which lets its workers finish
        )
    except OSError as error:
        raise EngineError(ErrorKind.BUSY, "No process could be started for the recogniser.") from error


def command(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-P", "-m", module, *arguments)  # -P: the current folder is not searched


def environment() -> dict[str, str]:
    """The server's own search path, and none of its keys."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT_ENVIRONMENT}
    return kept | {"PYTHONPATH": os.pathsep.join(os.path.abspath(path) for path in sys.path)}
