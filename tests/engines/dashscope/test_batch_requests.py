from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtitles.engines.base import EngineError
from subtitles.engines.dashscope import batch_requests
from subtitles.engines.dashscope.batch_answers import Outcome, matched
from subtitles.engines.dashscope.batch_requests import checked_address, pieces

EXAMPLES = Path(__file__).parents[2] / "fakes" / "dashscope" / "examples"
AUDIO = "https://media.example.org/a.wav"


def example(name: str) -> Any:
    """A request that the official SDK has no call for, as a document shows it."""
    return json.loads((EXAMPLES / f"{name}.json").read_text())["request"]


def test_a_plain_request_to_flash_is_the_documents() -> None:
    assert batch_requests.fun_flash("fun-asr-flash-2026-06-15", AUDIO, "wav", 16000, {}) == example("fun_flash")


@pytest.mark.parametrize("first", ["user", "assistant"])
def test_a_context_stands_before_the_audio_in_pairs(first: Any) -> None:
    made = batch_requests.fun_flash(
        "fun-asr-flash-2026-06-15", AUDIO, "wav", 16000, {"language_hints": ["zh"]}, "Bulge Bracket、Boutique", first
    )
    assert made == example(f"fun_flash_context_{first}_first")


def test_an_instruction_to_omni_is_the_documents() -> None:
    prompt = "Transcribe this recording word for word. It is about banking."
    assert batch_requests.omni("qwen3-omni-flash", AUDIO, "wav", prompt) == example("omni")


def test_every_example_names_its_document_and_heading() -> None:
    examples = [json.loads(path.read_text()) for path in EXAMPLES.glob("*.json")]
    assert len(examples) == 4
    assert all(entry["document"] and entry["heading"] and entry["request"] for entry in examples)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=3000))
def test_a_context_is_at_most_five_pieces_of_four_hundred(context: str) -> None:
    found = pieces(context)
    assert len(found) <= 5
    assert all(0 < len(piece) <= 400 for piece in found)
    if len(context) <= 400:
        assert found == ([context.strip()] if context.strip() else [])


def test_a_context_is_cut_between_words() -> None:
    assert pieces("word " * 100)[0].endswith("word")
    assert [len(piece) for piece in pieces("字" * 900)] == [400, 400, 100]
    assert len("".join(pieces("字" * 9000))) == 2000


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("https://h.example/a b.wav", "https://h.example/a%20b.wav"),
        ("https://h.example/录音.wav?x=1&y=%20", "https://h.example/%E5%BD%95%E9%9F%B3.wav?x=1&y=%20"),
        ("oss://bucket/key.wav", "oss://bucket/key.wav"),
        ("https://h.example/a.wav?Signature=a%2Bb%3D", "https://h.example/a.wav?Signature=a%2Bb%3D"),
    ],
)
def test_an_address_is_sent_percent_encoded(address: str, sent: str) -> None:
    assert checked_address(address) == sent


def test_an_endless_address_is_refused() -> None:
    with pytest.raises(EngineError):
        checked_address("https://h.example/" + "a" * 9000)


def outcomes(*addresses: str) -> list[Outcome]:
    return [Outcome(address, result=f"r{at}") for at, address in enumerate(addresses)]


def found(addresses: list[str], *told: str) -> list[str | None]:
    return [outcome.result if outcome else None for outcome in matched(addresses, outcomes(*told))]


def test_results_find_their_recordings() -> None:
    assert found(["https://a/1", "https://a/2"], "https://a/2", "https://a/1") == ["r1", "r0"]
    assert found(["https://a/%E5%BD%95", "https://a/2"], "https://a/2", "https://a/录") == ["r1", "r0"]
    resolved = "https://f.oss-cn-beijing.aliyuncs.com/dir/k1.wav?Expires=1"
    assert found(["oss://dir/k2.wav", "oss://dir/k1.wav"], resolved, "oss://dir/k2.wav") == ["r1", "r0"]


def test_the_same_recording_twice_has_two_results() -> None:
    assert found(["https://a/1", "https://a/1"], "https://a/1", "https://a/1") == ["r0", "r1"]


def test_a_single_result_needs_no_address_and_a_missing_one_is_missing() -> None:
    assert found(["oss://a"], "https://elsewhere") == ["r0"]
    assert found(["https://a/1", "https://a/2"], "https://a/1") == ["r0", None]
