"""Chinese is complete, and the compiled file that a fresh clone uses is the one made from the text beside it."""

from __future__ import annotations

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.conf import settings

from subtitles.engines import catalog
from subtitles.engines.catalog import recommendations
from subtitles.engines.catalog.local_packages import PACKAGES
from subtitles.pages.catalog_words import TITLES, WORDS

FOLDER = Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES"
_ENTRY = re.compile(r'^(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?) ((?:"(?:[^"\\]|\\.)*"\n?)+)', re.MULTILINE)
_PLACES = re.compile(r"%\(\w+\)s|\{\w+\}")


def entries() -> list[dict[str, str]]:
    """The entries of the .po file, by field; the header is left out."""
    blocks = (FOLDER / "django.po").read_text().split("\n\n")[1:]
    return [{name: _unquoted(text) for name, text in _ENTRY.findall(block + "\n")} for block in blocks]


def _unquoted(text: str) -> str:
    return "".join(ast.literal_eval(line) for line in text.strip().splitlines())


def compiled() -> gettext.GNUTranslations:
    with (FOLDER / "django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def test_every_text_is_translated_and_none_is_a_guess() -> None:
    missing = [entry["msgid"] for entry in entries() if not (entry.get("msgstr") or entry.get("msgstr[0]"))]
    assert missing == []
    assert "fuzzy" not in (FOLDER / "django.po").read_text()


def test_a_translation_has_the_same_places_to_fill_in() -> None:
    for entry in entries():
        chinese = entry.get("msgstr") or entry["msgstr[0]"]
        assert set(_PLACES.findall(chinese)) == set(_PLACES.findall(entry["msgid"])), entry["msgid"]


def test_the_compiled_file_is_current() -> None:
    messages = compiled()
    for entry in entries():
        if "msgid_plural" in entry:
            assert messages.ngettext(entry["msgid"], entry["msgid_plural"], 2) == entry["msgstr[0]"]
        elif "msgctxt" in entry:
            assert messages.pgettext(entry["msgctxt"], entry["msgid"]) == entry["msgstr"]
        else:
            assert messages.gettext(entry["msgid"]) == entry["msgstr"]


def marked() -> set[str]:
    """What templates and modules mark for translation, read with a simple eye: plain literals."""
    root = Path(settings.BASE_DIR)
    found: set[str] = set()
    for path in [*root.glob("subtitles/**/*.py"), *root.glob("templates/**/*.html")]:
        source = path.read_text()
        if path.suffix == ".html":
            found |= {double or single for double, single in _TRANSLATE.findall(source)}
        else:
            found |= {_text_of(call) for call in ast.walk(ast.parse(source)) if _is_marked(call)}
    return found


_TRANSLATE = re.compile(r"""\{%\s*translate\s+(?:"([^"]*)"|'([^']*)')\s*%\}""")
_MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop"}


def _is_marked(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in _MARKS
        and isinstance(node.args[0], ast.Constant)
    )


def _text_of(node: ast.AST) -> str:
    assert isinstance(node, ast.Call)
    assert isinstance(node.args[0], ast.Constant)
    return str(node.args[0].value)


def test_nothing_that_is_marked_was_left_out_of_the_file() -> None:
    known = {entry["msgid"] for entry in entries()}
    assert len(marked()) > 200
    assert sorted(marked() - known) == []


@pytest.mark.parametrize("model", catalog.MODELS, ids=lambda model: f"{model.name} {model.realtime}")
def test_the_catalogues_words_are_marked(model: catalog.Model) -> None:
    words = [model.advice, *(text for option in model.options for text in (option.label, option.help))]
    assert [text for text in words if text and text not in WORDS] == []


def test_the_titles_of_models_are_marked() -> None:
    assert {model.title for model in catalog.MODELS} | {package.title for package in PACKAGES} == set(TITLES)


def test_a_recommendation_in_chinese_has_the_documents_own_words() -> None:
    messages = compiled()
    rows = [*recommendations.BY_SCENE.values(), *recommendations.BY_LANGUAGE]
    pairs = [(row.reason, row.original) for row in rows]
    pairs += [(words.title, words.original) for words in catalog.SCENES.values()]
    assert [messages.gettext(english) for english, _ in pairs] == [chinese for _, chinese in pairs]
    assert {english for english, _ in pairs} <= set(WORDS)


def test_the_catalogues_notices_are_marked() -> None:
    entry = catalog.find("dashscope", "paraformer-realtime-v2")
    assert entry
    wrong: list[dict[str, object]] = [
        {option.name: value} for option in entry.options for value in (object(), [1], ["zh", "zh"], -5, 1e9, "x" * 999)
    ]
    checks = [catalog.validate(entry.engine, entry.name, "el", values) for values in wrong]
    checks.append(catalog.validate("nobody", "", "", {}))
    checks.append(catalog.validate(entry.engine, entry.name, "", {"nothing": 1}))
    checks.append(
        catalog.validate(entry.engine, entry.name, "", {"semantic_punctuation": True, "max_sentence_silence_ms": 300})
    )
    checks.append(catalog.validate("dashscope", "fun-asr-flash-2026-06-15", "", {"context": 5}, realtime=False))
    notices = {notice.text for check in checks for notice in (*check.errors.values(), *check.warnings.values())}
    assert len(notices) >= 9
    assert sorted(notices - set(WORDS)) == []
