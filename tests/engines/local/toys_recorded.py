"""Toys of the designs that transcribe recordings only. As in `toys`: real inputs, outputs and metadata, no ear.

Names and shapes as in sherpa-onnx's `offline-paraformer-model.cc`, `offline-transducer-model.cc`,
`offline-qwen3-asr-model.cc`, `offline-recognizer-qwen3-asr-impl.cc` and `qwen-asr-tokenizer.cc`.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from tests.engines.local.toys import (
    AS_IS,
    BOOL,
    FLOAT,
    HIDDEN,
    INT32,
    INT64,
    LFR,
    LFR_WINDOWS,
    LOUD,
    LOUD_RAW,
    SPOKEN,
    TOKENS,
    Graph,
    Shape,
    every,
    projection,
    scores,
    stateless,
    taboo,
    tokens_file,
)


def offline_paraformer(folder: Path) -> None:
    """A token at every fifth frame of 60 ms that is loud; its peak, three to a frame, tells when."""
    tokens_file(folder)
    graph = Graph()
    mean = graph.node("ReduceMean", "speech", axes=[2], keepdims=0)
    loud = graph.node("Cast", graph.node("Greater", mean, graph.constant(LOUD_RAW)), to=FLOAT)
    fires = graph.node("Mul", loud, every(graph, "speech", 5))
    frames = graph.node("Gather", graph.node("NonZero", fires), graph.whole(1))
    said = graph.node("MatMul", graph.node("Gather", "speech", frames, axis=1), graph.constant(projection(LFR)))
    graph.node("Add", said, graph.constant(taboo()), out="logits")
    graph.node("Cast", graph.node("ReduceSum", fires, graph.whole([1]), keepdims=0), out="token_num", to=INT32)
    graph.node("Mul", fires, graph.constant(1.0), out="us_alphas")
    thirds = graph.node("Pad", graph.node("Unsqueeze", fires, graph.whole([2])), graph.whole([0, 0, 0, 0, 0, 2]))
    peaks = graph.node("Reshape", thirds, graph.whole([1, -1]))
    # The end's own peak is the last one: sherpa-onnx drops it.
    graph.node("Concat", peaks, graph.constant(np.ones((1, 1), np.float32)), out="us_cif_peak", axis=1)
    graph.save(
        folder / "model.int8.onnx",
        {"speech": (FLOAT, ("N", "T", LFR)), "speech_lengths": (INT32, ("N",))},
        {
            "logits": (FLOAT, ("N", "U", len(TOKENS))),
            "token_num": (INT32, ("N",)),
            "us_alphas": (FLOAT, ("N", "T")),
            "us_cif_peak": (FLOAT, ("N", "P")),
        },
        {**LFR_WINDOWS, **AS_IS},
    )


def offline_transducer(folder: Path) -> None:
    """One output frame for four feature frames; speaks at every eighth."""
    tokens_file(folder)
    graph = Graph()
    frames = graph.node("Gather", graph.node("Shape", "x"), graph.whole([1]))
    whole = graph.node("Mul", graph.node("Div", frames, graph.whole(4)), graph.whole(4))
    kept = graph.node("Slice", "x", graph.whole([0]), whole, graph.whole([1]))
    graph.node("Reshape", kept, graph.whole([0, -1, 320]), out="frames_320")
    gate = graph.node("Unsqueeze", every(graph, "frames_320", 8), graph.whole([0, 2]))
    scores(graph, "frames_320", LOUD, gate, out="encoder_out")
    graph.node("Div", "x_lens", graph.whole(4), out="encoder_out_lens")
    graph.save(
        folder / "encoder.int8.onnx",
        {"x": (FLOAT, ("N", "T", 80)), "x_lens": (INT64, ("N",))},
        {"encoder_out": (FLOAT, ("N", "U", len(TOKENS))), "encoder_out_lens": (INT64, ("N",))},
        {"model_type": "zipformer2", "version": 1, "model_author": "toy", "comment": "non-streaming zipformer2"},
    )
    stateless(folder)


# --- Qwen3-ASR -------------------------------------------------------------------------------------------------------

MELS, CHUNK, OUT = 128, 100, 13
"""100 frames of 10 ms become 13 of the encoder's."""
LOUD_MEL = -0.2
"""Mean of a frame's normalised log-mel bins from which it counts as speech."""
SPECIAL = ("<|im_start|>", "<|im_end|>", "<|audio_start|>", "<|audio_end|>", "<|audio_pad|>", "<|endoftext|>")
ASR_TEXT, LANGUAGE, CHINESE = "<asr_text>", "language", "ĠChinese"
_PRINTED = [*range(33, 127), *range(161, 173), *range(174, 256)]
_OTHERS = [byte for byte in range(256) if byte not in _PRINTED]
_LETTERS = {byte: chr(byte) for byte in _PRINTED} | {byte: chr(256 + n) for n, byte in enumerate(_OTHERS)}
"""Byte-level BPE writes each byte as a character that can be seen (GPT-2's table)."""


