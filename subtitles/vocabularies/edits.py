"""Changing a vocabulary, and its copies with it. Synchronous."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from subtitles.models import HotWord, Vocabulary
from subtitles.vocabularies import copies
from subtitles.vocabularies.pasting import BadLine, line
from subtitles.vocabularies.words import MOST_WORDS, Fault, Hotword, fingerprint, merged


class Changed(Exception):
    """Somebody else changed the words meanwhile."""


def replace(vocabulary: Vocabulary, words: Iterable[Hotword], seen: str = "") -> list[BadLine]:
    """These words and no others; what there is no room for. With `seen`, the fingerprint of what somebody began to
    change: raises Changed if it is not what is kept now."""
    with transaction.atomic():
        locked = Vocabulary.objects.select_for_update().get(pk=vocabulary.pk)
        kept = copies.words_of(locked.pk)
        if seen and fingerprint(kept) != seen:
            raise Changed
        return _keep(locked, kept, merged(words))


def add(vocabulary: Vocabulary, words: Iterable[Hotword]) -> list[BadLine]:
    """Beside those that there are; one that is there already gets the new weight. What there is no room for."""
    with transaction.atomic():
        locked = Vocabulary.objects.select_for_update().get(pk=vocabulary.pk)
        kept = copies.words_of(locked.pk)
        return _keep(locked, kept, merged([*kept, *words]))


def rename(vocabulary: Vocabulary, name: str) -> None:
    vocabulary.name = name
    vocabulary.save(update_fields=["name", "changed_at"])


def _keep(vocabulary: Vocabulary, before: Iterable[Hotword], words: list[Hotword]) -> list[BadLine]:
    words, spare = words[:MOST_WORDS], words[MOST_WORDS:]
    if tuple(before) != tuple(words):
        HotWord.objects.filter(vocabulary=vocabulary).delete()
        HotWord.objects.bulk_create(
            HotWord(vocabulary=vocabulary, text=word.text, weight=word.weight, language=word.language) for word in words
        )
        vocabulary.save(update_fields=["changed_at"])
        copies.words_changed(vocabulary.pk)
    return [BadLine(line(word), Fault.FULL) for word in spare]
