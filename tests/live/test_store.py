from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from subtitles.live import store
from subtitles.live.refusals import Reason, Refused
from subtitles.live.store import Fenced, Gap, Taken
from subtitles.live.wire import BroadcastHello
from subtitles.models import CaptionSession, Recording, RecordingGap, Room, Sentence, User
from subtitles.speech import FinalResult, Word

State = CaptionSession.State
PAGE, OTHER_PAGE = uuid4(), uuid4()


@pytest.fixture
def room(db: Any) -> Room:
    owner = User.objects.create_user("alice")
    return Room.objects.create(title="Talk", slug="talk", owner=owner, language="en")


def _begin(room: Room, broadcast: UUID = PAGE, *, take_over: bool = False, has_space: bool = True) -> Taken:
    hello = BroadcastHello(broadcast, take_over, consent=True, paced=True, captions=False)
    return store.begin(room.pk, hello, has_space=has_space)


def _refusal(room: Room, broadcast: UUID = PAGE, **fields: bool) -> Reason:
    with pytest.raises(Refused) as caught:
        _begin(room, broadcast, **fields)
    return caught.value.reason


def _final(number: int) -> FinalResult:
    begin = number * 1000
    return FinalResult(begin, begin + 900, f"sentence {number}", (Word(begin, begin + 900, "word", "."),))


def _commit(taken: Taken, number: int, epoch: int | None = None) -> store.Committed:
    return store.commit_final(taken, epoch or taken.epoch, number, number * 16_000, _final(number))


def _end(taken: Taken, samples: int = 0) -> None:
    store.become_ending(taken, taken.epoch)
    store.end(taken, taken.epoch, samples)


def _session(taken: Taken) -> CaptionSession:
    return CaptionSession.objects.get(pk=taken.info.id)


def _lease_is_over(taken: Taken) -> None:
    CaptionSession.objects.filter(pk=taken.info.id).update(lease_until=timezone.now() - timedelta(seconds=1))


# --- who may begin ----------------------------------------------------------------------------------------------------


def test_the_first_broadcaster_gets_a_new_session(room: Room) -> None:
    taken = _begin(room)
    assert (taken.epoch, taken.last_number, taken.captioned_samples, taken.was_led) == (1, 0, 0, False)
    assert (taken.info.state, taken.seq) == (State.LIVE, 1)


def test_the_same_page_continues_its_session_without_being_asked(room: Room) -> None:
    first = _begin(room)
    again = _begin(room)
    assert (again.info.id, again.epoch, again.was_led, again.seq) == (first.info.id, 2, True, 0)


def test_another_page_is_told_that_somebody_broadcasts(room: Room) -> None:
    taken = _begin(room)
    assert _refusal(room, OTHER_PAGE) is Reason.BUSY
    assert _session(taken).epoch == 1


def test_another_page_may_take_over(room: Room) -> None:
    first = _begin(room)
    taken = _begin(room, OTHER_PAGE, take_over=True)
    assert (taken.info.id, taken.epoch, taken.broadcast) == (first.info.id, 2, OTHER_PAGE)


def test_another_page_continues_when_the_broadcaster_is_gone(room: Room) -> None:
    taken = _begin(room)
    gone = timezone.now() - store.BROADCASTER_GONE_AFTER - timedelta(seconds=1)
    CaptionSession.objects.filter(pk=taken.info.id).update(broadcaster_at=gone)
    assert _begin(room, OTHER_PAGE).info.id == taken.info.id


def test_a_page_that_comes_back_while_its_session_ends_hears_the_end(room: Room) -> None:
    taken = _begin(room)
    store.become_ending(taken, taken.epoch)
    again = _begin(room)
    assert (again.info.id, again.info.state, again.epoch) == (taken.info.id, State.ENDING, 2)