def _written(text: str) -> str:
    return "".join(_LETTERS[byte] for byte in text.encode())


QWEN_TOKENS = (*map(_written, SPOKEN), *_LETTERS.values(), LANGUAGE, CHINESE, *SPECIAL, ASR_TEXT)
_HEAD, _ENCODED = (1, "L", 1, 1), (1, "A", HIDDEN)


def qwen(folder: Path) -> None:
    """Says which language, then a token for every fourth frame that is loud. It keeps the prompt in its cache, and
    says only what stands in there where hot words do."""
    _tokenizer(folder / "tokenizer")
    _conv_frontend(folder / "conv_frontend.onnx")
    _encoder(folder / "encoder.int8.onnx")
    _decoder(folder / "decoder.int8.onnx")


def _tokenizer(folder: Path) -> None:
    folder.mkdir()
    ordinary = QWEN_TOKENS[: QWEN_TOKENS.index(SPECIAL[0])]
    vocabulary = {token: number for number, token in enumerate(ordinary)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), "utf-8")
    pairs = [(word[:end], word[end]) for end in (1, 2) for word in map(_written, SPOKEN)]
    merges = "\n".join(" ".join(pair) for pair in dict.fromkeys(pairs))
    (folder / "merges.txt").write_text(f"#version: 0.2\n{merges}\n", "utf-8")
    added = {str(QWEN_TOKENS.index(token)): {"content": token} for token in (*SPECIAL, ASR_TEXT)}
    (folder / "tokenizer_config.json").write_text(json.dumps({"added_tokens_decoder": added}), "utf-8")


def _conv_frontend(path: Path) -> None:
    graph = Graph()
    frames = graph.node("Gather", graph.node("Shape", "input_features"), graph.whole([1]))
    missing = graph.node("Mod", graph.node("Neg", frames), graph.whole(CHUNK))
    nothing = graph.whole([0])
    pads = graph.node("Concat", nothing, nothing, nothing, nothing, missing, nothing, axis=0)
    chunks = graph.node("Reshape", graph.node("Pad", "input_features", pads), graph.whole([-1, CHUNK, MELS]))
    filled = graph.node("Pad", chunks, graph.whole([0, 0, 0, 0, OUT * 8 - CHUNK, 0]))
    eights = graph.node("Reshape", filled, graph.whole([1, -1, 8, MELS]))
    graph.node("ReduceMean", eights, out="conv_output", axes=[2], keepdims=0)
    inputs: dict[str, tuple[int, Shape]] = {"input_features": (FLOAT, (1, "T", MELS))}
    graph.save(path, inputs, {"conv_output": (FLOAT, (1, "A", MELS))}, {})


def _encoder(path: Path) -> None:
    """The first number of a frame is its loudness."""
    graph = Graph()
    weights = projection(MELS, HIDDEN)
    weights[:, 0] = 1 / MELS
    projected = graph.node("MatMul", "conv_output", graph.constant(weights))
    mask = graph.node("Unsqueeze", graph.node("Cast", "feature_attention_mask", to=FLOAT), graph.whole([2]))
    graph.node("Mul", projected, mask, out="audio_features")
    inputs: dict[str, tuple[int, Shape]] = {
        "conv_output": (FLOAT, (1, "A", MELS)),
        "feature_attention_mask": (BOOL, (1, "A")),
    }
    graph.save(path, inputs, {"audio_features": (FLOAT, _ENCODED)}, {})


