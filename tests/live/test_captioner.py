from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.live.captioner import GIVE_UP_S, QUIET_SAMPLES, SKIP_SAMPLES, Backoff
from subtitles.speech import SAMPLE_RATE
from tests.live.scripted import BLOCK, ScriptedEngine, sentences, silence, speech
from tests.live.stage import Stage, broken
from tests.live.virtual_time import in_virtual_time, now


def _fail_at(engine: ScriptedEngine, *samples: int) -> None:
    """The first stream breaks at the first position, the second at the second, and so on."""
    engine.fault = lambda sent: (
        broken() if engine.opened <= len(samples) and sent >= samples[engine.opened - 1] else None
    )


# --- nothing goes wrong -----------------------------------------------------------------------------------------------


@in_virtual_time
async def test_everything_that_was_said_is_captioned_in_order(tmp_path: Path) -> None:
    stage = Stage(tmp_path, engine := ScriptedEngine())
    stage.hear(speech(0, 95))
    kept = await stage.caption_all()
    assert kept.texts == sentences(0, 95)
    assert [(final.begin_ms, final.end_ms) for final in kept.finals][:2] == [(0, 2000), (2000, 4000)]
    assert kept.captioned == [32_000, 64_000, 96_000, 128_000, 152_000]
    assert (engine.opened, kept.states) == (1, ["connecting", "ok", "idle"])
    assert kept.interims[-1] == ""


@in_virtual_time
async def test_a_captioner_goes_on_where_another_one_stopped(tmp_path: Path) -> None:
    stage = Stage(tmp_path, ScriptedEngine(), captioned=40 * BLOCK)
    stage.hear(speech(0, 80))
    kept = await stage.caption_all()
    assert kept.texts == sentences(40, 40)
    assert kept.finals[0].begin_ms == 4000


@in_virtual_time
async def test_captions_follow_speech_as_it_is_spoken(tmp_path: Path) -> None:
    stage = Stage(tmp_path, ScriptedEngine(max_pace=1.25))
    running = asyncio.create_task(stage.captioner.run())
    await stage.speak(speech(0, 50))
    assert stage.kept.texts == sentences(0, 40)
    assert stage.captioner.behind_samples <= 2 * BLOCK
    stage.feed.close()
    await running
    assert stage.kept.texts == sentences(0, 50)


@in_virtual_time
async def test_a_backlog_is_sent_no_faster_than_the_engine_may_be_fed(tmp_path: Path) -> None:
    stage = Stage(tmp_path, ScriptedEngine(max_pace=2.0))
    stage.hear(speech(0, 600))
    await stage.caption_all()
    assert now() == pytest.approx(29.0, abs=0.2)


@in_virtual_time
async def test_an_engine_for_telephones_gets_half_as_many_samples(tmp_path: Path) -> None:
    stage = Stage(tmp_path, engine := ScriptedEngine(rate=8_000))
    stage.hear(speech(0, 100))
    kept = await stage.caption_all()
    assert engine.heard_samples == pytest.approx(80_000, abs=50)
    words = [word for final in kept.finals for word in final.words]
    assert len(words) == 100
    assert words[50].begin_ms == pytest.approx(5000, abs=20)


@in_virtual_time
async def test_the_bill_comes_through(tmp_path: Path) -> None:
    stage = Stage(tmp_path, ScriptedEngine())
    stage.hear(speech(0, 20))
    kept = await stage.caption_all()
    assert [(report.billed_seconds, report.request_id) for report in kept.reports] == [(2.0, "task-1")]


# --- pauses -----------------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_a_log_that_stops_growing_finishes_the_stream_and_the_next_sample_opens_another(tmp_path: Path) -> None:
    stage = Stage(tmp_path, engine := ScriptedEngine())
    running = asyncio.create_task(stage.captioner.run())
    stage.hear(speech(0, 30))
    await stage.kept.until(lambda: "idle" in stage.kept.states)
    assert now() == pytest.approx(10.0, abs=0.5)
    assert (stage.kept.texts, engine.opened, engine.finished) == (sentences(0, 30), 1, 1)
    stage.hear(speech(40, 20))
    stage.feed.close()
    await running
    assert (stage.kept.texts[2:], engine.opened) == (sentences(40, 20), 2)
    assert stage.kept.finals[-1].begin_ms == 3000


