from __future__ import annotations

from io import StringIO

from rich.console import Console

from subtitles.management.progress_bars import ProgressBars


def screen() -> tuple[Console, StringIO]:
    out = StringIO()
    return Console(file=out, force_terminal=True, width=100, color_system=None), out


def test_each_recording_has_a_bar_while_it_is_at_work_and_a_line_when_it_is_done() -> None:
    console, out = screen()
    with ProgressBars(2, print, console) as bars:
        with bars.bar("one [b].wav") as tell:
            tell("recognising", 40)
            bars.refresh()
        bars.line("one [b].wav → one.srt")
    shown = out.getvalue()
    assert "one [b].wav" in shown
    assert "40%" in shown
    assert "recognising" in shown
    assert "one [b].wav → one.srt" in shown


def test_a_name_that_would_move_the_cursor_does_not() -> None:
    console, out = screen()
    with ProgressBars(1, print, console) as bars, bars.bar("a\x1b[2J‮.wav"):
        bars.refresh()
    assert "\x1b[2J" not in out.getvalue()
    assert "‮" not in out.getvalue()


def test_without_a_terminal_there_are_lines_and_nothing_else() -> None:
    said: list[str] = []
    out = StringIO()
    with ProgressBars(1, said.append, Console(file=out)) as bars:
        with bars.bar("a.wav") as tell:
            tell("uploading")
        bars.line("a.wav → a.srt")
    assert (said, out.getvalue()) == (["a.wav → a.srt"], "")
