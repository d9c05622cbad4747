"""The models that a recording can be read by, and what keeps them from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from subtitles.engines import catalog
from subtitles.engines.base import EngineError, Options, OptionValue
from subtitles.engines.catalog import Model, Recommendation
from subtitles.pages import engines as names
from subtitles.pages.transcribing import problems
from subtitles.retranscribe import engines

Choices = list[tuple[str, list[tuple[str, str]]]]


def models() -> Iterator[Model]:
    """Every model for recordings that this installation knows."""
    for engine in settings.BATCH_ENGINES:
        yield from catalog.models_of(engine, realtime=False)


def address(model: Model) -> str:
    """As the select names it."""
    return f"{model.engine}/{model.name}"


def find(address: str) -> Model | None:
    engine, _slash, name = address.partition("/")
    return catalog.find(engine, name, realtime=False) if engine in settings.BATCH_ENGINES else None


def recommended(language: str, scene: str) -> list[Recommendation]:
    found = scene if scene in catalog.SCENES else ""
    return [one for engine in settings.BATCH_ENGINES for one in catalog.recommend(language, found, engine)]


def first(language: str, best: Sequence[Model]) -> Model | None:
    """The best that works here, else one that works and understands the language, else one that works, else any."""
    every = [*best, *models()]
    able = [model for model in every if not refusal(model, language, {})]
    fit = [model for model in able if model in best or catalog.primary(language) in model.languages]
    return next(iter(fit or able or every), None)


def choices(best: Sequence[Recommendation]) -> Choices:
    """For a select with a group for each engine."""
    preferred = [one.model for one in best]
    groups: dict[str, list[tuple[str, str]]] = {}
    for model in models():
        groups.setdefault(names.label(model.engine), []).append((address(model), _title(model, model in preferred)))
    return list(groups.items())


def _title(model: Model, preferred: bool) -> str:
    title = names.translated(model.title)
    if model.retiring:
        return _("%(title)s (will be withdrawn)") % {"title": title}
    return _("%(title)s (recommended)") % {"title": title} if preferred else title


def refusal(model: Model, language: str, values: Mapping[str, OptionValue]) -> str:
    """What keeps the engine from serving this here and now, with the way out; or an empty text. Calls nobody."""
    try:
        refuse = getattr(engines.get(model.engine), "refuse", None)
        error = refuse(Options(model.name, language, values)) if refuse else None
    except EngineError as failure:
        error = failure
    return problems.of_error(error) if error else ""


def region(model: Model) -> str:
    """Where the engine's service is; empty = not known, or on this machine."""
    try:
        return str(getattr(engines.get(model.engine), "region", ""))
    except EngineError:
        return ""
