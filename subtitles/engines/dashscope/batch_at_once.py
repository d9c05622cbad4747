"""Models whose answer is the transcript: Fun-ASR-Flash, Qwen-ASR for short files, Qwen-Omni."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from subtitles.engines.base import BatchResult, EngineError, ErrorKind, Options, Source
from subtitles.engines.catalog import Model
from subtitles.engines.dashscope import batch_requests
from subtitles.engines.dashscope.batch_errors import unclear
from subtitles.engines.dashscope.batch_parameters import text_option, wire_parameters
from subtitles.engines.dashscope.batch_requests import Body, PairOrder
from subtitles.engines.dashscope.batch_sync import AnswerReader, FlashReader, OmniReader, QwenReader
from subtitles.engines.dashscope.fields import Json, Malformed
from subtitles.engines.dashscope.http import RESOLVE_OSS, Service

OMNI = "qwen3-omni-flash"
_QWEN = "qwen3-asr-flash"
_PATH = "services/aigc/multimodal-generation/generation"
_OTHER: Mapping[PairOrder, PairOrder] = {"user": "assistant", "assistant": "user"}


@dataclass(frozen=True, slots=True)
class AtOnce:
    """`service` has the patience for a whole transcript; the rest is as `DashScopeBatchEngine` has it."""

    service: Service
    compatible_url: str
    omni_model: str
    streamed: bool
    context_order: PairOrder

    async def transcribe(self, model: Model, source: Source, options: Options) -> BatchResult:
        """See `BatchEngine.submit`."""
        audio = await _audio(model, source)
        headers = RESOLVE_OSS if audio.startswith("oss://") else {}
        if model.name == OMNI:
            prompt = text_option(model, options, "prompt")
            body = batch_requests.omni(self.omni_model, audio, source.container, prompt)
            return await self._streamed(f"{self.compatible_url}/chat/completions", body, headers, OmniReader())
        asked, context = wire_parameters(model, options), text_option(model, options, "context")
        if model.name == _QWEN:
            return await self._plain(
                batch_requests.qwen_flash(model.name, audio, asked, context), headers, QwenReader()
            )
        bodies = [
            batch_requests.fun_flash(model.name, audio, source.container, source.sample_rate, asked, context, first)
            for first in (self.context_order, _OTHER[self.context_order])
        ]
        return await self._flash(bodies if context else bodies[:1], headers)

    def name(self, model: Model) -> str:
        """What the service calls it."""
        return self.omni_model if model.name == OMNI else model.name

    async def _flash(self, bodies: Sequence[Body], headers: Mapping[str, str]) -> BatchResult:
        """Tries the bodies in turn while they are refused: what is refused is not billed."""
        try:
            return await self._flash_once(bodies[0], headers)
        except EngineError as error:
            if error.kind is not ErrorKind.PARAMETERS or not bodies[1:]:
                raise
        return await self._flash(bodies[1:], headers)

    async def _flash_once(self, body: Body, headers: Mapping[str, str]) -> BatchResult:
        headers = {**headers, "X-DashScope-SSE": "enable" if self.streamed else "disable"}
        if self.streamed:
            return await self._streamed(_PATH, body, headers, FlashReader())
        return await self._plain(body, headers, FlashReader())

    async def _plain(self, body: Body, headers: Mapping[str, str], reader: AnswerReader) -> BatchResult:
        return _read([await self.service.post(_PATH, body, headers, counts=True)], reader)

    async def _streamed(self, path: str, body: Body, headers: Mapping[str, str], reader: AnswerReader) -> BatchResult:
        async with aclosing(self.service.events(path, body, headers, counts=True)) as events:
            return _read([event async for event in events], reader)


async def _audio(model: Model, source: Source) -> str:
    """An address, or the audio itself as a data URI. Qwen-Omni wants the latter without its type."""
    if source.address or source.path is None:
        return source.address
    content = await asyncio.to_thread(source.path.read_bytes)
    encoded = await asyncio.to_thread(base64.b64encode, content)
    kind = "" if model.name == OMNI else f"audio/{source.container}"
    return f"data:{kind};base64,{encoded.decode()}"


def _read(answers: Sequence[Json], reader: AnswerReader) -> BatchResult:
    """A transcript that came but cannot be read was billed: the recording has failed, and nothing is repeated."""
    try:
        for answer in answers:
            reader.read(answer)
        return reader.result()
    except Malformed as error:
        return BatchResult((unclear(error, retryable=False),))
