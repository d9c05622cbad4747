from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_delete


class SubtitlesConfig(AppConfig):
    name = "subtitles"
    verbose_name = "Subtitles"

    def ready(self) -> None:
        from subtitles import checks  # noqa: F401, PLC0415
        from subtitles.library import erasing  # noqa: PLC0415
        from subtitles.search import tables  # noqa: PLC0415
        from subtitles.vocabularies import signals  # noqa: F401, PLC0415

        post_migrate.connect(tables.after_migrating, sender=self)
        pre_delete.connect(erasing.follow, sender="subtitles.CaptionSession")
