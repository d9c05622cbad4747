"""Models that caption live on this machine.

Figures are those that others publish; none was measured here.
"""

from __future__ import annotations

from subtitles.engines.catalog.local_sources import (
    CTC,
    PARAFORMER,
    PARAFORMER_PAGE,
    TRANSDUCER,
    ZIPFORMER_PAGE,
    archive,
    file,
)
from subtitles.engines.catalog.local_types import Design, Figure, Package, Use

_X_ASR = "sherpa-onnx-x-asr-480ms-streaming-zipformer-transducer-zh-en-punct-int8-2026-06-05"
_BILINGUAL = "sherpa-onnx-streaming-paraformer-bilingual-zh-en"
LIVE = (
    Package(
        name="x-asr-zh-en-480ms",
        title="X-ASR streaming Zipformer, Chinese and English",
        use=Use.LIVE,
        design=Design.TRANSDUCER,
        languages=("zh", "en"),
        roles=TRANSDUCER,
        licence="Apache-2.0 (a third party says so)",
        page=ZIPFORMER_PAGE,
        advice="First choice on this machine: Chinese, English or both mixed, with punctuation.",
        downloads=archive(_X_ASR, 133_895_136, "fa5f63d618e5a01526e275a358bb7772e403f84808a4769fba52cffd8160bf74"),
        figures=(
            Figure("characters wrong (500 sentences of CommonVoice zh-TW): 6.85 %", "Luigi (model card)"),
            Figure("words wrong (English; the test set is not named): 4.0 %", "Luigi (model card)"),
        ),
        unpacked_bytes=169_000_000,
        punctuated=True,
    ),
    Package(
        name="paraformer-zh-en",
        title="Paraformer streaming, Chinese and English",
        use=Use.LIVE,
        design=Design.PARAFORMER,
        languages=("zh", "en"),
        roles=PARAFORMER,
        licence="FunASR model licence 1.1; some model cards say Apache-2.0: unclear",
        page=PARAFORMER_PAGE,
        advice="The open sibling of the Paraformer models; no punctuation, times of sentences are estimated.",
        downloads=(
            file(_BILINGUAL, "encoder.int8.onnx", 165_462_184,
                  "81a70226a8934e6ed92aa1d4fc486b428b5398e2f2619ed4897b7294cab90e9a"),
            file(_BILINGUAL, "decoder.int8.onnx", 71_664_561,
                  "f3cca9f77bb9d93c8fcbfb63ae617b6b1ee96818df3aa3b151c40658fe38594f"),
            file(_BILINGUAL, "tokens.txt", 75_756,
                  "59aba8873a2ed1e122c25fee421e25f283b63290efbde85c1f01a853d83cb6e6"),
        ),
        unpacked_bytes=237_000_000,
    ),
    Package(
        name="zipformer-small-zh",
        title="Zipformer small, Chinese",
        use=Use.LIVE,
        design=Design.CTC,
        languages=("zh",),
        roles=CTC,
        licence="the checkpoint's own; not verified",
        page="https://k2-fsa.github.io/sherpa/onnx/pretrained_models/online-ctc/zipformer-ctc-models.html",
        advice="The smallest for Chinese; no punctuation.",
        downloads=archive(
            "sherpa-onnx-streaming-zipformer-small-ctc-zh-int8-2025-04-01", 21_264_113,
            "b3b309f7ce4a737195fcc6963ea19b0653a7d3401580af5ae0d3e284cbb71f0b",
        ),
        unpacked_bytes=27_000_000,
    ),
    Package(
        name="kroko-en",
        title="Kroko streaming Zipformer, English",
        use=Use.LIVE,
        design=Design.TRANSDUCER,
        languages=("en",),
        roles=TRANSDUCER,
        licence="CC BY-SA 4.0 (a mirror says so)",
        page="https://huggingface.co/Banafo/Kroko-ASR",
        advice="Small, for English, with capitals and punctuation.",
        downloads=archive(
            "sherpa-onnx-streaming-zipformer-en-kroko-2025-08-06", 57_267_600,
            "c8676e5ff9ac2a85296e53ee0fd4d5fb1db6770e7a7647166eeafe349ade6834",
        ),
        figures=(Figure("0.075 seconds of one Cortex-A76 core for a second of sound", "a project that uses it"),),
        unpacked_bytes=71_000_000,
        punctuated=True,
    ),
    Package(
        name="zipformer-zh-2025-06-30",
        title="Zipformer large, Chinese",
        use=Use.LIVE,
        design=Design.TRANSDUCER,
        languages=("zh",),
        roles=TRANSDUCER,
        licence="Apache-2.0 for the code; the model's own: not verified",
        page=ZIPFORMER_PAGE,
        advice="For Chinese; no punctuation.",
        figures=(
            Figure("characters wrong: 1.91 % (AISHELL-1), 8.54 % and 7.91 % (WenetSpeech net and meeting)", "icefall"),
        ),
    ),
    Package(
        name="zipformer-zh-14m",
        title="Zipformer 14M, Chinese",
        use=Use.LIVE,
        design=Design.TRANSDUCER,
        languages=("zh",),
        roles=TRANSDUCER,
        licence="Apache-2.0",
        page=ZIPFORMER_PAGE,
        advice="Tiny; no punctuation.",
    ),
    Package(
        name="paraformer-zh-yue-en",
        title="Paraformer streaming, Chinese, Cantonese and English",
        use=Use.LIVE,
        design=Design.PARAFORMER,
        languages=("zh", "yue", "en"),
        roles=PARAFORMER,
        licence="FunASR model licence 1.1; some model cards say Apache-2.0: unclear",
        page=PARAFORMER_PAGE,
        advice="As Paraformer for Chinese and English, with Cantonese.",
    ),
)  # fmt: skip