@in_virtual_time
async def test_a_pause_in_the_middle_of_a_frame_loses_nothing(tmp_path: Path) -> None:
    stage = Stage(tmp_path, engine := ScriptedEngine())
    running = asyncio.create_task(stage.captioner.run())
    audio = speech(0, 40)
    stage.hear(audio[:1000])
    await stage.kept.until(lambda: "idle" in stage.kept.states)
    stage.hear(audio[1000:])
    stage.feed.close()
    await running
    assert b"".join(engine.heard) == audio


@in_virtual_time
async def test_a_sentence_that_is_interrupted_is_captioned_whole_when_its_rest_has_come(tmp_path: Path) -> None:
    stage = Stage(tmp_path, engine := ScriptedEngine())
    stage.feed.expects_more = True
    running = asyncio.create_task(stage.captioner.run())
    stage.hear(speech(0, 30))
    await stage.kept.until(lambda: "idle" in stage.kept.states)
    await asyncio.sleep(600)
    assert (stage.kept.texts, engine.opened, engine.finished) == (sentences(0, 20), 1, 0)
    assert stage.kept.interims[-1]
    stage.hear(speech(30, 30))
    stage.feed.close()
    await running
    assert (stage.kept.texts, engine.opened) == (sentences(0, 60), 2)


@in_virtual_time
async def test_of_an_interrupted_sentence_that_never_goes_on_its_beginning_is_captioned(tmp_path: Path) -> None:
    stage = Stage(tmp_path, ScriptedEngine())
    stage.feed.expects_more = True
    running = asyncio.create_task(stage.captioner.run())
    stage.hear(speech(0, 30))
    await stage.kept.until(lambda: "idle" in stage.kept.states)
    stage.feed.close()
    await running
    assert stage.kept.texts == sentences(0, 30)


@in_virtual_time
async def test_silence_that_ends_a_stream_is_no_fault(tmp_path: Path) -> None:
    stage = Stage(tmp_path, engine := ScriptedEngine())
    engine.silence_ends_after = 60 * SAMPLE_RATE
    stage.hear(speech(0, 20) + silence(700) + speech(40, 20))
    kept = await stage.caption_all()
    assert kept.texts == sentences(0, 20) + sentences(40, 20)
    assert engine.opened == 2
    assert "retrying" not in kept.states


@in_virtual_time
async def test_what_was_under_way_when_a_silent_stream_ended_is_sent_again(tmp_path: Path) -> None:
    """Somebody may have begun to speak after the service had decided to end."""
    stage = Stage(tmp_path, engine := ScriptedEngine())
    engine.silence_ends_after = 10 * SAMPLE_RATE
    stage.hear(silence(100) + speech(0, 20))
    kept = await stage.caption_all()
    assert kept.texts == sentences(0, 20)
    assert 20 * BLOCK <= engine.heard_samples - 120 * BLOCK <= 22 * BLOCK


# --- breaks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", range(1, 61))
def test_a_break_at_any_place_loses_and_doubles_nothing(tmp_path: Path, block: int) -> None:
    @in_virtual_time
    async def run() -> None:
        stage = Stage(tmp_path, engine := ScriptedEngine())
        _fail_at(engine, block * BLOCK)
        stage.hear(speech(0, 60))
        kept = await stage.caption_all()
        assert kept.texts == sentences(0, 60)
        assert engine.opened == 2
        assert [final.begin_ms for final in kept.finals] == [0, 2000, 4000]

    run()


