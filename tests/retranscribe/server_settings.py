"""The product's own settings, but results may come from this machine, where the fake service is."""

from __future__ import annotations

from subtitles.settings import *  # noqa: F403
from subtitles.settings import BATCH_ENGINES

BATCH_ENGINES["dashscope"]["options"]["loopback"] = True