@pytest.mark.parametrize("take_over", [False, True])
def test_whoever_comes_while_the_last_session_is_being_captioned_waits_and_then_begins(
    room: Room, take_over: bool
) -> None:
    """There is nothing to take over, and nobody to ask."""
    taken = _begin(room)
    store.become_ending(taken, taken.epoch)
    with pytest.raises(Refused) as caught:
        _begin(room, OTHER_PAGE, take_over=take_over)
    assert (caught.value.reason, caught.value.retry_after) == (Reason.FINISHING, 2.0)
    assert 4400 <= caught.value.reason.code < 4500
    store.end(taken, taken.epoch, 0)
    assert _begin(room, OTHER_PAGE).info.id != taken.info.id


def test_a_page_whose_session_has_ended_does_not_begin_another(room: Room) -> None:
    _end(_begin(room))
    assert _refusal(room) is Reason.ENDED
    assert CaptionSession.objects.count() == 1


def test_a_page_whose_session_has_ended_does_not_get_the_next_one(room: Room) -> None:
    _end(_begin(room))
    _begin(room, OTHER_PAGE)
    assert _refusal(room, take_over=True) is Reason.ENDED


def test_a_new_page_begins_a_new_session_after_the_end(room: Room) -> None:
    first = _begin(room)
    _end(first)
    assert _begin(room, OTHER_PAGE).info.id != first.info.id


def test_without_space_nothing_new_begins(room: Room) -> None:
    assert _refusal(room, has_space=False) is Reason.STORAGE_FULL
    assert not CaptionSession.objects.exists()


def test_without_space_what_is_on_air_goes_on(room: Room) -> None:
    taken = _begin(room)
    assert _begin(room, has_space=False).info.id == taken.info.id


def test_a_room_that_was_deleted_is_not_found(room: Room) -> None:
    room_id = room.pk
    room.delete()
    with pytest.raises(Refused) as caught:
        store.begin(room_id, BroadcastHello(PAGE, False, True, True, False))
    assert caught.value.reason is Reason.NOT_FOUND


def test_the_database_itself_allows_one_open_session_a_room(room: Room) -> None:
    _begin(room)
    with pytest.raises(IntegrityError), transaction.atomic():
        CaptionSession.objects.create(room=room, title="second", language="en")


# --- sentences --------------------------------------------------------------------------------------------------------


def test_sentences_take_dense_numbers_and_rising_seqs(room: Room) -> None:
    taken = _begin(room)
    committed = [_commit(taken, number) for number in (1, 2, 3)]
    assert [(one.item.number, one.seq) for one in committed] == [(1, 2), (2, 3), (3, 4)]
    session = _session(taken)
    assert (session.last_number, session.captioned_samples) == (3, 48_000)


def test_a_commit_whose_answer_was_lost_may_be_repeated(room: Room) -> None:
    taken = _begin(room)
    first = _commit(taken, 1)
    assert _commit(taken, 1) == first
    assert Sentence.objects.count() == 1


def test_a_commit_may_be_repeated_under_the_next_epoch(room: Room) -> None:
    first = _commit(_begin(room), 1)
    assert _commit(_begin(room), 1) == first


def test_a_lower_epoch_writes_nothing(room: Room) -> None:
    old = _begin(room)
    _commit(old, 1)
    _begin(room, OTHER_PAGE, take_over=True)
    units = [
        lambda: _commit(old, 1),
        lambda: _commit(old, 2),
        lambda: store.become_ending(old, old.epoch),
        lambda: store.end(old, old.epoch, 5),
        lambda: store.keep_gap(old, old.epoch, Gap(0, RecordingGap.Reason.LOST, 5)),
        lambda: store.close_pause(old, old.epoch),
        lambda: store.keep_usage(old, old.epoch, 9.0, ["old"]),
    ]
    for unit in units:
        with pytest.raises(Fenced), transaction.atomic():
            unit()
    assert not store.keep_progress(old, old.epoch, 99, True)
    session = _session(old)
    assert (session.state, session.last_number, session.captioned_samples) == (State.LIVE, 1, 16_000)
    assert Recording.objects.get().sealed_at is None
    assert not RecordingGap.objects.exists()


def test_a_number_that_would_leave_a_hole_is_refused(room: Room) -> None:
    taken = _begin(room)
    with pytest.raises(Fenced), transaction.atomic():
        _commit(taken, 2)


