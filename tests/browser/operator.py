"""What whoever installs the product does: commands in a terminal."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.product import PROJECT

PATIENCE_S = 60


class Operator:
    """Has a folder for data and nothing else: no settings, no key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._environment = {
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "default",
            "SUBTITLES_DATA_DIR": str(folder),
            "SUBTITLES_MIN_FREE_BYTES": "0",
        }

    def manage(self, *arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, env=self._environment, cwd=PROJECT, check=True, timeout=PATIENCE_S)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Shows the set-up link that the terminal shows; ends the server as Ctrl-C does, and looks at its log."""
        log = self.folder.with_suffix(".log")
        with log.open("wb") as errors:
            command = [sys.executable, "manage.py", "serve", "--port", "0"]
            process = subprocess.Popen(
                command, env=self._environment, cwd=PROJECT, stdout=subprocess.PIPE, stderr=errors, text=True
            )
        try:
            yield _link(process)
        finally:
            process.terminate()
            process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0
        assert "Traceback" not in log.read_text()


def _link(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    for line in process.stdout:
        if found := re.search(r"https?://\S+/setup/\S+/", line):
            return found[0].replace("127.0.0.1", "localhost")
    raise AssertionError("the server printed no set-up link")
