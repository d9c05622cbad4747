"""A service for recordings that costs its clients nothing but the asking: every task is done, after so many questions,
with so many sentences. Beyond the documented rate it answers 429."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, deque
from typing import Self

from aiohttp import web

SUBMITS_PER_SECOND = 10
"""Documented for Fun-ASR and Paraformer, the lower figure ("语音识别")."""
WORDS = 8
SENTENCE_MS = 2_000


class TranscriptionService:
    def __init__(self) -> None:
        self.submits: list[float] = []
        """When each was taken, `time.perf_counter`."""
        self.turned_away = 0
        self.polls = 1
        self.sentences = 10
        self.questions = 0
        self.port = 0
        self.held = asyncio.Event()
        self.held.set()
        """While it is cleared no task is done."""
        self._asked: Counter[str] = Counter()
        self._recent: deque[float] = deque()
        self._results: dict[int, bytes] = {}
        self._addresses: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 << 20)
        app.router.add_get("/api/v1/uploads", self._policy)
        app.router.add_post("/oss", self._upload)
        app.router.add_post("/api/v1/services/audio/asr/transcription", self._submit)
        app.router.add_get("/api/v1/tasks/{id}", self._query)
        app.router.add_get("/results/{sentences}", self._result)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _policy(self, request: web.Request) -> web.Response:
        names = ("policy", "signature", "oss_access_key_id", "x_oss_object_acl", "x_oss_forbid_overwrite")
        data = dict.fromkeys(names, "x") | {"upload_dir": "bench", "upload_host": f"http://127.0.0.1:{self.port}/oss"}
        return web.json_response({"data": data})

    async def _upload(self, request: web.Request) -> web.Response:
        await request.read()
        return web.Response()

    async def _submit(self, request: web.Request) -> web.Response:
        now = time.perf_counter()
        while self._recent and self._recent[0] <= now - 1:
            self._recent.popleft()
        if len(self._recent) >= SUBMITS_PER_SECOND:
            self.turned_away += 1
            return web.json_response({"code": "Throttling.RateQuota", "message": "", "request_id": "r"}, status=429)
        self._recent.append(now)
        self.submits.append(now)
        task = f"task-{len(self.submits)}"
        self._addresses[task] = json.loads(await request.read())["input"]["file_urls"][0]
        return web.json_response({"request_id": "r", "output": {"task_id": task, "task_status": "PENDING"}})

    async def _query(self, request: web.Request) -> web.Response:
        task = request.match_info["id"]
        self.questions += 1
        self._asked[task] += 1
        if self._asked[task] < self.polls or not self.held.is_set():
            return web.json_response({"request_id": "r", "output": {"task_id": task, "task_status": "RUNNING"}})
        result = f"http://127.0.0.1:{self.port}/results/{self.sentences}"
        entry = {"file_url": self._addresses[task], "transcription_url": result, "subtask_status": "SUCCEEDED"}
        output = {"task_id": task, "task_status": "SUCCEEDED", "results": [entry]}
        return web.json_response({"request_id": "r", "output": output, "usage": {"duration": 1}})

    async def _result(self, request: web.Request) -> web.Response:
        count = int(request.match_info["sentences"])
        if count not in self._results:
            self._results[count] = json.dumps(_document(count)).encode()
        return web.Response(body=self._results[count], content_type="application/json")


def _document(count: int) -> dict[str, object]:
    sentences = [_sentence(number) for number in range(count)]
    transcript = {"channel_id": 0, "content_duration_in_milliseconds": 1_000, "text": "", "sentences": sentences}
    return {"file_url": "", "transcripts": [transcript]}


def _sentence(number: int) -> dict[str, object]:
    begin, step = number * SENTENCE_MS, SENTENCE_MS // WORDS
    words = [
        {"begin_time": begin + at * step, "end_time": begin + (at + 1) * step, "text": f"word{at} ", "punctuation": ""}
        for at in range(WORDS)
    ]
    text = "".join(str(word["text"]) for word in words).strip()
    return {"begin_time": begin, "end_time": begin + SENTENCE_MS, "text": text, "sentence_id": number, "words": words}
