"""A session that was heard twice, and the pages where it is corrected."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.product import PROJECT


@dataclass(frozen=True, slots=True)
class Heard:
    """Paths of pages; see editing_ground.py."""

    session: str
    compare: str
    editor: str


def hear_twice(folder: Path, slug: str, sentences: int | None = None) -> Heard:
    count = [str(sentences)] if sentences else []
    ids = told("tests.browser.editing_ground", folder, slug, *count)
    session = f"/rooms/{slug}/sessions/{ids['session']}/"
    return Heard(session, f"{session}compare/?a={ids['live']}&b={ids['batch']}", f"{session}edit/{ids['copy']}/")


def told(ground: str, folder: Path, *arguments: str) -> dict[str, Any]:
    """What a module prints that fills a data folder."""
    environment = {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "DJANGO_SETTINGS_MODULE": "subtitles.settings",
        "SUBTITLES_DATA_DIR": str(folder),
    }
    command = [sys.executable, "-m", ground, *arguments]
    made = subprocess.run(command, env=environment, cwd=PROJECT, check=True, stdout=subprocess.PIPE, timeout=120)
    facts: dict[str, Any] = json.loads(made.stdout)
    return facts
