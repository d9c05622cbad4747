from __future__ import annotations

import asyncio
import signal
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from subtitles.management.audio_file import AudioFile, Unreadable, open_audio
from subtitles.management.broadcaster import ANY_ROOM, Broadcaster, Incomplete, RefusedByServer, socket_url
from subtitles.management.terminal import JsonLines, Terminal

REFUSED, INCOMPLETE = 2, 3


class Command(BaseCommand):
    help = (
        "Broadcasts a file into a room and shows its captions. "
        "Exits with 0 when the last one is in, 2 when the file or the key is no good, 3 when something is missing."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="audio or video in any usual format; - reads standard input")
        parser.add_argument("--server", required=True, metavar="URL", help="e.g. http://localhost:8000")
        parser.add_argument("--key", required=True, metavar="STREAM_KEY", help="the room's, from its settings page")
        parser.add_argument("--room", default=ANY_ROOM, metavar="SLUG", help="default: the room of the key")
        parser.add_argument(
            "--speed", type=_speed, default=1.0, help="times real time; 0 = as fast as it is taken (default: 1)"
        )
        parser.add_argument("--rate", type=_rate, help="the file is bare 16-bit mono PCM at this rate, in Hz")
        parser.add_argument("--json", action="store_true", help="one line for each final caption, and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            url = socket_url(options["server"], options["room"])
            with open_audio(options["file"], options["rate"]) as audio, self._shown(audio, options["json"]) as shown:
                broadcaster = Broadcaster(url, options["key"], audio.blocks(), shown, speed=options["speed"])
                asyncio.run(_broadcast(broadcaster))
        except (ValueError, Unreadable, RefusedByServer) as error:
            raise CommandError(str(error), returncode=REFUSED) from error
        except Incomplete as error:
            raise CommandError(str(error), returncode=INCOMPLETE) from error

    def _shown(self, audio: AudioFile, as_json: bool) -> JsonLines | Terminal:
        return JsonLines(self.stdout) if as_json else Terminal(audio.samples)


def _speed(text: str) -> float:
    return _between(float(text), 0, 1_000)


def _rate(text: str) -> int:
    return int(_between(int(text), 1_000, 768_000))


def _between(value: float, low: float, high: float) -> float:
    if not low <= value <= high:
        raise ArgumentTypeError(f"must be between {low} and {high}")
    return value


async def _broadcast(broadcaster: Broadcaster) -> None:
    """The first Ctrl-C ends the broadcast in order, a second one at once."""
    loop = asyncio.get_running_loop()

    def interrupted() -> None:
        loop.remove_signal_handler(signal.SIGINT)
        broadcaster.stop()

    loop.add_signal_handler(signal.SIGINT, interrupted)
    try:
        await broadcaster.run()
    finally:
        loop.remove_signal_handler(signal.SIGINT)
