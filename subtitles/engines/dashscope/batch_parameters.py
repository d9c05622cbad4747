"""What is asked of a recording, in DashScope's words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from subtitles.engines.base import Options, OptionValue
from subtitles.engines.catalog import Model
from subtitles.engines.dashscope.parameters import language_hints

_OUTSIDE = frozenset({"resources", "context", "prompt", "special_word_filter"})
_COMMAS = re.compile(r"[,，、;；]")


def wire_parameters(model: Model, options: Options) -> dict[str, object]:
    """Only what was set is sent, and what the catalogue presets. Phrases, context and prompt travel elsewhere."""
    sent: dict[str, object] = {}
    for option in model.options:
        value: OptionValue | None = options.values.get(option.name, option.preset)
        if value is None and option.name == "language_hints":
            value = language_hints(model, options.language)
        if value is not None and option.wire not in _OUTSIDE:
            sent[option.wire] = _as_sent(option.wire, value)
    if words := special_word_filter(options.values):
        sent["special_word_filter"] = words
    return sent


def text_option(model: Model, options: Options, name: str) -> str:
    """A text that travels outside the parameters: what was set, else the catalogue's preset, else nothing."""
    option = model.option(name)
    return str(options.values.get(name, option.preset or "")) if option else ""


def special_word_filter(values: Mapping[str, OptionValue]) -> str:
    """JSON inside a string (Model Studio help, "Paraformer recorded speech recognition", 'special_word_filter')."""
    rules: dict[str, object] = {}
    for name, rule in (("masked_words", "filter_with_signed"), ("removed_words", "filter_with_empty")):
        if words := [word.strip() for word in _COMMAS.split(str(values.get(name, ""))) if word.strip()]:
            rules[rule] = {"word_list": words}
    if "built_in_words" in values or rules:
        rules["system_reserved_filter"] = values.get("built_in_words", True)
    return json.dumps(rules, ensure_ascii=False) if rules else ""


def _as_sent(wire: str, value: OptionValue) -> object:
    if wire == "channel_id" and isinstance(value, list):
        return [int(channel) for channel in value]
    if wire == "language" and isinstance(value, list):
        return value[0]
    return value
