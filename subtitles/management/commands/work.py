"""`manage.py work`: a process that only does jobs, beside servers that leave them to it."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from django.core.management.base import BaseCommand

from subtitles.jobs import runner
from subtitles.management.migrated import require_migrated


class Command(BaseCommand):
    help = (
        "Does background work until SIGTERM or Ctrl-C. `serve` does it too, unless SUBTITLES_JOBS_IN_SERVER is 0; "
        "any number of these may run beside it on one database and data folder."
    )

    def handle(self, *_: Any, **__: Any) -> None:
        require_migrated()
        asyncio.run(self._work())

    async def _work(self) -> None:
        told = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, told.set)
        self.stdout.write(f"Working as {runner.launch().owner}")
        self.stdout.flush()
        await told.wait()
        await runner.drain()
