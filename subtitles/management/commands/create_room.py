from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.urls import reverse

from subtitles.engines import catalog
from subtitles.engines.base import OptionValue
from subtitles.engines.catalog import Kind, Model, Option
from subtitles.management.migrated import require_migrated
from subtitles.models import Room, User
from subtitles.pages.slugs import free_slug
from subtitles.speech import clean_text

_WORDS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


class Command(BaseCommand):
    help = "Makes a room, and shows its links and its stream key. The key is shown this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("title", help="viewers see it above the captions")
        parser.add_argument("--owner", help="user name (default: the first admin, who is made if there is none)")
        parser.add_argument("--language", default="en", help="what is spoken, e.g. zh-CN (default: %(default)s)")
        parser.add_argument("--engine", default=settings.SUBTITLES_ENGINE, help="default: %(default)s")
        parser.add_argument("--model", help="default: the best one of the engine")
        parser.add_argument("--option", action="append", default=[], metavar="KEY=VALUE", help="repeatable; lists: a,b")
        parser.add_argument("--base-url", default="http://localhost:8000", help="for the links (default: %(default)s)")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        title = clean_text(options["title"], 120)
        if not title:
            raise CommandError("Give the room a title that can be read.")
        model = _model(options["engine"], options["model"])
        values = self._checked(model, options["language"], _values(model, options["option"]))
        room = Room(
            title=title,
            slug=free_slug(title),
            owner=_owner(options["owner"]),
            language=options["language"],
            engine=model.engine,
            model=model.name,
            options=values,
        )
        key = room.renew_stream_key()
        room.save()
        self._show({**_links(room, options["base_url"].rstrip("/")), "stream_key": key}, options["json"])

    def _checked(self, model: Model, language: str, values: dict[str, object]) -> dict[str, OptionValue]:
        checked = catalog.validate(model.engine, model.name, language, values)
        if checked.errors:
            raise CommandError(" ".join(str(error) for error in checked.errors.values()))
        for warning in checked.warnings.values():
            self.stderr.write(self.style.WARNING(str(warning)))
        return dict(checked.values)

    def _show(self, facts: dict[str, str], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(facts, ensure_ascii=False))
            return
        for name, value in facts.items():
            self.stdout.write(f"{name.replace('_', ' ')}: {value}")


def _model(engine: str, name: str | None) -> Model:
    if engine not in settings.ENGINES:
        raise CommandError(f"There is no engine “{engine}”; there are: {', '.join(settings.ENGINES)}.")
    models = catalog.models_of(engine)
    found = next((model for model in models if name in (None, model.name)), None)
    if found is None:
        known = ", ".join(model.name for model in models)
        raise CommandError(f"Engine “{engine}” has no model “{name}”; it has: {known}.")
    return found


def _values(model: Model, pairs: list[str]) -> dict[str, object]:
    values: dict[str, object] = {}
    for pair in pairs:
        name, separator, text = pair.partition("=")
        if not separator:
            raise CommandError(f"Write --option KEY=VALUE, not “{pair}”.")
        option = model.option(name)
        values[name] = _typed(option, text) if option else text
    return values


def _typed(option: Option, text: str) -> object:
    """What cannot be read as the option's kind stays text: the catalogue then says what is wrong with it."""
    try:
        match option.kind:
            case Kind.BOOL:
                return _WORDS.get(text.lower(), text)
            case Kind.INT:
                return int(text)
            case Kind.FLOAT:
                return float(text)
            case Kind.LIST:
                return [part.strip() for part in text.split(",")]
            case _:
                return text
    except ValueError:
        return text


def _owner(name: str | None) -> User:
    if name is not None:
        return _named(name)
    admin = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
    if admin:
        return admin
    if User.objects.filter(username="admin").exists():
        raise CommandError("There is no admin yet, and the name “admin” is taken. Name somebody with --owner.")
    # No password: nobody can sign in with it until the set-up page or `changepassword` gives it one.
    return User.objects.create_superuser("admin")


def _named(name: str) -> User:
    try:
        return User.objects.get(username=name)
    except User.DoesNotExist:
        raise CommandError(f"There is no user “{name}”.") from None


def _links(room: Room, base: str) -> dict[str, str]:
    return {
        "slug": room.slug,
        "watch_url": base + reverse("watch", args=[room.watch_token]),
        "overlay_url": base + reverse("overlay", args=[room.watch_token]),
        "studio_url": base + reverse("studio", args=[room.slug]),
    }
