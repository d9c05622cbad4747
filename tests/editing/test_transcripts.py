from __future__ import annotations

import pytest

from subtitles.editing import published
from subtitles.editing.transcripts import NotEditable, copied, publish, visible
from subtitles.models import CaptionSession, Transcript, User


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


def test_a_copy_has_every_sentence_under_its_number(live: Transcript, alice: User) -> None:
    live.sentences.filter(number=2).update(hidden=True, revision=4)
    copy = copied(live, alice)
    fields = ("number", "begin_ms", "end_ms", "text", "words", "speaker", "language", "hidden")
    assert list(copy.sentences.values_list(*fields)) == list(live.sentences.values_list(*fields))
    assert set(copy.sentences.values_list("revision", "seq")) == {(1, 0)}
    assert (copy.kind, copy.base, copy.created_by, copy.ready) == ("edited", live, alice, True)
    assert visible(copy).count() == 4


def test_nothing_is_copied_that_is_still_being_written(live: Transcript, alice: User) -> None:
    live.session.state = CaptionSession.State.LIVE
    with pytest.raises(NotEditable):
        copied(live, alice)
