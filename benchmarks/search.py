"""How long a search takes among many sentences, and what keeping the index costs who writes them.

Run as `python -m benchmarks.search [--sentences 1000000] [--folder FOLDER] [--postgresql ADDRESS] [--minutes 20]`. The
database is filled once, in FOLDER (or at ADDRESS), and used again; half of the sentences are Chinese, half English, in
forty rooms.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median

import django

ROOMS, SESSION = 40, 1_000
"""Rooms, and sentences of one session."""
BLOCK = 5_000
ROUNDS = 7
CHINESE = "的一是不了人我在有他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生自会那后能对着事其里"
SYLLABLES = [
    "ta",
    "re",
    "mi",
    "so",
    "lu",
    "ken",
    "bar",
    "don",
    "vil",
    "mar",
    "san",
    "to",
    "pe",
    "ri",
    "ca",
    "nu",
    "lor",
    "has",
]
RARE = {9_999: "市议会的预算讨论结束了。", 8_888: "The council takes note of the quarterly budget."}
QUERIES = {
    "one character, in every second sentence": "的",
    "one character, rare": "议",
    "two characters, frequent": "一是",
    "two characters, rare": "预算",
    "phrase of six characters": "预算讨论结束",
    "word, frequent": "the",
    "first letter of a word": "t",
    "first letters of a word": "quar",
    "word, rare": "quarterly",
    "phrase": '"the quarterly budget"',
    "two words, one frequent": "the quarterly",
    "nothing": "xyzzy",
}


def main() -> None:
    wanted = _arguments()
    Path(wanted.folder).mkdir(parents=True, exist_ok=True)
    os.environ.update(SUBTITLES_DATA_DIR=wanted.folder, DJANGO_SETTINGS_MODULE="subtitles.settings")
    if wanted.postgresql:
        os.environ["SUBTITLES_DATABASE_URL"] = wanted.postgresql
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - needs the settings above

    call_command("migrate", verbosity=0)
    fill(wanted.sentences, time.monotonic() + 60 * wanted.minutes)
    ask()
    write()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=int, default=1_000_000)
    parser.add_argument("--folder", default=str(Path(tempfile.gettempdir()) / "subtitles-benchmark-search"))
    parser.add_argument("--postgresql", default="")
    parser.add_argument("--minutes", type=float, default=20, help="filling stops then; what is there is searched")
    return parser.parse_args()


def fill(sentences: int, until: float) -> None:
    """As far as it is not filled yet."""
    from subtitles.models import SearchChange, Sentence  # noqa: PLC0415
    from subtitles.search import index  # noqa: PLC0415

    rooms, begin = _rooms(), time.monotonic()
    written = Sentence.objects.count()
    for first in range(written, sentences, SESSION):
        _session(rooms[first // SESSION % ROOMS], range(first, first + SESSION))
        while index.catch_up(BLOCK):
            pass
        if time.monotonic() > until:
            break
    while time.monotonic() < until and index.catch_up(BLOCK):
        pass
    count, behind = Sentence.objects.count(), SearchChange.objects.count()
    print(f"{count} sentences, {behind} of them not indexed; {time.monotonic() - begin:.0f} s of filling")


def _rooms() -> list[int]:
    from subtitles.models import Room, User  # noqa: PLC0415

    user, _ = User.objects.get_or_create(username="benchmark")
    slugs = [f"room-{number}" for number in range(ROOMS)]
    return [Room.objects.get_or_create(slug=slug, defaults={"title": slug, "owner": user})[0].pk for slug in slugs]


def _session(room: int, numbers: range) -> None:
    from subtitles.models import CaptionSession, Sentence, Transcript  # noqa: PLC0415

    session = CaptionSession.objects.create(room_id=room, title=f"{numbers.start}", language="zh", state="ended")
    transcript = Transcript.objects.create(session=session, engine="preview")
    Sentence.objects.bulk_create(
        Sentence(transcript=transcript, number=number + 1, begin_ms=number, end_ms=number, text=_text(number))
        for number in numbers
    )


def _text(number: int) -> str:
    if number % 10_000 in RARE:
        return RARE[number % 10_000]
    dice = random.Random(number)
    if number % 2:
        return "".join(dice.choices(CHINESE, range(len(CHINESE), 0, -1), k=18)) + "。"
    words = ("".join(dice.choices(SYLLABLES, k=dice.randint(1, 4))) for _ in range(10))
    return f"The {' '.join(words)}."


def ask() -> None:
    """As the page asks: for an administrator, and for somebody who has three rooms."""
    from django.http import QueryDict  # noqa: PLC0415

    from subtitles.models import Room, User  # noqa: PLC0415
    from subtitles.pages.library.filters import SearchFilters  # noqa: PLC0415
    from subtitles.search.finding import Found, find  # noqa: PLC0415
    from subtitles.search.query import parse  # noqa: PLC0415

    admin, _ = User.objects.get_or_create(username="admin", is_superuser=True)
    streamer, _ = User.objects.get_or_create(username="streamer")
    streamer.moderated_rooms.set(Room.objects.order_by("pk")[:3])

    def found(words: str, user: User) -> Found:
        filters = SearchFilters(user, QueryDict())
        return find(parse(words), filters.sentences(), filters.searched_rooms())

    print(f"\nOne page of 50 hits, ms: median of {ROUNDS} (slowest), in all rooms | in three of {ROOMS}")
    for name, words in QUERIES.items():
        shown = [_spread(list(_times(partial(found, words, user)))) for user in (admin, streamer)]
        print(f"  {name:42} {shown[0]} | {shown[1]}   {len(found(words, admin).hits)} hits")


def write() -> None:
    """A final as the live path keeps it, with the note for the index and without."""
    from django.db import connection, transaction  # noqa: PLC0415

    from subtitles.models import Sentence, Transcript  # noqa: PLC0415
    from subtitles.search import index, tables  # noqa: PLC0415

    transcript = Transcript.objects.order_by("-pk")[0]
    numbers = iter(range(10**8, 10**9))

    def final() -> None:
        number = next(numbers)
        Sentence.objects.create(transcript=transcript, number=number, begin_ms=0, end_ms=0, text=_text(number))

    print("\nKeeping a sentence, ms")
    with transaction.atomic():
        print(f"  with its note                 {_spread(list(_times(final, 300)))}")
        tables.drop_triggers(connection)
        print(f"  without                       {_spread(list(_times(final, 300)))}")
        transaction.set_rollback(True)
    Sentence.objects.bulk_create(
        Sentence(transcript=transcript, number=next(numbers), begin_ms=0, end_ms=0, text=_text(number))
        for number in range(10_000)
    )
    print(f"  into the index, {index.ROWS_A_TRANSACTION} at once    {_spread(list(_times(index.catch_up, 200)))}")
    transcript.sentences.filter(number__gte=10**8).delete()
    while index.catch_up(BLOCK):
        pass


def _times(work: Callable[[], object], rounds: int = ROUNDS) -> Iterator[float]:
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        yield 1000 * (time.perf_counter() - begin)


def _spread(times: list[float]) -> str:
    return f"{median(times):8.2f} ({max(times):8.2f})"


if __name__ == "__main__":
    main()
