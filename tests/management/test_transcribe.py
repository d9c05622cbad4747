"""`manage.py transcribe` with the real engines: DashScope's against the fake, the preview with its own decoder."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from subtitles.management import transcriber
from tests.engines.dashscope.recordings import TEXTS
from tests.engines.local.streams import austen, seconds
from tests.fakes import position_code, sound_files
from tests.fakes.dashscope import KEY, BatchBehaviour, FakeDashScope

ROOT = Path(__file__).parents[2]
SPOKEN = sound_files.wav(position_code.encode(0, 40))


@pytest.fixture
async def fake(settings: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeDashScope]:
    monkeypatch.setattr(transcriber, "LOOKS_S", (0.01,))
    monkeypatch.setattr(transcriber, "FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(transcriber, "interval_us", lambda per_second: 0)
    async with FakeDashScope() as service:
        service.batch.default = BatchBehaviour(polls=1)
        use(settings, api_key=KEY, http_url=service.http_url)
        settings.SUBTITLES_ENGINE = "dashscope"
        yield service


def use(settings: Any, **options: object) -> None:
    preview = {"class": "subtitles.engines.local.pocketsphinx_batch.PreviewBatchEngine"}
    dashscope = "subtitles.engines.dashscope.batch.DashScopeBatchEngine"
    settings.BATCH_ENGINES = {
        "preview": preview,
        "dashscope": {"class": dashscope, "options": {"loopback": True, **options}},
    }


async def transcribe(*arguments: object) -> str:
    """What the command says; it has a loop of its own, so it runs in a thread."""
    out = StringIO()
    await asyncio.to_thread(call_command, "transcribe", *map(str, arguments), stdout=out, stderr=out)
    return out.getvalue()


async def complaint(code: int, *arguments: object) -> str:
    with pytest.raises(CommandError) as failed:
        await transcribe(*arguments)
    assert failed.value.returncode == code
    return str(failed.value)


def sound(path: Path, content: bytes = SPOKEN) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


async def test_a_folder_and_an_address_become_subtitles_beside_the_files(
    tmp_path: Path, fake: FakeDashScope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sound(tmp_path / "talks/a.wav")
    sound(tmp_path / "talks/b.flac", sound_files.flac(position_code.encode(0, 40)))
    sound(tmp_path / "talks/notes.md", b"no sound")
    told = await transcribe("talks", fake.batch.host("far.wav", SPOKEN), "--model", "fun-asr", "--language", "en")
    assert "3 done." in told
    assert "(4 s billed)" in told
    made = [tmp_path / name for name in ("talks/a.srt", "talks/b.srt", "far.srt")]
    for path in made:
        text = path.read_text()
        assert text.startswith("1\n00:00:00,000 --> 00:00:0")
        assert TEXTS[0].split()[-1] in text
    names = {path.name for path in made} | {"a.wav", "b.flac", "notes.md", "talks"}
    assert {path.name for path in [*tmp_path.iterdir(), *(tmp_path / "talks").iterdir()]} == names  # noqa: ASYNC240
    assert len(fake.batch.log.bill) == 3
    assert {submit.body["parameters"]["language_hints"][0] for submit in fake.batch.log.submits} == {"en"}


@pytest.mark.parametrize("wanted", ["vtt", "srt", "txt", "json", "ass", "csv", "docx"])
async def test_every_format_is_written(tmp_path: Path, fake: FakeDashScope, wanted: str) -> None:
    await transcribe(sound(tmp_path / "a.wav"), "--format", wanted, "--output", tmp_path / "out")
    assert (tmp_path / "out" / f"a.{wanted}").stat().st_size > 20


async def test_options_go_to_the_service_in_their_types(tmp_path: Path, fake: FakeDashScope) -> None:
    options = ("diarization=yes", "speaker_count=2", "language_hints=zh,en", "masked_words=a, b")
    arguments = [word for option in options for word in ("--option", option)]
    await transcribe(sound(tmp_path / "a.wav"), "--model", "paraformer-v2", *arguments, "--format", "json")
    sent = fake.batch.log.submits[0].body["parameters"]
    assert (sent["diarization_enabled"], sent["speaker_count"], sent["language_hints"]) == (True, 2, ["zh", "en"])
    assert '"speaker": "1"' in (tmp_path / "a.json").read_text()


async def test_a_telephone_model_gets_its_rate_whatever_the_file_has(tmp_path: Path, fake: FakeDashScope) -> None:
    await transcribe(sound(tmp_path / "a.wav"), "--model", "paraformer-8k-v2")
    (submit,) = fake.batch.log.bill
    assert [(about.container, about.sample_rate) for about in submit.files] == [("flac", 8_000)]


async def test_one_that_fails_is_named_and_the_others_are_done(tmp_path: Path, fake: FakeDashScope) -> None:
    sound(tmp_path / "in/a.wav")
    sound(tmp_path / "in/b.wav", b"this is no sound")
    sound(tmp_path / "in/c.wav", sound_files.wav(position_code.encode(0, 40)))
    sound(tmp_path / "in/c.srt", b"somebody's work")
    told = await complaint(1, tmp_path / "in")
    assert "1 done, 2 failed" in told
    assert "b.wav: it cannot be read as sound" in told
    assert "c.srt exists already; --force writes over it" in told
    assert (tmp_path / "in/c.srt").read_text() == "somebody's work"
    assert len(fake.batch.log.bill) == 1
    assert "3 done." in (await transcribe(tmp_path / "in/a.wav", tmp_path / "in/c.wav", "--force")).replace("2", "3")


async def test_what_may_be_repeated_is_and_what_may_be_billed_is_not(tmp_path: Path, fake: FakeDashScope) -> None:
    fake.batch.next(BatchBehaviour(refuse=429, code="Throttling.RateQuota"), BatchBehaviour(polls=0))
    fake.batch.query_faults = [(503, "ModelServingError")]
    await transcribe(sound(tmp_path / "a.wav"))
    assert len(fake.batch.log.bill) == 1
    fake.batch.next(BatchBehaviour(lose_answer=True))
    assert "may or may not have been accepted" in await complaint(1, sound(tmp_path / "b.wav"))
    assert len(fake.batch.log.bill) == 2


async def test_a_model_without_times_gives_text_and_nothing_else(tmp_path: Path, fake: FakeDashScope) -> None:
    path = sound(tmp_path / "a.wav")
    assert "tells no times: choose --format txt or docx" in await complaint(2, path, "--model", "qwen3-omni-flash")
    assert fake.batch.log.submits == []
    await transcribe(path, "--model", "qwen3-omni-flash", "--format", "txt", "--option", "prompt=Write it down.")
    assert (tmp_path / "a.txt").read_text().split() == " ".join(TEXTS).split()
    assert fake.batch.log.submits[0].body["messages"][0]["content"][1]["text"] == "Write it down."


async def test_longer_than_the_model_takes_is_refused_before_it_is_paid(tmp_path: Path, fake: FakeDashScope) -> None:
    long = sound(tmp_path / "long.wav", sound_files.wav(bytes(2 * 8_000 * 301), sample_rate=8_000))
    told = await complaint(1, long, "--model", "fun-asr-flash-2026-06-15")
    assert "longer than the 5 minutes that Fun-ASR Flash takes" in told
    assert fake.batch.log.submits == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--engine", "nobody"), "There is no engine “nobody” for recordings"),
        (("--model", "whisper"), "no model “whisper” for recordings. It has: fun-asr,"),
        (("--language", "klingon!"), "“klingon!” is no language tag"),
        (("--option", "itn"), "“itn” is no option of Fun-ASR: write NAME=VALUE with one of language_hints, channels"),
        (("--option", "colour=red"), "“colour=red” is no option of Fun-ASR"),
        (("--option", "diarization=maybe"), "“maybe” is no value for diarization: write true or false"),
        (("--option", "speaker_count=two"), "“two” is no value for speaker_count: write a whole number"),
        (("--option", "speaker_count=1000"), "must be between 2 and 100"),
        (("no-such-file.wav",), "There is no file or folder “no-such-file.wav”"),
        (("ftp://example.org/a.wav",), "must begin with http:// or https://"),
        (("{folder}",), "would have their result in"),
        (("{empty}",), "There is no recording in"),
        (("--engine", "preview", "--language", "zh"), "English only"),
    ],
)
async def test_a_wrong_call_says_what_would_be_right_and_begins_nothing(
    tmp_path: Path, fake: FakeDashScope, arguments: tuple[str, ...], words: str
) -> None:
    path = sound(tmp_path / "a.wav")
    (tmp_path / "empty").mkdir()
    filled = [word.format(folder=tmp_path, empty=tmp_path / "empty") for word in arguments]
    assert words in await complaint(2, path, *filled)
    assert fake.batch.log.submits == []


async def test_an_undocumented_language_is_warned_of_and_tried(tmp_path: Path, fake: FakeDashScope) -> None:
    assert "not documented to understand sw" in await transcribe(sound(tmp_path / "a.wav"), "--language", "sw")


async def test_a_missing_key_is_told_with_the_way_out(tmp_path: Path, fake: FakeDashScope, settings: Any) -> None:
    use(settings, api_key="")
    assert "No DashScope key" in await complaint(2, sound(tmp_path / "a.wav"))


async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    writer.close()


@pytest.mark.parametrize("engine", ["dashscope", "preview"])
async def test_addresses_that_lead_inside_elsewhere_or_nowhere_are_refused(
    tmp_path: Path, fake: FakeDashScope, settings: Any, engine: str
) -> None:
    async with await asyncio.start_server(elsewhere, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        inner = ("http://10.0.0.1/a.wav", "http://[fd00::1]/b.wav", "http://169.254.169.254/latest/c.wav")
        others = (f"http://127.0.0.1:{port}/d.wav", f"{fake.batch.root}/files/e.wav")
        told = await complaint(1, *inner, *others, "--engine", engine, "--output", tmp_path)
    assert told.count("lies in an inner network") == 3
    assert "d.wav: The address leads on to another one (a redirect)" in told
    assert "e.wav: There is nothing at this address (HTTP 404)" in told
    use(settings, api_key=KEY, http_url=fake.http_url, loopback=False)
    local = fake.batch.host("a.wav", SPOKEN)
    assert "inner network" in await complaint(1, local, "--engine", engine, "--output", tmp_path)
    assert fake.batch.log.submits == []


async def test_the_preview_engine_fetches_what_lies_at_an_address(tmp_path: Path, fake: FakeDashScope) -> None:
    address = fake.batch.host("he.wav", sound_files.wav(seconds(austen(), 26.8, 30.2)))
    await transcribe(address, "--engine", "preview", "--format", "txt", "--output", tmp_path)
    assert (tmp_path / "he.txt").read_text().startswith("he might even have been")


async def test_a_file_that_nobody_can_decode_does_not_stop_the_others(tmp_path: Path, fake: FakeDashScope) -> None:
    sound(tmp_path / "talks/a.wav")
    strange = bytearray(SPOKEN)
    strange[20:22] = (0x99).to_bytes(2, "little")  # the coding of its samples
    sound(tmp_path / "talks/b.wav", bytes(strange))
    assert "no sound in it that can be decoded" in await complaint(1, tmp_path / "talks")
    assert (tmp_path / "talks/a.srt").exists()


@pytest.mark.parametrize(
    ("address", "code"), [("http://example.com:abc/a.wav", 1), ("http://[::1/a.wav", 2), ("http:///a.wav", 2)]
)
async def test_what_is_no_address_is_said_in_words(
    fake: FakeDashScope, address: str, code: int, tmp_path: Path
) -> None:
    assert "no address" in await complaint(code, address, "--engine", "preview", "--output", tmp_path)


async def test_where_results_go_is_tried_before_anything_is_sent(tmp_path: Path, fake: FakeDashScope) -> None:
    path = sound(tmp_path / "a.wav")
    assert "cannot be written" in await complaint(2, path, "--output", path, "--force")
    assert fake.batch.log.submits == []


async def test_a_name_as_long_as_names_may_be_is_kept(tmp_path: Path, fake: FakeDashScope) -> None:
    name = "会" * 83
    await transcribe(sound(tmp_path / f"{name}.wav"))
    assert (tmp_path / f"{name}.srt").exists()


def test_as_a_program_it_needs_neither_database_nor_key(tmp_path: Path) -> None:
    """Folder of its own, no tables: and the exit code is the command's."""
    path = sound(tmp_path / "quiet.wav", sound_files.wav(bytes(16_000)))
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "SUBTITLES_DATA_DIR": str(tmp_path / "data")}
    command = [sys.executable, str(ROOT / "manage.py"), "transcribe", str(path), "--format", "json"]
    first = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert (first.returncode, first.stderr) == (0, "")
    assert "1 done." in first.stdout
    assert not (tmp_path / "data/db.sqlite3").exists()
    again = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert (again.returncode, "Traceback" in again.stderr) == (1, False)
    wrong = subprocess.run([*command, "--at-once", "0"], env=environment, capture_output=True, text=True, timeout=60)
    assert (wrong.returncode, "must be 1 to 16" in wrong.stderr) == (2, True)
