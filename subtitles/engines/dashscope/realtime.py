"""DashScope's realtime recognisers as an engine: one socket and one task for each stream."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from subtitles.engines import catalog
from subtitles.engines.base import Capabilities, EngineError, Options
from subtitles.engines.dashscope import addresses
from subtitles.engines.dashscope.connecting import Door, leave
from subtitles.engines.dashscope.parameters import ask
from subtitles.engines.dashscope.refusals import NAME, refusal
from subtitles.engines.dashscope.starts import STARTS, StartLimiter
from subtitles.engines.dashscope.stream import DashScopeStream
from subtitles.speech import AudioFormat


class DashScopeEngine:
    """Realtime Paraformer and Fun-ASR.

    `api_key` may be empty: then the engine refuses every room and says what to do. `websocket_url` and `http_url` must
    be of the key's region. With `token_auth` each connection uses a token of its own that lives for a minute. Seconds:
    `open_seconds` for the handshake, `start_seconds` for task-started, `finish_seconds` from finish() to the end,
    `ping_seconds` between signs of life (a dead connection is noticed after twice that).
    """

    def __init__(
        self,
        api_key: str = "",
        websocket_url: str = addresses.WEBSOCKET_URL,
        http_url: str = addresses.HTTP_URL,
        workspace: str = "",
        token_auth: bool = False,
        max_pace: float = 1.25,
        heartbeat: bool = True,
        *,
        open_seconds: float = 10.0,
        start_seconds: float = 10.0,
        finish_seconds: float = 10.0,
        ping_seconds: float = 5.0,
        starts: StartLimiter = STARTS,
    ) -> None:
        self.region = addresses.region(websocket_url)
        self._door = Door(
            websocket_url, http_url, api_key.strip(), workspace.strip(), token_auth, open_seconds, ping_seconds
        )
        self._heartbeat = heartbeat
        self._max_pace = max_pace
        self._start_seconds = start_seconds
        self._finish_seconds = finish_seconds
        self._starts = starts

    @property
    def capabilities(self) -> Capabilities:
        formats = (AudioFormat(16_000), AudioFormat(8_000))
        return Capabilities(realtime=True, batch=False, max_pace=self._max_pace, formats=formats, needs_key=True)

    def refuse(self, options: Options) -> EngineError | None:
        """Why `options` cannot be served: no key, a model or option unknown, a model of another region."""
        return refusal(self._door.key, self.region, _model(options), options)

    @asynccontextmanager
    async def open(self, options: Options) -> AsyncIterator[DashScopeStream]:
        """A stream whose task has started. See `RealtimeEngine.open`."""
        if error := self.refuse(options):
            raise error
        model = _model(options)
        await self._starts.wait(self._door.key)
        socket = await self._door.enter()
        try:
            asked = ask(model, options, self._heartbeat)
            stream = DashScopeStream(socket, model.name, asked, self._finish_seconds)
            await stream.start(self._start_seconds)
            yield stream
        finally:
            await leave(socket)


def _model(options: Options) -> catalog.Model:
    """The model asked for; the catalogue's first where none is named, or (to be refused) an unknown one."""
    return catalog.find(NAME, options.model) or catalog.models_of(NAME)[0]
