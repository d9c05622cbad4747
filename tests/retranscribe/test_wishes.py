from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from subtitles.models import Job, TranscriptionJob, User, Vocabulary
from subtitles.models.transcription_job import options_hash
from subtitles.retranscribe import wishes
from tests.retranscribe.scripted import ENGINE, PAID
from tests.retranscribe.stage import recording

pytestmark = pytest.mark.django_db


def test_a_double_click_is_one_job() -> None:
    this, alice = recording(), User.objects.get_or_create(username="alice")[0]
    options = {"disfluency_removal": True}
    first = wishes.transcribe_again(this, ENGINE, PAID, "zh", options, alice)
    again = wishes.transcribe_again(this, ENGINE, PAID, "zh", dict(options))
    assert (first.is_new, again.is_new, again.job.pk) == (True, False, first.job.pk)
    kept = TranscriptionJob.objects.get()
    assert (kept.recording, kept.engine, kept.model, kept.language) == (this, ENGINE, PAID, "zh")
    assert (kept.options, kept.job.requested_by) == (options, alice)


def test_another_model_language_option_or_recording_is_another_job() -> None:
    this = recording()
    wishes.transcribe_again(this, ENGINE, PAID, "zh")
    assert wishes.transcribe_again(this, ENGINE, "fun-asr", "zh").is_new
    assert wishes.transcribe_again(this, ENGINE, PAID, "en").is_new
    assert wishes.transcribe_again(this, ENGINE, PAID, "zh", {"disfluency_removal": True}).is_new
    assert wishes.transcribe_again(recording(), ENGINE, PAID, "zh").is_new


def test_after_it_failed_the_same_may_be_asked_for_again() -> None:
    this = recording()
    wishes.transcribe_again(this, ENGINE, PAID)
    Job.objects.update(state="failed")
    assert wishes.transcribe_again(this, ENGINE, PAID).is_new


@pytest.mark.parametrize(("model", "options"), [("no-such-model", {}), (PAID, {"no_such_option": 1})])
def test_what_the_catalogue_does_not_know_is_no_job(model: str, options: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        wishes.transcribe_again(recording(), ENGINE, model, options=options)
    assert not Job.objects.exists()


def test_the_order_of_options_means_nothing() -> None:
    assert options_hash("zh", {"a": 1, "b": [2]}) == options_hash("zh", {"b": [2], "a": 1})
    assert options_hash("zh", {"a": 1}) != options_hash("en", {"a": 1})


def test_another_vocabulary_is_another_job() -> None:
    this = recording()
    words = Vocabulary.objects.create(name="Council", owner=this.session.room.owner)
    bare = wishes.transcribe_again(this, ENGINE, PAID)
    first, again = (wishes.transcribe_again(this, ENGINE, PAID, vocabulary=words) for _ in range(2))
    assert (first.is_new, again.is_new, again.job.pk) == (True, False, first.job.pk)
    assert (bare.job.transcription.vocabulary, first.job.transcription.vocabulary) == (None, words)


def test_one_wish_for_many_recordings_is_all_or_nothing() -> None:
    several = [recording() for _ in range(3)]
    with pytest.raises(ValidationError):
        wishes.for_many(several, ENGINE, PAID, options={"no_such_option": 1})
    assert not Job.objects.exists()
    asked = wishes.for_many(several, ENGINE, PAID, "zh")
    assert [one.job.transcription.recording for one in asked] == several


def test_the_same_once_more_after_it_is_over() -> None:
    first = wishes.transcribe_again(recording(), ENGINE, PAID, "zh", {"disfluency_removal": True}).job.transcription
    assert not wishes.once_more(first).is_new
    Job.objects.update(state="cancelled")
    again = wishes.once_more(first).job.transcription
    assert (again.recording, again.options, again.language) == (first.recording, first.options, "zh")
    again.recording = None
    with pytest.raises(ValidationError):
        wishes.once_more(again)
