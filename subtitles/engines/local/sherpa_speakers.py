"""In the worker: who speaks when (speaker diarization), over a whole recording."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import sherpa_onnx

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.engines.local.sherpa_plan import Part
from subtitles.speech import SAMPLE_RATE, FinalResult

LONGEST_SECONDS = 2 * 3600
"""The whole recording is held at once: about 230 MB an hour."""


class Speakers:
    def __init__(self, part: Part, count: int, threads: int) -> None:
        """`count`: how many there are, 0 = find out."""
        self._diarizer: Any = sherpa_onnx.OfflineSpeakerDiarization(
            sherpa_onnx.OfflineSpeakerDiarizationConfig(
                segmentation=sherpa_onnx.OfflineSpeakerSegmentationModelConfig(
                    pyannote=sherpa_onnx.OfflineSpeakerSegmentationPyannoteModelConfig(model=part.path("segmentation")),
                    num_threads=threads,
                ),
                embedding=sherpa_onnx.SpeakerEmbeddingExtractorConfig(
                    model=part.path("embedding"), num_threads=threads
                ),
                clustering=sherpa_onnx.FastClusteringConfig(num_clusters=count or -1),
            )
        )
        self._turns: list[tuple[int, int, str]] = []

    def listen(self, blocks: Iterable[array[int]]) -> None:
        """Raises EngineError."""
        samples = array("f")
        for block in blocks:
            samples.extend(sample / 32768 for sample in block)
            if len(samples) > LONGEST_SECONDS * SAMPLE_RATE:
                words = "Speakers can be told apart here in recordings of at most two hours."
                raise EngineError(ErrorKind.PARAMETERS, words, code="too-long")
        turns = self._diarizer.process(samples).sort_by_start_time()
        self._turns = [(round(1000 * turn.start), round(1000 * turn.end), str(turn.speaker + 1)) for turn in turns]

    def named(self, sentence: FinalResult) -> FinalResult:
        """The speaker who has most of it."""
        shares: dict[str, int] = {}
        for begin, end, speaker in self._turns:
            common = min(end, sentence.end_ms) - max(begin, sentence.begin_ms)
            if common > 0:
                shares[speaker] = shares.get(speaker, 0) + common
        return replace(sentence, speaker=max(shares, key=lambda name: shares[name])) if shares else sentence
