"""In the worker: a model's files checked, then given to sherpa-onnx.

A file with wrong metadata ends the process there and then (seen: exit code 255, without an exception), which is why
this runs in no process that does anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import sherpa_onnx

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.engines.local.checksums import digest
from subtitles.engines.local.sherpa_hotwords import BONUS
from subtitles.engines.local.sherpa_plan import Part, Plan

RULES: Mapping[str, Any] = {
    "enable_endpoint_detection": True,
    "rule1_min_trailing_silence": 2.4,
    "rule2_min_trailing_silence": 0.7,
    "rule3_min_utterance_length": 11.0,
}
"""When a sentence ends. sherpa-onnx's own 1.2 s after text and 20 s at most are long for captions; these are a
judgement, not measured on a real model."""
NEW_TOKENS = 200
"""Of a piece of at most 20 s; sherpa-onnx's default of 128 cuts fast Chinese off. With the sound they have to fit into
the 512 positions that it gives this model."""


def check(part: Part) -> None:
    """Raises EngineError: a file is not there, or is not what was downloaded."""
    for name, (size, sha256) in part.files.items():
        path = Path(part.folder, name)
        if not path.is_file() or path.stat().st_size != size or digest(path) != sha256:
            raise damaged(f"The model's file {name} is damaged or gone. Remove the model and fetch it again.")


def load(plan: Plan) -> Any:
    """The recogniser. Raises EngineError, unless the process ends."""
    part = plan.model
    build = _BUILDERS.get(part.kind)
    if build is None:
        raise damaged(f"A model of the kind {part.kind} cannot be loaded.")
    try:
        return build(part, plan)
    except (RuntimeError, AssertionError, ValueError) as error:
        raise damaged("The model's files cannot be loaded: they are damaged or of another kind.") from error


def punctuator(part: Part | None) -> Callable[[str], str] | None:
    if part is None:
        return None
    both = sherpa_onnx.OfflinePunctuationModelConfig(ct_transformer=part.path("model"))
    offline = sherpa_onnx.OfflinePunctuation(sherpa_onnx.OfflinePunctuationConfig(model=both))
    return lambda text: str(offline.add_punctuation(text))


def damaged(words: str) -> EngineError:
    return EngineError(ErrorKind.PARAMETERS, words, code="model-damaged")


def _paths(part: Part, *roles: str) -> dict[str, str]:
    return {role: part.path(role) for role in roles}


def _transducer(part: Part, plan: Plan) -> Any:
    paths = _paths(part, "tokens", "encoder", "decoder", "joiner")
    return sherpa_onnx.OnlineRecognizer.from_transducer(
        **paths, **RULES, **_search(part, plan), num_threads=plan.threads
    )


def _search(part: Part, plan: Plan) -> dict[str, Any]:
    """Hot words need this search; words in letters need the list of their pieces too."""
    if not plan.beam:
        return {}
    pieces = {"modeling_unit": "cjkchar+bpe", "bpe_vocab": part.path("bpe")} if "bpe" in part.roles else {}
    return {"decoding_method": "modified_beam_search", "hotwords_score": BONUS, **pieces}


def _ctc(part: Part, plan: Plan) -> Any:
    paths = _paths(part, "tokens", "model")
    return sherpa_onnx.OnlineRecognizer.from_zipformer2_ctc(**paths, **RULES, num_threads=plan.threads)


def _paraformer(part: Part, plan: Plan) -> Any:
    paths = _paths(part, "tokens", "encoder", "decoder")
    return sherpa_onnx.OnlineRecognizer.from_paraformer(**paths, **RULES, num_threads=plan.threads)


def _sense_voice(part: Part, plan: Plan) -> Any:
    return sherpa_onnx.OfflineRecognizer.from_sense_voice(
        **_paths(part, "tokens", "model"),
        num_threads=plan.threads,
        language=plan.values.get("language", ""),
        use_itn=bool(plan.values.get("itn", True)),
    )


def _offline_paraformer(part: Part, plan: Plan) -> Any:
    return sherpa_onnx.OfflineRecognizer.from_paraformer(
        paraformer=part.path("model"), tokens=part.path("tokens"), num_threads=plan.threads
    )


def _offline_transducer(part: Part, plan: Plan) -> Any:
    paths = _paths(part, "tokens", "encoder", "decoder", "joiner")
    return sherpa_onnx.OfflineRecognizer.from_transducer(**paths, **_search(part, plan), num_threads=plan.threads)


def _qwen(part: Part, plan: Plan) -> Any:
    return sherpa_onnx.OfflineRecognizer.from_qwen3_asr(
        **_paths(part, "conv_frontend", "encoder", "decoder"),
        tokenizer=str(Path(part.path("tokenizer")).parent),
        num_threads=plan.threads,
        max_new_tokens=NEW_TOKENS,
        hotwords=",".join(plan.values.get("hotwords", [])),
    )


_BUILDERS: Mapping[str, Callable[[Part, Plan], Any]] = {
    "transducer": _transducer,
    "zipformer2-ctc": _ctc,
    "paraformer": _paraformer,
    "sense-voice": _sense_voice,
    "offline-paraformer": _offline_paraformer,
    "offline-transducer": _offline_transducer,
    "qwen3-asr": _qwen,
}
