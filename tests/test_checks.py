from __future__ import annotations

from typing import Any

from subtitles.checks import bucket_has_its_library


def test_a_bucket_without_its_library_keeps_the_server_from_starting(settings: Any) -> None:
    assert bucket_has_its_library() == []
    settings.STORAGES = {**settings.STORAGES, "recordings": {"BACKEND": "not_installed.s3.Storage"}}
    [error] = bucket_has_its_library()
    assert (error.id, "subtitles[s3]" in str(error.hint)) == ("subtitles.E011", True)
