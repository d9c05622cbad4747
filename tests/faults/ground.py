"""`python -m tests.faults.ground`: makes the tables and rooms where the environment points to.

One process instead of three: starting Python costs more than the work. Prints the rooms as one JSON object.
"""

from __future__ import annotations

import io
import json
import sys

import django
from django.core.management import call_command

_DASHSCOPE = ["--engine", "dashscope", "--model", "paraformer-realtime-v2", "--language", "en"]
ROOMS = {
    # name: arguments of create_room
    "dashscope": _DASHSCOPE,
    "dashscope-v1": ["--engine", "dashscope", "--model", "paraformer-realtime-v1", "--language", "zh-CN"],
    "dashscope-8k": ["--engine", "dashscope", "--model", "paraformer-realtime-8k-v2", "--language", "zh-CN"],
    # One for each test of a module that shares its product.
    **{f"fresh-{number}": _DASHSCOPE for number in range(8)},
    "preview": ["--engine", "preview", "--language", "en"],
}


def main() -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    json.dump({name: _room(name, arguments) for name, arguments in ROOMS.items()}, sys.stdout)


def _room(name: str, arguments: list[str]) -> dict[str, str]:
    shown = io.StringIO()
    call_command("create_room", f"Room {name}", *arguments, "--json", stdout=shown)
    facts: dict[str, str] = json.loads(shown.getvalue())
    return facts


if __name__ == "__main__":
    main()
