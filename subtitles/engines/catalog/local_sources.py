"""Where models for this machine come from, and what their files are called there."""

from __future__ import annotations

from subtitles.engines.catalog.local_types import Download

GITHUB, HUGGING_FACE = "https://github.com", "https://huggingface.co"
RELEASES = "/k2-fsa/sherpa-onnx/releases/download"
TOKENS = {"tokens": ("tokens.txt",)}
CTC = {**TOKENS, "model": ("model.int8.onnx", "model*.onnx")}
PARAFORMER = {
    **TOKENS,
    "encoder": ("encoder.int8.onnx", "encoder*.onnx"),
    "decoder": ("decoder.int8.onnx", "decoder*.onnx"),
}
TRANSDUCER = {
    **TOKENS,
    "encoder": ("encoder*.int8.onnx", "encoder*.onnx"),
    "decoder": ("decoder*.int8.onnx", "decoder*.onnx"),
    "joiner": ("joiner*.int8.onnx", "joiner*.onnx"),
    "bpe": ("bpe.vocab",),
}
QWEN = {
    "conv_frontend": ("conv_frontend*.onnx",),
    "encoder": ("encoder*.int8.onnx", "encoder*.onnx"),
    "decoder": ("decoder*.int8.onnx", "decoder*.onnx"),
    "tokenizer": ("tokenizer/tokenizer_config.json",),
    "vocabulary": ("tokenizer/vocab.json",),
    "merges": ("tokenizer/merges.txt",),
}
FUNASR = "FunASR model licence 1.1: its makers' name and the model's name must be kept with it"
ZIPFORMER_PAGE = (
    "https://k2-fsa.github.io/sherpa/onnx/pretrained_models/online-transducer/zipformer-transducer-models.html"
)
PARAFORMER_PAGE = "https://k2-fsa.github.io/sherpa/onnx/pretrained_models/online-paraformer/paraformer-models.html"


def archive(name: str, size: int, sha256: str, tag: str = "asr-models", folder: str = "") -> tuple[Download, ...]:
    return (Download(GITHUB, f"{RELEASES}/{tag}/{name}.tar.bz2", size, sha256, folder),)


def file(repository: str, name: str, size: int, sha256: str) -> Download:
    return Download(HUGGING_FACE, f"/csukuangfj/{repository}/resolve/main/{name}", size, sha256, name)
