"""A person who edits while jobs send, both as fast as they can: on the database that the environment names."""

from __future__ import annotations

import asyncio
import json
import sys
from unittest.mock import patch

from django.core.management import call_command
from django.test import override_settings

from subtitles.jobs import runner
from subtitles.models import Job, User, Vocabulary, VocabularyCopy
from subtitles.vocabularies import copies, edits, kind, lists
from subtitles.vocabularies.words import Hotword
from tests.vocabularies.patience import there, until
from tests.vocabularies.scripted import ScriptedLists

EDITS = 25
ENGINES = {"dashscope": {"class": "x", "options": {"api_key": "sk-1", "http_url": "http://127.0.0.1:9/api/v1"}}}
KINDS = {"vocabulary": "subtitles.vocabularies.kind.KeepInStep"}


def main() -> None:
    call_command("migrate", verbosity=0)
    service = ScriptedLists()
    with (
        override_settings(BATCH_ENGINES=ENGINES, JOB_KINDS=KINDS),
        patch.object(lists, "of", lambda account, option: service),
        patch.object(kind, "FIRST_LOOK_S", 0.001),
    ):
        asyncio.run(_race())
    copy = VocabularyCopy.objects.get()
    json.dump({"state": copy.state, "words": service.words()}, sys.stdout)


async def _race() -> None:
    vocabulary = await there(_begin)
    runner.launch()
    try:
        for number in range(EDITS):
            await there(lambda number=number: edits.replace(vocabulary, [Hotword(f"word {number}")]))  # type: ignore[misc]
            await asyncio.sleep(0.003 * (number % 7))
        await until(lambda: not Job.objects.exclude(state__in=Job.OVER).exists())
    finally:
        await runner.drain()


def _begin() -> Vocabulary:
    vocabulary = Vocabulary.objects.create(name="Games", owner=User.objects.create_user("alice"))
    vocabulary.words.create(text="first")
    copies.want(vocabulary, "dashscope", "fun-asr")
    return vocabulary
