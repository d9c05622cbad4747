from __future__ import annotations

import pytest

from subtitles.models import CaptionSession, User
from tests.editing.heard import batch, copy, live
from tests.editing.talk import room_of, session_of

__all__ = ["batch", "copy", "live"]


@pytest.fixture
def session(db: None) -> CaptionSession:
    return session_of(room_of())


@pytest.fixture
def alice(session: CaptionSession) -> User:
    return session.room.owner
