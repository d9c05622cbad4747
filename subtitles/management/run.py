"""`manage.py` in a checkout, `subtitles` where the wheel is installed."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "subtitles.settings")
    execute_from_command_line(sys.argv)
