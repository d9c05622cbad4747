"""The child's side of a model's worker: `python -m subtitles.engines.local.sherpa_host`.

Messages are done in their order, one at a time. It ends when its input ends, so it cannot outlive the server, and it
never imports Django.
"""

from __future__ import annotations

import faulthandler
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, BinaryIO

from subtitles.engines.base import EngineError
from subtitles.engines.local import sherpa_loading
from subtitles.engines.local.host import NICENESS, claim_output
from subtitles.engines.local.messages import encode_result
from subtitles.engines.local.sherpa_file import FileSpeech, Wish
from subtitles.engines.local.sherpa_hotwords import Tokens
from subtitles.engines.local.sherpa_live import LiveStream
from subtitles.engines.local.sherpa_locks import shared
from subtitles.engines.local.sherpa_messages import HEADER, WORKER, Kind, Message, failed, message
from subtitles.engines.local.sherpa_plan import Plan
from subtitles.speech import Result

STUCK_SECONDS = 600.0
"""The server gives a worker up sooner; this is for when the server is gone too."""


def main() -> None:
    output = claim_output()
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    try:
        with ExitStack() as held:
            Host(output, held).serve(sys.stdin.buffer)
    except BrokenPipeError:
        os._exit(1)


class Host:
    def __init__(self, output: BinaryIO, held: ExitStack) -> None:
        self._output = output
        self._held = held
        self._plan: Plan | None = None
        self._recogniser: Any = None
        self._punctuate: Callable[[str], str] | None = None
        self._tokens: Tokens | None = None
        self._streams: dict[int, LiveStream] = {}
        self._doing: Mapping[Kind, Callable[[Message], None]] = {
            Kind.LOAD: self._load,
            Kind.OPEN: self._open,
            Kind.AUDIO: self._hear,
            Kind.FINISH: self._finish,
            Kind.TRANSCRIBE: self._transcribe,
            Kind.CLOSE: lambda said: self._forget(said.stream),
        }

    def serve(self, source: BinaryIO) -> None:
        while header := source.read(HEADER.size):
            size, kind, stream = HEADER.unpack(header)
            said = Message(Kind(kind), stream, source.read(size))
            faulthandler.dump_traceback_later(STUCK_SECONDS, exit=True)
            try:
                self._doing[said.kind](said)
            except EngineError as error:
                self._forget(stream)
                self._say(failed(stream, error))
            faulthandler.cancel_dump_traceback_later()

    def _load(self, said: Message) -> None:
        plan = Plan.from_json(said.json())
        for part in plan.parts:
            self._held.enter_context(shared(part.folder))
            sherpa_loading.check(part)
        self._recogniser = sherpa_loading.load(plan)
        self._punctuate = sherpa_loading.punctuator(plan.punctuation)
        self._tokens = Tokens(plan.model) if plan.beam else None
        self._plan = plan
        self._say(Message(Kind.LOADED))

    def _open(self, said: Message) -> None:
        hotwords = self._fitting(said.stream, said.json().get("hotwords", []))
        self._streams[said.stream] = LiveStream(self._recogniser, hotwords, self._punctuate)
        self._say(Message(Kind.OPENED, said.stream))

    def _hear(self, said: Message) -> None:
        if stream := self._streams.get(said.stream):
            self._answer(said.stream, stream.accept(said.payload))
            self._taken(said.stream, len(said.payload))

    def _finish(self, said: Message) -> None:
        if stream := self._streams.get(said.stream):
            self._answer(said.stream, stream.finish())
            self._say(message(Kind.END, said.stream, {}))
        self._forget(said.stream)

    def _transcribe(self, said: Message) -> None:
        if self._plan is None:
            return
        wish = Wish.from_json(said.json())
        wish = replace(wish, hotwords=self._fitting(said.stream, wish.hotwords))
        speech = FileSpeech(self._recogniser, self._plan, wish, self._punctuate)
        for heard_ms, sentences in speech.sentences():
            self._answer(said.stream, sentences)
            self._taken(said.stream, heard_ms)
        self._say(message(Kind.END, said.stream, speech.summary()))

    def _fitting(self, stream: int, hotwords: Sequence[str]) -> Sequence[str]:
        fitting = self._tokens.fitting(hotwords) if self._tokens else []
        if self._tokens and len(fitting) < len(hotwords):
            counts = {"left_out": len(hotwords) - len(fitting), "of": len(hotwords)}
            self._say(message(Kind.HOTWORDS, stream, counts))
        return fitting

    def _answer(self, stream: int, results: Iterable[Result]) -> None:
        for result in results:
            self._say(Message(Kind.RESULT, stream, encode_result(result)))

    def _taken(self, stream: int, much: int) -> None:
        self._say(Message(Kind.TAKEN, stream, much.to_bytes(4, "little")))

    def _forget(self, stream: int) -> None:
        if stream != WORKER:
            self._streams.pop(stream, None)

    def _say(self, said: Message) -> None:
        self._output.write(said.packed())
        self._output.flush()


if __name__ == "__main__":
    main()