def _decoder(path: Path) -> None:
    """Keys of its cache are the tokens that it was given, values the prompt's length: so it knows how far it is."""
    graph = Graph()
    size = len(QWEN_TOKENS)
    length = graph.node("Gather", graph.node("Shape", "input_ids"), graph.whole(1))
    here = graph.node("Gather", "cache_position", graph.whole(0))
    is_prompt = graph.node("Equal", here, graph.whole(0))
    prompt = graph.node("Gather", graph.node("Reshape", "past_value_0", graph.whole([-1])), graph.whole(0))
    spoken = graph.node("Sub", here, graph.node("Cast", prompt, to=INT64))
    step = graph.node("Where", is_prompt, graph.whole(0), graph.node("Add", spoken, graph.whole(1)))
    answer = _answer(graph)
    last = graph.node("Sub", graph.node("Size", answer), graph.whole(1))
    chosen = graph.node("Gather", answer, graph.node("Min", step, last))
    token = graph.node("Unsqueeze", chosen, graph.whole([0]))
    values = graph.constant(np.array([0, 1], np.float32))
    row = graph.node("OneHot", token, graph.whole(size), values)
    shape = graph.node(
        "Concat", graph.whole([1]), graph.node("Unsqueeze", length, graph.whole([0])), graph.whole([size]), axis=0
    )
    graph.node("Expand", row, shape, out="logits")
    ids = graph.node("Cast", "input_ids", to=FLOAT)
    graph.node("Reshape", ids, graph.whole([1, -1, 1, 1]), out="key_delta_0")
    told = graph.node("Mul", graph.node("Cast", length, to=FLOAT), graph.node("Cast", is_prompt, to=FLOAT))
    zeros = graph.node("Mul", "key_delta_0", graph.constant(0.0))
    graph.node("Add", zeros, told, out="value_delta_0")
    graph.save(
        path,
        {
            "input_ids": (INT64, (1, "S")),
            "audio_features": (FLOAT, _ENCODED),
            "attention_mask": (INT64, (1, "S")),
            "cache_position": (INT64, ("S",)),
            "past_key_0": (FLOAT, _HEAD),
            "past_value_0": (FLOAT, _HEAD),
        },
        {
            "logits": (FLOAT, (1, "S", size)),
            "key_delta_0": (FLOAT, (1, "S", 1, 1)),
            "value_delta_0": (FLOAT, (1, "S", 1, 1)),
        },
        {},
    )


def _answer(graph: Graph) -> str:
    """All that it is going to say, as token numbers."""
    frames = graph.node("Reshape", "audio_features", graph.whole([-1, HIDDEN]))
    loudness = graph.node("Gather", frames, graph.whole(0), axis=1)
    loud = graph.node("Cast", graph.node("Greater", loudness, graph.constant(LOUD_MEL)), to=FLOAT)
    fires = graph.node("Mul", loud, every(graph, "audio_features", 4))
    heard = graph.node("Gather", frames, graph.node("Gather", graph.node("NonZero", fires), graph.whole(0)))
    sounds = graph.node("MatMul", heard, graph.constant(projection(HIDDEN, len(SPOKEN))))
    cached = graph.node("Cast", graph.node("Reshape", "past_key_0", graph.whole([-1])), to=INT64)
    values = graph.constant(np.array([0, 1e4], np.float32))
    given = graph.node("OneHot", cached, graph.whole(len(SPOKEN)), values)
    wanted = graph.node("ReduceMax", given, axes=[0], keepdims=1)
    wanted = graph.node("Slice", wanted, graph.whole([1]), graph.whole([len(SPOKEN)]), graph.whole([1]))
    # The first number is also what an empty place in the cache holds.
    wanted = graph.node("Pad", wanted, graph.whole([0, 1, 0, 0]))
    said = graph.node("ArgMax", graph.node("Add", sounds, wanted), axis=1, keepdims=0)
    head = graph.whole([QWEN_TOKENS.index(token) for token in (LANGUAGE, CHINESE, ASR_TEXT)])
    return graph.node("Concat", head, said, graph.whole([QWEN_TOKENS.index("<|im_end|>")]), axis=0)
