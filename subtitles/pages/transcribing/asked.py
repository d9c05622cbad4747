"""What a transcription was asked for, in its reader's words."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from subtitles.engines.catalog import Model
from subtitles.models import TranscriptionJob
from subtitles.pages import languages
from subtitles.pages.engines import translated


def wishes(details: TranscriptionJob, model: Model | None) -> Iterator[tuple[str, str]]:
    """Language, vocabulary, and the options that are not as usual."""
    spoken = languages.name(details.language) if details.language else _("Let the model find out")
    yield _("Spoken language"), spoken
    if details.vocabulary:
        yield _("Vocabulary"), details.vocabulary.name
    for name, value in details.options.items():
        option = model.option(name) if model else None
        yield (translated(option.label) if option else name), _value(value)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return _(", ").join(languages.name(str(item)) for item in value)
    return str(value).strip() or "–"
