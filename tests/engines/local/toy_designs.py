"""Which toy stands for which design of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.engines.local import toys, toys_recorded

TOYS: Mapping[str, Callable[[Path], None]] = {
    "zipformer2-ctc": toys.zipformer_ctc,
    "transducer": toys.zipformer_transducer,
    "paraformer": toys.streaming_paraformer,
    "sense-voice": toys.sense_voice,
    "offline-paraformer": toys_recorded.offline_paraformer,
    "offline-transducer": toys_recorded.offline_transducer,
    "qwen3-asr": toys_recorded.qwen,
    "diarization": toys.diarization,
    "punctuation-zh-en": toys.punctuation,
}
