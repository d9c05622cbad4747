"""A DashScope on loopback: realtime recognition over a real WebSocket, the token service, and recordings."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from aiohttp import web

from tests.fakes.dashscope.batch_service import BatchService
from tests.fakes.dashscope.behaviour import Behaviour, ConnectionRecord, Log
from tests.fakes.dashscope.conversation import Conversation
from tests.fakes.dashscope.recognisers import PositionRecogniser, Recogniser, ScriptedRecogniser, recording, scripted

KEY = "sk-fake-0123456789"
_PATIENCE_SECONDS = 10.0


class FakeDashScope:
    """`async with FakeDashScope() as fake`: the service runs inside this loop, `fake.websocket_url` leads to it.

    `fake.default` is how connections behave, `fake.next(...)` how the next ones do; both may change at any time.
    """

    def __init__(self, port: int = 0, region: str = "cn-beijing", now: Callable[[], float] = time.time) -> None:
        self.region = region
        self.log = Log()
        self.default = Behaviour()
        self.stale_tokens = 0
        """So many of the tokens made from now on have expired when they are used."""
        self.token_answer: str | None = None
        """Body of the answer to every token request, instead of a good one."""
        self.released = asyncio.Event()
        self.closing = asyncio.Event()
        self._now = now
        self._port = port
        self._next: list[Behaviour] = []
        self._tokens: dict[str, float] = {}
        self._sockets: dict[web.WebSocketResponse, web.Request] = {}
        self._script: dict[str, Any] | None = None
        self._changes = asyncio.Condition()
        self._changing: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None
        self.batch = BatchService(self, now)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=32 << 20)
        app.router.add_get("/api-ws/v1/inference", self._inference)
        app.router.add_get("/api-ws/v1/inference/", self._inference)
        app.router.add_post("/api/v1/tokens", self._make_token)
        self.batch.route(app)
        app.router.add_post("/control", self._control)
        app.router.add_get("/log", self._tell)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.closing.set()
        self.cut()
        assert self._runner
        await self.batch.close()
        await self._runner.cleanup()

    @property
    def websocket_url(self) -> str:
        return f"ws://127.0.0.1:{self._port}/api-ws/v1/inference"

    @property
    def http_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/api/v1"

    def next(self, *behaviours: Behaviour) -> None:
        self._next += behaviours

    def play(self, sentences: list[dict[str, Any]], audio: str = "") -> None:
        """From now on tasks hear these sentences (see `recognisers.scripted`) instead of position-coded blocks."""
        self._script = {"sentences": sentences, "audio": audio}

    @property
    def script(self) -> str:
        """What is played, as a text that can be compared."""
        return json.dumps(self._script)

    def recogniser(self, parameters: dict[str, Any]) -> Recogniser:
        rate = parameters["sample_rate"]
        if self._script is None:
            return PositionRecogniser(rate, parameters.get("max_sentence_silence", 800))
        audio = recording(Path(self._script["audio"])) if self._script["audio"] else b""
        return ScriptedRecogniser(rate, scripted(self._script["sentences"]), audio)

    def cut(self) -> None:
        """Resets every open connection."""
        for socket in list(self._sockets):
            self.reset(socket)

    def reset(self, socket: web.WebSocketResponse) -> None:
        request = self._sockets.pop(socket, None)
        if request is not None and request.transport is not None:
            request.transport.abort()

    def changed(self) -> None:
        task = asyncio.get_running_loop().create_task(self._announce())
        self._changing.add(task)
        task.add_done_callback(self._changing.discard)

    async def until(self, holds: Callable[[], object]) -> None:
        """Waits until something written down makes it true; TimeoutError after ten seconds."""
        async with asyncio.timeout(_PATIENCE_SECONDS), self._changes:
            await self._changes.wait_for(lambda: bool(holds()))

    async def _announce(self) -> None:
        async with self._changes:
            self._changes.notify_all()

    async def _inference(self, request: web.Request) -> web.StreamResponse:
        behaviour = self._next.pop(0) if self._next else self.default
        record = ConnectionRecord(len(self.log.connections), headers=sorted(name.lower() for name in request.headers))
        record.workspace = request.headers.get("X-DashScope-WorkSpace", "")
        self.log.connections.append(record)
        refusal = self._refusal(request, behaviour, record)
        if refusal is not None:
            record.open = False
            self.changed()
            return refusal
        socket = web.WebSocketResponse(compress=False, max_msg_size=1 << 20)
        await socket.prepare(request)
        self._sockets[socket] = request
        try:
            await Conversation(self, socket, behaviour, record).run()
        finally:
            self._sockets.pop(socket, None)
            record.open = False
            self.changed()
        return socket

    def _refusal(self, request: web.Request, behaviour: Behaviour, record: ConnectionRecord) -> web.Response | None:
        record.credential = self.credential(request)
        status = behaviour.refuse or (401 if record.credential == "wrong" else 0)
        record.refused = status
        if status == -1 and request.transport is not None:
            request.transport.abort()
            return web.Response(status=500)
        if not status:
            return None
        code = behaviour.code or ("InvalidApiKey" if status == 401 else "")
        body = {"code": code, "message": behaviour.message, "request_id": secrets.token_hex(8)} if code else {}
        headers = {"Retry-After": behaviour.retry_after} if behaviour.retry_after else {}
        return web.json_response(body, status=status, headers=headers)

    def credential(self, request: web.Request) -> str:
        scheme, _, credential = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return "wrong"
        if credential == KEY:
            return "key"
        return "token" if self._tokens.get(credential, 0) > self._now() else "wrong"

    async def _make_token(self, request: web.Request) -> web.Response:
        self.log.tokens += 1
        if self.token_answer is not None:
            return web.Response(text=self.token_answer, content_type="application/json")
        if self.credential(request) != "key":
            body = {"code": "InvalidApiKey", "message": "Invalid API-key provided.", "request_id": "r-1"}
            return web.json_response(body, status=401)
        seconds = int(request.query.get("expire_in_seconds", "60"))
        token = f"st-{secrets.token_hex(16)}"
        stale, self.stale_tokens = self.stale_tokens > 0, max(0, self.stale_tokens - 1)
        self._tokens[token] = self._now() + (0 if stale else seconds)
        return web.json_response({"token": token, "expires_at": int(self._now()) + seconds})

    async def _control(self, request: web.Request) -> web.Response:
        """For tests that run the product as a process: `default`, `next`, `play`, `cut`, `release`, `stale_tokens`,
        and `batch` (see `BatchService.steer`)."""
        orders = await request.json()
        if "default" in orders:
            self.default = replace(Behaviour(), **orders["default"])
        self.next(*(Behaviour(**order) for order in orders.get("next", [])))
        self.stale_tokens = orders.get("stale_tokens", self.stale_tokens)
        if "play" in orders:
            self.play(**orders["play"])
        self.batch.steer(orders.get("batch", {}))
        if orders.get("cut"):
            self.cut()
        if orders.get("release"):
            self.released.set()
        return web.json_response({})

    async def _tell(self, request: web.Request) -> web.Response:
        return web.Response(
            text=json.dumps({**self.log.as_json(), "batch": self.batch.log.as_json()}), content_type="application/json"
        )
