"""How a vocabulary stands with a model: can it be used now, and if not, why? Synchronous."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from subtitles.models import Job, Room, Vocabulary, VocabularyCopy
from subtitles.vocabularies import accounts, copies
from subtitles.vocabularies.copies import KIND, Loaded


class State(StrEnum):
    NO_HOT_WORDS = "no-hot-words"
    """The model takes none."""
    NO_KEY = "no-key"
    EMPTY = "empty"
    """There is nothing to send."""
    ABSENT = "absent"
    """Nobody asked for it yet."""
    SENDING = "sending"
    READY = "ready"
    FAILED = "failed"
    GOING = "going"
    """It is being deleted at the service."""


@dataclass(frozen=True, slots=True)
class Standing:
    engine: str
    model: str
    state: State
    copy: VocabularyCopy | None = None
    job: Job | None = None
    """The newest that was to bring it in step: knows how it goes, or what went wrong."""
    rooms: tuple[str, ...] = ()
    """Titles of those that use it so."""

    @property
    def is_moving(self) -> bool:
        return self.state in (State.SENDING, State.GOING)

    @property
    def has_list(self) -> bool:
        """A service is said to have it: somebody may have deleted it there, which shows when it is sent again."""
        return self.state is State.READY and self.copy is not None


def of(vocabulary: Vocabulary, engine: str, model: str) -> Standing:
    """For one model."""
    entry = accounts.entry(engine, model)
    model = entry.name if entry else model
    option = accounts.option_of(engine, model)
    if not option:
        return Standing(engine, model, State.NO_HOT_WORDS)
    if option == accounts.WORDS:
        return Standing(engine, model, State.READY if copies.words_of(vocabulary.pk) else State.EMPTY)
    if accounts.current(engine) is None:
        return Standing(engine, model, State.NO_KEY)
    loaded = copies.find(vocabulary.pk, engine, model)
    if loaded is not None:
        return of_copy(loaded)
    return Standing(engine, model, State.ABSENT if copies.words_of(vocabulary.pk) else State.EMPTY)


def of_copy(loaded: Loaded) -> Standing:
    copy = loaded.copy
    job = Job.objects.filter(kind=KIND, key=str(copy.pk)).first()
    return Standing(copy.engine, copy.target_model, _state(loaded, job), copy, job)


def _state(loaded: Loaded, job: Job | None) -> State:
    """A copy that is not in step, and at which nobody works, is one that came to nothing."""
    if not loaded.is_unwanted and not loaded.words:
        return State.EMPTY
    if loaded.is_usable:
        return State.READY
    if job is None or job.is_over:
        return State.FAILED
    return State.GOING if loaded.is_unwanted else State.SENDING


def everywhere(vocabulary: Vocabulary) -> list[Standing]:
    """With each model that rooms use it with, and each that has a copy of it in the account of today."""
    rooms: dict[tuple[str, str], list[str]] = defaultdict(list)
    for engine, model, title in Room.objects.filter(vocabulary=vocabulary).values_list("engine", "model", "title"):
        entry = accounts.entry(engine, model)
        rooms[engine, entry.name if entry else model].append(title)
    places = dict.fromkeys([*rooms, *_places(vocabulary)])
    found = [of(vocabulary, engine, model) for engine, model in places]
    return [_with_rooms(standing, rooms[standing.engine, standing.model]) for standing in found]


def unused() -> Iterator[VocabularyCopy]:
    """Lists in the accounts of today that no room uses, or that should have gone already: they could go when an account
    takes no more. Phrases of the first generation are not counted by the service."""
    rooms = Room.objects.exclude(vocabulary=None).values_list("vocabulary", "engine", "model")
    used = {(key, engine, entry.name) for key, engine, model in rooms if (entry := accounts.entry(engine, model))}
    for copy in VocabularyCopy.objects.exclude(remote_id="").select_related("vocabulary"):
        counts = accounts.option_of(copy.engine, copy.target_model) == "vocabulary_id"
        is_used = (copy.vocabulary_id, copy.engine, copy.target_model) in used
        if counts and copies.is_ours(copy) and (not is_used or copy.state == VocabularyCopy.State.UNWANTED):
            yield copy


def _places(vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    for copy in VocabularyCopy.objects.filter(vocabulary=vocabulary):
        if copies.is_ours(copy):
            yield copy.engine, copy.target_model


def _with_rooms(standing: Standing, rooms: list[str]) -> Standing:
    return Standing(standing.engine, standing.model, standing.state, standing.copy, standing.job, tuple(sorted(rooms)))
