"""Models that transcribe recordings on this machine.

Figures are those that others publish; none was measured here.
"""

from __future__ import annotations

from subtitles.engines.catalog.local_sources import CTC, FUNASR, QWEN, TRANSDUCER, archive, file
from subtitles.engines.catalog.local_types import Design, Figure, Package, Use

_SENSE = "sherpa-onnx-sense-voice-zh-en-ja-ko-yue-2024-07-17"
BATCH = (
    Package(
        name="sense-voice",
        title="SenseVoice Small",
        use=Use.BATCH,
        design=Design.SENSE_VOICE,
        languages=("zh", "yue", "en", "ja", "ko"),
        roles=CTC,
        licence=FUNASR,
        page="https://k2-fsa.github.io/sherpa/onnx/sense-voice/pretrained.html",
        advice="First choice for recordings on this machine; punctuation, emotions and sound events.",
        downloads=(
            file(_SENSE, "model.int8.onnx", 239_233_841,
                  "c71f0ce00bec95b07744e116345e33d8cbbe08cef896382cf907bf4b51a2cd51"),
            file(_SENSE, "tokens.txt", 315_894,
                  "f449eb28dc567533d7fa59be34e2abca8784f771850c78a47fb731a31429a1dc"),
        ),
        figures=(Figure("0.099 seconds of one Cortex-A76 core for a second of sound", "a project that uses it"),),
        unpacked_bytes=240_000_000,
        punctuated=True,
    ),
    Package(
        name="sense-voice-yue",
        title="SenseVoice Small, tuned for Cantonese",
        use=Use.BATCH,
        design=Design.SENSE_VOICE,
        languages=("yue", "zh", "en", "ja", "ko"),
        roles=CTC,
        licence=FUNASR,
        page="https://k2-fsa.github.io/sherpa/onnx/sense-voice/pretrained.html",
        advice="For Cantonese; no punctuation, as third parties say.",
        downloads=archive(
            "sherpa-onnx-sense-voice-zh-en-ja-ko-yue-int8-2025-09-09", 165_783_878,
            "7305f7905bfcf77fa0b39388a313f3da35c68d971661a65475b56fb2162c8e63",
        ),
        unpacked_bytes=238_000_000,
    ),
    Package(
        name="qwen3-asr-0.6b",
        title="Qwen3-ASR 0.6B",
        use=Use.BATCH,
        design=Design.QWEN,
        languages=("zh", "yue", "en", "ja", "ko", "de", "fr", "es", "it", "pt", "ru", "ar"),
        roles=QWEN,
        licence="Qwen3-ASR's own; not verified",
        page="https://github.com/QwenLM/Qwen3-ASR",
        advice="The best and the slowest for recordings on this machine; tells no times of words.",
        downloads=archive(
            "sherpa-onnx-qwen3-asr-0.6B-int8-2026-03-25", 878_702_423,
            "393f8a14e2f5fb96746aaab342997a40641001fbd5bf9592a080a8329178ee96",
        ),
        figures=(Figure("18 seconds of sound in 4.4 s", "a project that uses it"),),
        unpacked_bytes=1_100_000_000,
        punctuated=True,
    ),
    Package(
        name="paraformer-zh",
        title="Paraformer, Chinese (recordings)",
        use=Use.BATCH,
        design=Design.OFFLINE_PARAFORMER,
        languages=("zh", "en"),
        roles=CTC,
        licence=FUNASR,
        page="https://k2-fsa.github.io/sherpa/onnx/pretrained_models/offline-paraformer/paraformer-models.html",
        advice="For Chinese recordings; no punctuation of its own.",
    ),
    Package(
        name="zipformer-offline",
        title="Zipformer transducer (recordings)",
        use=Use.BATCH,
        design=Design.OFFLINE_TRANSDUCER,
        languages=("zh", "en"),
        roles=TRANSDUCER,
        licence="each checkpoint's own",
        page="https://k2-fsa.github.io/sherpa/onnx/pretrained_models/offline-transducer/zipformer-transducer-models.html",
        advice="Any offline transducer of icefall that sherpa-onnx can load.",
    ),
)  # fmt: skip
