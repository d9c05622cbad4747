"""`manage.py transcribe`: recordings become files, with any batch engine, without server and database."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from subtitles.engines.base import EngineError
from subtitles.engines.catalog import Model
from subtitles.exports.formats import FORMATS
from subtitles.management import transcript_files
from subtitles.management.audio_file import Unreadable
from subtitles.management.named_sounds import Sound, named
from subtitles.management.option_values import WrongWish, known_model, wished
from subtitles.management.progress_bars import ProgressBars
from subtitles.management.public_addresses import BadAddress
from subtitles.management.transcriber import Transcriber, Watcher
from subtitles.retranscribe import engines

logger = logging.getLogger(__name__)

SOME_FAILED, WRONG_USE, STOPPED = 1, 2, 130
MOST_AT_ONCE = 16


class Command(BaseCommand):
    help = (
        "Transcribes files, folders of files, or addresses; results lie beside the files. "
        "Exits with 0 when all are done, 1 when some failed, 2 when it was called wrongly and nothing was begun."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("recordings", nargs="+", metavar="FILE|FOLDER|URL")
        parser.add_argument("--engine", default="", help="name in the settings (default: the server's)")
        parser.add_argument("--model", default="", help="catalogue name (default: the engine's first)")
        parser.add_argument("--language", default="", metavar="TAG", help="what is spoken, e.g. en or zh-CN")
        parser.add_argument("--option", action="append", default=[], metavar="NAME=VALUE", help="of the model; repeat")
        parser.add_argument("--format", default="srt", choices=sorted(FORMATS), help="of the results (default: srt)")
        parser.add_argument("--output", type=Path, metavar="DIR", help="for the results (default: beside the files)")
        parser.add_argument("--at-once", type=_at_once, default=4, metavar="N", help="default: 4")
        parser.add_argument("--force", action="store_true", help="write over results that exist")

    def handle(self, *args: Any, **given: Any) -> None:
        try:
            wish = _Wish.read(given)
        except (WrongWish, EngineError) as error:
            raise CommandError(str(error), returncode=WRONG_USE) from error
        for warning in wish.warnings:
            self.stderr.write(warning)
        try:
            with ProgressBars(len(wish.sounds), self.stdout.write) as bars, tempfile.TemporaryDirectory() as folder:
                failed = asyncio.run(_Run(wish, bars, Path(folder)).all())
        except KeyboardInterrupt:
            raise CommandError("Stopped. What was done is kept.", returncode=STOPPED) from None
        done = len(wish.sounds) - len(failed)
        if failed:
            words = "\n".join(f"{title}: {why}" for title, why in failed)
            raise CommandError(f"{done} done, {len(failed)} failed:\n{words}", returncode=SOME_FAILED)
        self.stdout.write(f"{done} done.")


@dataclass(frozen=True)
class _Wish:
    transcriber: Transcriber
    model: Model
    sounds: Sequence[Sound]
    warnings: Sequence[str]
    format: str
    language: str
    at_once: int
    force: bool

    @classmethod
    def read(cls, given: dict[str, Any]) -> _Wish:
        """Raises WrongWish; EngineError, if the engine refuses (no key, another region, a language)."""
        name = given["engine"] or _default_engine()
        engine = engines.get(name)
        model = known_model(name, given["model"])
        options, warnings = wished(model, given["language"], given["option"])
        if not engines.has_times(name, model.name) and given["format"] not in transcript_files.TIMELESS:
            raise WrongWish(f"{model.title} tells no times: choose --format {' or '.join(transcript_files.TIMELESS)}.")
        refuse = getattr(engine, "refuse", None)
        if refuse is not None and (error := refuse(options)):
            raise error
        sounds = named(given["recordings"], FORMATS[given["format"]].extension, given["output"])
        for folder in {sound.result.parent for sound in sounds}:
            transcript_files.check_folder(folder)
        loopback = any(entry.get("options", {}).get("loopback") for entry in settings.BATCH_ENGINES.values())
        transcriber = Transcriber(engine, model, options, loopback=loopback)
        rest = (given["format"], given["language"], given["at_once"], given["force"])
        return cls(transcriber, model, sounds, warnings, *rest)


@dataclass(frozen=True)
class _Run:
    wish: _Wish
    bars: ProgressBars
    folder: Path

    async def all(self) -> list[tuple[str, str]]:
        """Which failed, and why."""
        places = asyncio.Semaphore(self.wish.at_once)
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(self._one(number, places)) for number in range(len(self.wish.sounds))]
        found = zip(self.wish.sounds, [task.result() for task in running], strict=True)
        return [(sound.title, why) for sound, why in found if why]

    async def _one(self, number: int, places: asyncio.Semaphore) -> str:
        """Why it failed; empty: it did not."""
        sound = self.wish.sounds[number]
        async with places:
            with self.bars.bar(sound.title) as tell:
                try:
                    self.bars.line(f"{sound.title} → {await self._done(sound, number, tell)}")
                except (EngineError, Unreadable, BadAddress) as error:
                    return str(error)
                except FileExistsError as error:
                    return f"{error.filename2 or error.filename} exists already; --force writes over it"
                except OSError as error:
                    return f"a file could not be read or written: {error.strerror}"
                except Exception as error:  # one recording's fault is not the others'
                    logger.exception("%s", sound.title)
                    return (
                        f"something is wrong with the program ({type(error).__name__}); the log above has the details"
                    )
        return ""

    async def _done(self, sound: Sound, number: int, tell: Watcher) -> str:
        if sound.result.exists() and not self.wish.force:
            raise FileExistsError(0, "", str(sound.result))  # before anything is paid
        folder = self.folder / str(number)
        folder.mkdir()
        heard = await self.wish.transcriber.transcribe(sound, folder, tell)
        chosen = transcript_files.format_for(heard.transcribed, self.wish.format)
        path = sound.result.with_suffix(f".{chosen.extension}")
        data = transcript_files.content(heard.transcribed, chosen, Path(sound.title).stem, self.wish.language)
        await asyncio.to_thread(transcript_files.write, path, data, force=self.wish.force)
        for copy in folder.iterdir():
            await asyncio.to_thread(os.unlink, copy)
        return f"{path}" if heard.billed_seconds is None else f"{path} ({heard.billed_seconds:g} s billed)"


def _default_engine() -> str:
    name: str = settings.SUBTITLES_ENGINE
    return name if name in settings.BATCH_ENGINES else next(iter(settings.BATCH_ENGINES))


def _at_once(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= MOST_AT_ONCE:
        raise argparse.ArgumentTypeError(f"must be 1 to {MOST_AT_ONCE}")
    return int(text)
