"""A room's options in DashScope's words: what goes into `run-task` for a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from subtitles.engines.base import Options, OptionValue
from subtitles.engines.catalog import Model, primary
from subtitles.speech import SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Asked:
    """`parameters` beside `format` and `sample_rate`; `phrase_id` travels outside of them, as a resource."""

    sample_rate: int
    parameters: Mapping[str, OptionValue] = field(default_factory=dict)
    phrase_id: str = ""


def ask(model: Model, options: Options, heartbeat: bool = True) -> Asked:
    """Only what the room has set is sent, and the heartbeat where the model has one and the room says nothing.

    "Paraformer实时语音识别Python SDK": `phrase_id` for the first generation, `vocabulary_id` for later ones.
    """
    parameters: dict[str, OptionValue] = {}
    for option in model.options:
        value = options.values.get(option.name)
        if value is None and option.name == "heartbeat" and heartbeat:
            value = option.preset
        if value is None and option.name == "language_hints":
            value = language_hints(model, options.language)
        if value is not None and option.wire != "resources":
            parameters[option.wire] = value
    return Asked(sample_rate(model), parameters, str(options.values.get("phrase_id", "")))


def sample_rate(model: Model) -> int:
    """16 kHz, or 8 kHz for the telephone models."""
    return model.sample_rates[0] if model.sample_rates else SAMPLE_RATE


def language_hints(model: Model, language: str) -> list[str] | None:
    """The hint for a BCP 47 tag: None where the model takes none, or does not know the language.

    Cantonese is `yue` there; other Chinese languages and dialects are all `zh`.
    """
    option = model.option("language_hints")
    if option is None or not language:
        return None
    code = _hint(language)
    return [code] if code in option.choices else None


def _hint(language: str) -> str:
    subtags = language.replace("_", "-").lower().split("-")
    if "yue" in subtags or (subtags[0] == "zh" and {"hk", "mo"} & set(subtags)):
        return "yue"
    return "zh" if subtags[0] in _CHINESE else primary(language)


_CHINESE = frozenset({"zh", "cmn", "wuu", "nan", "hsn", "gan", "hak", "cjy"})
