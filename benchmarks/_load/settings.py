"""The product's settings, with the application of BENCH_APP in the place of its own."""

from __future__ import annotations

import os

from subtitles.settings import *  # noqa: F403

ASGI_APPLICATION = os.environ["BENCH_APP"]
SUBTITLES_BANNER = ""