@given(
    first=st.integers(1, 150 * BLOCK),
    second=st.integers(1, 150 * BLOCK),
    frames=st.lists(st.integers(1, 4000), max_size=40),
)
@settings(max_examples=40, deadline=None)
def test_breaks_in_the_middle_of_words_lose_and_double_nothing(
    tmp_path_factory: pytest.TempPathFactory, first: int, second: int, frames: list[int]
) -> None:
    @in_virtual_time
    async def run() -> None:
        stage = Stage(tmp_path_factory.mktemp("log"), engine := ScriptedEngine())
        _fail_at(engine, first, second)
        audio, at = speech(0, 150), 0
        for samples in frames:
            stage.hear(audio[at : at + 2 * samples])
            at += 2 * samples
        stage.hear(audio[at:])
        assert (await stage.caption_all()).texts == sentences(0, 150)

    run()


@in_virtual_time
async def test_replay_begins_at_the_end_of_the_last_final(tmp_path: Path) -> None:
    stage = Stage(tmp_path, engine := ScriptedEngine())
    _fail_at(engine, 55 * BLOCK)
    stage.hear(speech(0, 60))
    await stage.caption_all()
    assert b"".join(engine.heard[55:]) == speech(40, 20)


@in_virtual_time
async def test_without_an_open_interim_only_the_last_half_minute_is_sent_again(tmp_path: Path) -> None:
    stage = Stage(tmp_path, engine := ScriptedEngine())
    _fail_at(engine, 800 * BLOCK)
    stage.hear(speech(0, 20) + silence(780))
    running = asyncio.create_task(stage.captioner.run())
    await stage.kept.until(lambda: stage.kept.states.count("ok") == 2)
    assert stage.captioner.progress == 799 * BLOCK - QUIET_SAMPLES
    stage.feed.close()
    await running
    assert engine.heard_samples == (800 + 1) * BLOCK + QUIET_SAMPLES
    assert stage.kept.texts == sentences(0, 20)


@in_virtual_time
async def test_an_open_interim_keeps_its_audio_however_long_it_takes(tmp_path: Path) -> None:
    stage = Stage(tmp_path, engine := ScriptedEngine())
    stage.hear(speech(0, 5))
    running = asyncio.create_task(stage.captioner.run())
    await stage.kept.until(lambda: len(stage.kept.interims) == 5)
    engine.stalled = True
    stage.hear(silence(600))
    await stage.kept.until(lambda: stage.captioner.behind_samples < BLOCK)
    assert stage.captioner.progress == 0
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@in_virtual_time
async def test_refused_connections_cost_time_and_no_words(tmp_path: Path) -> None:
    stage = Stage(tmp_path, engine := ScriptedEngine(), backoff=Backoff())
    engine.refusal = lambda: broken() if engine.opened <= 30 else None
    stage.hear(speech(0, 60))
    kept = await stage.caption_all()
    assert (kept.texts, kept.gaps) == (sentences(0, 60), [])
    assert 25 < now() < 62  # 30 waits of at most two seconds, at least half of that


@in_virtual_time
async def test_a_busy_service_is_asked_again_when_it_said(tmp_path: Path) -> None:
    stage = Stage(tmp_path, engine := ScriptedEngine())
    engine.refusal = lambda: broken(ErrorKind.BUSY, retry_after=7.0) if engine.opened == 1 else None
    stage.hear(speech(0, 20))
    kept = await stage.caption_all()
    assert kept.texts == sentences(0, 20)
    assert now() == pytest.approx(7.0)
    assert "busy" in kept.states


@in_virtual_time
async def test_three_failures_at_one_place_skip_five_seconds_and_say_so(tmp_path: Path) -> None:
    stage = Stage(tmp_path, engine := ScriptedEngine())
    poisoned = speech(41, 1)
    engine.fault = lambda sent: broken() if engine.heard[-1] == poisoned else None
    stage.hear(speech(0, 140))
    kept = await stage.caption_all()
    assert kept.gaps == [(40 * BLOCK, 40 * BLOCK + SKIP_SAMPLES)]
    assert kept.texts == sentences(0, 40) + sentences(90, 50)
    assert (engine.opened, kept.states.count("skipped")) == (4, 1)


