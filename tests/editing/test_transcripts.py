from __future__ import annotations

from subtitles.editing import published
from subtitles.editing.transcripts import publish
from subtitles.models import CaptionSession, Transcript


def test_the_live_transcript_is_shown_until_another_one_is_published(live: Transcript, batch: Transcript) -> None:
    assert published(live.session) == live
    publish(batch)
    assert published(live.session) == batch
    publish(live)
    assert published(live.session) == live
    assert Transcript.objects.filter(published=True).count() == 1


def test_without_a_live_transcript_the_newest_one_is_shown(session: CaptionSession, batch: Transcript) -> None:
    newer = Transcript.objects.create(session=session, kind="batch", engine="preview")
    Transcript.objects.create(session=session, kind="batch", engine="preview", ready=False)
    assert published(session) == newer


def test_a_session_without_transcripts_shows_none(session: CaptionSession) -> None:
    assert published(session) is None
