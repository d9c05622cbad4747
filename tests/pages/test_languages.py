from __future__ import annotations

import pytest
from django.utils import translation

from subtitles.engines import catalog
from subtitles.pages import languages


@pytest.mark.parametrize(
    ("tag", "english", "chinese"),
    [
        ("zh", "Chinese (Mandarin)", "中文（普通话）"),
        ("zh-HK", "Chinese (Mandarin)", "中文（普通话）"),
        ("en-GB", "English", "英语"),
    ],
)
def test_a_language_is_named_in_the_readers_language(tag: str, english: str, chinese: str) -> None:
    with translation.override("en"):
        assert languages.name(tag) == english
    with translation.override("zh-hans"):
        assert languages.name(tag) == chinese


def test_a_language_without_a_name_keeps_its_tag() -> None:
    assert languages.name("tlh") == "tlh"


def test_every_language_of_the_catalogue_has_a_name() -> None:
    spoken = {language for model in catalog.MODELS for language in model.languages}
    assert [language for language in spoken if languages.name(language) == language] == []