@in_virtual_time
async def test_words_that_come_twice_after_a_break_are_kept_once(tmp_path: Path) -> None:
    """A final may end in the middle of a word of the stream that follows."""
    stage = Stage(tmp_path, ScriptedEngine(), captioned=20 * BLOCK + 400)
    stage.hear(speech(0, 40))
    kept = await stage.caption_all()
    assert kept.texts == sentences(20, 20)
    assert kept.finals[0].begin_ms >= 2025


# --- what only a person can change ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [ErrorKind.KEY, ErrorKind.QUOTA, ErrorKind.PARAMETERS])
def test_what_a_person_must_change_is_tried_again_only_when_somebody_comes_back(
    tmp_path: Path, kind: ErrorKind
) -> None:
    @in_virtual_time
    async def run() -> None:
        stage = Stage(tmp_path, engine := ScriptedEngine())
        engine.refusal = lambda: broken(kind) if engine.opened == 1 else None
        stage.hear(speech(0, 40))
        running = asyncio.create_task(stage.captioner.run())
        await asyncio.sleep(900)
        assert (engine.opened, stage.kept.states[-1]) == (1, kind.value)
        stage.captioner.retry_now()
        stage.feed.close()
        await running
        assert stage.kept.texts == sentences(0, 40)

    run()


@in_virtual_time
async def test_without_a_key_the_end_does_not_wait_for_ever(tmp_path: Path) -> None:
    stage = Stage(tmp_path, engine := ScriptedEngine())
    engine.refusal = lambda: broken(ErrorKind.KEY)
    stage.hear(speech(0, 40))
    kept = await stage.caption_all()
    assert kept.gaps == [(0, 40 * BLOCK)]


@in_virtual_time
async def test_an_outage_at_the_end_is_waited_out_for_ten_minutes(tmp_path: Path) -> None:
    stage = Stage(tmp_path, engine := ScriptedEngine(), backoff=Backoff())
    engine.refusal = broken
    stage.hear(speech(0, 40))
    kept = await stage.caption_all()
    assert GIVE_UP_S < now() < GIVE_UP_S + 10
    assert (kept.gaps, kept.interims[-1]) == ([(0, 40 * BLOCK)], "")


# --- the end ----------------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_a_captioner_that_is_cut_finishes_its_stream_and_stays_where_it_is(tmp_path: Path) -> None:
    stage = Stage(tmp_path, engine := ScriptedEngine(max_pace=1.0))
    stage.hear(speech(0, 600))
    running = asyncio.create_task(stage.captioner.run())
    await stage.kept.until(lambda: len(stage.kept.finals) == 2)
    stage.feed.stop()
    await running
    assert engine.finished == 1
    assert stage.captioner.progress == engine.heard_samples
    assert stage.captioner.behind_samples == 600 * BLOCK - engine.heard_samples


@in_virtual_time
async def test_of_a_word_that_a_restart_cuts_in_two_nothing_counts_as_captioned(tmp_path: Path) -> None:
    stage = Stage(tmp_path, engine := ScriptedEngine())
    late = 1_200
    stage.hear((bytes(2 * late) + speech(0, 40))[: 2 * 21 * BLOCK])
    running = asyncio.create_task(stage.captioner.run())
    await stage.kept.until(lambda: len(stage.kept.finals) == 1)
    stage.feed.stop()
    await running
    assert engine.heard_samples == 21 * BLOCK
    assert stage.captioner.progress == late + 20 * BLOCK


@in_virtual_time
async def test_an_empty_log_that_is_closed_opens_no_stream(tmp_path: Path) -> None:
    stage = Stage(tmp_path, engine := ScriptedEngine())
    await stage.caption_all()
    assert engine.opened == 0


def test_engine_errors_that_no_retry_can_help_are_those_of_the_key_the_quota_and_the_parameters() -> None:
    hopeless = {kind for kind in ErrorKind if not EngineError(kind, "").retryable}
    assert hopeless == {ErrorKind.KEY, ErrorKind.QUOTA, ErrorKind.PARAMETERS}
