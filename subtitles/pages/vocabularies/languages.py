"""The languages that a hot word may be marked with."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from subtitles.engines import catalog
from subtitles.pages import languages
from subtitles.vocabularies import accounts

_ALSO = {"chinese": "zh", "中文": "zh", "汉语": "zh", "英文": "en", "日文": "ja", "韩文": "ko", "粤语": "yue"}


def codes() -> list[str]:
    """What models with hot words understand, as the catalogue has it; those for live use first."""
    models = [model for model in catalog.MODELS if accounts.option_of(model.engine, model.name)]
    models.sort(key=lambda model: not model.realtime)
    return list(dict.fromkeys(code for model in models for code in model.languages))


def choices(used: Iterable[str]) -> list[tuple[str, str]]:
    """Languages that live models know, and those that are used already: a short list, since each row has it."""
    models = [model for model in catalog.MODELS if model.realtime and accounts.option_of(model.engine, model.name)]
    offered = dict.fromkeys([code for model in models for code in model.languages] + [code for code in used if code])
    return [("", _("Any")), *((code, languages.name(code)) for code in offered)]


def written() -> dict[str, str]:
    """Codes by what people write for them, in lower case: the code, a tag, the language's name here."""
    known = codes()
    named = {languages.name(code).casefold(): code for code in known}
    tagged = {tag.casefold(): catalog.primary(tag) for tag in languages.SPOKEN if catalog.primary(tag) in known}
    return {**_ALSO, **named, **tagged, **{code: code for code in known}}
