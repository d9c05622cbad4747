"""Every model there is, as data: what it understands, what may be set, what it costs, and where that is written.

Whoever needs to know something about a model asks here. No Django, no engine code, nothing loaded from disk.
"""

from __future__ import annotations

from collections.abc import Mapping

from subtitles.engines.catalog import batch_fun_asr, batch_paraformer, batch_qwen, fun_asr, local, paraformer, preview
from subtitles.engines.catalog.checking import Checked, check, primary
from subtitles.engines.catalog.recommendations import SCENES, Recommendation, Scene, recommended
from subtitles.engines.catalog.types import Document, Feature, Kind, Limits, Model, Notice, Option, Price

__all__ = [
    "MODELS",
    "SCENES",
    "Checked",
    "Document",
    "Feature",
    "Kind",
    "Limits",
    "Model",
    "Notice",
    "Option",
    "Price",
    "Recommendation",
    "Scene",
    "find",
    "models_of",
    "primary",
    "recommend",
    "validate",
]

MODELS: tuple[Model, ...] = (
    *paraformer.MODELS,
    *fun_asr.MODELS,
    *batch_fun_asr.MODELS,
    *batch_paraformer.MODELS,
    *batch_qwen.MODELS,
    *preview.MODELS,
    *local.MODELS,
)


def models_of(engine: str, realtime: bool = True) -> tuple[Model, ...]:
    """The engine's realtime models, or its batch models; the best first."""
    return tuple(model for model in MODELS if model.engine == engine and model.realtime is realtime)


def find(engine: str, model: str, realtime: bool = True) -> Model | None:
    return next((entry for entry in models_of(engine, realtime) if entry.name == model), None)


def recommend(language: str, scene: Scene | str = "", engine: str = "dashscope") -> tuple[Recommendation, ...]:
    """The batch models that the owner's documents recommend, best first, each with the document's reason.

    `language` is a BCP 47 tag, empty = any; `scene` one of `SCENES`, empty = unknown.
    """
    return recommended(models_of(engine, realtime=False), language, scene)


def validate(engine: str, model: str, language: str, values: Mapping[str, object], realtime: bool = True) -> Checked:
    """Checks a choice for a room, or for a recording. Errors block; warnings are shown, and an idle option is left
    out of `values`.

    An unknown language warns and never blocks: the catalogue is what the documents say, not what the model can do.
    """
    entry = find(engine, model, realtime)
    if entry is None:
        text = "Engine “%(engine)s” has no model “%(model)s”."
        return Checked(errors={"model": Notice("model-unknown", text, {"engine": engine, "model": model})})
    return check(entry, language, values)
