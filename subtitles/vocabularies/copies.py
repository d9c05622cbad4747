"""A vocabulary's copies at services, as rows: which are wanted, which are in step, which have to go. Synchronous."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.jobs import queue
from subtitles.jobs.steps import BackTo, State
from subtitles.models import HotWord, Job, Vocabulary, VocabularyCopy
from subtitles.vocabularies import accounts
from subtitles.vocabularies.words import Hotword, fingerprint

KIND = "vocabulary"
_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
_MARK_LENGTH = 9
"""The longest prefix that the service takes."""
Standing = VocabularyCopy.State


@dataclass(frozen=True, slots=True)
class Loaded:
    """A copy and the words that it should have."""

    copy: VocabularyCopy
    words: tuple[Hotword, ...]

    @property
    def is_unwanted(self) -> bool:
        return self.copy.vocabulary_id is None or self.copy.state == Standing.UNWANTED

    @property
    def is_in_step(self) -> bool:
        return self.copy.words_hash == fingerprint(self.words)

    @property
    def is_usable(self) -> bool:
        return bool(self.copy.remote_id) and self.copy.state == Standing.READY and self.is_in_step


def words_of(vocabulary_id: int | None) -> tuple[Hotword, ...]:
    rows = HotWord.objects.filter(vocabulary=vocabulary_id).order_by("pk").values_list("text", "weight", "language")
    return tuple(Hotword(*row) for row in rows)


def load(copy_id: int, *, locked: bool = False) -> Loaded | None:
    # Without an order: the usual one joins the vocabulary, and PostgreSQL locks no row of an outer join.
    rows = VocabularyCopy.objects.order_by()
    copy = (rows.select_for_update() if locked else rows).filter(pk=copy_id).first()
    return Loaded(copy, words_of(copy.vocabulary_id)) if copy else None


def find(vocabulary_id: int, engine: str, model: str) -> Loaded | None:
    """The copy for this model in the account of today."""
    account, entry = accounts.current(engine), accounts.entry(engine, model)
    if account is None or entry is None:
        return None
    copy = VocabularyCopy.objects.filter(
        vocabulary=vocabulary_id,
        engine=engine,
        account=account.digest,
        region=account.region,
        target_model=entry.name,
    ).first()
    return Loaded(copy, words_of(vocabulary_id)) if copy else None


def want(vocabulary: Vocabulary, engine: str, model: str, *, again: bool = False) -> Job | None:
    """Sees to it that the model can use the vocabulary soon: the job that does so, None where nothing is to be done
    (it can already, or takes no hot words, or there is no key). `again`: even what is in step is sent, so that a list
    that somebody deleted at the service is found missing and made anew."""
    account, entry = accounts.current(engine), accounts.entry(engine, model)
    if account is None or entry is None or not accounts.option_of(engine, model):
        return None
    copy, _ = VocabularyCopy.objects.get_or_create(
        vocabulary=vocabulary, engine=engine, account=account.digest, region=account.region, target_model=entry.name
    )
    loaded = Loaded(copy, words_of(vocabulary.pk))
    if copy.state == Standing.READY and loaded.is_in_step and not again:
        return None
    drop(_left_over(copy))
    return send(copy)


def send(copy: VocabularyCopy) -> Job:
    """Now, or as soon as the job that is at it has seen that more is wanted."""
    return _change(copy, {"state": Standing.WANTED, "problem": ""})


def words_changed(vocabulary_id: int) -> None:
    """Brings the copies in step that there are."""
    for copy in VocabularyCopy.objects.filter(vocabulary=vocabulary_id).exclude(state=Standing.UNWANTED):
        if is_ours(copy):
            send(copy)


def drop(copies: Iterable[VocabularyCopy]) -> None:
    """Has them deleted at the service. Those of another account stay as they are: only its key may delete them."""
    for copy in copies:
        if is_ours(copy):
            _change(copy, {"state": Standing.UNWANTED})
        else:
            VocabularyCopy.objects.filter(pk=copy.pk).update(state=Standing.UNWANTED)


def _left_over(copy: VocabularyCopy) -> Iterator[VocabularyCopy]:
    """What could not be deleted while the key was missing or refused: it takes the room of new lists."""
    unwanted = VocabularyCopy.objects.filter(engine=copy.engine, state=Standing.UNWANTED).exclude(pk=copy.pk)
    return filter(is_ours, unwanted)


def _change(copy: VocabularyCopy, fields: dict[str, str]) -> Job:
    """The job's row comes before the copy's, as in the job's own arrows: on PostgreSQL nobody waits for one another.
    A job that ended between the two is asked for once more."""
    ask = partial(queue.enqueue, KIND, str(copy.pk))
    with transaction.atomic():
        job = ask().job
        VocabularyCopy.objects.filter(pk=copy.pk).update(**fields)
        transaction.on_commit(ask, robust=True)
    return job


def is_ours(copy: VocabularyCopy) -> bool:
    account = accounts.current(copy.engine)
    return account is not None and (account.digest, account.region) == (copy.account, copy.region)


def mark(copy_id: int) -> str:
    """What a copy's list is found by when nobody was told its id: no other copy has it, here or elsewhere."""
    seed = hmac.digest(settings.SECRET_KEY.encode(), f"vocabulary copy {copy_id}".encode(), "sha256")
    number = int.from_bytes(seed)
    return "".join(_LETTERS[number // 36**place % 36] for place in range(_MARK_LENGTH))


def marks(copy: VocabularyCopy) -> list[str]:
    """What its list may be found by: its own mark, then those of the same list under other keys. If one of these is a
    key of the same account, the service tells."""
    same = VocabularyCopy.objects.filter(
        vocabulary=copy.vocabulary_id, engine=copy.engine, region=copy.region, target_model=copy.target_model
    ).exclude(pk=copy.pk)
    return [mark(key) for key in (copy.pk, *same.order_by("-pk").values_list("pk", flat=True))]


# --- what the job writes, with its arrows


def was_sent(copy_id: int, remote_id: str, words_hash: str) -> None:
    """A list that was kept under another key of the account is this copy's from now on. The other's row stays: its mark
    is part of the list's name."""
    others = VocabularyCopy.objects.exclude(remote_id="").exclude(pk=copy_id)
    others.filter(remote_id=remote_id).update(remote_id="", words_hash="")
    VocabularyCopy.objects.filter(pk=copy_id).update(remote_id=remote_id, words_hash=words_hash)


def was_lost(copy_id: int) -> None:
    """The service does not have it any more."""
    VocabularyCopy.objects.filter(pk=copy_id).update(remote_id="", words_hash="")


def became_ready(copy_id: int) -> None:
    """Raises BackTo: its words were changed meanwhile, or it is not wanted any more."""
    loaded = load(copy_id, locked=True)
    if loaded is None:
        return
    if loaded.is_unwanted or not loaded.is_in_step:
        _begin_again()
    VocabularyCopy.objects.filter(pk=copy_id).update(state=Standing.READY, problem="", checked_at=timezone.now())


def was_deleted(copy_id: int) -> None:
    """Raises BackTo: it is wanted again."""
    loaded = load(copy_id, locked=True)
    if loaded is None:
        return
    if not loaded.is_unwanted:
        _begin_again()
    loaded.copy.delete()


def failed(copy_id: int, problem: str) -> None:
    """What is to be deleted stays so: it is tried again with the next wish for any list of its account."""
    copies = VocabularyCopy.objects.filter(pk=copy_id)
    copies.update(problem=problem, checked_at=timezone.now())
    copies.filter(state=Standing.WANTED).update(state=Standing.FAILED)


def _begin_again() -> None:
    changed = EngineError(ErrorKind.BUSY, "The words were changed meanwhile.", code="changed")
    raise BackTo(State.QUEUED) from changed
