"""`manage.py serve` with the conformance suite's application: what the tests start as a process."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django
from django.conf import settings

from subtitles.management.commands.serve import Command

settings.configure(
    ASGI_APPLICATION="tests.serving.app.application",
    CHANNEL_LAYERS={"default": {"BACKEND": os.environ["CONFORMANCE_LAYER"]}},
    SUBTITLES_DATA_DIR=Path(os.environ["CONFORMANCE_DATA_DIR"]),
    SUBTITLES_RUNTIMES=["tests.serving.app"],
)
django.setup()
Command().run_from_argv(["manage.py", "serve", *sys.argv[1:]])
