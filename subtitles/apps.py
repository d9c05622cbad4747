from __future__ import annotations

from django.apps import AppConfig


class SubtitlesConfig(AppConfig):
    name = "subtitles"
    verbose_name = "Subtitles"

    def ready(self) -> None:
        from subtitles import checks  # noqa: F401, PLC0415
