"""A bar for each recording that is being transcribed, and a line for each that is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from subtitles.management.transcriber import Watcher
from subtitles.speech import clean_text


class ProgressBars:
    """Bars are for people: where the output is no terminal there are lines only."""

    def __init__(self, count: int, say: Callable[[str], object], console: Console | None = None) -> None:
        self._say = say
        self._console = console or Console(highlight=False, soft_wrap=True)
        self._bars = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[step]}"),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
        )
        self._all = self._bars.add_task("all", total=count, step="")

    def __enter__(self) -> ProgressBars:
        if self._console.is_terminal:
            self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._console.is_terminal:
            self._bars.stop()

    @contextmanager
    def bar(self, title: str) -> Iterator[Watcher]:
        task = self._bars.add_task(clean_text(title, 60), total=None, step="")

        def tell(step: str, percent: int | None = None) -> None:
            self._bars.update(task, step=step, total=None if percent is None else 100, completed=percent or 0)

        try:
            yield tell
        finally:
            self._bars.remove_task(task)
            self._bars.advance(self._all)

    def line(self, words: str) -> None:
        words = clean_text(words)
        if self._console.is_terminal:
            self._console.print(Text(words))
        else:
            self._say(words)

    def refresh(self) -> None:
        """Draws now what would be drawn within a tenth of a second."""
        self._bars.refresh()
