from __future__ import annotations

import gc
import logging
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn, cast

from channels.routing import get_default_application
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils.module_loading import import_string

from subtitles.serving.bodies import Limited
from subtitles.serving.listener import CannotListen, address, adopt, listen
from subtitles.serving.lock import DataFolderInUse, ServerLock, layer_is_shared
from subtitles.serving.service import ServerAdapter, Service, load_runtimes

SERVERS = ("daphne", "uvicorn")


class Command(BaseCommand):
    help = "Serves the site, its live captions and its background work until SIGTERM or Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="0 takes a free one (default: %(default)s)")
        parser.add_argument("--fd", type=int, help="a listening socket opened by a process manager, instead of both")
        parser.add_argument("--server", choices=SERVERS, default=SERVERS[0])

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            # Kept in a name: the lock lives as long as its file is open.
            lock = ServerLock(Path(settings.SUBTITLES_DATA_DIR), shared=layer_is_shared(settings.CHANNEL_LAYERS))
            listener = listen(options["host"], options["port"]) if options["fd"] is None else adopt(options["fd"])
        except (CannotListen, DataFolderInUse) as error:
            raise CommandError(str(error)) from error
        where = address(listener)
        # Made here, where the database may be asked: `ready` is called inside the event loop.
        text = f"Listening on {where}\n{_banner(where)}"
        runtime = load_runtimes(settings.SUBTITLES_RUNTIMES)
        server = cast(ServerAdapter, import_module(f"subtitles.serving.{options['server']}"))
        _keep_what_is_loaded()
        server.run(Service(Limited(get_default_application()), runtime, listener, lambda: self._say(text)))
        lock.release()
        _leave()

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _banner(where: str) -> str:
    path = getattr(settings, "SUBTITLES_BANNER", None)
    try:
        return str(import_string(path)(where)) if path else ""
    except DatabaseError as error:
        words = f"The database cannot be used: {error}. If it is new, or older than this program, run `migrate` first."
        raise CommandError(words) from error


def _keep_what_is_loaded() -> None:
    """The garbage collector need not look for it among what is never thrown away: while it looks, nothing else runs."""
    gc.collect()
    gc.freeze()


def _leave() -> NoReturn:
    """Without the interpreter's own end, which waits for threads that a slow request holds. Nothing is left to be done.

    On CPython 3.11 that end was also seen to crash over Twisted's open sockets.
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
