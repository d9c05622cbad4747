"""Files through the pages: read again by readers of others."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import docx
import pytest
import webvtt
from django.test import AsyncClient, Client

from subtitles.exports.formats import FORMATS
from subtitles.exports.presets import PRESETS
from subtitles.models import CaptionSession, RecordingGap, Room, Sentence, User
from tests.exports.hostile import TEXTS
from tests.exports.readers import read_csv, read_srt, read_vtt
from tests.pages.library.stock import HTMX, kept, transcript

PAGE, FILE = "/library/export/", "/library/export/file/"
LONG = "It is a truth universally acknowledged that a single man in possession of a good fortune wants a wife."
STORED = [
    text for text in TEXTS if text.strip() and "\x00" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
]
"""The hostile texts that a database takes."""
ONE_CUE_A_SENTENCE = {
    **{"drawn": "live", "preset": "live"},
    **{"line_length": 200, "lines": 4, "speed": 100, "min_ms": 0, "max_ms": 60_000, "gap_ms": 0},
}


def file(client: Client, *sessions: CaptionSession, **wanted: Any) -> bytes:
    answer = client.get(FILE, {"session": [session.pk for session in sessions], **wanted})
    assert answer.status_code == 200
    return answer.getvalue()


@pytest.mark.parametrize("key", FORMATS)
def test_every_format_comes_as_a_file_with_a_safe_name(as_alice: Client, room: Room, key: str) -> None:
    session = kept(room, 'Budget "预算"/../x', ["Good evening."])
    wanted: Any = {"session": session.pk, "format": key}
    answer = as_alice.get(FILE, wanted)
    assert answer["Content-Type"] == FORMATS[key].mime
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == (
        f"attachment; filename*=utf-8''Budget%20%E9%A2%84%E7%AE%97%20..%20x.{FORMATS[key].extension}"
    )
    assert len(answer.content) > 10


def test_one_cue_in_is_one_cue_out_whatever_was_said(as_alice: Client, room: Room) -> None:
    session = kept(room, said=STORED)
    wanted = ONE_CUE_A_SENTENCE
    short = [text for text in STORED if len(text) < 600]
    transcript(session, short, "batch", published=True)
    count = len(short)
    assert len(read_vtt(file(as_alice, session, format="vtt", **wanted))) == count
    assert len(webvtt.from_buffer(io.BytesIO(file(as_alice, session, format="vtt", **wanted))).captions) == count
    assert len(read_srt(file(as_alice, session, format="srt", **wanted))) == count
    assert len(read_csv(file(as_alice, session, format="csv"))) == count
    assert len(json.loads(file(as_alice, session, format="json"))["cues"]) == count
    assert file(as_alice, session, format="ass", **wanted).count(b"\nDialogue: ") == count
    assert len(file(as_alice, session, format="txt").splitlines()) == count
    assert len(docx.Document(io.BytesIO(file(as_alice, session, format="docx"))).paragraphs) == count + 1


@pytest.mark.parametrize("key", ["vtt", "srt", "ass"])
def test_ffmpeg_reads_as_many_cues_as_were_said(as_alice: Client, room: Room, key: str, tmp_path: Path) -> None:
    said = [text for text in STORED if len(text) < 200]
    session = kept(room, said=said)
    path = tmp_path / f"hostile.{key}"
    path.write_bytes(file(as_alice, session, format=key, **ONE_CUE_A_SENTENCE))
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-f", "webvtt", "-"]
    read = subprocess.run(command, capture_output=True, check=True, timeout=30).stdout.decode()
    assert len(re.findall(r"^\d\d:\d\d\.\d{3} --> \d\d:\d\d\.\d{3}$", read, re.MULTILINE)) == len(said)


def test_the_published_text_is_taken_unless_another_is_chosen(as_alice: Client, room: Room) -> None:
    session = kept(room, said=["as heard live"])
    transcript(session, ["as corrected"], "edited", published=True)
    live = session.transcripts.get(kind="live")
    assert b"as corrected" in file(as_alice, session, format="txt")
    assert b"as heard live" in file(as_alice, session, format="txt", transcript=live.pk)
    assert as_alice.get(FILE, {"session": session.pk, "transcript": 10**6}).status_code == 422


def test_each_text_is_offered_by_the_name_that_the_other_pages_give_it(as_alice: Client, room: Room) -> None:
    session = kept(room, said=["words"])
    batch = transcript(session, ["words"], "batch", model="a&b")
    copies = [transcript(session, ["words"], "edited") for _ in range(2)]
    page = as_alice.get(PAGE, {"session": session.pk}).content.decode()
    offered = re.findall(r'<option value="(\d+)">([^<]+?)\s*</option>', page)
    assert offered == [
        (str(session.transcripts.get(kind="live").pk), "Live: Preview (English only, on this machine)"),
        (str(batch.pk), f"a&amp;b (no. {batch.pk})"),
        *((str(copy.pk), f"Edited copy {copy.pk}") for copy in copies),
    ]


def test_what_is_hidden_is_in_no_file(as_alice: Client, room: Room) -> None:
    session = kept(room, said=["shown", "not shown"])
    Sentence.objects.filter(text="not shown").update(hidden=True)
    assert b"not shown" not in file(as_alice, session, format="txt")


def test_a_layout_sets_the_limits_and_they_can_be_changed(as_alice: Client, room: Room) -> None:
    session = kept(room, said=[LONG])
    widest = {
        preset: max(len(line) for cue in read_vtt(file(as_alice, session, preset=preset)) for line in cue.lines)
        for preset in ("netflix-en", "vertical")
    }
    assert 24 < widest["netflix-en"] <= 42
    assert widest["vertical"] <= 24
    limits = {"drawn": "bbc", "preset": "bbc", "lines": 2, "speed": 15, "min_ms": 800, "max_ms": 7000, "gap_ms": 80}
    narrow = read_vtt(file(as_alice, session, **limits, line_length=12))
    assert max(len(line) for cue in narrow for line in cue.lines) <= 12


def test_another_layout_brings_its_own_limits(as_alice: Client, room: Room) -> None:
    session = kept(room, said=[LONG])
    wanted: Any = {"session": session.pk, "preset": "vertical", "drawn": "netflix-en", "line_length": 42}
    page = as_alice.get(PAGE, wanted, headers=HTMX)
    assert page.context["form"]["line_length"].value() == PRESETS["vertical"].line_length
    assert "<html" not in page.content.decode()


def test_a_preview_shows_how_it_begins_and_what_is_too_fast(as_alice: Client, room: Room) -> None:
    session = kept(room, said=[LONG, "Hi."])
    wanted: dict[str, Any] = {"session": session.pk}
    page = as_alice.get(PAGE, {**wanted, "preset": "netflix-en"})
    shown = page.context["preview"]
    assert shown[0].cue.text.startswith("It is a truth")
    assert shown[0].percent > 100
    assert "too fast" in page.content.decode()
    assert "too fast" not in as_alice.get(PAGE, {**wanted, "format": "txt"}).content.decode()


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"line_length": "x"}, "whole number"),
        ({"line_length": "1"}, "greater than or equal to 4"),
        ({"min_ms": "9000"}, "longer than the longest"),
        ({"speed": "nan"}, "Enter a number"),
        ({"offset_s": "1e999"}, "Enter a number"),
        ({"vod_start": "yesterday"}, "valid date"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    as_alice: Client, room: Room, wanted: dict[str, str], words: str
) -> None:
    session = kept(room, said=[LONG])
    usual = {name: getattr(PRESETS["live"], name) for name in ("line_length", "lines", "speed", "min_ms", "max_ms")}
    values: Any = {"session": session.pk, "drawn": "live", "preset": "live", "gap_ms": 0, **usual, **wanted}
    for path, status in ((PAGE, 200), (FILE, 422)):
        answer = as_alice.get(path, values)
        assert answer.status_code == status
        assert words in answer.content.decode()


def test_a_wrong_limit_is_in_the_way_only_where_a_limit_counts(as_alice: Client, room: Room) -> None:
    session = kept(room, said=[LONG])
    wrong: Any = {**ONE_CUE_A_SENTENCE, "session": session.pk, "line_length": "0", "speed": ""}
    as_text = as_alice.get(PAGE, {**wrong, "format": "txt"})
    assert [shown.cue.text for shown in as_text.context["preview"]] == [LONG]
    assert LONG.encode() in file(as_alice, session, **{**wrong, "format": "txt"})
    assert '<input type="hidden" name="line_length" value="0"' in as_text.content.decode()
    again = as_alice.get(PAGE, {**wrong, "format": "srt"})
    assert list(again.context["form"].errors) == ["line_length", "speed"]


def test_speakers_and_the_time_of_each_word_are_said_on_request(as_alice: Client, room: Room) -> None:
    session = kept(room, said=["Hello there"])
    Sentence.objects.update(speaker="Ann", words=[[2000, 2400, "Hello", ""], [2500, 3000, "there", ""]])
    assert b"<v Ann>" in file(as_alice, session)
    wanted = {"drawn": "", "speakers": "", "word_times": "on"}
    assert b"Hello <00:00:02.500>there" in file(as_alice, session, **wanted)
    assert b"<v Ann>" not in file(as_alice, session, **wanted)


def test_a_file_can_be_shifted_and_fitted_to_a_video(as_alice: Client, room: Room) -> None:
    session = kept(room, said=["one", "two"])
    began = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    CaptionSession.objects.filter(pk=session.pk).update(started_at=began)
    recording = session.recording
    for at, reason, ms in ((3, "pause", 60_000), (3, "uncaptioned", 5_000), (1, "lost", 1_000)):
        RecordingGap.objects.create(recording=recording, at_samples=at * 16_000, reason=reason, ms=ms)
    assert begins(file(as_alice, session, offset_s="1.5")) == [3_500, 5_500]
    assert begins(file(as_alice, session, offset_s="-3")) == [0, 1_000]
    early = f"{began - timedelta(minutes=1):%Y-%m-%dT%H:%M:%S}"
    assert begins(file(as_alice, session, vod_start=early)) == [63_000, 125_000]
    CaptionSession.objects.filter(pk=session.pk).update(paced=False)
    assert begins(file(as_alice, session, vod_start=early)) == [2_000, 4_000]


def test_a_preview_begins_where_the_shifted_file_begins(as_alice: Client, room: Room) -> None:
    session = kept(room, said=[f"sentence {number}" for number in range(1, 101)])
    wanted: Any = {"session": session.pk, "format": "srt"}
    shown = as_alice.get(PAGE, {**wanted, "offset_s": "-60"}).context["preview"]
    written = read_srt(file(as_alice, session, format="srt", offset_s="-60"))
    assert [one.cue.begin_ms for one in shown] == [cue.begin_ms for cue in written[: len(shown)]]
    assert "sentence 30" in shown[0].cue.text
    nothing = as_alice.get(PAGE, {**wanted, "offset_s": "-600"}).content.decode()
    assert "Nothing of the text is left" in nothing


def begins(data: bytes) -> list[int]:
    return [cue.begin_ms for cue in read_vtt(data)]


def test_many_come_as_a_zip_with_distinct_names(as_alice: Client, room: Room) -> None:
    sessions = [kept(room, "Show", ["first"]), kept(room, "show", ["second"]), kept(room, "../etc", [])]
    data = file(as_alice, *sessions, format="srt")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        assert sorted(name.lower() for name in names) == ["etc.srt", "show (2).srt", "show.srt"]
        assert archive.read(names[-1]).decode().splitlines()[2] == "first"
    assert as_alice.get(PAGE, {"session": [session.pk for session in sessions]}).status_code == 200


@pytest.mark.django_db(transaction=True)
async def test_a_zip_is_streamed_by_an_asynchronous_server(as_alice: Client, room: Room) -> None:
    pk = [
        (await CaptionSession.objects.acreate(room=room, title=f"{n}", language="en", state="ended")).pk for n in "ab"
    ]
    client: Any = AsyncClient()
    client.cookies = as_alice.cookies
    answer = await client.get(FILE, {"session": pk})
    pieces = [piece async for piece in answer]
    assert len(pieces) == 3
    assert zipfile.ZipFile(io.BytesIO(b"".join(pieces))).namelist() == ["b.vtt", "a.vtt"]


def test_a_session_offers_its_files(as_bob: Client, room: Room) -> None:
    session = kept(room, said=["words"])
    page = as_bob.get(f"/rooms/{room.slug}/sessions/{session.pk}/").content.decode()
    assert FILE in page
    assert file(as_bob, session, format="vtt", preset="netflix-en").startswith(b"WEBVTT")


def test_nobody_takes_away_what_they_may_not_see(as_charlie: Client, room: Room, charlie: User) -> None:
    own = Room.objects.create(title="Own", slug="own", owner=charlie)
    theirs, mine = kept(room, said=["secret"]), kept(own, said=["mine"])
    assert as_charlie.get(FILE, {"session": theirs.pk}).status_code == 404
    assert b"secret" not in file(as_charlie, theirs, mine, format="txt")
    assert as_charlie.get(FILE).status_code == 404
