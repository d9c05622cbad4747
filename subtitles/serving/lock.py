"""One server per data folder, unless a channel layer joins them.

Two servers that share sessions but not a layer would each caption half of what the other's viewers wait for.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import TextIO


class DataFolderInUse(Exception):
    """`str()` says which process holds the folder and what to do."""


class ServerLock:
    """Held from construction until `release()` or the end of the process. Raises DataFolderInUse."""

    def __init__(self, folder: Path, *, shared: bool) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = (folder / "serve.lock").open("a+")
        try:
            fcntl.flock(self._file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            with self._file as file:
                raise DataFolderInUse(_refusal(folder, file, shared=shared)) from None
        _write_pid(self._file)
        # A forked worker would hold the lock beyond our death: the lock belongs to the open file, not to the process.
        os.register_at_fork(after_in_child=self._file.close)

    def release(self) -> None:
        self._file.close()


def layer_is_shared(channel_layers: dict[str, dict[str, object]]) -> bool:
    """Whether the default channel layer of the settings reaches other processes."""
    backend = str(channel_layers.get("default", {}).get("BACKEND", ""))
    return bool(backend) and not backend.endswith("InMemoryChannelLayer")


def _write_pid(file: TextIO) -> None:
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()


def _refusal(folder: Path, file: TextIO, *, shared: bool) -> str:
    file.seek(0)
    pid = file.read().strip()
    holder = f"process {pid}" if pid else "another process"
    why = "without a shared channel layer" if shared else "and this one has no shared channel layer"
    return (
        f"The data folder {folder} is served by {holder} already, {why}. "
        "Stop it, choose another SUBTITLES_DATA_DIR, or give both the same Redis."
    )
