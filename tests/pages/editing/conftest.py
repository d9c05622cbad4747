from __future__ import annotations

import pytest

from subtitles.models import CaptionSession, Room
from tests.editing.heard import batch, copy, live
from tests.editing.talk import session_of

__all__ = ["batch", "copy", "live"]


@pytest.fixture
def session(room: Room) -> CaptionSession:
    return session_of(room)
