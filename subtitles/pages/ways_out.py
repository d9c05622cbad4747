"""A room that cannot be captioned as it is set: why, and what can be done about it on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from django.conf import settings
from django.utils.translation import gettext as _

from subtitles.engines import catalog
from subtitles.engines.catalog.local_packages import package
from subtitles.local_models.kind import store
from subtitles.pages import engines, languages


@dataclass(frozen=True, slots=True)
class WaysOut:
    reason: str
    language: str
    here: tuple[str, ...]
    """Titles of models on this machine that understand it."""
    to_fetch: str
    """Of the model that is worth fetching, where none is here."""
    has_key: bool


def ways_out(engine: str, model: str, language: str) -> WaysOut | None:
    """None: as far as can be seen the room works. Looks at settings and folders only."""
    reason = _reason(engine, model, language)
    if not reason:
        return None
    fitting = [entry for entry in catalog.models_of("local") if catalog.primary(language) in entry.languages]
    here = store().all()
    return WaysOut(
        reason,
        languages.name(language),
        tuple(engines.translated(entry.title) for entry in fitting if entry.name in here),
        engines.translated(next((entry.title for entry in fitting if _is_downloadable(entry.name)), "")),
        bool(settings.DASHSCOPE_API_KEY),
    )


def _is_downloadable(model: str) -> bool:
    known = package(model)
    return known is not None and known.is_downloadable


def _reason(engine: str, model: str, language: str) -> str:
    if engine == "preview" and catalog.primary(language) != "en":
        return _("The preview engine understands English only: it would refuse to caption %(language)s.") % {
            "language": languages.name(language)
        }
    if engine == "preview" and find_spec("pocketsphinx") is None:
        return _("The preview engine is not installed here.")
    if engine == "dashscope" and not settings.DASHSCOPE_API_KEY:
        return _("DashScope needs a key, and there is none here.")
    if engine == "local" and store().find(model) is None:
        return _("This model is not on this machine.")
    return ""
