from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from subtitles.models import Room, User
from subtitles.secrets import digest

pytestmark = pytest.mark.django_db


def create_room(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("create_room", *arguments, "--json", stdout=out)
    return dict(json.loads(out.getvalue()))


def test_a_room_and_an_admin_without_a_password_come_from_nothing() -> None:
    shown = create_room("Evening news")
    room = Room.objects.get(slug=shown["slug"])
    assert room.owner.is_superuser
    assert not room.owner.has_usable_password()
    assert (room.title, room.engine, room.language) == ("Evening news", settings.SUBTITLES_ENGINE, "en")
    assert room.stream_key_hash == digest(shown["stream_key"])


def test_the_links_open_the_rooms_pages_at_the_given_address() -> None:
    shown = create_room("News", "--base-url", "https://captions.example/")
    token = Room.objects.get().watch_token
    assert shown["watch_url"] == f"https://captions.example/watch/{token}/"
    assert shown["overlay_url"] == f"https://captions.example/overlay/{token}/"
    assert shown["studio_url"] == "https://captions.example/rooms/news/"


def test_the_first_active_admin_owns_a_room_without_an_owner() -> None:
    User.objects.create_superuser("gone", is_active=False)
    first = User.objects.create_superuser("first", password="does not matter")
    User.objects.create_superuser("second")
    create_room("News")
    assert Room.objects.get().owner == first


def test_an_owner_can_be_named() -> None:
    alice = User.objects.create_user("alice")
    create_room("News", "--owner", "alice")
    assert Room.objects.get().owner == alice


def test_engine_model_and_typed_options_are_kept() -> None:
    options = [
        ("--engine", "dashscope"),
        ("--model", "paraformer-realtime-v2"),
        ("--language", "zh-CN"),
        ("--option", "max_sentence_silence_ms=500"),
        ("--option", "punctuation=off"),
        ("--option", "language_hints=zh, en"),
    ]
    create_room("新闻", *(part for option in options for part in option))
    room = Room.objects.get()
    assert (room.slug, room.model, room.language) == ("新闻", "paraformer-realtime-v2", "zh-CN")
    assert room.options == {"max_sentence_silence_ms": 500, "punctuation": False, "language_hints": ["zh", "en"]}


def test_two_rooms_of_one_title_get_two_addresses() -> None:
    assert create_room("News")["slug"] != create_room("News")["slug"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["\u202e \n"], "title that can be read"),
        (["News", "--owner", "nobody"], "no user “nobody”"),
        (["News", "--engine", "telepathy"], "no engine “telepathy”"),
        (["News", "--engine", "dashscope", "--model", "v9"], "no model “v9”"),
        (["News", "--engine", "dashscope", "--option", "punctuation"], "KEY=VALUE"),
        (["News", "--engine", "dashscope", "--option", "volume=11"], "no option “volume”"),
        (["News", "--engine", "dashscope", "--option", "max_sentence_silence_ms=ages"], "whole number"),
        (["News", "--engine", "dashscope", "--option", "max_sentence_silence_ms=1"], "between"),
        (["News", "--engine", "dashscope", "--option", "punctuation=perhaps"], "on or off"),
    ],
)
def test_a_wrong_choice_is_refused_in_words_and_makes_nothing(arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        create_room(*arguments)
    assert not Room.objects.exists()
    assert not User.objects.exists()


def test_an_ordinary_user_called_admin_is_not_promoted() -> None:
    User.objects.create_user("admin")
    with pytest.raises(CommandError, match="--owner"):
        create_room("News")
    assert not User.objects.get().is_superuser


def test_a_language_outside_the_documents_warns_and_is_kept() -> None:
    out, errors = StringIO(), StringIO()
    call_command("create_room", "Nyheter", "--language", "sv", "--engine", "preview", stdout=out, stderr=errors)
    assert "sv" in errors.getvalue()
    assert Room.objects.get().language == "sv"
    assert "stream key: " in out.getvalue()


@pytest.mark.parametrize("command", [["create_room", "Talks"], ["work"], ["serve", "--port", "0"]])
def test_without_tables_a_command_says_how_they_are_made(command: list[str], tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "SUBTITLES_DATA_DIR": str(tmp_path)}
    program = [sys.executable, str(Path(__file__).parents[2] / "manage.py"), *command]
    done = subprocess.run(program, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, "migrate" in done.stderr, "Traceback" in done.stderr) == (1, True, False)
