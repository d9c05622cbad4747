"""`manage.py check_engine`: does the engine answer, with this key, this address and this model? In words."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from subtitles.engines import catalog, registry
from subtitles.engines.base import EngineError, ErrorKind, Options, RealtimeEngine, RealtimeStream
from subtitles.speech import BYTES_PER_SAMPLE

PATIENCE_SECONDS = 30.0

_WAYS_OUT = {
    ErrorKind.QUOTA: "Look at the account in the provider's console.",
    ErrorKind.BUSY: "Try again in a minute.",
    ErrorKind.NETWORK: "Check the network, the proxy settings and the configured address.",
    ErrorKind.PROTOCOL: "Check the configured address; the log has the details.",
}


class Command(BaseCommand):
    help = "Opens a recognition, sends a second of silence, and says in words whether that worked. Exit code 0 or 1."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--engine", default=settings.SUBTITLES_ENGINE, help="Name in the settings.")
        parser.add_argument("--model", default="", help="Catalogue name; without it the engine's first.")

    def handle(self, *_: Any, engine: str, model: str, **__: Any) -> None:
        known = [entry.name for entry in catalog.models_of(engine)]
        options = Options(model=model or next(iter(known), ""))
        try:
            seconds = asyncio.run(_try(registry.get(engine), options))
        except EngineError as error:
            raise CommandError(" ".join(_words(error, engine, known))) from error
        self.stdout.write(f"ok: {engine} recognises with {options.model} (answered in {seconds:.1f} s).")


async def _try(engine: RealtimeEngine, options: Options) -> float:
    """Seconds from the knock to the end of a second of silence."""
    began = time.monotonic()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), engine.open(options) as stream:
            await _listen(stream)
    except TimeoutError as error:
        raise EngineError(ErrorKind.NETWORK, f"The engine did not answer within {PATIENCE_SECONDS:g} s.") from error
    return time.monotonic() - began


async def _listen(stream: RealtimeStream) -> None:
    sending = asyncio.create_task(_silence(stream))
    try:
        async for _ in stream:
            pass
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def _silence(stream: RealtimeStream) -> None:
    frame = bytes(stream.format.sample_rate // 10 * BYTES_PER_SAMPLE)
    for _ in range(10):
        await stream.send(frame)
    await stream.finish()


def _words(error: EngineError, engine: str, known: list[str]) -> Iterator[str]:
    yield str(error)
    if error.kind is ErrorKind.PARAMETERS and known:
        yield f"Models of {engine}: {', '.join(known)}."
    elif error.kind in _WAYS_OUT:
        yield _WAYS_OUT[error.kind]
    if error.request_id:
        yield f"Request id: {error.request_id}."
