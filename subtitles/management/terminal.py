"""What a person, or a program, sees of a broadcast from the command line."""

from __future__ import annotations

import json
from dataclasses import asdict
from io import TextIOBase
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Table
from rich.text import Text

from subtitles.management.caption_tally import Caption
from subtitles.speech import SAMPLE_RATE, clean_text


class JsonLines:
    """One line for each caption, written at once, and nothing else."""

    def __init__(self, out: TextIOBase) -> None:
        self._out = out

    def __enter__(self) -> JsonLines:
        return self

    def __exit__(self, *_: object) -> None:
        self._out.flush()

    def caption(self, caption: Caption) -> None:
        self._out.write(json.dumps(asdict(caption), ensure_ascii=False) + "\n")
        self._out.flush()

    def interim(self, text: str) -> None:
        pass

    def kept(self, samples: int) -> None:
        pass

    def status(self, words: str) -> None:
        pass


class Terminal:
    """Captions scroll by; below them stand the open sentence, and how much audio is safe on the server."""

    def __init__(self, samples: int | None, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)
        self._interim = Text(style="dim", no_wrap=True, overflow="ellipsis")
        self._progress = Progress(
            BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[time]}"), TextColumn("{task.description}")
        )
        self._task = self._progress.add_task("", total=samples, time=_time(0))
        self._live = Live(self._below(), console=self._console, refresh_per_second=10, transient=True)

    def __enter__(self) -> Terminal:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._live.stop()

    def caption(self, caption: Caption) -> None:
        self._console.print(Text(_time(caption.begin_ms), style="cyan"), Text(caption.text))
        self._interim.plain = ""

    def interim(self, text: str) -> None:
        self._interim.plain = clean_text(text)

    def kept(self, samples: int) -> None:
        self._progress.update(self._task, completed=samples, time=_time(samples * 1000 // SAMPLE_RATE))

    def status(self, words: str) -> None:
        self._progress.update(self._task, description=clean_text(words))

    def refresh(self) -> None:
        """Draws now what would be drawn within a tenth of a second."""
        self._live.refresh()

    def _below(self) -> Table:
        below = Table.grid()
        below.add_row(self._interim)
        below.add_row(self._progress)
        return below


def _time(ms: int) -> str:
    minutes, seconds = divmod(ms // 1000, 60)
    return f"{minutes:02}:{seconds:02}"
