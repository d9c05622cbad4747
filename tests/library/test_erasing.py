from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from subtitles.library import erasing
from subtitles.library.erasing import StillOpen
from subtitles.live import reading
from subtitles.models import (
    CaptionSession,
    Job,
    Recording,
    RecordingGap,
    Revision,
    Room,
    Sentence,
    Transcript,
    TranscriptionJob,
    Upload,
    Usage,
    User,
)
from subtitles.recordings import storage
from subtitles.search import index
from subtitles.search.query import parse

WORD = "zanzibar"
OUTLIVE = {"User", "Room", "Job", "TranscriptionJob", "Usage", "SearchChange"}
"""What a session leaves: its room, and what was paid. Changes are noted for the search, which reads them next."""


@pytest.fixture
def by(db: Any) -> User:
    return User.objects.create_user("alice")


@pytest.fixture
def ground(settings: Any, tmp_path: Path) -> Path:
    settings.SUBTITLES_DATA_DIR = tmp_path
    return tmp_path


def filled(by: User, ground: Path, sentences: int = 5, state: str = "ended") -> CaptionSession:
    """A session of which there is something everywhere."""
    room, _ = Room.objects.get_or_create(slug="talk", defaults={"title": "Talk", "owner": by})
    session = CaptionSession.objects.create(room=room, title="Talk", language="en", state=state)
    recording = Recording.objects.create(session=session)
    RecordingGap.objects.create(recording=recording, at_samples=0, reason="lost")
    transcript = Transcript.objects.create(session=session, engine="e")
    Transcript.objects.create(session=session, kind="edited", base=transcript, engine="e", published=True)
    rows = Sentence.objects.bulk_create(
        Sentence(transcript=transcript, number=number, begin_ms=0, end_ms=0, text=WORD) for number in range(sentences)
    )
    Revision.objects.bulk_create(Revision(sentence=row, revision=1, made_by=by) for row in rows)
    Upload.objects.create(room=room, file_name="a.wav", size=1, session=session)
    for state in ("done", "waiting"):
        job = Job.objects.create(kind="retranscribe", key=f"{session.pk}:{state}", state=state)
        TranscriptionJob.objects.create(job=job, recording=recording, engine="e", model="m", transcript=transcript)
        Usage.objects.create(engine="e", task_id=job.key, session=session, job=job)
        _write(ground / f"jobs/{job.pk}/result.json")
    _write(ground / f"live/{session.pk}/1-0.pcm")
    _write(ground / f"recordings/{session.pk}/original.mp3")
    while index.catch_up():
        pass
    return session


def _write(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"sound")


def left(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.django_db(transaction=True)
def test_nothing_of_it_is_left_but_what_was_paid(by: User, ground: Path, caplog: pytest.LogCaptureFixture) -> None:
    session = filled(by, ground, sentences=2 * erasing.ROWS_A_TRANSACTION + 1)
    assert len(index.matching(parse(WORD), None, None, 10)) == 10
    pk, job = session.pk, Job.objects.get(state="waiting")
    with caplog.at_level(logging.INFO, "subtitles.library"):
        erasing.erase(session, by)
    while index.catch_up():
        pass
    assert index.matching(parse(WORD), None, None, 10) == []
    tables = apps.get_app_config("subtitles").get_models()
    assert {model.__name__ for model in tables if model._default_manager.exists()} <= OUTLIVE
    assert left(ground) == []
    assert Usage.objects.filter(session=None, job=job).count() == 1
    job.refresh_from_db()
    assert (job.cancel_asked, job.transcription.recording) == (True, None)
    assert f"session {pk}: erased by user {by.pk}; jobs [{job.pk}, {job.pk - 1}]" in caplog.text


def test_its_neighbour_keeps_everything(by: User, ground: Path) -> None:
    neighbour, session = filled(by, ground), filled(by, ground)
    before = [Sentence.objects.filter(transcript__session=neighbour).count(), Revision.objects.count() // 2]
    erasing.erase(session, by)
    assert [Sentence.objects.count(), Revision.objects.count()] == before
    assert [name for name in left(ground) if name.startswith(("live", "recordings"))] == [
        f"live/{neighbour.pk}/1-0.pcm",
        f"recordings/{neighbour.pk}/original.mp3",
    ]


def test_a_room_that_is_deleted_takes_the_files_of_its_sessions_along(
    by: User, ground: Path, django_capture_on_commit_callbacks: Any
) -> None:
    session = filled(by, ground)
    with django_capture_on_commit_callbacks(execute=True):
        session.room.delete()
    assert left(ground) == []


def test_whoever_watches_the_room_finds_that_it_changed(by: User, ground: Path) -> None:
    """A viewer's process looks at the database again when the room's seq has moved on."""
    session = filled(by, ground)
    seen = reading.heads([session.room_id])
    erasing.erase(session, by)
    assert reading.heads([session.room_id]) != seen
    assert reading.view(session.room_id).session is None


@pytest.mark.parametrize("state", CaptionSession.OPEN)
def test_what_is_live_is_ended_first(by: User, ground: Path, state: str) -> None:
    session = filled(by, ground, state=state)
    with pytest.raises(StillOpen):
        erasing.erase(session, by)
    assert Sentence.objects.count() == 5


def test_a_storage_that_is_away_leaves_a_session_to_be_erased_again(
    by: User, ground: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(session_id: int) -> None:
        raise OSError("no answer")

    session = filled(by, ground)
    with monkeypatch.context() as patch:
        patch.setattr(storage, "erase", away)
        with pytest.raises(OSError, match="no answer"):
            erasing.erase(session, by)
    assert Sentence.objects.count() == 5
    erasing.erase(session, by)
    assert not CaptionSession.objects.exists()
