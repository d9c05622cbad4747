"""The product's settings, with a toy where a published model is fetched."""

from __future__ import annotations

from subtitles.settings import *  # noqa: F403
from subtitles.settings import JOB_KINDS

JOB_KINDS["download"] = "tests.browser.toy_models.ToyDownload"
