from __future__ import annotations

import logging

import pytest

from subtitles.logs import HideLinks


@pytest.mark.parametrize("page", ["watch", "overlay", "setup", "fetch", "recordings/audio", "ws/watch"])
def test_a_secret_link_does_not_reach_the_log(page: str) -> None:
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "Gone: /%s/%s/", (page, "tOk-en_1"), None)
    assert HideLinks().filter(record)
    assert record.getMessage() == f"Gone: /{page}/…/"


def test_other_lines_stay_as_they_are() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "session %s: %d samples", (7, 3), None)
    HideLinks().filter(record)
    assert record.getMessage() == "session 7: 3 samples"
