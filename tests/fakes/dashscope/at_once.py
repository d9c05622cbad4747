"""Models of the fake whose answer is the transcript: Fun-ASR-Flash, Qwen-ASR, Qwen-Omni."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.fakes.dashscope import batch_rules as rules
from tests.fakes.dashscope import transcripts
from tests.fakes.dashscope.batch_behaviour import BatchBehaviour, SubmitRecord
from tests.fakes.dashscope.files import Heard, Unreadable
from tests.fakes.dashscope.recognisers import Said

if TYPE_CHECKING:
    from tests.fakes.dashscope.batch_service import BatchService

_LONGEST_MS = 5 * 60 * 1000
_SEVERAL_EVENTS_MS = 60_000
# What FFmpeg calls a container, where it is not a part of its name.
_CONTAINERS = {"opus": "ogg", "mkv": "matroska", "wma": "asf", "wmv": "asf"}


class AtOnce:
    def __init__(self, service: BatchService) -> None:
        self._service = service

    async def generate(self, request: web.Request) -> web.StreamResponse:
        service = self._service
        record, behaviour = await service.begun(request)
        fault = rules.flash_fault(record.body, request.headers, service.fake.region, behaviour)
        fault = fault or service.hotwords.missing(record.body)
        if refusal := service.refused(record, behaviour, fault):
            return refusal
        content = record.body["input"]["messages"][-1]["content"][0]
        flash = record.model == rules.FLASH
        declared = record.body["parameters"].get("format", "")
        place = content["input_audio"]["data"] if flash else content["audio"]
        heard = await self._heard(record, place, declared)
        if isinstance(heard, web.Response):
            return heard
        if (lost := await self._before(request, behaviour)) is not None:
            return lost
        if not flash:
            return _answer(_qwen(record, heard))
        events = list(_flash_events(heard, record.seconds, behaviour))
        if request.headers.get("X-DashScope-SSE") != "enable":
            return _answer(events[-1] if behaviour.plain_sentence == "last" else _whole(heard, record.seconds))
        lines = [_native_event(number, event) for number, event in enumerate(events, 1)]
        return await _stream(request, behaviour, lines)

    async def chat(self, request: web.Request) -> web.StreamResponse:
        service = self._service
        record, behaviour = await service.begun(request)
        fault = rules.omni_fault(record.body, service.omni_model)
        if service.refused(record, behaviour, fault):
            error = {"code": record.refused, "message": "refused", "type": "invalid_request_error"}
            status = behaviour.refuse or (fault[0] if fault else 429)
            headers = {"Retry-After": behaviour.retry_after} if behaviour.retry_after else {}
            return web.json_response({"error": error, "request_id": "r"}, status=status, headers=headers)
        audio = record.body["messages"][0]["content"][0]["input_audio"]
        heard = await self._heard(record, audio["data"], audio["format"])
        if isinstance(heard, web.Response):
            return heard
        if (lost := await self._before(request, behaviour)) is not None:
            return lost
        lines = [f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n" for chunk in _chunks(_text(heard))]
        return await _stream(request, behaviour, [*lines, "data: [DONE]\n\n"])

    async def _heard(self, record: SubmitRecord, place: str, declared: str) -> Heard | web.Response:
        try:
            heard = await self._service.hear(record, place, [0])
        except Unreadable as fault:
            return self._unbilled(record, str(fault))
        if heard.duration_ms > _LONGEST_MS:
            return self._unbilled(record, "AUDIO_DURATION_TOO_LONG")
        if declared and _CONTAINERS.get(declared, declared) not in heard.container:
            return self._unbilled(record, "InvalidFile.DecodeFailed")
        record.seconds = -(-heard.duration_ms // 1000)
        return heard

    def _unbilled(self, record: SubmitRecord, code: str) -> web.Response:
        record.billed = False
        record.refused = code
        return web.json_response({"code": code, "message": "The file cannot be used.", "request_id": "r"}, status=400)

    async def _before(self, request: web.Request, behaviour: BatchBehaviour) -> web.Response | None:
        """Faults of an answer that is billed already."""
        if behaviour.held:
            await self._service.released.wait()
        if behaviour.lose_answer and request.transport is not None:
            request.transport.abort()
        if behaviour.answer is not None:
            return web.Response(text=behaviour.answer, content_type="application/json")
        return None


def _answer(body: dict[str, Any]) -> web.Response:
    return web.json_response({**body, "request_id": secrets.token_hex(8)})


def _text(heard: Heard) -> str:
    return " ".join(said.text for said in heard.finals[0])


def _qwen(record: SubmitRecord, heard: Heard) -> dict[str, Any]:
    language = record.body["parameters"].get("asr_options", {}).get("language", "zh")
    text = _text(heard)
    message = {
        "role": "assistant",
        "content": [{"text": text}] if text else [],
        "annotations": [{"type": "audio_info", "language": language, "emotion": "neutral"}],
    }
    choices = [{"finish_reason": "stop", "message": message}]
    return {"output": {"choices": choices}, "usage": {"seconds": record.seconds}}


def _flash_events(heard: Heard, seconds: int, behaviour: BatchBehaviour) -> Iterator[dict[str, Any]]:
    """Several events only for a minute of sound and more; `text` grows, `sentence` is the one that it is at."""
    finals = heard.finals[0]
    if not finals or (heard.duration_ms < _SEVERAL_EVENTS_MS and behaviour.plain_sentence == "whole"):
        yield _whole(heard, seconds)
        return
    told = ""
    for number, said in enumerate(finals, 1):
        half = said.words[: len(said.words) // 2]
        if half:
            part = "".join(word.text + word.punctuation for word in half).strip()
            sentence = _sentence(number, Said(said.begin_ms, half[-1].end_ms, part, half, False))
            yield _output(f"{told} {part}".strip(), sentence, None)
        told = f"{told} {said.text}".strip()
        yield _output(told, _sentence(number, said), seconds if number == len(finals) else None)


def _whole(heard: Heard, seconds: int) -> dict[str, Any]:
    finals = heard.finals[0]
    if not finals:
        return {"output": {"text": ""}, "usage": {"duration": seconds}}
    words = tuple(word for said in finals for word in said.words)
    said = Said(finals[0].begin_ms, finals[-1].end_ms, _text(heard), words, True)
    return _output(said.text, _sentence(1, said), seconds)


def _sentence(number: int, said: Said) -> dict[str, Any]:
    return {
        "sentence_id": number,
        "sentence_end": said.final,
        "begin_time": said.begin_ms,
        "end_time": said.end_ms if said.final else None,
        "channel_id": 0,
        "text": said.text,
        "words": [{**word, "fixed": said.final} for word in transcripts.word_list(said)],
    }


def _output(text: str, sentence: dict[str, Any], seconds: int | None) -> dict[str, Any]:
    usage = {} if seconds is None else {"usage": {"duration": seconds}}
    return {"output": {"text": text, "sentence": sentence}, **usage}


def _native_event(number: int, body: dict[str, Any]) -> str:
    data = json.dumps({**body, "request_id": "r-stream"}, ensure_ascii=False)
    return f"id:{number}\nevent:result\n:HTTP_STATUS/200\ndata:{data}\n\n"


def _chunks(text: str) -> Iterator[dict[str, Any]]:
    about = {"id": "chatcmpl-fake", "object": "chat.completion.chunk", "model": "qwen3-omni-flash"}
    yield {**about, "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}], "usage": None}
    for at in range(0, len(text), 7):
        yield {**about, "choices": [{"index": 0, "delta": {"content": text[at : at + 7]}}], "usage": None}
    yield {**about, "choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}}


async def _stream(request: web.Request, behaviour: BatchBehaviour, events: list[str]) -> web.StreamResponse:
    stream = web.StreamResponse(headers={"Content-Type": "text/event-stream;charset=UTF-8"})
    await stream.prepare(request)
    if behaviour.cut_stream:
        cut = "".join(events)
        await stream.write(cut[: len(cut) // 2].encode())
    elif behaviour.stream_error:
        data = json.dumps({"code": behaviour.stream_error, "message": "failed", "request_id": "r-stream"})
        await stream.write(f"id:1\nevent:error\n:HTTP_STATUS/500\ndata:{data}\n\n".encode())
    else:
        for event in events:
            await stream.write(event.encode())
    await stream.write_eof()
    return stream
