"""What was said, and which of it a query finds: on every database the same. `main` prints the answers as JSON."""

from __future__ import annotations

import json

SAID = {
    1: "今天我们讨论预算。",
    2: "We talk about the budget, don't we?",
    3: "用GPT模型吧 👍🏽 ok",
    4: "Café ÉCOLE naïve, Straße",
    5: "预 算",
    6: "看 GPT",
    7: "l'homme: 100% & co. <b>",
    8: "ｗｉｄｅ ﬁne ①",
    9: "한국어 자막",
    10: "字幕のガイド",
    11: "สวัสดีครับ",
    12: "NEAR OR AND NOT",
    13: "𠮷野家 𠮷",
}
FOUND: dict[str, list[int]] = {
    # one character, wherever it stands
    "今": [1],
    "算": [5, 1],
    "预": [5, 1],
    "字": [10],
    "𠮷": [13],
    # two, and more
    "预算": [5, 1],
    "讨论预算": [1],
    "论讨": [],
    "今天 预算": [1],
    '"预算"': [5, 1],
    "𠮷野": [13],
    "ガイ": [10],
    "สวัสดี": [11],
    # words, of which the last may be unfinished
    "budg": [2],
    "bud the": [],
    "the bud": [2],
    "BUDGET talk": [2],
    '"the budget"': [2],
    "“the budget”": [2],
    '"budget the"': [],
    '"the bud"': [],
    "자막": [9],
    "자": [9],
    # both at once
    "gpt模型": [3],
    "GPT 看": [6],
    "看GPT": [6],
    "用g": [3],
    # one form for all ways to write it
    "cafe école": [4],
    "NAIVE": [4],
    "strasse": [4],
    "wide": [8],
    "fine": [8],
    "1": [8, 7],
    # pictographs
    "👍": [3],
    "ok 👍": [3],
    "👎": [],
    # signs of query languages are text, or nothing
    "don't": [2],
    "homme": [7],
    "OR": [12],
    "near and": [12],
    '" OR *': [12],
    "tokens:budget": [],
    "-budget": [2],
    "budget)": [2],
    "(budget": [2],
    "^we": [2],
    "budget*": [2],
    "bu* OR nothing": [],
    "'budget' & !x | y:*": [],
    "\\'budget": [2],
    '"': [],
    "%": [],
    "\x00": [],
    "\ud800": [],
    "\ue000": [],
    "   ": [],
}


def fill() -> int:
    """A room in which it was said; its id."""
    from subtitles.models import CaptionSession, Room, Sentence, Transcript, User  # noqa: PLC0415
    from subtitles.search import index  # noqa: PLC0415

    owner = User.objects.create_user("speaker")
    room = Room.objects.create(title="Talk", slug="talk-of-the-search", owner=owner)
    session = CaptionSession.objects.create(room=room, title="Talk", language="zh", state="ended")
    transcript = Transcript.objects.create(session=session, engine="preview")
    Sentence.objects.bulk_create(
        Sentence(transcript=transcript, number=number, begin_ms=number, end_ms=number, text=text)
        for number, text in SAID.items()
    )
    while index.catch_up():
        pass
    return room.pk


def answers(room: int) -> dict[str, list[int]]:
    """Numbers, newest first, for each query: in the room, which must be as in all rooms."""
    from subtitles.models import Sentence  # noqa: PLC0415
    from subtitles.search.finding import find  # noqa: PLC0415
    from subtitles.search.query import parse  # noqa: PLC0415

    found = {}
    for words in FOUND:
        here, everywhere, elsewhere = (
            [hit.number for hit in find(parse(words), Sentence.objects.all(), rooms).hits]
            for rooms in ([room], None, [room + 1])
        )
        assert (here, elsewhere) == (everywhere, [])
        found[words] = here
    return found


def main() -> None:
    from tests.jobs.processes import prepare_database  # noqa: PLC0415

    prepare_database()
    room = fill()
    first = answers(room)
    print(json.dumps([first, after_changes(room)]))  # noqa: T201


def after_changes(room: int) -> list[int]:
    """How many sentences are found by their own text when each was corrected, hidden or deleted, in turn."""
    from subtitles.models import Sentence, Transcript  # noqa: PLC0415
    from subtitles.search import index  # noqa: PLC0415
    from subtitles.search.finding import find  # noqa: PLC0415
    from subtitles.search.query import parse  # noqa: PLC0415

    def counted(words: str) -> int:
        while index.catch_up():
            pass
        return len(find(parse(words), Sentence.objects.all(), [room]).hits)

    counts = [counted("budget")]
    Sentence.objects.filter(number=1).update(text="Another budget")
    counts += [counted("budget"), counted("讨论")]
    Sentence.objects.filter(number=1).update(hidden=True)
    counts.append(counted("budget"))
    Sentence.objects.filter(number=1).update(hidden=False)
    counts.append(counted("budget"))
    Transcript.objects.all().delete()
    return [*counts, counted("budget"), counted("预")]


CHANGED = [1, 2, 0, 1, 2, 0, 0]
