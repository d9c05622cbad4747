"""`manage.py models`: what can run on this machine, and bringing it here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from subtitles.engines.base import EngineError
from subtitles.engines.catalog.local_packages import PACKAGES, package
from subtitles.engines.catalog.local_types import Package
from subtitles.engines.local import models_import
from subtitles.engines.local.sherpa_locks import InUse
from subtitles.local_models.kind import delivery, store

MB = 1_000_000


class Command(BaseCommand):
    help = (
        "Models that run on this machine: list, download, import from a folder, check, remove. "
        "A download shows size and licence first; it goes on where it was cut. Exit code 0 or 1."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        actions.add_parser("list", help="what there is, and what is here")
        for action, help_text in _ACTIONS.items():
            chosen = actions.add_parser(action, help=help_text)
            chosen.add_argument("name", metavar="NAME", help="as `list` shows it")
            if action == "download":
                chosen.add_argument("--yes", action="store_true", help="the licence is accepted; ask nothing")
            if action == "import":
                chosen.add_argument("folder", type=Path, metavar="FOLDER", help="with the model's unpacked files")

    def handle(self, *_: Any, action: str, **options: Any) -> None:
        if action == "list":
            return self._list()
        wanted = package(options["name"])
        if wanted is None:
            known = ", ".join(known.name for known in PACKAGES)
            raise CommandError(f"There is no model “{options['name']}”; there are: {known}.")
        actions: dict[str, Callable[[], None]] = {
            "download": lambda: self._download(wanted, options["yes"]),
            "import": lambda: self._import(wanted, options["folder"]),
            "check": lambda: self._check(wanted),
            "remove": lambda: self._remove(wanted),
        }
        try:
            actions[action]()
        except EngineError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"A file could not be read or written: {error.strerror}.") from error

    def _list(self) -> None:
        here = store().all()
        for known in PACKAGES:
            size = f"{known.size // MB} MB" if known.is_downloadable else "import only"
            if known.name in here:
                size = f"here, {here[known.name].size // MB} MB"
            languages = ",".join(known.languages) or "any"
            self.stdout.write(f"{known.name:24} {known.use:12} {size:14} {languages:16} {known.licence}")

    def _download(self, wanted: Package, accepted: bool) -> None:
        if not wanted.is_downloadable:
            raise CommandError(f"{wanted.title} cannot be downloaded; unpack it and use `models import`: {wanted.page}")
        self.stdout.write(f"{wanted.title}: {wanted.size // MB} MB. Licence: {wanted.licence}. {wanted.page}")
        if not accepted and not _agreed():
            raise CommandError("Nothing was downloaded.")
        try:
            asyncio.run(self._bring(wanted))
        except KeyboardInterrupt:
            raise CommandError("Stopped. The same command goes on from here.") from None
        self.stdout.write(f"{wanted.name} is ready.")

    async def _bring(self, wanted: Package) -> None:
        columns = (TextColumn("{task.description:12}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        with Progress(*columns) as shown:
            bar = shown.add_task("downloading", total=100)

            async def tell(step: str, percent: int) -> None:
                shown.update(bar, description=step, completed=percent)

            await delivery().bring(wanted, tell)
            shown.update(bar, description="done", completed=100)

    def _import(self, wanted: Package, folder: Path) -> None:
        if store().find(wanted.name):
            raise CommandError(f"{wanted.name} is on this machine already; remove it first.")
        asyncio.run(models_import.bring_in(store(), wanted, folder))
        self.stdout.write(f"{wanted.name} is ready.")

    def _check(self, wanted: Package) -> None:
        installed = store().find(wanted.name)
        if installed is None:
            raise CommandError(f"{wanted.name} is not on this machine.")
        asyncio.run(models_import.check(installed, wanted))
        self.stdout.write(f"{wanted.name}: every file is as it was installed.")

    def _remove(self, wanted: Package) -> None:
        try:
            removed = store().remove(wanted.name)
        except InUse:
            raise CommandError(f"{wanted.name} is in use; end the sessions and jobs that use it first.") from None
        self.stdout.write(f"{wanted.name} was removed." if removed else f"{wanted.name} was not on this machine.")


def _agreed() -> bool:
    try:
        return input("Download it under this licence? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        raise CommandError("Nothing was downloaded: there is nobody to ask. --yes accepts the licence.") from None
    except KeyboardInterrupt:
        return False


_ACTIONS = {
    "download": "fetch it, or go on fetching it",
    "import": "take it from a folder of this machine",
    "check": "compare its files with their checksums, and load it",
    "remove": "delete it",
}
