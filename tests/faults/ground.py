"""`python -m tests.faults.ground`: makes the tables and two rooms where the environment points to.

One process instead of three: starting Python costs more than the work. Prints the rooms as one JSON object.
"""

from __future__ import annotations

import io
import json
import sys

import django
from django.core.management import call_command

ROOMS = {
    "dashscope": ["--engine", "dashscope", "--model", "paraformer-realtime-v2", "--language", "en"],
    "preview": ["--engine", "preview", "--language", "en"],
}


def main() -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    json.dump({engine: _room(engine, arguments) for engine, arguments in ROOMS.items()}, sys.stdout)


def _room(engine: str, arguments: list[str]) -> dict[str, str]:
    shown = io.StringIO()
    call_command("create_room", f"Room of {engine}", *arguments, "--json", stdout=shown)
    facts: dict[str, str] = json.loads(shown.getvalue())
    return facts


if __name__ == "__main__":
    main()
