from __future__ import annotations

from io import StringIO

from rich.console import Console

from subtitles.management.caption_tally import Caption
from subtitles.management.terminal import Terminal
from subtitles.speech import SAMPLE_RATE


def screen(terminal: bool) -> tuple[Terminal, StringIO]:
    out = StringIO()
    console = Console(file=out, force_terminal=terminal, width=60, color_system=None, legacy_windows=False)
    return Terminal(90 * SAMPLE_RATE, console), out


def test_on_a_terminal_the_open_sentence_and_what_is_safe_stand_below() -> None:
    shown, out = screen(terminal=True)
    with shown:
        shown.interim("and so my fellow")
        shown.kept(45 * SAMPLE_RATE)
        shown.status("ok, 1 s behind")
        shown.refresh()
    text = out.getvalue()
    assert "and so my fellow" in text
    assert "50%" in text
    assert "00:45" in text
    assert "1 s behind" in text


def test_markup_in_speech_is_text() -> None:
    shown, out = screen(terminal=False)
    with shown:
        shown.caption(Caption(1, 61_000, 62_000, "[bold]not markup[/bold] :smile:"))
    assert out.getvalue() == "01:01 [bold]not markup[/bold] :smile:\n"