def test_a_deleted_session_takes_no_sentence(room: Room) -> None:
    taken = _begin(room)
    _session(taken).delete()
    with pytest.raises(Fenced), transaction.atomic():
        _commit(taken, 1)
    assert store.holder(taken) == (State.ENDED, None)


def test_a_deleted_room_takes_no_sentence(room: Room) -> None:
    taken = _begin(room)
    room.delete()
    with pytest.raises(Fenced), transaction.atomic():
        _commit(taken, 1)


# --- leases -----------------------------------------------------------------------------------------------------------


def test_progress_renews_the_lease_and_never_goes_back(room: Room) -> None:
    taken = _begin(room)
    _lease_is_over(taken)
    assert store.keep_progress(taken, taken.epoch, 500, False)
    assert store.keep_progress(taken, taken.epoch, 100, False)
    session = _session(taken)
    assert session.captioned_samples == 500
    assert session.lease_until is not None
    assert session.lease_until > timezone.now()


def test_only_a_session_whose_lease_is_over_is_leaderless(room: Room) -> None:
    taken = _begin(room)
    assert store.leaderless() == []
    assert store.take_abandoned(taken.info.id) is None
    _lease_is_over(taken)
    assert store.leaderless() == [(taken.info.id, room.pk)]
    found = store.take_abandoned(taken.info.id)
    assert found is not None
    assert (found.epoch, found.broadcast) == (2, PAGE)
    assert store.leaderless() == []


def test_a_released_session_may_be_taken_at_once(room: Room) -> None:
    taken = _begin(room)
    store.release(taken, taken.epoch)
    assert store.take_abandoned(taken.info.id) is not None


def test_an_ended_session_is_nobodys(room: Room) -> None:
    taken = _begin(room)
    _end(taken)
    store.release(taken, taken.epoch)
    assert store.leaderless() == []
    assert store.take_abandoned(taken.info.id) is None


# --- gaps and the end -------------------------------------------------------------------------------------------------


def test_a_gap_that_is_told_twice_is_kept_once(room: Room) -> None:
    taken = _begin(room)
    for _ in range(2):
        store.keep_gap(taken, taken.epoch, Gap(160, RecordingGap.Reason.LOST, 4000, "ring"))
    gap = RecordingGap.objects.get()
    assert (gap.at_samples, gap.reason, gap.ms, gap.detail) == (160, "lost", 4000, "ring")


def test_a_pause_lasts_until_it_is_resumed(room: Room) -> None:
    taken = _begin(room)
    store.keep_gap(taken, taken.epoch, Gap(160, RecordingGap.Reason.PAUSE))
    RecordingGap.objects.update(from_at=timezone.now() - timedelta(seconds=7))
    store.close_pause(taken, taken.epoch)
    gap = RecordingGap.objects.get()
    assert gap.to_at is not None
    assert 7000 <= gap.ms < 8000


def test_two_pauses_at_one_sample_are_two(room: Room) -> None:
    taken = _begin(room)
    for _ in range(2):
        store.keep_gap(taken, taken.epoch, Gap(160, RecordingGap.Reason.PAUSE))
        RecordingGap.objects.filter(to_at=None).update(from_at=timezone.now() - timedelta(seconds=7))
        store.close_pause(taken, taken.epoch)
    assert RecordingGap.objects.count() == 2


def test_the_end_seals_the_recording_and_counts_the_sentences(room: Room) -> None:
    taken = _begin(room)
    _commit(taken, 1)
    assert store.become_ending(taken, taken.epoch) == 3
    assert store.end(taken, taken.epoch, 32_000) == (4, 1)
    recording = Recording.objects.get()
    assert (recording.samples, recording.sealed_at is not None) == (32_000, True)
    assert _session(taken).state == State.ENDED


def test_the_end_may_be_repeated_and_is_never_undone(room: Room) -> None:
    taken = _begin(room)
    _end(taken, 32_000)
    assert store.end(taken, taken.epoch, 99) == (None, 0)
    assert store.become_ending(taken, taken.epoch) is None
    assert _session(taken).state == State.ENDED
    assert Recording.objects.get().samples == 32_000
