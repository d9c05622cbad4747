from __future__ import annotations

import codecs

import pytest

from subtitles.engines.local.profanity import mask


@pytest.mark.parametrize(
    ("hidden", "shown"), [("fuvg", "s***"), ("shpxvat", "f******"), ("ovgpu'f", "b****'s"), ("Fuvg", "S***")]
)
def test_an_obscene_word_keeps_its_first_letter(hidden: str, shown: str) -> None:
    assert mask(codecs.decode(hidden, "rot13")) == shown


@pytest.mark.parametrize("word", ["assess", "cockpit", "scunthorpe", "shiitake", "i'd", "", "'s"])
def test_a_decent_word_stays_as_it_is(word: str) -> None:
    assert mask(word) == word
