"""Changing a vocabulary, and its copies with it. Synchronous."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from subtitles.models import HotWord, Vocabulary
from subtitles.vocabularies import copies
from subtitles.vocabularies.pasting import BadLine
from subtitles.vocabularies.words import MOST_WORDS, Fault, Hotword, fingerprint, merged


class Changed(Exception):
    """Somebody else changed the words meanwhile."""


def replace(vocabulary: Vocabulary, words: Iterable[Hotword], seen: str = "") -> None:
    """These words and no others. With `seen`, the fingerprint of what was changed here: raises Changed if it is not
    what is kept now."""
    with transaction.atomic():
        locked = Vocabulary.objects.select_for_update().get(pk=vocabulary.pk)
        kept = copies.words_of(locked.pk)
        if seen and fingerprint(kept) != seen:
            raise Changed
        _keep(locked, kept, merged(words))


def add(vocabulary: Vocabulary, words: Iterable[Hotword]) -> tuple[int, list[BadLine]]:
    """Beside those that there are; one that is there already gets the new weight. How many are new, and for which
    there is no room."""
    with transaction.atomic():
        locked = Vocabulary.objects.select_for_update().get(pk=vocabulary.pk)
        kept = copies.words_of(locked.pk)
        together = merged([*kept, *words])
        _keep(locked, kept, together[:MOST_WORDS])
    spare = [BadLine(word.text, Fault.FULL) for word in together[MOST_WORDS:]]
    return max(0, min(len(together), MOST_WORDS) - len(kept)), spare


def rename(vocabulary: Vocabulary, name: str) -> None:
    vocabulary.name = name
    vocabulary.save(update_fields=["name", "changed_at"])


def _keep(vocabulary: Vocabulary, before: Iterable[Hotword], words: list[Hotword]) -> None:
    if tuple(before) == tuple(words):
        return
    HotWord.objects.filter(vocabulary=vocabulary).delete()
    HotWord.objects.bulk_create(
        HotWord(vocabulary=vocabulary, text=word.text, weight=word.weight, language=word.language) for word in words
    )
    vocabulary.save(update_fields=["changed_at"])
    copies.words_changed(vocabulary.pk)
