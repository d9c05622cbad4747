"""In the worker: a whole recording, piece by piece."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from subtitles.engines.local.decoding import blocks
from subtitles.engines.local.sherpa_cutting import Piece, pieces
from subtitles.engines.local.sherpa_plan import Plan
from subtitles.engines.local.sherpa_speakers import Speakers
from subtitles.engines.local.sherpa_words import words
from subtitles.speech import SAMPLE_RATE, FinalResult, samples_to_ms

_NO_EMOTION = frozenset({"", "EMO_UNKNOWN"})
_NO_EVENT = frozenset({"", "Speech", "Event_UNK"})


@dataclass(frozen=True, slots=True)
class Wish:
    path: str
    speakers: int | None = None
    """Tell them apart: how many there are, 0 = find out."""
    hotwords: Sequence[str] = ()
    """For transducers."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Wish:
        return cls(**kept)


class FileSpeech:
    def __init__(self, recogniser: Any, plan: Plan, wish: Wish, punctuate: Callable[[str], str] | None) -> None:
        """The wish's hot words are such as the model can write."""
        self._recogniser = recogniser
        self._wish = wish
        self._punctuate = punctuate
        self._percent = 0
        self._samples = 0
        self._spoken_ms = 0
        self._languages: dict[str, int] = {}
        self._plan = plan

    def sentences(self) -> Iterator[tuple[int, list[FinalResult]]]:
        """How much of the file is done (percent), and what was said in the last piece. Raises EngineError."""
        speakers = None
        if self._wish.speakers is not None and self._plan.speakers:
            speakers = Speakers(self._plan.speakers, self._wish.speakers, self._plan.threads)
            speakers.listen(self._blocks())
            self._samples = self._percent = 0
        for piece in pieces(self._blocks()):
            said = self._recognised(piece)
            yield self._percent, [speakers.named(sentence) if speakers else sentence for sentence in said]

    def summary(self) -> dict[str, Any]:
        language = max(self._languages, key=lambda name: self._languages[name], default="")
        return {
            "language": language,
            "spoken_ms": self._spoken_ms,
            "duration_ms": samples_to_ms(self._samples),
        }

    def _blocks(self) -> Iterator[array[int]]:
        for pcm, percent in blocks(Path(self._wish.path)):
            samples = array("h", pcm)
            self._percent = percent
            self._samples += len(samples)
            yield samples

    def _recognised(self, piece: Piece) -> list[FinalResult]:
        hotwords = "/".join(self._wish.hotwords)
        stream = self._recogniser.create_stream(hotwords) if hotwords else self._recogniser.create_stream()
        stream.accept_waveform(SAMPLE_RATE, [sample / 32768 for sample in piece.samples])
        self._recogniser.decode_stream(stream)
        result = stream.result
        text = str(result.text).strip()
        if not text:
            return []
        self._spoken_ms += piece.end_ms - piece.begin_ms
        return [self._sentence(piece, result, text)]

    def _sentence(self, piece: Piece, result: Any, text: str) -> FinalResult:
        language = _tag(result.lang)
        if language:
            self._languages[language] = self._languages.get(language, 0) + 1
        emotion, event = _tag(result.emotion), _tag(result.event)
        said = words(list(result.tokens), list(result.timestamps), piece.begin_ms)
        said = tuple(word for word in said if word.end_ms <= piece.end_ms)
        begin, end = (said[0].begin_ms, said[-1].end_ms) if said else (piece.begin_ms, piece.end_ms)
        return FinalResult(
            begin,
            end,
            (self._punctuate(text).strip() or text) if self._punctuate else text,
            said,
            language=language,
            emotion="" if emotion in _NO_EMOTION else emotion.lower(),
            events=() if event in _NO_EVENT else (event,),
        )


def _tag(text: str) -> str:
    """`<|zh|>` → `zh`, as SenseVoice says it."""
    return text.strip("<|>")
