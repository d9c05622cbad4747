"""Jobs with the real client against the fake service: every model, from the recording to its rows and its bill."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from subtitles.engines import catalog
from subtitles.engines.base import Source
from subtitles.engines.dashscope.batch import DashScopeBatchEngine
from subtitles.models import HotWord, Job, Recording, Sentence, Transcript, TranscriptionJob, Usage, User, Vocabulary
from subtitles.retranscribe import addresses, raw_text, wishes
from subtitles.retranscribe.context import LONGEST, suggested
from subtitles.retranscribe.pieces import Piece
from subtitles.retranscribe.untimed import ESTIMATED
from tests.browser.backstage import Backstage
from tests.engines.dashscope.recordings import TEXTS
from tests.fakes import position_code, sound_files
from tests.fakes.dashscope import KEY, BatchBehaviour, FakeDashScope
from tests.retranscribe.scripted import ENGINE, ScriptedService
from tests.retranscribe.stage import Stage, recording

MODELS = {model.name: model for model in catalog.models_of(ENGINE, realtime=False)}
OMNI, FLASH = "qwen3-omni-flash", "fun-asr-flash-2026-06-15"


@dataclass
class Ground:
    fake: FakeDashScope
    stage: Stage
    recording: Recording
    file: Path

    def done(self, model: str, vocabulary: Vocabulary | None = None, **options: Any) -> TranscriptionJob:
        wishes.transcribe_again(self.recording, ENGINE, model, "en", options, vocabulary=vocabulary)
        return self.stage.run()

    def live(self, *texts: str, pause_ms: int = 400) -> None:
        """What was captioned live: the texts one after the other, from 0 on."""
        transcript = Transcript.objects.get(session=self.recording.session, kind="live")
        begin = 0
        for number, text in enumerate(texts, 1):
            end = begin + 1600
            Sentence.objects.create(transcript=transcript, number=number, begin_ms=begin, end_ms=end, text=text)
            begin = end + pause_ms

    @property
    def sent(self) -> Mapping[str, Any]:
        return self.fake.batch.log.submits[-1].body


async def nothing(*_: object) -> Mapping[str, str]:
    return {}


@pytest.fixture
def backstage() -> Iterator[Backstage]:
    with Backstage() as stage:
        yield stage


@pytest.fixture
def with_service(ground: Path, backstage: Backstage, service: ScriptedService) -> Iterator[Ground]:
    file = ground / "sound.wav"
    file.write_bytes(sound_files.wav(position_code.encode(0, 40)))
    with backstage.hosting(FakeDashScope()) as fake:
        engine = DashScopeBatchEngine(KEY, fake.http_url, loopback=True)
        stage = Stage(service, lambda details, most_bytes=None: (Piece(Source(file)),))
        object.__setattr__(stage.kind, "engine_of", lambda name: engine)
        object.__setattr__(stage.kind, "options_for", nothing)
        yield Ground(fake, stage, recording(), file)
        stage.close()


def rows() -> list[Sentence]:
    return list(Sentence.objects.filter(transcript__kind="batch").order_by("begin_ms", "number"))


@pytest.mark.parametrize("name", MODELS)
def test_every_model_ends_in_rows_and_one_bill(with_service: Ground, name: str) -> None:
    if MODELS[name].sample_rates:
        with_service.file.write_bytes(sound_files.telephone(0, 40))
    with_service.live(*TEXTS)
    job = with_service.done(name)
    assert (job.job.state, job.job.error_message) == ("done", "")
    assert " ".join(row.text for row in rows()) == " ".join(TEXTS)
    assert rows()[0].begin_ms == 0
    assert 3_200 <= rows()[-1].end_ms <= 4_000
    assert all(row.words for row in rows()) is (name != "sensevoice-v1")
    assert len(with_service.fake.batch.log.bill) == Usage.objects.count() == 1
    seconds = Usage.objects.get().seconds
    assert seconds == (None if name == OMNI else 4)
    assert Usage.objects.get().amount is None  # the fake's host belongs to no region: no price is known


def test_speakers_channels_events_and_emotions_become_fields(with_service: Ground) -> None:
    both = sound_files.wav(position_code.encode(0, 40), position_code.encode(100, 40))
    with_service.done("fun-asr", diarization=True)
    assert [row.speaker for row in rows()] == ["1", "2"]
    Sentence.objects.all().delete()
    with_service.file.write_bytes(both)
    with_service.done("paraformer-v2", channels=["0", "1"])
    assert [row.channel for row in rows()] == [0, 1, 0, 1]
    assert [bill.seconds for bill in with_service.fake.batch.log.bill] == [4, 7]
    Sentence.objects.all().delete()
    with_service.done("sensevoice-v1")
    assert [(row.emotion, sorted(row.events)) for row in rows()] == [
        ("neutral", ["BGM", "Speech"]),
        ("happy", ["BGM", "Speech"]),
    ]


@pytest.mark.parametrize("code", ["InternalError.Timeout", "SOMETHING_NEW"])
def test_a_task_that_failed_is_over_whatever_the_reason(with_service: Ground, code: str) -> None:
    with_service.fake.batch.next(BatchBehaviour(polls=0, fail=code))
    job = with_service.done("fun-asr").job
    assert (job.state, job.error_key) == ("failed", code)
    assert with_service.fake.batch.log.submits[-1].queries == 1


@pytest.mark.parametrize("model", ["fun-asr", FLASH])
def test_a_refusal_by_a_name_that_nobody_knows_is_not_repeated(with_service: Ground, model: str) -> None:
    with_service.fake.batch.default = BatchBehaviour(refuse=400, code="BrandNew")
    job = with_service.done(model).job
    assert (job.state, job.error_key, len(with_service.fake.batch.log.submits)) == ("failed", "BrandNew", 1)


def test_looking_again_for_what_the_service_does_not_tell_leaves_the_question_open(with_service: Ground) -> None:
    with_service.fake.batch.next(BatchBehaviour(lose_answer=True))
    job = with_service.done("qwen3-asr-flash-filetrans").job
    assert wishes.look_again(job.pk)
    with_service.stage.passes(1)
    job = with_service.stage.run().job
    assert (job.state, job.error_key, len(with_service.fake.batch.log.bill)) == ("uncertain", "no-list", 1)


def test_a_file_that_is_gone_is_no_open_question(with_service: Ground) -> None:
    wishes.transcribe_again(with_service.recording, ENGINE, FLASH, "en")
    with_service.stage.run_until(lambda job: job.state == "prepared")
    with_service.file.unlink()
    job = with_service.stage.run().job
    assert (job.state, job.error_key) == ("failed", "no-copy")
    assert with_service.fake.batch.log.submits == []


def test_a_file_that_cannot_be_read_just_now_is_read_later(with_service: Ground) -> None:
    wishes.transcribe_again(with_service.recording, ENGINE, FLASH, "en")
    with_service.stage.run_until(lambda job: job.state == "prepared")
    content = with_service.file.read_bytes()
    with_service.file.unlink()
    with_service.file.mkdir()
    job = with_service.stage.run_until(lambda job: bool(job.error_key))
    assert (job.state, job.error_key) == ("prepared", "storage")
    with_service.file.rmdir()
    with_service.file.write_bytes(content)
    with_service.live(*TEXTS)
    assert with_service.stage.run().job.state == "done"


# --- texts without times ----------------------------------------------------------------------------------------------


def test_words_that_were_not_heard_live_are_marked(with_service: Ground) -> None:
    first, second = TEXTS
    with_service.live(first, " ".join(second.split()[::2]))
    with_service.done(OMNI)
    assert [row.events for row in rows()] == [[], [ESTIMATED]]
    assert rows()[1].begin_ms == 2_000


def test_without_live_text_nothing_is_paid(with_service: Ground) -> None:
    job = with_service.done(OMNI).job
    assert (job.state, job.error_key) == ("failed", "no-live-text")
    assert "this recording has none" in job.error_message
    assert with_service.fake.batch.log.submits == []


def test_another_text_than_the_live_one_is_refused_and_can_be_read(with_service: Ground) -> None:
    with_service.live("nothing of what was said", "and more of that")
    job = with_service.done(OMNI).job
    assert (job.state, job.error_key) == ("failed", "unplaced")
    assert raw_text.of(job.pk).split() == " ".join(TEXTS).split()
    assert not Transcript.objects.filter(kind="batch").exists()
    assert Usage.objects.count() == 1


def test_an_upload_takes_its_times_from_an_earlier_transcript(with_service: Ground) -> None:
    with_service.done("fun-asr")
    with_service.done("qwen3-asr-flash")
    newest = Transcript.objects.filter(kind="batch").latest("pk")
    assert [row.begin_ms for row in newest.sentences.order_by("number")] == [0, 2_000]
    assert {row.emotion for row in newest.sentences.all()} == {"neutral"}


# --- what a job adds by itself ----------------------------------------------------------------------------------------


def words() -> Vocabulary:
    owner = User.objects.get_or_create(username="alice")[0]
    vocabulary = Vocabulary.objects.create(name="Terms", owner=owner)
    for text, weight in (("弹幕", 3), ("Bulge Bracket", 5)):
        HotWord.objects.create(vocabulary=vocabulary, text=text, weight=weight)
    return vocabulary


def test_a_context_holds_vocabulary_title_and_live_text(with_service: Ground) -> None:
    with_service.live(*TEXTS)
    with_service.done(FLASH, words())
    (user, _, _) = with_service.sent["input"]["messages"]
    assert user["content"][0]["text"] == f"Bulge Bracket, 弹幕\nA talk\n{' '.join(TEXTS)}"


def test_a_context_that_somebody_wrote_stays(with_service: Ground) -> None:
    with_service.live(*TEXTS)
    with_service.done(FLASH, words(), context="Only this.")
    assert with_service.sent["input"]["messages"][0]["content"][0]["text"] == "Only this."


def test_a_long_context_is_cut_and_every_kind_has_its_room(with_service: Ground) -> None:
    vocabulary = words()
    HotWord.objects.bulk_create(HotWord(vocabulary=vocabulary, text=f"word {number}") for number in range(400))
    with_service.live(*["something " * 100] * 30)
    found = suggested(with_service.recording, vocabulary)
    assert len(found) <= LONGEST
    assert found.startswith("Bulge Bracket, word 0")
    assert "\nA talk\nsomething" in found
    with_service.done(FLASH, vocabulary)
    parts = [message["content"][0]["text"] for message in with_service.sent["input"]["messages"][:-1:2]]
    assert len(parts) == 5
    assert max(map(len, parts)) <= 400


@pytest.mark.parametrize(
    ("model", "option", "sent"),
    [("fun-asr", "vocabulary_id", "parameters"), ("paraformer-v1", "phrase_id", "resources")],
)
def test_a_vocabulary_is_asked_for_when_the_job_is_handed_over(
    with_service: Ground, model: str, option: str, sent: str
) -> None:
    asked: list[tuple[int, str, str]] = []

    async def options_for(vocabulary_id: int, engine: str, name: str) -> Mapping[str, str]:
        asked.append((vocabulary_id, engine, name))
        return {option: "v-1"}

    object.__setattr__(with_service.stage.kind, "options_for", options_for)
    with_service.fake.batch.hotwords.lists["v-1"] = {}
    vocabulary = words()
    job = with_service.done(model, vocabulary)
    assert asked == [(vocabulary.pk, ENGINE, model)]
    assert "v-1" in str(with_service.sent[sent])
    assert job.options == {}


# --- by address -------------------------------------------------------------------------------------------------------


# The test's own servers are no ASGI servers: they collect what a real one streams.
SYNCHRONOUS = pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume asynchronous iterators")


@SYNCHRONOUS
def test_a_public_server_hands_out_a_signed_address_while_the_job_lasts(
    with_service: Ground, live_server: Any, settings: Any
) -> None:
    settings.SUBTITLES_PUBLIC_URL = live_server.url
    job = with_service.done("fun-asr")
    assert (job.job.state, [row.text for row in rows()]) == ("done", TEXTS)
    assert with_service.fake.batch.log.uploads == []
    (address,) = with_service.sent["input"]["file_urls"]
    assert address.startswith(f"{live_server.url}/fetch/")
    assert address.endswith("/audio.wav")


@SYNCHRONOUS
def test_a_signed_address_gives_ranges_and_ends_with_its_job(with_service: Ground, settings: Any, client: Any) -> None:
    settings.SUBTITLES_PUBLIC_URL = "https://captions.example.org"
    with_service.fake.batch.default = BatchBehaviour(held=True)
    wishes.transcribe_again(with_service.recording, ENGINE, "fun-asr", "en")
    job = with_service.stage.run_until(lambda job: job.state == "waiting")
    path = with_service.sent["input"]["file_urls"][0].removeprefix("https://captions.example.org")
    content = with_service.file.read_bytes()
    assert b"".join(client.get(path)) == content
    for wanted, begin, end in (("0-99", 0, 100), ("1000-", 1000, None), ("-10", -10, None), ("5-99999999", 5, None)):
        answer = client.get(path, headers={"Range": f"bytes={wanted}"})
        assert (answer.status_code, b"".join(answer)) == (206, content[begin:end])
    assert client.get(path, headers={"Range": "bytes=0-0"})["Content-Range"] == f"bytes 0-0/{len(content)}"
    assert client.get(path, headers={"Range": f"bytes={len(content)}-"}).status_code == 416
    forged = path.replace("/fetch/", "/fetch/x")
    assert client.get(forged).status_code == 404
    Job.objects.filter(pk=job.pk).update(state="done")
    assert client.get(path).status_code == 404


def test_a_signed_address_is_signed_anew_when_it_is_handed_over_days_later(
    with_service: Ground, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SUBTITLES_PUBLIC_URL = "https://captions.example.org"
    with_service.fake.batch.next(BatchBehaviour(lose_answer=True))
    job = with_service.done("fun-asr").job
    (first,) = with_service.sent["input"]["file_urls"]
    days_s = 3 * 24 * 3600
    later = time.time() + days_s
    monkeypatch.setattr(time, "time", lambda: later)
    with_service.stage.passes(days_s)
    assert addresses.signed_file(first.split("/")[-2]) is None
    wishes.pay_again(job.pk)
    with_service.stage.run_until(lambda job: job.state == "waiting")
    (second,) = with_service.sent["input"]["file_urls"]
    assert addresses.signed_file(second.split("/")[-2]) == with_service.file


def test_models_that_answer_at_once_need_no_address(with_service: Ground, settings: Any) -> None:
    settings.SUBTITLES_PUBLIC_URL = "https://captions.example.org"
    with_service.done(FLASH)
    assert with_service.sent["input"]["messages"][-1]["content"][0]["input_audio"]["data"].startswith("data:audio/wav;")
