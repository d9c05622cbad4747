"""The bodies of requests about recordings, as JSON objects. No I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal
from urllib.parse import quote, urlsplit

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.engines.catalog.batch_options import CONTEXT_PIECE_CHARACTERS, CONTEXT_PIECES

Body = dict[str, object]
PairOrder = Literal["user", "assistant"]
"""Who speaks first in a pair of context."""

_NOTED = "OK."
_LONGEST_ADDRESS = 8_000


def transcription(model: str, addresses: Sequence[str], parameters: Mapping[str, object], phrase_id: str = "") -> Body:
    """Paraformer, SenseVoice and Fun-ASR (Model Studio help, "Fun-ASR recorded speech recognition", 'Submit a task').

    `parameters` is sent even when it is empty: on per-workspace addresses a task without it fails.
    """
    body: Body = {"model": model, "input": {"file_urls": list(addresses)}, "parameters": dict(parameters)}
    if phrase_id:
        body["resources"] = [{"resource_id": phrase_id, "resource_type": "asr_phrase"}]
    return body


def filetrans(model: str, address: str, parameters: Mapping[str, object]) -> Body:
    """Qwen-ASR, long files ("Qwen-ASR API reference", 'Asynchronous call'): `file_url`, in the singular."""
    return {"model": model, "input": {"file_url": address}, "parameters": dict(parameters)}


def fun_flash(
    model: str,
    audio: str,
    container: str,
    sample_rate: int,
    parameters: Mapping[str, object],
    context: str = "",
    first: PairOrder = "user",
) -> Body:
    """Fun-ASR-Flash ("录音文件转写", 同步调用, 上下文增强): context in pairs, audio last; the rate is a string."""
    heard = {"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": audio}}]}
    messages = [message for piece in pieces(context) for message in _pair(piece, first)]
    return {
        "model": model,
        "input": {"messages": [*messages, heard]},
        "parameters": {"format": container, "sample_rate": str(sample_rate), **parameters},
    }


def qwen_flash(model: str, audio: str, parameters: Mapping[str, object], context: str = "") -> Body:
    """Qwen-ASR, short files ("Qwen-ASR API reference", 'DashScope synchronous'): the system's text is the context."""
    system = {"role": "system", "content": [{"text": context}]}
    user = {"role": "user", "content": [{"audio": audio}]}
    asked = {"asr_options": dict(parameters)} if parameters else {}
    return {"model": model, "input": {"messages": [system, user]}, "parameters": asked}


def omni(model: str, audio: str, container: str, prompt: str) -> Body:
    """Qwen-Omni ("Qwen-Omni", 'Audio input', OpenAI-compatible): must be streamed; text only."""
    heard = {"type": "input_audio", "input_audio": {"data": audio, "format": container}}
    content = [heard, {"type": "text", "text": prompt}]
    return {
        "model": model,
        "messages": [{"role": "user", "content": content}],
        "modalities": ["text"],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def pieces(context: str) -> list[str]:
    """At most 5 pieces of at most 400 characters, cut at spaces or line ends where there are any; the rest is lost."""
    found: list[str] = []
    rest = context.strip()
    while rest and len(found) < CONTEXT_PIECES:
        end = CONTEXT_PIECE_CHARACTERS
        if len(rest) > end:
            end = max(rest.rfind(space, end // 2, end + 1) for space in " \n\t\u3000") + 1 or end
        found.append(rest[:end].strip())
        rest = rest[end:].strip()
    return found


def checked_address(address: str) -> str:
    """An address as it is sent: percent-encoded, of a kind that the service fetches.

    Raises:
        EngineError: PARAMETERS, for anything else.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("https", "http", "oss") or not parts.netloc or len(address) > _LONGEST_ADDRESS:
        raise EngineError(ErrorKind.PARAMETERS, "A recording's address must begin with https://, http:// or oss://.")
    return quote(address, safe="!#$%&'()*+,/:;=?@[]~")


def _pair(piece: str, first: PairOrder) -> list[Body]:
    """The documents disagree about who begins; both agree that nobody speaks alone."""
    user: Body = {"role": "user", "content": [{"type": "input_text", "text": piece}]}
    assistant: Body = {"role": "assistant", "content": [{"type": "text", "text": _NOTED}]}
    return [user, assistant] if first == "user" else [assistant, user]
