"""Every key that may stand in a job's row has words for its reader."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from subtitles.engines.base import ErrorKind
from subtitles.engines.dashscope import errors
from subtitles.pages.transcribing import problem_texts, problems, words

PACKAGE = Path(settings.BASE_DIR) / "subtitles"
PLACES = ("jobs", "retranscribe", "vocabularies", "engines/dashscope", "engines/local")
NOT_OF_RECORDINGS = {"stream", "realtime", "connecting", "starts", "protocol"}


def literals() -> Iterator[str]:
    """Codes of EngineError and keys of Problem and JobFailed, as they are written in the modules."""
    for place in PLACES:
        for path in (PACKAGE / place).glob("*.py"):
            if path.stem not in NOT_OF_RECORDINGS:
                yield from _keys(ast.parse(path.read_text()))


def _keys(tree: ast.AST) -> Iterator[str]:
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        found = [word.value for word in call.keywords if word.arg == "code"]
        if name in ("Problem", "JobFailed"):
            found.append(call.args[1])
        yield from (part.value for part in found if isinstance(part, ast.Constant) and isinstance(part.value, str))


def test_the_keys_of_this_program_each_have_a_text_of_their_own() -> None:
    found = set(literals())
    assert {"no-key", "untimed", "uncertain", "foreign-address"} <= found
    known = {*problem_texts.KEYS, *problem_texts.ON_THIS_MACHINE}
    assert sorted(key for key in found if key.lower() not in known) == []


def test_what_the_service_says_by_its_codes_is_said_too() -> None:
    codes = [meaning.prefix for meaning in errors._MEANINGS]
    codes += [f"HTTP {status}" for status in (*errors._BY_STATUS, 400, 500, 503)]
    known = tuple(problem_texts.BEGINNINGS)
    assert [code for code in codes if not code.lower().startswith(known)] == []


def test_a_code_that_nobody_knows_is_told_by_its_kind() -> None:
    for kind in ErrorKind:
        assert problems.text(kind.value, "Brand.New.Code") == str(problem_texts.KINDS[kind.value])
    assert problems.text("odd", "odd")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_state_has_words_in_both_languages(language: str) -> None:
    with translation.override(language):
        said = {str(text) for text in words.STATES.values()}
    assert len(said) == len(words.STATES)
    assert all(said)
