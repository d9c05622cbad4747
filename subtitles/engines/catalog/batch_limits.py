"""What holds for recorded files whatever the model: formats, sizes, rates."""

from __future__ import annotations

from subtitles.engines.catalog.types import Limits

FORMATS = (
    "aac", "amr", "avi", "flac", "flv", "m4a", "mkv", "mov", "mp3", "mp4", "mpeg", "ogg", "opus", "wav", "webm",
    "wma", "wmv",
)  # fmt: skip
"""Containers, by the usual ending of a file's name ("语音识别", limits of input files)."""

HOUR_MS = 3_600_000
LARGEST_FILE = 2 * 1024**3
INLINE_BYTES = 10 * 1000**2
"""Audio inside a request, after base64 (Model Studio help, "Fun-ASR-Flash" and "Qwen-ASR", 'Limits': 10 MB)."""

# "录音文件识别-Fun-ASR/Paraformer/SenseVoice" allows paraformer-v2 20 submits a second, "语音识别" 10: the lower one.
RATES = {"starts_per_second": 10, "queries_per_second": 20}
LONG_FILES = Limits(**RATES, files_per_task=100, largest_file_bytes=LARGEST_FILE, longest_file_ms=12 * HOUR_MS)
ENDLESS_FILES = Limits(**{**RATES, "queries_per_second": 10}, files_per_task=100, largest_file_bytes=LARGEST_FILE)
"""SenseVoice: no limit of length; "语音识别" allows it 10 queries a second, the other document 20."""
ONE_LONG_FILE = Limits(**RATES, files_per_task=1, largest_file_bytes=LARGEST_FILE, longest_file_ms=12 * HOUR_MS)
SHORT_FILES = Limits(
    starts_per_second=10,
    files_per_task=1,
    largest_file_bytes=INLINE_BYTES,
    longest_file_ms=HOUR_MS // 12,
    largest_inline_bytes=INLINE_BYTES,
)
FREE_SECONDS = 36_000
"""Ten hours a month for Paraformer, realtime too, and for SenseVoice ("语音识别", tables of models)."""
