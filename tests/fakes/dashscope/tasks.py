"""Tasks at the fake: submitted, asked about, cancelled, listed; their results."""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from aiohttp import web

from tests.fakes.dashscope import batch_rules as rules
from tests.fakes.dashscope import faulty_results, transcripts
from tests.fakes.dashscope.batch_behaviour import BatchBehaviour, SubmitRecord
from tests.fakes.dashscope.files import Heard, Unreadable

if TYPE_CHECKING:
    from tests.fakes.dashscope.batch_service import BatchService

HOURS_24 = 24 * 3600


@dataclass(slots=True)
class Task:
    record: SubmitRecord
    behaviour: BatchBehaviour
    begun: float
    work: asyncio.Task[list[dict[str, Any]]]
    cancelled: bool = False


class Tasks:
    def __init__(self, service: BatchService) -> None:
        self._service = service
        self._tasks: dict[str, Task] = {}

    async def close(self) -> None:
        for task in self._tasks.values():
            task.work.cancel()
        await asyncio.gather(*(task.work for task in self._tasks.values()), return_exceptions=True)

    async def submit(self, request: web.Request) -> web.Response:
        service = self._service
        record, behaviour = await service.begun(request)
        fault = rules.task_fault(record.body, request.headers, service.fake.region, behaviour)
        fault = fault or service.hotwords.missing(record.body)
        if refusal := service.refused(record, behaviour, fault):
            return refusal
        record.task_id = f"{secrets.token_hex(4)}-{secrets.token_hex(12)}"
        work = asyncio.create_task(self._work(record, behaviour))
        self._tasks[record.task_id] = Task(record, behaviour, service.now(), work)
        service.fake.changed()
        if behaviour.lose_answer and request.transport is not None:
            request.transport.abort()
        if behaviour.answer is not None:
            return web.Response(text=behaviour.answer, content_type="application/json")
        return _told({"task_id": record.task_id, "task_status": "PENDING"})

    async def query(self, request: web.Request) -> web.Response:
        service = self._service
        if service.query_faults:
            status, code = service.query_faults.pop(0)
            return web.json_response({"code": code, "message": "", "request_id": "r"} if code else {}, status=status)
        name = request.match_info["id"]
        task = self._tasks.get(name)
        if not service.allowed("query", "", 1):
            return web.json_response({"code": "Throttling.RateQuota", "message": "", "request_id": "r"}, status=429)
        if task is None or service.now() > task.begun + HOURS_24:
            return _told({"task_id": name, "task_status": "UNKNOWN"})
        if request.method not in ({"GET", "POST"} if task.behaviour.query == "both" else {task.behaviour.query}):
            return web.Response(status=405)
        task.record.queries += 1
        service.fake.changed()
        if state := self._status(task):
            return _told({"task_id": name, "task_status": state})
        return self._done(name, task, await task.work)

    async def cancel(self, request: web.Request) -> web.Response:
        task = self._tasks.get(request.match_info["id"])
        if task is None or task.cancelled or task.record.queries >= task.behaviour.polls:
            body = {"code": "UnsupportedOperation", "message": "Failed to cancel the task.", "request_id": "r"}
            return web.json_response(body, status=400)
        task.cancelled = True
        task.work.cancel()
        self._service.log.cancelled.append(task.record.task_id)
        return web.json_response({"request_id": secrets.token_hex(8)})

    async def listed(self, request: web.Request) -> web.Response:
        """The account's tasks of the last 24 hours; `page_no` from 1."""
        since = self._service.now() - HOURS_24
        wanted = request.query.get("model_name", "")
        entries = [
            {
                "task_id": name,
                "status": self._status(task) or "SUCCEEDED",
                "model_name": task.record.model,
                "gmt_create": int(task.begun * 1000),
            }
            for name, task in self._tasks.items()
            if task.begun > since and wanted in ("", task.record.model)
        ]
        page, size = int(request.query.get("page_no", "1")), int(request.query.get("page_size", "10"))
        return web.json_response(
            {
                "request_id": secrets.token_hex(8),
                "total": len(entries),
                "data": entries[(page - 1) * size : page * size],
                "total_page": -(-len(entries) // size),
                "page_no": page,
                "page_size": size,
            }
        )

    async def result(self, request: web.Request) -> web.StreamResponse:
        """A result needs no key; object storage refuses a request that has both."""
        self._service.log.leaked_keys += "Authorization" in request.headers
        name = request.match_info["name"]
        path = self._service.storage.get(name)
        task = self._tasks[name.rpartition("_")[0]]
        if path is None or "Signature" not in request.query or self._service.now() > task.begun + HOURS_24:
            return web.Response(status=403, text="<Error><Code>AccessDenied</Code></Error>")
        return await faulty_results.answer(request, task.behaviour.result, path.read_text())

    def _status(self, task: Task) -> str:
        """What a query tells; empty when the task has come to its end."""
        if task.behaviour.status or task.cancelled:
            return task.behaviour.status or "CANCELED"
        if task.record.queries < task.behaviour.polls:
            return "PENDING"
        held = task.behaviour.held and not self._service.released.is_set()
        running = task.record.queries == task.behaviour.polls > 0
        return "RUNNING" if held or running else ""

    def _done(self, name: str, task: Task, results: list[dict[str, Any]]) -> web.Response:
        behaviour = task.behaviour
        good = sum(entry["subtask_status"] == "SUCCEEDED" for entry in results)
        output: dict[str, Any] = {"task_id": name, "task_status": "SUCCEEDED"}
        output |= {"submit_time": "2026-01-05 10:00:01.100", "end_time": "2026-01-05 10:00:09.000"}
        usage = {"seconds" if task.record.model == rules.FILETRANS else "duration": task.record.seconds}
        if behaviour.fail:
            return _told({**output, "task_status": "FAILED", "code": behaviour.fail, "message": "failed"})
        first = results[0]
        if task.record.model == rules.FILETRANS:
            if good:
                return _told({**output, "result": {"transcription_url": first["transcription_url"]}}, usage)
            return _told({**output, "task_status": "FAILED", "code": first["code"], "message": first["message"]})
        if not good and behaviour.all_failed != "SUCCEEDED":
            output |= {"task_status": "FAILED", "code": first["code"], "message": first["message"]}
            if behaviour.all_failed == "bare":
                return _told(output)
        metrics = {"TOTAL": len(results), "SUCCEEDED": good, "FAILED": len(results) - good}
        shown = results[::-1] if behaviour.swap else results
        return _told({**output, "results": shown, "task_metrics": metrics}, usage if good else None)

    async def _work(self, record: SubmitRecord, behaviour: BatchBehaviour) -> list[dict[str, Any]]:
        if behaviour.held:
            await self._service.released.wait()
        places = rules.addresses(record.body)
        entries = [await self._entry(record, behaviour, at, place) for at, place in enumerate(places)]
        record.seconds = -(-sum(about.spoken_ms for about in record.files if not about.code) // 1000)
        return entries

    async def _entry(self, record: SubmitRecord, behaviour: BatchBehaviour, at: int, place: str) -> dict[str, Any]:
        told = {"file_url": _echo(place, behaviour.echo)}
        try:
            heard = await self._heard(record, behaviour, at, place)
        except Unreadable as fault:
            record.files[-1].code = str(fault)
            return {**told, "code": str(fault), "message": "The file cannot be used.", "subtask_status": "FAILED"}
        document = transcripts.document(record.model, place, heard, record.body["parameters"])
        if behaviour.result == "unordered":
            for transcript in document["transcripts"]:
                transcript["sentences"].reverse()
            document["transcripts"].reverse()
        name = f"{record.task_id}_{at}.json"
        self._service.storage.put(name, json.dumps(document, ensure_ascii=False))
        address = faulty_results.address(behaviour.result, f"{self._service.root}/results/{name}")
        return {**told, "transcription_url": address, "subtask_status": "SUCCEEDED"}

    async def _heard(self, record: SubmitRecord, behaviour: BatchBehaviour, at: int, place: str) -> Heard:
        heard = await self._service.hear(record, place, record.body["parameters"].get("channel_id", [0]))
        if at in behaviour.failed_files:
            raise Unreadable(behaviour.file_code)
        if rules.rate_fault(record.model, heard.sample_rate):
            raise Unreadable("FILE_NORMALIZE_FAILED")
        if not heard.spoken_ms and behaviour.silence_code:
            raise Unreadable(behaviour.silence_code)
        return heard


def _echo(place: str, how: str) -> str:
    if how == "decoded":
        return unquote(place)
    if how == "resolved" and place.startswith("oss://"):
        return f"https://dashscope-file.oss-cn-beijing.aliyuncs.com/{place.removeprefix('oss://')}?Expires=1"
    return place


def _told(output: dict[str, Any], usage: dict[str, int] | None = None) -> web.Response:
    body = {"request_id": secrets.token_hex(8), "output": output}
    return web.json_response(body | ({"usage": usage} if usage else {}))
