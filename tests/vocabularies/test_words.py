from __future__ import annotations

from subtitles.engines import catalog
from subtitles.vocabularies.words import Hotword, fingerprint, fit_for, merged, phrases


def model(name: str) -> catalog.Model:
    found = catalog.find("dashscope", name)
    assert found
    return found


def test_a_word_stands_once_for_each_language_with_its_last_weight() -> None:
    words = [Hotword("a", 1), Hotword("b"), Hotword("a", 5), Hotword("a", 2, "en")]
    assert merged(words) == [Hotword("a", 5), Hotword("b"), Hotword("a", 2, "en")]


def test_a_model_is_not_told_of_languages_that_it_does_not_know() -> None:
    words = [Hotword("字幕", 5, "zh"), Hotword("hello", 2, "en"), Hotword("hello", 4)]
    assert fit_for(words, model("paraformer-realtime-8k-v2")) == [Hotword("hello", 4), Hotword("字幕", 5, "zh")]
    assert len(fit_for(words, model("paraformer-realtime-v2"))) == 3


def test_a_phrase_has_the_highest_of_its_weights() -> None:
    assert phrases([Hotword("a", 5, "en"), Hotword("a", 2, "zh"), Hotword("b", 1)]) == {"a": 5, "b": 1}


def test_the_order_of_words_makes_no_difference_to_the_service() -> None:
    words = [Hotword("a"), Hotword("b", 5, "en")]
    assert fingerprint(words) == fingerprint(words[::-1])
    assert fingerprint(words) != fingerprint([Hotword("a"), Hotword("b", 5)])
