from __future__ import annotations

import pytest

from subtitles.editing.transcripts import copied
from subtitles.models import CaptionSession, Transcript, User
from tests.editing.talk import BATCH, room_of, session_of, transcript_of


@pytest.fixture
def session(db: None) -> CaptionSession:
    return session_of(room_of())


@pytest.fixture
def live(session: CaptionSession) -> Transcript:
    return transcript_of(session)


@pytest.fixture
def batch(session: CaptionSession) -> Transcript:
    return transcript_of(session, BATCH, Transcript.Kind.BATCH)


@pytest.fixture
def alice(session: CaptionSession) -> User:
    return session.room.owner


@pytest.fixture
def copy(live: Transcript, alice: User) -> Transcript:
    return copied(live, alice)
