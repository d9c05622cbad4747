"""The sentence logic over a decoder that hears what the test says, at 10 ms per frame."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field

from subtitles.engines.local.utterance import BYTES_PER_MS, LONGEST_MS, PAUSE_AFTER_MS, Utterance
from subtitles.speech import FinalResult, InterimResult, Word

STEP = bytes(100 * BYTES_PER_MS)
SECOND = 16_000


@dataclass
class Segment:
    word: str
    start_frame: int
    end_frame: int


@dataclass
class ScriptedDecoder:
    """Hears each segment of the script as soon as its end has been fed."""

    script: list[Segment]
    lattice_fails: bool = False
    fed_ms: int = 0
    ended: bool = False
    calls: list[str] = field(default_factory=list)

    def start_utt(self) -> None:
        self.calls.append("start")

    def end_utt(self) -> None:
        self.ended = True
        self.calls.append("end")

    def process_raw(self, pcm: bytes, no_search: bool, full_utt: bool) -> None:
        self.fed_ms += len(pcm) // BYTES_PER_MS

    def seg(self) -> list[Segment] | None:
        if self.ended and self.lattice_fails:
            return None
        return [segment for segment in self.script if (segment.end_frame + 1) * 10 <= self.fed_ms]


def steady(seconds: int) -> list[Segment]:
    """A word every half second, without a pause."""
    return [Segment(f"w{number}", number * 50, number * 50 + 49) for number in range(seconds * 2)]


def feed(utterance: Utterance, steps: int) -> list[InterimResult]:
    return [interim for _ in range(steps) if (interim := utterance.feed(STEP))]


def texts(interims: list[InterimResult]) -> list[str]:
    return [interim.text for interim in interims]


def test_an_interim_grows_by_agreed_words_with_their_times() -> None:
    decoder = ScriptedDecoder([Segment("he", 20, 39), Segment("was", 40, 79)])
    interims = feed(Utterance(decoder, 2 * SECOND), 20)
    assert interims == [InterimResult("he", 2200, 2400), InterimResult("he was", 2200, 2800)]


def test_a_final_carries_words_in_stream_time_without_fillers_and_variants() -> None:
    decoder = ScriptedDecoder(
        [Segment("<s>", 0, 9), Segment("a(2)", 10, 19), Segment("[NOISE]", 20, 29), Segment("man", 30, 59)]
    )
    utterance = Utterance(decoder, SECOND)
    feed(utterance, 10)
    words = (Word(1100, 1200, "a"), Word(1300, 1600, "man"))
    assert utterance.end() == FinalResult(1100, 1600, "a man", words, language="en")


def test_obscene_words_are_masked_in_interims_and_finals() -> None:
    utterance = Utterance(ScriptedDecoder([Segment(codecs.decode("fuvg", "rot13"), 0, 9)]), 0)
    interims = feed(utterance, 10)
    final = utterance.end()
    assert texts(interims) == ["s***"]
    assert isinstance(final, FinalResult)
    assert (final.text, final.words[0].text) == ("s***", "s***")


def test_noise_that_was_shown_as_a_word_is_withdrawn() -> None:
    decoder = ScriptedDecoder([Segment("eh", 0, 9)])
    utterance = Utterance(decoder, 0)
    feed(utterance, 10)
    decoder.script = [Segment("[NOISE]", 0, 99)]
    assert utterance.end() == InterimResult("")


def test_noise_that_nobody_saw_ends_silently() -> None:
    utterance = Utterance(ScriptedDecoder([Segment("<sil>", 0, 9)]), 0)
    feed(utterance, 10)
    assert utterance.end() is None


def test_a_failed_last_pass_keeps_the_words_heard_before_it() -> None:
    utterance = Utterance(ScriptedDecoder(steady(1), lattice_fails=True), 0)
    feed(utterance, 10)
    final = utterance.end()
    assert isinstance(final, FinalResult)
    assert final.text == "w0 w1"


def test_a_sentence_is_full_at_the_first_short_pause_after_eight_seconds() -> None:
    decoder = ScriptedDecoder(steady(8))
    utterance = Utterance(decoder, 0)
    feed(utterance, PAUSE_AFTER_MS // 100)
    assert not utterance.full
    feed(utterance, 2)
    assert utterance.full


def test_a_pause_before_eight_seconds_cuts_nothing() -> None:
    utterance = Utterance(ScriptedDecoder(steady(1)), 0)
    feed(utterance, 70)
    assert not utterance.full


def test_a_cut_in_mid_word_hands_that_word_and_its_audio_on() -> None:
    utterance = Utterance(ScriptedDecoder(steady(20)), SECOND)
    feed(utterance, LONGEST_MS // 100)
    assert utterance.full
    sentence, begin, rest = utterance.cut()
    assert isinstance(sentence, FinalResult)
    assert (sentence.words[-1].text, sentence.end_ms) == ("w22", 12_500)
    assert (begin, len(rest)) == (12_500 * 16, 500 * BYTES_PER_MS)


def test_a_cut_in_a_pause_hands_nothing_on() -> None:
    utterance = Utterance(ScriptedDecoder(steady(8)), 0)
    feed(utterance, 82)
    sentence, begin, rest = utterance.cut()
    assert isinstance(sentence, FinalResult)
    assert (sentence.words[-1].text, begin, rest) == ("w15", 8_200 * 16, b"")
