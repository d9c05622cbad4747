"""Test recordings with what a recogniser makes of them: `fake.play(**known("zhen_hello_lab.wav"))`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

AUDIO = Path(__file__).parents[2] / "audio"


def known(name: str) -> dict[str, Any]:
    """What `FakeDashScope.play`, or `play` in a control order, wants for the recording of that name."""
    return {"sentences": _SENTENCES[name], "audio": str(AUDIO / name)}


def _words(*words: tuple[int, int, str, str]) -> list[dict[str, Any]]:
    return [
        {"begin_ms": begin, "end_ms": end, "text": text, "punctuation": punctuation}
        for begin, end, text, punctuation in words
    ]


# "语音识别", sample answer for the recording with the male voice: odd cuts in the Chinese words are the service's.
_HELLO_WORDS = _words(
    (0, 472, "Hello ", ""),
    (472, 944, "world", ", "),
    (944, 1573, "这里", ""),
    (1573, 2202, "是阿", ""),
    (2202, 2831, "里巴", ""),
    (2831, 3460, "巴语", ""),
    (3460, 4089, "音实", ""),
    (4089, 4720, "验室", "。"),
)
_SENTENCES: dict[str, list[dict[str, Any]]] = {
    "zhen_hello_lab.wav": [
        {
            "text": "Hello world, 这里是阿里巴巴语音实验室。",
            "begin_ms": 0,
            "end_ms": 4720,
            "words": _HELLO_WORDS,
        }
    ],
    "zh_funasr_example.wav": [
        {"text": "欢迎大家来体验达摩院推出的语音识别模型。", "begin_ms": 900, "end_ms": 5200},
    ],
}
