"""A model's options from a command line: `name=value`, in the type that the catalogue gives them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from subtitles.engines import catalog
from subtitles.engines.base import Options, OptionValue
from subtitles.engines.catalog import Kind, Model, Option

_YES, _NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
_TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", re.ASCII)


class WrongWish(Exception):
    """What was asked for makes no sense; `str()` says why, and what would."""


def wished(model: Model, language: str, given: Iterable[str]) -> tuple[Options, list[str]]:
    """The options, and what may be wrong with them all the same. Raises WrongWish."""
    if language and not _TAG.fullmatch(language):
        raise WrongWish(f"“{language}” is no language tag; write one such as en, zh-CN or yue.")
    values = dict(_value(model, text) for text in given)
    checked = catalog.validate(model.engine, model.name, language, values, realtime=False)
    if checked.errors:
        raise WrongWish(" ".join(str(notice) for notice in checked.errors.values()))
    warnings = [str(notice) for notice in checked.warnings.values()]
    return Options(model.name, language, checked.values), warnings


def known_model(engine: str, name: str) -> Model:
    """The engine's model of that name, its first without one. Raises WrongWish."""
    models = catalog.models_of(engine, realtime=False)
    found = next((model for model in models if name in ("", model.name)), None)
    if found is None:
        names = ", ".join(model.name for model in models) or "none"
        raise WrongWish(f"Engine “{engine}” has no model “{name}” for recordings. It has: {names}.")
    return found


def _value(model: Model, text: str) -> tuple[str, OptionValue]:
    name, equals, value = text.partition("=")
    option = model.option(name.strip())
    if not equals or option is None:
        names = ", ".join(option.name for option in model.options) or "none"
        raise WrongWish(f"“{text}” is no option of {model.title}: write NAME=VALUE with one of {names}.")
    try:
        return option.name, _READERS[option.kind](option, value.strip())
    except ValueError:
        raise WrongWish(f"“{value}” is no value for {option.name}: {_WANTED[option.kind]}.") from None


def _flag(option: Option, value: str) -> bool:
    if value.lower() not in (*_YES, *_NO):
        raise ValueError(value)
    return value.lower() in _YES


def _list(option: Option, value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


_READERS: Mapping[Kind, Callable[[Option, str], OptionValue]] = {
    Kind.BOOL: _flag,
    Kind.INT: lambda option, value: int(value),
    Kind.FLOAT: lambda option, value: float(value),
    Kind.CHOICE: lambda option, value: value,
    Kind.LIST: _list,
    Kind.TEXT: lambda option, value: value,
    Kind.PARAGRAPH: lambda option, value: value,
}
_WANTED = {Kind.BOOL: "write true or false", Kind.INT: "write a whole number", Kind.FLOAT: "write a number"}
