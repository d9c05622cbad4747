"""Why DashScope cannot serve a wish, said before it is asked."""

from __future__ import annotations

from subtitles.engines import catalog
from subtitles.engines.base import EngineError, ErrorKind, Options
from subtitles.engines.dashscope.errors import NO_KEY

NAME = "dashscope"


def refusal(key: str, region: str, model: catalog.Model, options: Options) -> EngineError | None:
    """No key, a model or option unknown, a model of another region; None where nothing speaks against it.

    `model` is the one that `options.model` names, or the one to be used where it names none.
    """
    if not key:
        return EngineError(ErrorKind.KEY, NO_KEY, code="no-key")
    if not (key.isascii() and key.isprintable()):
        return EngineError(ErrorKind.KEY, "DASHSCOPE_API_KEY holds characters that no key has.", code="odd-key")
    name = options.model or model.name
    checked = catalog.validate(NAME, name, options.language, options.values, model.realtime)
    if checked.errors:
        return EngineError(ErrorKind.PARAMETERS, " ".join(str(notice) for notice in checked.errors.values()))
    if region and region not in model.regions:
        words = f"{model.title} is not offered in {region}, only in {', '.join(model.regions)}."
        return EngineError(ErrorKind.PARAMETERS, words, code="region")
    return None
