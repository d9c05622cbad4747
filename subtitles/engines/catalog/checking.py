"""Is this what the model takes? An unknown language only warns; a wrong option is an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from subtitles.engines.base import OptionValue
from subtitles.engines.catalog.types import Kind, Model, Notice, Option


@dataclass(frozen=True, slots=True)
class Checked:
    """`values` are fit to be sent; `warnings` and `errors` go by option name (or `model`, `language`)."""

    values: Mapping[str, OptionValue] = field(default_factory=dict)
    warnings: Mapping[str, Notice] = field(default_factory=dict)
    errors: Mapping[str, Notice] = field(default_factory=dict)


def check(model: Model, language: str, values: Mapping[str, object]) -> Checked:
    """Checks `values` by option name. None and empty text or lists mean "not set" and are left out."""
    given = {name: value for name, value in values.items() if value is not None and value != "" and value != []}
    errors = {name: notice for name, value in given.items() if (notice := _error(model, name, value))}
    kept = {name: value for name, value in given.items() if name not in errors}
    idle = {name: notice for name in kept if (notice := _idle(model, name, kept))}
    sent: dict[str, OptionValue] = {name: _value(kept[name]) for name in kept if name not in idle}
    return Checked(sent, {**_language_warning(model, language), **_channels_warning(model, sent), **idle}, errors)


def primary(language: str) -> str:
    """`zh-CN` -> `zh`. `cmn` (Mandarin) counts as `zh`, as the documents do."""
    subtag = language.replace("_", "-").split("-")[0].lower()
    return {"cmn": "zh"}.get(subtag, subtag)


def _language_warning(model: Model, language: str) -> dict[str, Notice]:
    if not language or primary(language) in model.languages:
        return {}
    text = "%(title)s is not documented to understand %(language)s (documented: %(languages)s). Try it and listen."
    params = {"title": model.title, "language": language, "languages": ", ".join(model.languages)}
    return {"language": Notice("language-undocumented", text, params)}


def _channels_warning(model: Model, values: Mapping[str, OptionValue]) -> dict[str, Notice]:
    """ "diarization_enabled" is for mono only (Model Studio help, "Fun-ASR recorded speech recognition"); what comes of
    several channels is not said."""
    option, channels = model.option("diarization"), values.get("channels")
    if option is None or not values.get(option.name) or not isinstance(channels, list) or len(channels) < 2:
        return {}
    text = "“%(label)s” is documented for one channel only: with several of them it may have no effect."
    return {option.name: Notice("diarization-mono", text, {"label": option.label})}


def _error(model: Model, name: str, value: object) -> Notice | None:
    option = model.option(name)
    if option is None:
        return Notice("option-unknown", "%(title)s has no option “%(option)s”.", {"title": model.title, "option": name})
    return _CHECKS[option.kind](option, value)


def _idle(model: Model, name: str, values: Mapping[str, object]) -> Notice | None:
    option = model.option(name)
    if option is None or option.only_when is None:
        return None
    other = model.option(option.only_when[0])
    if other is None or values.get(other.name, other.default) == option.only_when[1]:
        return None
    text = "“%(label)s” has no effect together with “%(other)s”; it is not sent."
    return Notice("option-idle", text, {"label": option.label, "other": other.label})


def _value(value: object) -> OptionValue:
    if isinstance(value, list | tuple):
        return [str(item) for item in value]
    if isinstance(value, str | int | float):
        return value
    raise TypeError(type(value).__name__)


def _bool(option: Option, value: object) -> Notice | None:
    if isinstance(value, bool):
        return None
    return Notice("option-not-bool", "“%(label)s” is either on or off.", {"label": option.label})


def _number(option: Option, value: object) -> Notice | None:
    whole = option.kind is Kind.INT
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        text = "“%(label)s” must be a whole number." if whole else "“%(label)s” must be a number."
        return Notice("option-not-whole" if whole else "option-not-number", text, {"label": option.label})
    low = option.minimum if option.minimum is not None else value
    high = option.maximum if option.maximum is not None else value
    if low <= value <= high:
        return None
    text = "“%(label)s” must be between %(low)s and %(high)s %(unit)s."
    params = {"label": option.label, "low": low, "high": high, "unit": option.unit}
    return Notice("option-out-of-range", text if option.unit else text.replace(" %(unit)s", ""), params)


def _choice(option: Option, value: object) -> Notice | None:
    if isinstance(value, str) and value in option.choices:
        return None
    text = "“%(label)s” must be one of %(choices)s."
    return Notice("option-not-a-choice", text, {"label": option.label, "choices": ", ".join(option.choices)})


def _list(option: Option, value: object) -> Notice | None:
    params: dict[str, str | int | float] = {"label": option.label, "choices": ", ".join(option.choices)}
    if not isinstance(value, list | tuple) or not all(item in option.choices for item in value):
        return Notice("option-not-in-list", "“%(label)s” may hold only %(choices)s.", params)
    if len(set(value)) < len(value):
        return Notice("option-repeats", "“%(label)s” names something twice.", params)
    if option.most is not None and len(value) > option.most:
        text = "“%(label)s” takes at most %(most)s of them."
        return Notice("option-too-many", text, {**params, "most": option.most})
    return None


def _text(option: Option, value: object) -> Notice | None:
    if isinstance(value, str) and value.isprintable() and len(value) <= (option.most or len(value)):
        return None
    text = "“%(label)s” must be one line of at most %(most)s characters."
    return Notice("option-not-text", text, {"label": option.label, "most": option.most or 0})


def _paragraph(option: Option, value: object) -> Notice | None:
    if isinstance(value, str) and "".join(value.split()).isprintable() and len(value) <= (option.most or len(value)):
        return None
    text = "“%(label)s” must be text of at most %(most)s characters."
    return Notice("option-not-paragraph", text, {"label": option.label, "most": option.most or 0})


_CHECKS: Mapping[Kind, Callable[[Option, object], Notice | None]] = {
    Kind.BOOL: _bool,
    Kind.INT: _number,
    Kind.FLOAT: _number,
    Kind.CHOICE: _choice,
    Kind.LIST: _list,
    Kind.TEXT: _text,
    Kind.PARAGRAPH: _paragraph,
}
