"""Workers by what they have loaded: whoever wants the same model shares one, and the last one out ends it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from subtitles.engines.local.sherpa_plan import Plan
from subtitles.engines.local.sherpa_worker import ModelWorker


class Workers:
    def __init__(self) -> None:
        self._workers: dict[str, ModelWorker] = {}

    @asynccontextmanager
    async def worker(self, plan: Plan) -> AsyncIterator[ModelWorker]:
        """One that has loaded it. Raises EngineError."""
        key = json.dumps(plan.as_json(), sort_keys=True)
        worker = self._workers.get(key)
        is_new = worker is None or worker.is_dead
        if worker is None or is_new:
            worker = self._workers[key] = ModelWorker()
        worker.users += 1
        try:
            if is_new:
                await worker.start(plan)
            await worker.loaded()
            yield worker
        finally:
            worker.users -= 1
            if not worker.users:
                if self._workers.get(key) is worker:
                    del self._workers[key]
                await worker.close()
