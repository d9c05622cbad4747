"""One connection to the fake: every frame of the client is checked, and answered as the documents say."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from aiohttp import WSMsgType, web

from tests.fakes.dashscope import answers, rules
from tests.fakes.dashscope.behaviour import Behaviour, ConnectionRecord, TaskRecord
from tests.fakes.dashscope.recognisers import Recogniser, Said

if TYPE_CHECKING:
    from tests.fakes.dashscope.server import FakeDashScope

_SILENT = 500
_WAV_HEADER = 44


class Hangup(Exception):
    """The conversation is over; the text says how, for the log."""


class Conversation:
    def __init__(
        self, fake: FakeDashScope, socket: web.WebSocketResponse, behaviour: Behaviour, record: ConnectionRecord
    ) -> None:
        self._fake = fake
        self._socket = socket
        self._behaviour = behaviour
        self._record = record
        self._task: TaskRecord | None = None
        self._started = False
        self._starting: asyncio.Task[None] | None = None
        self._messages = 0
        self._fault_due = bool(behaviour.then)
        self._silent = 0
        self._beats = 0
        self._spoke = False
        self._recogniser: Recogniser | None = None
        self._parameters: dict[str, Any] = {}

    async def run(self) -> None:
        how = "left"
        try:
            while True:
                await self._take(await self._receive())
        except Hangup as end:
            how = str(end)
        except ConnectionError:
            pass
        finally:
            if self._starting:
                self._starting.cancel()
            self._end(how)

    # --- what comes in

    async def _receive(self) -> str | bytes:
        patience = self._behaviour.idle_seconds if self._started else None
        try:
            message = await self._socket.receive(timeout=patience)
        except TimeoutError:
            await self._fail("CLIENT_ERROR", f"request timeout after {round(patience or 0) or 23} seconds.")
        if message.type is WSMsgType.TEXT or message.type is WSMsgType.BINARY:
            await self._count()
            data: str | bytes = message.data
            return data
        raise Hangup("left")

    async def _take(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes):
            await self._audio(frame)
            return
        message = self._parsed(frame)
        if fault := rules.header_fault(message):
            await self._fail(*fault)
        header, payload = message["header"], message["payload"]
        match header.get("action"):
            case "run-task":
                await self._run(header["task_id"], message, payload)
            case "finish-task":
                await self._finish(header["task_id"])
            case "continue-task" if self._started and self._model == "fun-asr-realtime":
                pass
            case _:
                await self._fail("InvalidParameter", "Invalid payload data")

    def _parsed(self, frame: str) -> dict[str, Any]:
        try:
            found = json.loads(frame)
        except ValueError:
            found = None
        return found if isinstance(found, dict) else {}

    async def _run(self, task_id: str, message: dict[str, Any], payload: dict[str, Any]) -> None:
        if self._task is not None:
            await self._fail("InvalidParameter", "a task is running on this connection")
        reused = any(task.task_id == task_id for task in self._fake.log.tasks)
        self._task = TaskRecord(task_id, str(payload.get("model", "")), message)
        self._record.tasks.append(self._task)
        self._fake.changed()
        if reused:
            await self._fail("InvalidParameter", "task_id was used before")
        if fault := rules.run_fault(payload, self._fake.region):
            await self._fail(*fault)
        self._parameters = payload["parameters"]
        self._recogniser = self._fake.recogniser(self._parameters)
        self._silent = self._beats = 0
        self._spoke = False
        if self._behaviour.start == "now":
            await self._start()
        elif self._behaviour.start == "held":
            self._starting = asyncio.create_task(self._start_later())

    async def _start_later(self) -> None:
        await self._fake.released.wait()
        await self._start()

    async def _start(self) -> None:
        await self._say(answers.started(self._task_id))
        self._started = True

    async def _finish(self, task_id: str) -> None:
        if not self._started or self._task is None or task_id != self._task.task_id:
            await self._fail("InvalidParameter", "no such task is running")
        if self._behaviour.lose_finish:
            return
        if self._recogniser:
            await self._speak(self._recogniser.finish())
        if not self._spoke and self._behaviour.no_speech_code:
            await self._fail(self._behaviour.no_speech_code, "no valid audio")
        await self._say(answers.finished(self._task_id))
        self._end("finished")

    async def _audio(self, frame: bytes) -> None:
        if not self._started or self._task is None or self._recogniser is None:
            await self._fail("InvalidParameter", "audio before task-started")
            return
        if not frame or len(frame) > rules.LARGEST_FRAME:
            await self._fail("InvalidParameter", "a frame of audio has 1 to 16384 bytes")
        if self._parameters["format"] not in ("pcm", "wav"):
            return
        if self._parameters["format"] == "wav" and not self._task.frames:
            frame = frame[_WAV_HEADER:]
        if len(frame) % 2:
            await self._fail("InvalidParameter", "half a sample")
        self._task.frames += 1
        self._task.samples += len(frame) // 2
        self._task.largest_frame = max(self._task.largest_frame, len(frame))
        self._task.billed_seconds = -(-self._task.samples // self._rate)
        await self._speak(self._recogniser.hear(frame))
        for number in self._recogniser.blocks:
            self._task.heard(number)
        self._recogniser.blocks.clear()
        self._fake.changed()
        await self._silence(frame)
        if self._behaviour.at_ms is not None and self._heard_ms >= self._behaviour.at_ms:
            await self._fault()

    async def _silence(self, frame: bytes) -> None:
        samples = np.frombuffer(frame, "<i2").astype(np.int32)
        quiet = int(np.abs(samples).max()) < _SILENT
        self._silent = self._silent + len(samples) if quiet else 0
        if self._parameters.get("heartbeat"):
            if self._silent >= (self._beats + 1) * self._rate:
                self._beats += 1
                await self._say(answers.heartbeat(self._task_id, self._heard_ms))
        elif self._silent >= self._behaviour.silence_seconds * self._rate:
            await self._fail("RequestTimeOut", "Request timed out, please try again later.")

    # --- what goes out

    async def _speak(self, results: Iterable[Said]) -> None:
        emotion = self._model == "paraformer-realtime-8k-v2" and not self._parameters.get(
            "semantic_punctuation_enabled"
        )
        for said in results:
            self._spoke = True
            if self._behaviour.foreign:
                await self._say(answers.result("f" * 32, said, self._behaviour, 99, emotion))
            if said.final and self._task:
                self._task.finals.append(said.text)
            billed = self._task.billed_seconds if self._task else 0
            await self._say(answers.result(self._task_id, said, self._behaviour, billed, emotion))

    async def _say(self, frame: str) -> None:
        await self._socket.send_str(frame)
        await self._count()

    async def _fail(self, code: str, message: str) -> None:
        """Always ends the conversation: a connection is not used again after task-failed."""
        await self._socket.send_str(answers.failed(self._task_id, code, message))
        await self._socket.close(code=1011)
        raise Hangup(code)

    async def _count(self) -> None:
        self._messages += 1
        if self._behaviour.at_message is not None and self._messages >= self._behaviour.at_message:
            await self._fault()

    async def _fault(self) -> None:
        if not self._fault_due:
            return
        self._fault_due = False
        behaviour = self._behaviour
        match behaviour.then:
            case "drop":
                self._fake.reset(self._socket)
                raise Hangup("dropped")
            case "close":
                await self._socket.close(code=behaviour.close_code)
                raise Hangup(f"closed {behaviour.close_code}")
            case "fail":
                await self._fail(behaviour.code, behaviour.message)
            case "finish":
                await self._socket.send_str(answers.finished(self._task_id))
            case "malformed":
                await self._socket.send_str(behaviour.text)
            case "binary":
                await self._socket.send_bytes(b"\x00\x01")
            case "stall":
                await self._fake.closing.wait()
                raise Hangup("stalled")
            case other:
                raise ValueError(other)

    def _end(self, how: str) -> None:
        if self._task is not None and not self._task.outcome:
            self._task.outcome = how
        self._task = None
        self._started = False
        self._fake.changed()

    @property
    def _task_id(self) -> str:
        return self._task.task_id if self._task else ""

    @property
    def _model(self) -> str:
        return self._task.model if self._task else ""

    @property
    def _rate(self) -> int:
        rate: int = self._parameters["sample_rate"]
        return rate

    @property
    def _heard_ms(self) -> int:
        return self._task.samples * 1000 // self._rate if self._task else 0
