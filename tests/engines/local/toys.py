"""Toy models for sherpa-onnx: real inputs, outputs and metadata, a few kilobytes, the same bytes every time.

They hear loudness only: about one token in 0.3 s of loud sound, none in silence. Which token depends on the sound. So
sherpa-onnx's own loading, feature, streaming and endpoint code runs as with a real model. Names and shapes as in
sherpa-onnx 1.12's `online-paraformer-model.cc`, `online-zipformer2-transducer-model.cc`,
`online-zipformer2-ctc-model.cc` and `offline-sense-voice-model.cc`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

BOOL, FLOAT, INT32, INT64 = TensorProto.BOOL, TensorProto.FLOAT, TensorProto.INT32, TensorProto.INT64
SPOKEN = tuple("的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动")
PIECES = ("▁the", "▁and", "▁he", "▁had", "ing", "ed", "▁a", "▁more", "▁man", "er")
BLANK, SOS, EOS, UNK = "<blk>", "<s>", "</s>", "<unk>"
TOKENS = (BLANK, SOS, EOS, *SPOKEN, *PIECES, UNK)
LOUD, LOUD_RAW = -9.5, 10.5
"""Mean log energy of a mel bin from which sound counts as speech: samples within ±1, and as 16-bit numbers."""
Shape = Sequence[int | str]


class Graph:
    """A little ONNX graph: nodes are written one after the other, names are kept by hand."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def constant(self, value: NDArray[np.generic] | float) -> str:
        array = np.asarray(value)
        if array.dtype == np.float64:
            array = array.astype(np.float32)
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(array, name))
        return name

    def whole(self, value: int | list[int]) -> str:
        return self.constant(np.array(value, np.int64))

    def node(self, kind: str, *inputs: str, out: str = "", **attributes: Any) -> str:
        name = out or f"node_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def save(
        self,
        path: Path,
        inputs: Mapping[str, tuple[int, Shape]],
        outputs: Mapping[str, tuple[int, Shape]],
        metadata: Mapping[str, object],
    ) -> None:
        given = [helper.make_tensor_value_info(name, kind, shape) for name, (kind, shape) in inputs.items()]
        made = [helper.make_tensor_value_info(name, kind, shape) for name, (kind, shape) in outputs.items()]
        graph = helper.make_graph(self._nodes, "toy", given, made, self._constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
        for key, value in metadata.items():
            model.metadata_props.add(key=key, value=str(value))
        path.write_bytes(model.SerializeToString())


def projection(rows: int, columns: int = len(TOKENS)) -> NDArray[np.float32]:
    return np.random.default_rng(7).standard_normal((rows, columns), np.float32) / np.float32(rows**0.5)


def tokens_file(folder: Path) -> None:
    lines = [f"{token} {number}" for number, token in enumerate(TOKENS)]
    (folder / "tokens.txt").write_text("\n".join(lines) + "\n", "utf-8")


def taboo(weight: float = -1e6) -> NDArray[np.float32]:
    """Against tokens that nobody says."""
    made = np.zeros((1, 1, len(TOKENS)), np.float32)
    made[..., [0, 1, 2, -1]] = weight
    return made


def every(graph: Graph, frames: str, count: int) -> str:
    """1 at each frame of (N, T, D) `frames` whose number `count` divides, else 0."""
    length = graph.node("Gather", graph.node("Shape", frames), graph.whole(1))
    positions = graph.node("Range", graph.whole(0), length, graph.whole(1))
    first = graph.node("Equal", graph.node("Mod", positions, graph.whole(count)), graph.whole(0))
    return graph.node("Cast", first, to=FLOAT)


def scores(graph: Graph, features: str, loud: float, gate: str, out: str = "") -> str:
    """Logits over TOKENS from (N, T, D) `features`: a spoken token where it is loud and `gate` is 1, else the blank."""
    mean = graph.node("ReduceMean", features, axes=[2], keepdims=1)
    is_loud = graph.node("Cast", graph.node("Greater", mean, graph.constant(loud)), to=FLOAT)
    speaks = graph.node("Mul", is_loud, gate)
    silent = graph.node("Sub", graph.constant(1.0), speaks)
    bias = np.zeros((1, 1, len(TOKENS)), np.float32)
    bias[..., 0] = 2e4
    projected = graph.node("MatMul", features, graph.constant(projection(_depth(features), len(TOKENS))))
    allowed = graph.node("Add", projected, graph.constant(taboo(-1e4)))
    return graph.node("Add", allowed, graph.node("Mul", silent, graph.constant(bias)), out=out)


def _depth(features: str) -> int:
    return int(features.rpartition("_")[2])


# --- zipformer -------------------------------------------------------------------------------------------------------

CHUNK, SHIFT_FRAMES, OUT_FRAMES = 45, 32, 8
_STATES: Mapping[str, tuple[int, Shape]] = {
    "cached_key_0": (FLOAT, (2, "N", 4)),
    "cached_nonlin_attn_0": (FLOAT, (1, "N", 2, 6)),
    "cached_val1_0": (FLOAT, (2, "N", 4)),
    "cached_val2_0": (FLOAT, (2, "N", 4)),
    "cached_conv1_0": (FLOAT, ("N", 8, 1)),
    "cached_conv2_0": (FLOAT, ("N", 8, 1)),
    "embed_states": (FLOAT, ("N", 128, 3, 19)),
    "processed_lens": (INT64, ("N",)),
}
_ZIPFORMER = {
    "model_type": "zipformer2",
    "version": 1,
    "encoder_dims": 8,
    "query_head_dims": 4,
    "value_head_dims": 4,
    "num_heads": 1,
    "num_encoder_layers": 1,
    "cnn_module_kernels": 3,
    "left_context_len": 2,
    "T": CHUNK,
    "decode_chunk_len": SHIFT_FRAMES,
}


def _zipformer(path: Path, output: str, leave_out: str = "") -> None:
    """One output frame for four feature frames; speaks at the first of each chunk of 0.32 s."""
    graph = Graph()
    kept = graph.node("Slice", "x", *(graph.whole([number]) for number in (0, SHIFT_FRAMES, 1)))
    shape = graph.whole([-1, OUT_FRAMES, 320])
    graph.node("Reshape", kept, shape, out="frames_320")
    gate = np.zeros((1, OUT_FRAMES, 1), np.float32)
    gate[:, 0] = 1
    scores(graph, "frames_320", LOUD, graph.constant(gate), out=output)
    for state in _STATES:
        graph.node("Identity", state, out=f"new_{state}")
    inputs = {"x": (FLOAT, ("N", CHUNK, 80)), **_STATES}
    states = {f"new_{name}": kind for name, kind in _STATES.items()}
    outputs: dict[str, tuple[int, Shape]] = {output: (FLOAT, ("N", OUT_FRAMES, len(TOKENS))), **states}
    metadata = {key: value for key, value in _ZIPFORMER.items() if key != leave_out}
    graph.save(path, inputs, outputs, metadata)


def zipformer_ctc(folder: Path, leave_out: str = "") -> None:
    """`leave_out`: a metadata key that is missing then, which ends the process of whoever loads the model."""
    tokens_file(folder)
    _zipformer(folder / "model.int8.onnx", "log_probs", leave_out)


def zipformer_transducer(folder: Path) -> None:
    tokens_file(folder)
    _zipformer(folder / "encoder.int8.onnx", "encoder_out")
    stateless(folder)


def stateless(folder: Path) -> None:
    """A transducer's decoder and joiner that leave everything to the encoder."""
    size = len(TOKENS)
    decoder = Graph()
    decoder.node(
        "ReduceMean",
        decoder.node("Gather", decoder.constant(np.zeros((size, size), np.float32)), "y"),
        out="decoder_out",
        axes=[1],
        keepdims=0,
    )
    decoder.save(
        folder / "decoder.onnx",
        {"y": (INT64, ("N", 2))},
        {"decoder_out": (FLOAT, ("N", size))},
        {"context_size": 2, "vocab_size": size},
    )
    joiner = Graph()
    joiner.node("Add", "encoder_out", "decoder_out", out="logit")
    sides = dict.fromkeys(("encoder_out", "decoder_out"), (FLOAT, ("N", size)))
    joiner.save(folder / "joiner.int8.onnx", sides, {"logit": (FLOAT, ("N", size))}, {"joiner_dim": size})


# --- paraformer ------------------------------------------------------------------------------------------------------

HIDDEN, LFR = 16, 560
LFR_WINDOWS = {"lfr_window_size": 7, "lfr_window_shift": 6, "vocab_size": len(TOKENS)}
AS_IS = {"neg_mean": ",".join(["0"] * LFR), "inv_stddev": ",".join(["1"] * LFR)}


def streaming_paraformer(folder: Path) -> None:
    tokens_file(folder)
    encoder = Graph()
    encoder.node("Identity", "speech", out="frames_560")
    encoder.node("MatMul", "frames_560", encoder.constant(projection(LFR, HIDDEN)), out="enc")
    encoder.node("Identity", "speech_lengths", out="enc_len")
    # The features come multiplied by the square root of HIDDEN.
    mean = encoder.node("ReduceMean", "frames_560", axes=[2], keepdims=0)
    loud = encoder.node("Greater", mean, encoder.constant(LOUD_RAW * HIDDEN**0.5))
    encoder.node("Mul", encoder.node("Cast", loud, to=FLOAT), encoder.constant(0.2), out="alphas")
    encoder.save(
        folder / "encoder.int8.onnx",
        {"speech": (FLOAT, ("N", "T", LFR)), "speech_lengths": (INT32, ("N",))},
        {"enc": (FLOAT, ("N", "T", HIDDEN)), "enc_len": (INT32, ("N",)), "alphas": (FLOAT, ("N", "T"))},
        {**LFR_WINDOWS, **AS_IS, "encoder_output_size": HIDDEN, "decoder_num_blocks": 1, "decoder_kernel_size": 2},
    )
    _paraformer_decoder(folder / "decoder.int8.onnx")


def _paraformer_decoder(path: Path) -> None:
    graph = Graph()
    projected = graph.node("MatMul", "acoustic_embeds", graph.constant(projection(HIDDEN, len(TOKENS))))
    graph.node("Add", projected, graph.constant(taboo()), out="logits")
    graph.node("ArgMax", "logits", out="sample_ids", axis=2, keepdims=0)
    graph.node("Identity", "in_cache_0", out="out_cache_0")
    cache = (FLOAT, ("N", HIDDEN, 1))
    graph.save(
        path,
        {
            "enc": (FLOAT, ("N", "T", HIDDEN)),
            "enc_len": (INT32, ("N",)),
            "acoustic_embeds": (FLOAT, ("N", "U", HIDDEN)),
            "acoustic_embeds_len": (INT32, ("N",)),
            "in_cache_0": cache,
        },
        {
            "logits": (FLOAT, ("N", "U", len(TOKENS))),
            "sample_ids": (INT64, ("N", "U")),
            "out_cache_0": cache,
        },
        {},
    )


# --- SenseVoice ------------------------------------------------------------------------------------------------------

SENSE_TAGS = ("<|zh|>", "<|HAPPY|>", "<|Speech|>", "<|woitn|>")
_SENSE = {
    "normalize_samples": 0,
    "with_itn": 14,
    "without_itn": 15,
    "lang_auto": 0,
    "lang_zh": 3,
    "lang_en": 4,
    "lang_yue": 7,
    "lang_ja": 11,
    "lang_ko": 12,
    "comment": "toy",
}


def sense_voice(folder: Path) -> None:
    lines = [f"{token} {number}" for number, token in enumerate((*TOKENS, *SENSE_TAGS))]
    (folder / "tokens.txt").write_text("\n".join(lines) + "\n", "utf-8")
    graph = Graph()
    graph.node("Identity", "x", out="frames_560")
    gate = graph.node("Unsqueeze", every(graph, "x", 5), graph.whole([0, 2]))
    spoken = scores(graph, "frames_560", LOUD_RAW, gate)
    wide = graph.node("Pad", spoken, graph.whole([0, 0, 0, 0, 0, 4]), graph.constant(-1e6))
    tags = np.full((1, 4, len(TOKENS) + 4), -1e6, np.float32)
    for number in range(4):
        tags[0, number, len(TOKENS) + number] = 0
    graph.node("Concat", graph.constant(tags), wide, out="logits", axis=1)
    numbers = dict.fromkeys(("x_length", "language", "text_norm"), (INT32, ("N",)))
    metadata = {**LFR_WINDOWS, **AS_IS, **_SENSE, "vocab_size": len(TOKENS) + 4}
    graph.save(
        folder / "model.int8.onnx",
        {"x": (FLOAT, ("N", "T", LFR)), **numbers},
        {"logits": (FLOAT, ("N", "L", len(TOKENS) + 4))},
        metadata,
    )


# --- who speaks ------------------------------------------------------------------------------------------------------

FRAME_SAMPLES, STEP_SAMPLES = 991, 270
_PYANNOTE = {
    "model_type": "pyannote-segmentation-3.0",
    "version": 1,
    "num_speakers": 3,
    "powerset_max_classes": 2,
    "num_classes": 7,
    "sample_rate": 16000,
    "window_size": 160000,
    "receptive_field_size": FRAME_SAMPLES,
    "receptive_field_shift": STEP_SAMPLES,
}
_VOICES = {
    "framework": "wespeaker",
    "language": "en",
    "url": "",
    "comment": "toy",
    "sample_rate": 16000,
    "output_dim": HIDDEN,
    "normalize_samples": 1,
    "feature_normalize_type": "global-mean",
}


def diarization(folder: Path) -> None:
    """Somebody speaks where it is loud; who it is depends on the sound's colour."""
    (folder / "segmentation").mkdir(parents=True)
    turns = Graph()
    peaks = turns.node("MaxPool", turns.node("Abs", "x"), kernel_shape=[FRAME_SAMPLES], strides=[STEP_SAMPLES])
    loud = turns.node("Cast", turns.node("Greater", peaks, turns.constant(0.02)), to=FLOAT)
    one, nobody = np.zeros((1, 7), np.float32), np.zeros((1, 1, 7), np.float32)
    one[0, 1], nobody[..., 0] = 10, 5
    scores = turns.node("MatMul", turns.node("Transpose", loud, perm=[0, 2, 1]), turns.constant(one))
    turns.node("Add", scores, turns.constant(nobody), out="y")
    heard: dict[str, tuple[int, Shape]] = {"x": (FLOAT, ("N", 1, "T"))}
    turns.save(folder / "segmentation" / "model.int8.onnx", heard, {"y": (FLOAT, ("N", "F", 7))}, _PYANNOTE)
    voices = Graph()
    mean = voices.node("ReduceMean", "feats", axes=[1], keepdims=0)
    voices.node("MatMul", mean, voices.constant(projection(80, HIDDEN)), out="embs")
    features: dict[str, tuple[int, Shape]] = {"feats": (FLOAT, ("N", "T", 80))}
    voices.save(folder / "embedding.onnx", features, {"embs": (FLOAT, ("N", HIDDEN))}, _VOICES)


# --- punctuation -----------------------------------------------------------------------------------------------------

MARKS = ("<unk>", "_", "，", "。", "？", "、")
COMMA_AFTER = "有"


def punctuation(folder: Path) -> None:
    """A comma after one character, and nothing after the others; sherpa-onnx itself ends the sentence."""
    table = np.zeros((len(TOKENS), len(MARKS)), np.float32)
    table[:, MARKS.index("_")] = 1
    table[TOKENS.index(COMMA_AFTER), MARKS.index("，")] = 2
    graph = Graph()
    graph.node("Gather", graph.constant(table), "inputs", out="logits")
    inputs: dict[str, tuple[int, Shape]] = {"inputs": (INT32, ("N", "T")), "text_lengths": (INT32, ("N",))}
    metadata = {
        "tokens": "|".join(TOKENS),
        "vocab_size": len(TOKENS),
        "punctuations": "|".join(MARKS),
        "unk_symbol": UNK,
    }
    outputs: dict[str, tuple[int, Shape]] = {"logits": (FLOAT, ("N", "T", len(MARKS)))}
    graph.save(folder / "model.int8.onnx", inputs, outputs, metadata)
