"""The only place where a sentence of an edited transcript changes: all of a change or none, and each step kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from subtitles.editing.states import FIELDS, State, gone, state
from subtitles.editing.transcripts import NotEditable
from subtitles.models import Revision, Sentence, Transcript, User

ROWS_A_STATEMENT = 500


@dataclass(frozen=True, slots=True)
class Change:
    """What a sentence, as it was read, becomes. A new one is a row without a key, and without a number."""

    sentence: Sentence
    becomes: State


@dataclass(frozen=True, slots=True)
class Step:
    """What was done to one sentence, and what undoes it: going back to revision `before`."""

    number: int
    before: int
    after: int


class Stale(Exception):
    """Somebody else was quicker. `sentences`: those that are not any more what they were when they were read."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        super().__init__(f"{len(sentences)} sentences changed meanwhile")
        self.sentences = sentences


def write(transcript: Transcript, changes: Iterable[Change], user: User | None) -> list[Step]:
    """Raises Stale and then nothing was written; NotEditable."""
    wanted = [change for change in changes if change.sentence.pk is None or state(change.sentence) != change.becomes]
    if not wanted:
        return []
    with transaction.atomic():
        _lock(transcript)
        _check([change.sentence for change in wanted if change.sentence.pk])
        _create(transcript, [change for change in wanted if change.sentence.pk is None])
        _keep([change.sentence for change in wanted if change.sentence.revision == 1], None)
        return _apply(wanted, user)


def _lock(transcript: Transcript) -> None:
    locked = Transcript.objects.select_for_update().filter(pk=transcript.pk, kind=Transcript.Kind.EDITED, ready=True)
    if not locked.exists():
        raise NotEditable


def _check(read: Sequence[Sentence]) -> None:
    expected = {sentence.pk: sentence.revision for sentence in read}
    found = Sentence.objects.filter(pk__in=expected).values_list("pk", "revision")
    changed = [key for key, revision in found if revision != expected[key]]
    if changed:
        raise Stale(list(Sentence.objects.filter(pk__in=changed)))


def _create(transcript: Transcript, changes: Sequence[Change]) -> None:
    """A new sentence begins as one that is not there, so that undoing it takes it away again."""
    last = transcript.sentences.aggregate(last=Max("number"))["last"] or 0
    for number, change in enumerate(changes, last + 1):
        sentence, sentence.number = change.sentence, number
        sentence.transcript, sentence.revision = transcript, 1
        _set(sentence, gone(change.becomes))
    Sentence.objects.bulk_create([change.sentence for change in changes])


def _apply(changes: Sequence[Change], user: User | None) -> list[Step]:
    steps = []
    for change in changes:
        sentence = change.sentence
        steps.append(Step(sentence.number, sentence.revision, sentence.revision + 1))
        sentence.revision += 1
        _set(sentence, change.becomes)
    touched = [change.sentence for change in changes]
    _save(touched)
    _keep(touched, user)
    return steps


def _set(sentence: Sentence, becomes: State) -> None:
    for name in FIELDS:
        setattr(sentence, name, getattr(becomes, name))


def _save(sentences: Sequence[Sentence]) -> None:
    Sentence.objects.bulk_create(
        sentences,
        batch_size=ROWS_A_STATEMENT,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*FIELDS, "revision"],
    )


def _keep(sentences: Sequence[Sentence], user: User | None) -> None:
    """What was copied is kept when it is changed for the first time, and not before: most of it never is."""
    revisions = [
        Revision(sentence=sentence, revision=sentence.revision, kept=state(sentence).as_json(), made_by=user)
        for sentence in sentences
    ]
    Revision.objects.bulk_create(revisions, ROWS_A_STATEMENT, ignore_conflicts=True)
