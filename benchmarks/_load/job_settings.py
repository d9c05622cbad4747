"""The settings of servers under test, whose recogniser for recordings may be on this machine."""

from __future__ import annotations

from benchmarks._load.settings import *  # noqa: F403
from subtitles.settings import BATCH_ENGINES

BATCH_ENGINES["dashscope"]["options"]["loopback"] = True
