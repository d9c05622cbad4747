"""A session that was heard twice, and the pages where it is corrected."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.faults.product import PROJECT


@dataclass(frozen=True, slots=True)
class Heard:
    """Paths of pages; see editing_ground.py."""

    session: str
    compare: str
    editor: str


def hear_twice(folder: Path, slug: str, sentences: int | None = None) -> Heard:
    environment = {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "DJANGO_SETTINGS_MODULE": "subtitles.settings",
        "SUBTITLES_DATA_DIR": str(folder),
    }
    count = [str(sentences)] if sentences else []
    command = [sys.executable, "-m", "tests.browser.editing_ground", slug, *count]
    made = subprocess.run(command, env=environment, cwd=PROJECT, check=True, stdout=subprocess.PIPE, timeout=120)
    ids = json.loads(made.stdout)
    session = f"/rooms/{slug}/sessions/{ids['session']}/"
    return Heard(session, f"{session}compare/?a={ids['live']}&b={ids['batch']}", f"{session}edit/{ids['copy']}/")
