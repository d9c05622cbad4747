"""The engines as a person sees them: what they are called, and one honest sentence about each."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec

from django.conf import settings
from django.utils.translation import gettext as _

from subtitles.engines import catalog
from subtitles.engines.catalog import Model, Notice
from subtitles.local_models.kind import store
from subtitles.pages import languages


def title(engine: str) -> str:
    titles = {
        "preview": _("Preview (English only, on this machine)"),
        "local": _("Models on this machine"),
        "dashscope": _("DashScope (Alibaba Cloud Model Studio)"),
    }
    return titles.get(engine, engine)


def model_title(engine: str, model: str) -> str:
    """What people call it; its own name where the catalogue does not know it, and the engine's where it has none."""
    found = catalog.find(engine, model) or catalog.find(engine, model, realtime=False)
    return translated(found.title) if found else model or title(engine)


def model_choices(models: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of engines and models, for a filter by model: names and titles."""
    return list({model: model_title(engine, model) for engine, model in models if model}.items())


def obstacle(engine: str) -> str:
    """Why it cannot work here, or an empty text. Looks at the settings only: nothing is called."""
    if engine == "dashscope" and not settings.DASHSCOPE_API_KEY:
        return _("no key: set DASHSCOPE_API_KEY and start the server again")
    if engine == "preview" and find_spec("pocketsphinx") is None:
        return _("not available on this machine: the package pocketsphinx is not installed")
    if engine == "local" and find_spec("sherpa_onnx") is None:
        return _("not available on this machine: the package sherpa-onnx is not installed")
    if engine == "local" and not _live_models_here():
        return _("no model is on this machine yet: fetch one on the models page")
    return ""


def is_here(model: Model) -> bool:
    """False for a model that has to be fetched to this machine first."""
    return model.engine != "local" or store().find(model.name) is not None


def _live_models_here() -> bool:
    return any(is_here(model) for model in catalog.models_of("local"))


def sentence(engine: str) -> str:
    """What to expect of it, in one sentence."""
    hindrance = obstacle(engine)
    if hindrance:
        return _("Cannot work now: %(reason)s.") % {"reason": hindrance}
    if engine == "dashscope":
        return _("A key was found. It is never checked before somebody goes live; “manage.py check_engine” checks it.")
    if engine == "local":
        return _("Recognises speech with a model on this machine: no key is needed, and no sound leaves it.")
    models = catalog.models_of(engine)
    return translated(models[0].advice) if models else ""


def label(engine: str) -> str:
    return _("%(engine)s – not ready here") % {"engine": title(engine)} if obstacle(engine) else title(engine)


def choices(current: str) -> list[tuple[str, str]]:
    """Every engine of the settings, and the room's own even when it is no longer there."""
    known = list(settings.ENGINES)
    return [(engine, label(engine)) for engine in (known if current in known else [*known, current])]


def translated(text: str) -> str:
    return _(text) if text else ""


def notice_text(notice: Notice) -> str:
    """A sentence of the catalogue in the reader's language, with languages by name."""
    params = {name: translated(value) if isinstance(value, str) else value for name, value in notice.params.items()}
    if notice.key == "language-undocumented":
        params["language"] = languages.name(str(notice.params["language"]))
        params["languages"] = languages.names(tuple(str(notice.params["languages"]).split(", ")))
    return translated(notice.text) % params
