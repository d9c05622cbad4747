"""What the fake does with recordings: its addresses, who may ask, how often, and the way a recording is fetched."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, web

from tests.fakes.dashscope.at_once import AtOnce
from tests.fakes.dashscope.batch_behaviour import BatchBehaviour, BatchLog, FileRecord, SubmitRecord
from tests.fakes.dashscope.batch_rules import Fault, wrong
from tests.fakes.dashscope.files import Heard, Unreadable, hear
from tests.fakes.dashscope.hotwords import Hotwords
from tests.fakes.dashscope.storage import Storage
from tests.fakes.dashscope.tasks import Tasks

if TYPE_CHECKING:
    from tests.fakes.dashscope.server import FakeDashScope

_KEPT_HEADERS = ("X-DashScope-Async", "X-DashScope-OssResourceResolve", "X-DashScope-SSE", "X-DashScope-WorkSpace")
_INLINE = 10_000_000
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class BatchService:
    """`default` is how submits behave, `next(...)` how the next ones do; both may change at any time.

    `query_faults` are (HTTP status, code) of the next queries. `limits`: submits and queries allowed in a second,
    429 beyond. `omni_model` is what Qwen-Omni is called.
    """

    def __init__(self, fake: FakeDashScope, now: Callable[[], float]) -> None:
        self.fake = fake
        self.now = now
        self.log = BatchLog()
        self.default = BatchBehaviour()
        self.query_faults: list[tuple[int, str]] = []
        self.limits: tuple[int, int] | None = None
        self.omni_model = "qwen3-omni-flash"
        self.released = asyncio.Event()
        self.storage = Storage(now)
        self.log.uploads = self.storage.uploads
        self.hotwords = Hotwords()
        self.tasks = Tasks(self)
        self.at_once = AtOnce(self)
        self._next: list[BatchBehaviour] = []
        self._asked: dict[str, deque[float]] = {}
        self._heard: dict[tuple[object, ...], Heard] = {}

    def route(self, app: web.Application) -> None:
        def add(method: str, path: str, handler: Handler) -> None:
            app.router.add_route(method, path, self._checked(handler))

        add("POST", "/api/v1/services/audio/asr/transcription", self.tasks.submit)
        add("GET", "/api/v1/tasks", self.tasks.listed)
        add("GET", "/api/v1/tasks/", self.tasks.listed)
        add("*", "/api/v1/tasks/{id}", self.tasks.query)
        add("POST", "/api/v1/tasks/{id}/cancel", self.tasks.cancel)
        add("POST", "/api/v1/services/aigc/multimodal-generation/generation", self.at_once.generate)
        add("POST", "/compatible-mode/v1/chat/completions", self.at_once.chat)
        add("GET", "/api/v1/uploads", self._policy)
        add("POST", "/api/v1/services/audio/asr/customization", self._customise)
        add("POST", "/api/v1/fine-tunes", self._compile)
        add("GET", "/api/v1/fine-tunes/outputs", self._phrases)
        add("GET", "/api/v1/fine-tunes/outputs/{id}", self._phrase)
        add("DELETE", "/api/v1/fine-tunes/outputs/{id}", self._forget_phrase)
        app.router.add_post("/oss", self._upload)
        app.router.add_get("/results/{name}", self.tasks.result)
        app.router.add_get("/files/{name}", self._file)

    def next(self, *behaviours: BatchBehaviour) -> None:
        self._next += behaviours

    def release(self) -> None:
        """Lets held tasks and answers go on, now and later."""
        self.released.set()

    def host(self, name: str, content: bytes) -> str:
        """Puts a file where the service can fetch it; its address."""
        self.storage.put(name, content)
        return f"{self.root}/files/{name}"

    @property
    def root(self) -> str:
        return self.fake.http_url.removesuffix("/api/v1")

    def steer(self, orders: dict[str, Any]) -> None:
        """`default`, `next`, `release`, `limits`, `query_faults`, `slow_hotwords`: as `POST /control` has them."""
        if "default" in orders:
            self.default = BatchBehaviour(**orders["default"])
        self.next(*(BatchBehaviour(**order) for order in orders.get("next", [])))
        self.query_faults += [(status, code) for status, code in orders.get("query_faults", [])]
        if "limits" in orders:
            self.limits = orders["limits"] and (orders["limits"][0], orders["limits"][1])
        self.hotwords.slow = orders.get("slow_hotwords", self.hotwords.slow)
        if orders.get("release"):
            self.release()

    async def close(self) -> None:
        await self.tasks.close()
        self.storage.close()

    # --- for the interfaces

    async def begun(self, request: web.Request) -> tuple[SubmitRecord, BatchBehaviour]:
        """Writes a submit down."""
        behaviour = self._next.pop(0) if self._next else self.default
        try:
            body = json.loads(await request.read())
        except ValueError:
            body = {}
        headers = {name: request.headers[name] for name in _KEPT_HEADERS if name in request.headers}
        model = str(body.get("model", "")) if isinstance(body, dict) else ""
        record = SubmitRecord(len(self.log.submits), model, body, headers)
        self.log.submits.append(record)
        self.fake.changed()
        return record, behaviour

    def refused(self, record: SubmitRecord, behaviour: BatchBehaviour, fault: Fault | None) -> web.Response | None:
        """The answer to a submit that is not taken: by order, for its rate, or for its fault."""
        if behaviour.refuse:
            fault = (behaviour.refuse, behaviour.code, behaviour.message)
        elif not self.allowed("submit", record.model, 0):
            fault = wrong("Requests rate limit exceeded, please try again later.", "Throttling.RateQuota", 429)
        if fault is None:
            record.billed = True
            return None
        record.refused = fault[1] or str(fault[0])
        return failed(fault, behaviour.retry_after)

    def allowed(self, what: str, model: str, limit: int) -> bool:
        """Counts a request against `limits`, over any second."""
        if self.limits is None:
            return True
        asked = self._asked.setdefault(f"{what} {model}", deque())
        now = time.monotonic()
        while asked and asked[0] <= now - 1.0:
            asked.popleft()
        if len(asked) >= self.limits[limit]:
            return False
        asked.append(now)
        return True

    async def hear(self, record: SubmitRecord, place: str, channels: Sequence[int]) -> Heard:
        """Fetches and recognises a recording, and writes down what it is. Raises Unreadable."""
        about = FileRecord(place if len(place) < 1000 else "data:")
        record.files.append(about)
        try:
            path = await self._fetched(place, record)
            heard = await self._recognised(path, channels)
        except Unreadable as fault:
            about.code = str(fault)
            raise
        about.container, about.sample_rate, about.channels = heard.container, heard.sample_rate, heard.channels
        about.duration_ms, about.spoken_ms = heard.duration_ms, heard.spoken_ms
        return heard

    async def _recognised(self, path: Path, channels: Sequence[int]) -> Heard:
        content = await asyncio.to_thread(path.read_bytes)
        known = (hash(content), tuple(channels), self.fake.script)
        if known not in self._heard:
            self._heard[known] = await asyncio.to_thread(
                hear, path, channels, lambda rate: self.fake.recogniser({"sample_rate": rate})
            )
        return self._heard[known]

    async def _fetched(self, place: str, record: SubmitRecord) -> Path:
        if place.startswith("data:"):
            return self._inline(place)
        if place.startswith("oss://"):
            resolving = record.headers.get("X-DashScope-OssResourceResolve") == "enable"
            path = self.storage.find(place, record.model) if resolving else None
            if path is None:
                raise Unreadable("FILE_DOWNLOAD_FAILED")
            return path
        return await self._downloaded(place)

    def _inline(self, place: str) -> Path:
        about, _, encoded = place.partition(",")
        if not about.endswith(";base64") or len(encoded) > _INLINE:
            raise Unreadable("InvalidParameter")
        path = self.storage.folder / f"inline-{secrets.token_hex(8)}"
        try:
            path.write_bytes(base64.b64decode(encoded, validate=True))
        except binascii.Error as error:
            raise Unreadable("InvalidParameter") from error
        return path

    async def _downloaded(self, place: str) -> Path:
        if urlsplit(place).hostname not in ("127.0.0.1", "localhost"):
            raise Unreadable("InvalidFile.DownloadFailed")
        path = self.storage.folder / f"fetched-{secrets.token_hex(8)}"
        try:
            async with ClientSession() as session, session.get(place, allow_redirects=False) as answer:
                if answer.status != 200:
                    raise Unreadable({403: "FILE_403_FORBIDDEN", 404: "FILE_404_NOT_FOUND"}.get(
                        answer.status, "InvalidFile.DownloadFailed"
                    ))  # fmt: skip
                with path.open("wb") as file:
                    async for chunk in answer.content.iter_chunked(1 << 18):
                        file.write(chunk)
        except ClientError as error:
            raise Unreadable("InvalidFile.DownloadFailed") from error
        return path

    # --- small interfaces

    def _checked(self, handler: Handler) -> Handler:
        async def checked(request: web.Request) -> web.StreamResponse:
            if self.fake.credential(request) == "wrong":
                return failed(wrong("Invalid API-key provided.", "InvalidApiKey", 401))
            return await handler(request)

        return checked

    async def _policy(self, request: web.Request) -> web.Response:
        if request.query.get("action") != "getPolicy" or not request.query.get("model"):
            return failed(wrong("action or model"))
        data = self.storage.policy(request.query["model"], f"{self.root}/oss")
        return web.json_response({"request_id": secrets.token_hex(8), "data": data})

    async def _upload(self, request: web.Request) -> web.Response:
        self.log.leaked_keys += "Authorization" in request.headers
        return await self.storage.upload(request)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        path = self.storage.get(request.match_info["name"])
        return web.FileResponse(path) if path else web.Response(status=404)

    async def _customise(self, request: web.Request) -> web.Response:
        answer = told(self.hotwords.customise(await request.json()))
        self.fake.changed()
        return answer

    async def _compile(self, request: web.Request) -> web.Response:
        return told(self.hotwords.compile(await request.json()))

    async def _phrases(self, request: web.Request) -> web.Response:
        return told(self.hotwords.listed())

    async def _phrase(self, request: web.Request) -> web.Response:
        return told(self.hotwords.queried(request))

    async def _forget_phrase(self, request: web.Request) -> web.Response:
        return told(self.hotwords.deleted(request))


def failed(fault: Fault, retry_after: str = "") -> web.Response:
    status, code, message = fault
    body = {"code": code, "message": message, "request_id": secrets.token_hex(8)} if code else {}
    return web.json_response(body, status=status, headers={"Retry-After": retry_after} if retry_after else {})


def told(output: dict[str, Any] | Fault) -> web.Response:
    if isinstance(output, tuple):
        return failed(output)
    return web.json_response({"request_id": secrets.token_hex(8), "output": output, "usage": {"count": 1}})
