"""What helps other models on this machine: punctuation, and telling speakers apart."""

from __future__ import annotations

from subtitles.engines.catalog.local_sources import FUNASR, GITHUB, RELEASES, archive
from subtitles.engines.catalog.local_types import Design, Download, Figure, Package, Use

EXTRAS = (
    Package(
        name="punctuation-zh-en",
        title="Punctuation for Chinese and English",
        use=Use.PUNCTUATION,
        design=Design.PUNCTUATION,
        languages=("zh", "en"),
        roles={"model": ("model.int8.onnx", "model*.onnx")},
        licence=FUNASR,
        page="https://k2-fsa.github.io/sherpa/onnx/punctuation/pretrained_models.html",
        advice="Used by itself for models without punctuation.",
        figures=(Figure("7 to 14 ms for a text", "a project that uses it"),),
    ),
    Package(
        name="speakers",
        title="Telling speakers apart",
        use=Use.SPEAKERS,
        design=Design.DIARIZATION,
        languages=(),
        roles={
            "segmentation": ("segmentation/model.int8.onnx", "segmentation/model*.onnx"),
            "embedding": ("embedding.onnx",),
        },
        licence="segmentation: MIT (a file inside says so); voices (NeMo TitaNet small): CC BY 4.0",
        page="https://k2-fsa.github.io/sherpa/onnx/speaker-diarization/models.html",
        advice="For recordings, with any of their models; the part that knows voices was trained on English.",
        downloads=(
            *archive(
                "sherpa-onnx-pyannote-segmentation-3-0", 6_958_444,
                "24615ee884c897d9d2ba09bb4d30da6bb1b15e685065962db5b02e76e4996488",
                "speaker-segmentation-models", "segmentation",
            ),
            Download(
                GITHUB, f"{RELEASES}/speaker-recongition-models/nemo_en_titanet_small.onnx", 40_257_283,
                "ad4a1802485d8b34c722d2a9d04249662f2ece5d28a7a039063ca22f515a789e", "embedding.onnx",
            ),
        ),
        unpacked_bytes=48_000_000,
    ),
)  # fmt: skip
